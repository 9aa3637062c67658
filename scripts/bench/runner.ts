/**
 * Invocations per second of the list bundle: a bare single-threaded loop with its output captured, beside the runner
 * with one image and with two; then what environments cost.
 *
 *     node --experimental-vm-modules scripts/bench/runner.ts [invocations per row]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildFunctions } from '@unicorns/canary/build';
import { Instant } from '../../packages/cloud/src/instant.ts';
import { createRunner, type Image, type Invocation, type Runner } from '../../packages/cloud/src/runner/index.ts';

const count = Number(process.argv[2] ?? 40_000);
const EVENT = JSON.stringify({
  resource: '/unicorns',
  path: '/unicorns',
  httpMethod: 'GET',
  headers: { Host: 'localhost' },
  multiValueHeaders: { Host: ['localhost'] },
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  pathParameters: null,
  stageVariables: null,
  requestContext: { stage: 'Prod', requestId: 'r', identity: {} },
  body: null,
  isBase64Encoded: false,
});
const VARIABLES = {
  AWS_LAMBDA_FUNCTION_NAME: 'list',
  AWS_LAMBDA_FUNCTION_VERSION: '1',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/list',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_REGION: 'eu-west-1',
  POWERTOOLS_SERVICE_NAME: 'unicorns',
  POWERTOOLS_METRICS_NAMESPACE: 'unicorns',
};
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:list:live';

const perSecond = (n: number, ms: number): number => Math.round((n / ms) * 1_000);
const print = (name: string, value: string): boolean => process.stdout.write(`${name.padEnd(52)}${value}\n`);

interface Module {
  readonly handler: (event: unknown, context: object) => Promise<unknown>;
}

async function bareLoop(file: string): Promise<number> {
  Object.assign(process.env, VARIABLES);
  const { handler } = (await import(pathToFileURL(file).href)) as Module;
  const write = process.stdout.write.bind(process.stdout);
  let lines: string[] = [];
  process.stdout.write = ((text: string) => lines.push(text) > 0) as typeof write;
  const loop = async (n: number): Promise<void> => {
    for (let i = 0; i < n; i++) {
      lines = [];
      await handler(JSON.parse(EVENT), {
        awsRequestId: `request-${i}`,
        functionName: 'list',
        functionVersion: '1',
        invokedFunctionArn: ARN,
        isAhead: false,
        memoryLimitInMB: '256',
        getRemainingTimeInMillis: () => 3_000,
      });
    }
  };
  await loop(5_000);
  const startedMs = performance.now();
  await loop(count);
  const tookMs = performance.now() - startedMs;
  process.stdout.write = write;
  return perSecond(count, tookMs);
}

function imageOf(key: string, bundle: Uint8Array): Image {
  return {
    key,
    functionName: 'list',
    version: key,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    files: new Map([['index.mjs', bundle]]),
    environment: VARIABLES,
    timeoutMs: 3_000,
    memoryMb: 256,
    logFormat: 'JSON',
    applicationLogLevel: 'INFO',
    logGroup: '/aws/lambda/list',
  };
}

let seq = 0;
let at = Date.UTC(2026, 0, 1);

/** Runs `n` invocations `gapMs` apart; gives the rate and how many environments were new. */
async function run(runner: Runner, keys: readonly string[], n: number, gapMs: number) {
  const invocations = Array.from({ length: n }, (): Invocation => {
    at += gapMs;
    const imageKey = keys[seq % keys.length] ?? '';
    return {
      requestId: `request-${seq}`,
      seq: seq++,
      imageKey,
      at: Instant(at),
      payload: EVENT,
      invokedFunctionArn: ARN,
      isAhead: false,
    };
  });
  const startedMs = performance.now();
  let cold = 0;
  for await (const { settled } of runner.run(invocations))
    for (const one of settled) if (one.initDurationMs !== undefined) cold++;
  const tookMs = performance.now() - startedMs;
  return { rate: perSecond(n, tookMs), cold, msEach: (tookMs / cold).toFixed(2) };
}

async function rates(bundle: Uint8Array, bare: number): Promise<void> {
  const runner = createRunner({ seed: 1, workers: 2 });
  for (const key of ['1', '2']) runner.load(imageOf(key, bundle));
  for (let i = 0; i < 3; i++) await run(runner, ['1', '2'], 5_000, 100);
  const row = (name: string, rate: number) => print(name, `${rate}/s, ${(rate / bare).toFixed(2)} × the bare loop`);
  row('the runner, two versions at a time', (await run(runner, ['1', '2'], count, 100)).rate);
  row('the runner, one version', (await run(runner, ['1'], count, 100)).rate);
  await runner.close();
}

async function environments(bundle: Uint8Array): Promise<void> {
  const runner = createRunner({ seed: 1, workers: 2 });
  for (const key of ['1', '2']) runner.load(imageOf(key, bundle));
  const memory = (): string => `${Math.round(process.memoryUsage.rss() / 1e6)} MB resident`;
  const first = await run(runner, ['1', '2'], 1_000, 0);
  print(`${first.cold} environments at once`, `${first.msEach} ms each, ${memory()}`);
  let last = first;
  for (let i = 0; i < 9; i++) {
    at += 20 * 60_000;
    last = await run(runner, ['1', '2'], 1_000, 0);
  }
  print('nine times as many again, the old ones discarded', `${last.msEach} ms each, ${memory()}`);
  await runner.close();
}

const directory = await mkdtemp(join(tmpdir(), 'bench-runner-'));
try {
  const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
  await buildFunctions({ root, outdir: join(directory, 'dist'), byproductsDir: join(directory, 'by') });
  const file = join(directory, 'dist/list/index.mjs');
  const bundle = await readFile(file);
  const bare = await bareLoop(file);
  print('a bare loop over the list bundle', `${bare}/s`);
  await rates(bundle, bare);
  await environments(bundle);
} finally {
  await rm(directory, { recursive: true, force: true });
}
