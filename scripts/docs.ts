/** `pnpm run docs` writes the generated pages and passages of the documentation; with `--check` it only says which are stale. */
import { writeFileSync } from 'node:fs';
import { at, pages, stale } from './docs/pages.ts';

const before = stale();
if (process.argv.includes('--check')) {
  if (before.length > 0) {
    process.stderr.write(`Stale: ${before.join(', ')}. Run "pnpm run docs".\n`);
    process.exitCode = 1;
  }
} else {
  const all = pages();
  for (const path of before) writeFileSync(at(path), all.get(path) ?? '');
  process.stdout.write(before.length === 0 ? 'Nothing to write.\n' : `Written: ${before.join(', ')}\n`);
}
