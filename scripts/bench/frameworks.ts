/**
 * middy, Logger and Metrics alone, bundled: what the list handler is compared with, and the measure of the machine. The
 * design's targets in seconds were set where this bundle began in 11.0 ms; a machine on which it takes twice as long may
 * take twice as long for the rest, and a row says so.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { type Row, row } from './row.ts';
import { ROOT } from './unicorns.ts';

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
/** Where the targets were set. */
const REFERENCE_INIT_MS = 11.0;

/** So much room that no collection falls into one import and not into the other: it takes longer than what is compared. */
const ROOMY = '--min-semi-space-size=16';

/** Median real milliseconds of importing each bundle in a process of its own; they take turns. */
export function initMs<const Files extends readonly string[]>(files: Files): { [K in keyof Files]: number } {
  const turns = Array.from({ length: RUNS }, () => files.map(importMs));
  const median = (_file: string, i: number): number =>
    turns.map((times) => times[i] ?? NaN).toSorted((a, b) => a - b)[RUNS >> 1] ?? NaN;
  return files.map(median) as { [K in keyof Files]: number };
}

function importMs(file: string): number {
  const script = `const from = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(String(performance.now() - from));`;
  return Number(spawnSync(process.execPath, [ROOMY, '--input-type=module', '-e', script], { encoding: 'utf8' }).stdout);
}

/** Bundles the frameworks into a folder of their own for as long as `use` takes. */
export async function withFrameworks<T>(use: (file: string, bytes: number) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const outfile = join(folder, 'index.mjs');
    const { metafile } = await esbuild({
      stdin: { contents: FRAMEWORKS, resolveDir: join(ROOT, 'packages/list') },
      outfile,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      legalComments: 'none',
      metafile: true,
    });
    return use(outfile, Object.values(metafile.outputs)[0]?.bytes ?? 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let known: Promise<number> | undefined;

/** How many times as long this machine takes, at the moment; never less than 1. */
const machineFactor = (): Promise<number> =>
  (known ??= withFrameworks((file) => Math.max(1, initMs([file])[0] / REFERENCE_INIT_MS)));

/** A row whose target is a time: met when the time is, or what it comes to where the targets were set. */
export async function timeRow(name: string, ms: number, targetMs: number, more = ''): Promise<Row> {
  const text = (value: number): string =>
    targetMs < 1_000 ? `${value.toFixed(0)} ms` : `${(value / 1_000).toFixed(2)} s`;
  const factor = await machineFactor();
  const there =
    factor > 1 ? `, ${text(ms / factor)} on a machine ${factor.toFixed(2)} × as fast, as the targets’ was` : '';
  return row(name, `${text(ms)}${more}${there}`, `< ${text(targetMs)}`, ms / factor < targetMs);
}
