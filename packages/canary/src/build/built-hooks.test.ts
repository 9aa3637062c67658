/** The bundles as they are deployed: the pre-traffic hook, over the real SDK, judges the real list handler. */
import { Buffer } from 'node:buffer';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildFunctions, functions } from './index.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;
type Answer = { readonly headers?: Record<string, string>; readonly body: unknown };

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const VERSION_ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:uni-api-list:7';
const EVENT = { DeploymentId: 'd-ABCDEFGHI', LifecycleEventHookExecutionId: 'opaque' };
const context = { awsRequestId: 'r', functionName: 'f', functionVersion: '7', getRemainingTimeInMillis: () => 60_000 };

let deployed: Handler;
let pattern = '';
const written: string[] = [];
const reports: unknown[] = [];

const streams = [process.stdout, process.stderr];
const originals = streams.map((stream): typeof stream.write => Reflect.get(stream, 'write'));
const keep = (chunk: string | Uint8Array): boolean => {
  written.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
  return true;
};

/** As much of AWS as the hook asks. A filter matches a line that has both of its values, by their text. */
const operations: Readonly<Record<string, (input: string) => Answer | Promise<Answer>>> = {
  Invoke: async (input) => {
    written.length = 0;
    const body = await deployed(JSON.parse(input), context);
    const tail = Buffer.from(written.join('')).toString('base64');
    return { headers: { 'x-amz-executed-version': '7', 'x-amz-log-result': tail }, body };
  },
  DescribeMetricFilters: () => ({ body: { metricFilters: [{ filterName: 'errors', filterPattern: pattern }] } }),
  TestMetricFilter: (input) => {
    const { filterPattern, logEventMessages }: { filterPattern: string; logEventMessages: string[] } =
      JSON.parse(input);
    const matched = logEventMessages.map((line, at) => ({
      at,
      hit: line.includes(filterPattern) && line.includes('503'),
    }));
    return { body: { matches: matched.filter(({ hit }) => hit).map(({ at }) => ({ eventNumber: at + 1 })) } };
  },
  PutLifecycleEventHookExecutionStatus: (input) => {
    reports.push(JSON.parse(input));
    return { body: {} };
  },
};

async function answered(target: string | undefined, input: string): Promise<Answer> {
  const operation = (target ?? 'Lambda.Invoke').replace(/^.*\./, '');
  return (await operations[operation]?.(input)) ?? { body: {} };
}

const server = createServer((request, response) => {
  let input = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (input += chunk));
  request.on('end', () => {
    const target = request.headers['x-amz-target'];
    void answered(target === undefined ? undefined : String(target), input).then(({ headers, body }) =>
      response.writeHead(200, headers).end(JSON.stringify(body)),
    );
  });
});
const port = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    resolve(typeof address === 'object' && address ? address.port : 0);
  });
});

Object.assign(process.env, {
  AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_LAMBDA_FUNCTION_NAME: 'uni-api-list',
  AWS_LAMBDA_FUNCTION_VERSION: '7',
  POWERTOOLS_METRICS_NAMESPACE: 'uni-api',
  FUNCTION_NAME: 'uni-api-list',
  NEW_VERSION: VERSION_ARN,
  LOG_GROUP: '/uni-api/list',
});

const scratch = await mkdtemp(join(tmpdir(), 'built-hooks-'));
const handlerOf = async (outdir: string, name: string): Promise<Handler> => {
  const { handler }: { handler: Handler } = await import(join(outdir, name, 'index.mjs'));
  return handler;
};
const healthy = join(scratch, 'healthy');
const faulty = join(scratch, 'faulty');
const always503 = `import { Problem } from './problem.ts';
  export const catalogue = { list: async () => { throw new Problem(503, 'Closed.'); } };`;
const [list, preTrafficHook] = functions;
if (!list || !preTrafficHook) throw new Error('The list of functions has changed.');
await buildFunctions({ root: ROOT, outdir: healthy, only: [list, preTrafficHook] });
await buildFunctions({
  root: ROOT,
  outdir: faulty,
  only: [list],
  replacements: { 'packages/list/src/catalogue.ts': always503 },
});
const preTraffic = await handlerOf(healthy, 'pre-traffic');

beforeEach(() => {
  reports.length = 0;
  pattern = '"function":"uni-api-list:7"';
  for (const stream of streams) stream.write = keep;
});
afterEach(() => {
  for (const [at, stream] of streams.entries()) {
    const original = originals[at];
    if (original) stream.write = original;
  }
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(scratch, { recursive: true });
});

const report = (status: string) => ({
  deploymentId: 'd-ABCDEFGHI',
  lifecycleEventHookExecutionId: 'opaque',
  status,
});

test('the list handler passes its own acceptance suite', async () => {
  deployed = await handlerOf(healthy, 'list');
  expect(await preTraffic(EVENT, context)).toEqual({ status: 'Succeeded', failures: [] });
  expect(reports).toEqual([report('Succeeded')]);
});

test('a release that always answers 503 is reported as Failed', async () => {
  deployed = await handlerOf(faulty, 'list');
  await preTraffic(EVENT, context);
  expect(reports).toEqual([report('Failed')]);
});

test('a good release behind a blind metric filter is reported as Failed', async () => {
  deployed = await handlerOf(healthy, 'list');
  pattern = '"function":"uni-api-list:6"';
  expect(await preTraffic(EVENT, context)).toMatchObject({
    failures: [{ check: 'a deployed metric filter counts a 503', got: `errors: ${pattern}` }],
  });
  expect(reports).toEqual([report('Failed')]);
});
