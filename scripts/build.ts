/** `pnpm build`: dist/<function>/index.mjs for each function of the template; maps and metafiles in .build. */
import { fileURLToPath } from 'node:url';
import { buildFunctions, BuildFailed, type BuiltFunction } from '@unicorns/canary/build';

const path = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url)).replace(/\/$/, '');

try {
  const built = await buildFunctions({ root: path(''), outdir: path('dist'), byproductsDir: path('.build') });
  process.stdout.write(built.map(row).join(''));
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

function row({ name, bytes, sha256 }: BuiltFunction): string {
  const size = `${bytes.toLocaleString('en')} bytes`;
  return `${`dist/${name}/index.mjs`.padEnd(32)}${size.padStart(16)}  ${sha256.slice(0, 12)}\n`;
}
