/** Every page and passage of the documentation that is written by the code, as it should be now. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assumptionsPage } from './assumptions-page.ts';
import { slicePage } from './slice-page.ts';
import { trafficShiftingPage } from './traffic-shifting-page.ts';

/** The absolute path of a file of this repository. */
export const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const read = (path: string): string => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : '');

/** Path → text, formatted as the formatter would. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/slice.md', slicePage()],
    ['docs/traffic-shifting.md', trafficShiftingPage()],
    ['docs/assumptions.md', assumptionsPage()],
  ]);
}

/** The paths of those whose file says something else. */
export const stale = (): readonly string[] =>
  [...pages()].flatMap(([path, text]) => (read(path) === text ? [] : [path]));
