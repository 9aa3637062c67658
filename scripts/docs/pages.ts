/** Every page and passage of the documentation that is written by the code, as it should be now. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkRulesPage } from '../../packages/canary/src/check/index.ts';
import { assumptionsPage } from './assumptions-page.ts';
import { withPassage } from './markdown.ts';
import { PASSAGES } from './passages.ts';
import { slicePage } from './slice-page.ts';
import { trafficShiftingPage } from './traffic-shifting-page.ts';

/** The absolute path of a file of this repository. */
export const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const read = (path: string): string => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : '');

/** Path → text. A passage whose source does not exist is left as it is. */
export function pages(): ReadonlyMap<string, string> {
  const all = new Map([
    ['docs/slice.md', slicePage()],
    ['docs/traffic-shifting.md', trafficShiftingPage()],
    ['docs/assumptions.md', assumptionsPage()],
    ['docs/check.md', checkRulesPage()],
  ]);
  for (const { page, name, source, take } of PASSAGES) {
    if (!existsSync(at(source))) continue;
    all.set(page, withPassage(all.get(page) ?? read(page), name, take(read(source))));
  }
  return all;
}

/** The paths of those whose file says something else. */
export const stale = (): readonly string[] =>
  [...pages()].flatMap(([path, text]) => (read(path) === text ? [] : [path]));
