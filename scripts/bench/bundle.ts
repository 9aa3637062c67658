/** What the list handler costs above its frameworks: bytes, and time until the first invocation can begin. */
import { join } from 'node:path';
import { initMs, withFrameworks } from './frameworks.ts';
import { type Row, row, thousands } from './row.ts';
import { build, ROOT } from './unicorns.ts';

export async function benchBundle(): Promise<readonly Row[]> {
  const built = await build();
  const list = built.find((each) => each.name === 'list');
  if (list === undefined) throw new Error('there is no list function');
  return withFrameworks((frameworks, base) => {
    const above = list.bytes - base;
    const [own, theirs] = initMs([join(ROOT, 'dist/list/index.mjs'), frameworks]);
    const ratio = own / theirs;
    return [
      row(
        'list bundle above middy + Logger + Metrics',
        `${thousands(above)} bytes (${thousands(list.bytes)} in all)`,
        '≤ 10,000 bytes',
        above <= 10_000,
      ),
      row(
        'list init beside middy + Logger + Metrics',
        `${ratio.toFixed(2)} × (${own.toFixed(1)} ms)`,
        '≤ 1.10 ×',
        ratio <= 1.1,
      ),
    ];
  });
}
