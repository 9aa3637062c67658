/**
 * A thousand execution environments of the list bundle at once, then nine times as many again while the old ones are
 * discarded: memory of the whole process, and what a new one costs. In a process of its own, since memory is its.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Instant } from '../../packages/cloud/src/instant.ts';
import { createRunner, type Image, type Invocation, type Runner } from '../../packages/cloud/src/runner/index.ts';
import { type Row, row, thousands, timed } from './row.ts';
import { build, ROOT } from './unicorns.ts';

const CONCURRENT = 1_000;
/** After this long an unused environment is no more. */
const IDLE_MS = 20 * 60_000;
const VERSIONS = ['1', '2'];

const EVENT = JSON.stringify({
  resource: '/unicorns',
  path: '/unicorns',
  httpMethod: 'GET',
  headers: {},
  multiValueHeaders: {},
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  pathParameters: null,
  stageVariables: null,
  requestContext: { stage: 'Prod', requestId: 'r', identity: {} },
  body: null,
  isBase64Encoded: false,
});

const imageOf = (version: string): Image => ({
  key: version,
  functionName: 'list',
  version,
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  files: new Map([['index.mjs', readFileSync(join(ROOT, 'dist/list/index.mjs'))]]),
  environment: {
    AWS_LAMBDA_FUNCTION_NAME: 'list',
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    POWERTOOLS_SERVICE_NAME: 'list',
    POWERTOOLS_METRICS_NAMESPACE: 'bench',
  },
  timeoutMs: 3_000,
  memoryMb: 512,
  logFormat: 'JSON',
  applicationLogLevel: 'INFO',
  logGroup: '/bench/list',
});

interface Measured {
  readonly cold: number;
  readonly msEach: number;
  readonly msEachLater: number;
  readonly residentMb: number;
}

let seq = 0;

/** As many invocations at one instant as there may be environments; gives how many were new. */
async function invokeAtOnce(runner: Runner, atMs: number): Promise<number> {
  const invocations = Array.from({ length: CONCURRENT }, (_, i): Invocation => ({
    requestId: `request-${seq}`,
    seq: seq++,
    imageKey: VERSIONS[i % VERSIONS.length] ?? '',
    at: Instant(atMs),
    payload: EVENT,
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:list:live',
    isAhead: false,
  }));
  let cold = 0;
  for await (const { settled } of runner.run(invocations))
    for (const { initDurationMs, outcome } of settled) {
      if (outcome !== 'success') throw new Error(`an invocation ended with ${outcome}`);
      if (initDurationMs !== undefined) cold++;
    }
  return cold;
}

async function measure(): Promise<Measured> {
  const runner = createRunner({ seed: 1, workers: 2 });
  for (const version of VERSIONS) runner.load(imageOf(version));
  let atMs = Date.UTC(2026, 0, 1);
  const first = await timed(() => invokeAtOnce(runner, atMs));
  let later = first;
  for (let i = 0; i < 9; i++) {
    atMs += IDLE_MS;
    later = await timed(() => invokeAtOnce(runner, atMs));
  }
  const residentMb = process.memoryUsage.rss() / 1e6;
  await runner.close();
  return { cold: first.result, msEach: first.ms / first.result, msEachLater: later.ms / later.result, residentMb };
}

export async function benchEnvironments(): Promise<readonly Row[]> {
  await build();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', fileURLToPath(import.meta.url)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const { cold, msEach, msEachLater, residentMb } = JSON.parse(stdout) as Measured;
  return [
    row(
      `${thousands(cold)} environments at once, and 9 × as many after them`,
      `${thousands(residentMb)} MB resident`,
      '1,000 in < 1,000 MB',
      cold === CONCURRENT && residentMb < 1_000,
    ),
    row(
      'a new environment, its init and first invocation included',
      `${msEach.toFixed(2)} ms, later ${msEachLater.toFixed(2)} ms`,
      '< 5 ms',
      msEach < 5,
    ),
  ];
}

if (import.meta.main) process.stdout.write(JSON.stringify(await measure()));
