/** `pnpm build`: dist/<function>/index.mjs for each function of the template; maps and metafiles in .build. */
import { fileURLToPath } from 'node:url';
import { buildFunctions, type BuiltFunction } from '../packages/canary/src/build/index.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url)).replace(/\/$/, '');
const built = await buildFunctions({ root: path(''), outdir: path('dist'), byproductsDir: path('.build') });
process.stdout.write(built.map(row).join(''));

function row({ name, bytes, sha256 }: BuiltFunction): string {
  return (
    `dist/${name}/index.mjs`.padEnd(32) +
    `${bytes.toLocaleString('en')} bytes`.padStart(16) +
    `  ${sha256.slice(0, 12)}\n`
  );
}
