import { createServer, type IncomingMessage } from 'node:http';
import { Buffer } from 'node:buffer';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { virtualClock } from './testing/virtual-clock.ts';

/** What the loopback server answers to an operation, in turn; the last answer stays. */
interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}
interface Received {
  readonly operation: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const replies = new Map<string, Reply[]>();
const received: Received[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const operation = String(request.headers['x-amz-target'] ?? 'Lambda.Invoke').replace(/^.*\./, '');
    const body = Buffer.concat(chunks).toString('utf8');
    received.push({ operation, url: request.url ?? '', headers: request.headers, body });
    const waiting = replies.get(operation) ?? [];
    const reply = (waiting.length > 1 ? waiting.shift() : waiting[0]) ?? { body: '{}' };
    response.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
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
});
const { awsCloud } = await import('./aws-cloud.ts');
const cloud = awsCloud({ clock: virtualClock(), signal: new AbortController().signal });

beforeEach(() => {
  replies.clear();
  received.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const refusal = (type: string, status = 400): Reply => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({ __type: type, message: 'refused' }),
});
const event = { deploymentId: 'd-ABCDEFGHI', executionId: 'opaque' };

test('an invocation carries the qualifier and asks for the tail, and brings back version, error and log', async () => {
  const headers = {
    'x-amz-executed-version': '7',
    'x-amz-function-error': 'Unhandled',
    'x-amz-log-result': Buffer.from('START\nEND\n').toString('base64'),
  };
  replies.set('Invoke', [{ headers, body: '{"errorType":"Error"}' }]);
  expect(await cloud.invoke({ functionName: 'list', qualifier: 'live', payload: '{"a":1}' })).toEqual({
    payload: '{"errorType":"Error"}',
    functionError: 'Unhandled',
    executedVersion: '7',
    logTail: 'START\nEND\n',
    latencyMs: expect.any(Number),
  });
  expect(received).toEqual([
    expect.objectContaining({
      url: '/2015-03-31/functions/list/invocations?Qualifier=live',
      body: '{"a":1}',
      headers: expect.objectContaining({ 'x-amz-log-type': 'Tail' }),
    }),
  ]);
});

test('a throttled invocation is sent again', async () => {
  const throttled = { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' }, body: '{}' };
  replies.set('Invoke', [throttled, throttled, { body: '{}' }]);
  await cloud.invoke({ functionName: 'list', payload: '{}' });
  expect(received).toHaveLength(3);
});

const page = (name: string, nextToken?: string): Reply => ({
  body: JSON.stringify({ metricFilters: [{ filterName: name, filterPattern: `{ $.${name} = 1 }` }], nextToken }),
});

test('all pages of metric filters are read', async () => {
  replies.set('DescribeMetricFilters', [page('a', 'more'), page('b')]);
  expect(await cloud.metricFilters('/stack/list')).toEqual([
    { name: 'a', pattern: '{ $.a = 1 }' },
    { name: 'b', pattern: '{ $.b = 1 }' },
  ]);
  expect(received.map(({ body }) => JSON.parse(body))).toEqual([
    { logGroupName: '/stack/list' },
    { logGroupName: '/stack/list', nextToken: 'more' },
  ]);
});

test('matches are counted from zero', async () => {
  replies.set('TestMetricFilter', [{ body: JSON.stringify({ matches: [{ eventNumber: 2, eventMessage: 'b' }] }) }]);
  expect(await cloud.matches('b', ['a', 'b'])).toEqual([1]);
});

test('a report names the deployment, the execution and the status', async () => {
  await cloud.report(event, 'Failed');
  expect(received.map(({ operation, body }) => [operation, JSON.parse(body)])).toEqual([
    [
      'PutLifecycleEventHookExecutionStatus',
      { deploymentId: 'd-ABCDEFGHI', lifecycleEventHookExecutionId: 'opaque', status: 'Failed' },
    ],
  ]);
});

test('an event that is already completed needs no report', async () => {
  replies.set('PutLifecycleEventHookExecutionStatus', [refusal('LifecycleEventAlreadyCompletedException')]);
  await cloud.report(event, 'Succeeded');
  expect(received).toHaveLength(1);
});

test('a report that is denied at first is sent until the policy has arrived', async () => {
  const denied = refusal('AccessDeniedException');
  replies.set('PutLifecycleEventHookExecutionStatus', [
    denied,
    denied,
    denied,
    refusal('InternalError', 500),
    { body: '{}' },
  ]);
  await cloud.report(event, 'Succeeded');
  expect(received).toHaveLength(5);
});

test('a deployment that does not exist is an error', async () => {
  replies.set('PutLifecycleEventHookExecutionStatus', [refusal('DeploymentDoesNotExistException')]);
  await expect(cloud.report(event, 'Succeeded')).rejects.toThrow('refused');
});
