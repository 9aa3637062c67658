/** What the list handler costs above its frameworks: bytes, and time until the first invocation can begin. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { type Row, row, thousands } from './row.ts';
import { build, ROOT } from './unicorns.ts';

const FRAMEWORKS = `
import middy from '@middy/core';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
const logger = new Logger();
const metrics = new Metrics();
export const handler = middy().use(injectLambdaContext(logger)).use(logMetrics(metrics)).handler(async () => ({ statusCode: 200 }));
`;

const RUNS = 15;

/** Median real milliseconds of importing a bundle in a process of its own. */
function initMs(file: string): number {
  const script = `const from = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(String(performance.now() - from));`;
  const times = Array.from({ length: RUNS }, () =>
    Number(spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout),
  );
  return times.toSorted((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
}

export async function benchBundle(): Promise<readonly Row[]> {
  const built = await build();
  const list = built.find((each) => each.name === 'list');
  if (list === undefined) throw new Error('there is no list function');
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const out = join(folder, 'index.mjs');
    writeFileSync(join(folder, 'empty'), '');
    const result = await esbuild({
      stdin: { contents: FRAMEWORKS, resolveDir: join(ROOT, 'packages/list') },
      outfile: out,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      legalComments: 'none',
      metafile: true,
    });
    const base = Object.values(result.metafile.outputs)[0]?.bytes ?? 0;
    const above = list.bytes - base;
    const [own, theirs] = [initMs(join(ROOT, 'dist/list/index.mjs')), initMs(out)];
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
  } finally {
    rmSync(folder, { recursive: true });
  }
}
