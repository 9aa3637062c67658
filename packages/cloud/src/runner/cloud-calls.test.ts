import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Instant } from '../instant.ts';
import { createRunner, type Settled } from './index.ts';
import { imageOf, invocationOf, settle, START } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1, endlessMs: 150 });

interface Received {
  readonly path: string;
  readonly environmentId: string;
  readonly instant: number;
  readonly answer: (completesAt: number, body: string) => void;
}

/** A cloud that answers when the test says so. */
let received: Received[] = [];
let server: Server;
let url = '';

const header = (request: IncomingMessage, name: string): string => String(request.headers[name]);

beforeAll(async () => {
  server = createServer((request, response) => {
    const environmentId = header(request, 'x-rehearsal-environment');
    received.push({
      path: request.url ?? '',
      environmentId,
      instant: Number(header(request, 'x-rehearsal-instant')),
      answer(completesAt, body) {
        runner.answered(environmentId, Instant(completesAt));
        response.writeHead(200, { 'x-rehearsal-completes-at': String(completesAt) }).end(body);
      },
    });
    runner.called(environmentId);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await runner.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const callers: [string, string][] = [
  ['fetch', 'const call = async (path) => (await fetch(process.env.AWS_ENDPOINT_URL + path)).text();'],
  [
    'node:http',
    `import { get, Agent } from 'node:http'; const agent = new Agent({ keepAlive: true });
     const call = (path) => new Promise((resolve, reject) => get(process.env.AWS_ENDPOINT_URL + path, { agent }, (r) => {
       let text = ''; r.setEncoding('utf8').on('data', (d) => (text += d)).on('end', () => resolve(text));
     }).on('error', reject));`,
  ],
];

function load(body: string, call: string, timeoutMs = 3_000) {
  const files = `${call} export const handler = async (event) => { const start = Date.now(); ${body} };`;
  const image = imageOf({ files, image: { timeoutMs, environment: { AWS_ENDPOINT_URL: url } } });
  runner.load(image);
  received = [];
  return image;
}

const only = (settled: readonly Settled[]): unknown => JSON.parse(settled[0]?.payload ?? 'null');

test.each(callers)('%s stands still until the call is complete, and no timer fires meanwhile', async (_name, call) => {
  const image = load(
    `const order = []; setTimeout(() => order.push('timer'), 10);
     order.push(await call('/a')); await new Promise((r) => setTimeout(r, 20));
     return [...order, Date.now() - start];`,
    call,
  );
  expect(await settle(runner, [invocationOf(image, {}, 0)])).toEqual([]);
  expect(runner.callsInFlight).toBe(1);
  const [first] = received;
  first?.answer((first?.instant ?? 0) + 500, 'A');
  const settled = await settle(runner, []);
  expect(only(settled)).toEqual(['A', 'timer', expect.closeTo(520, -1)]);
  expect(runner.callsInFlight).toBe(0);
});

test.each(callers)('%s makes several calls, one after another and at once', async (_name, call) => {
  const image = load(`const a = await call('/a'); return [a, ...(await Promise.all([call('/b'), call('/c')]))];`, call);
  await settle(runner, [invocationOf(image, {}, 0)]);
  received[0]?.answer(received[0].instant + 10, 'A');
  expect(await settle(runner, [])).toEqual([]);
  const [, b, c] = received;
  expect(new Set([b?.path, c?.path])).toEqual(new Set(['/b', '/c']));
  b?.answer(b.instant + 10, b.path);
  expect(await settle(runner, [])).toEqual([]);
  c?.answer(c.instant + 20, c.path);
  expect(only(await settle(runner, []))).toEqual(['A', '/b', '/c']);
});

test('an environment at a call holds nobody back who has to come now, not even its own function', async () => {
  const image = load(`if (event.call) await call('/a'); return event;`, callers[0]?.[1] ?? '');
  const invocations = [invocationOf(image, { call: true }, 0), invocationOf(image, {}, 1_000)];
  const settled = await settle(runner, invocations);
  expect(settled.map(({ payload }) => payload)).toEqual(['{}']);
  expect(received).toHaveLength(1);
  const [first] = received;
  first?.answer((first?.instant ?? 0) + 5_000, '');
  expect(await settle(runner, [])).toMatchObject([{ outcome: 'timeout', endedAt: expect.any(Number) }]);
});

test('what was handed over ahead is given back once an environment of its image stands at a call', async () => {
  const image = load(`if (event.call) await call('/a'); return event;`, callers[0]?.[1] ?? '');
  const other = load(`return 'other';`, '');
  const ahead = [
    invocationOf(image, {}, 0),
    invocationOf(image, { call: true }, 1_000),
    invocationOf(image, {}, 2_000),
    invocationOf(other, {}, 2_500),
    invocationOf(image, {}, 3_000),
  ].map((one) => ({ ...one, isAhead: true }));
  const settled: string[] = [];
  const givenBack: number[] = [];
  for await (const chunk of runner.run(ahead)) {
    settled.push(...chunk.settled.map(({ payload }) => payload));
    givenBack.push(...chunk.givenBack.map(({ seq }) => seq));
  }
  expect([settled, givenBack]).toEqual([
    ['{}', '"other"'],
    [ahead[2]?.seq, ahead[4]?.seq],
  ]);
  received[0]?.answer((received[0]?.instant ?? 0) + 100, '');
  expect(await settle(runner, [])).toMatchObject([{ payload: '{"call":true}' }]);
  expect(await settle(runner, ahead.slice(4))).toMatchObject([{ payload: '{}' }]);
});

test.each([
  ['a time-out', 'await new Promise((r) => setTimeout(r, 10_000));'],
  ['an exit', 'process.exit(1);'],
  ['a loop that destroys the thread', 'for (;;) try { for (;;) Date.now(); } catch {}'],
])('after %s the calls of an environment are waited for as before', async (_name, dies) => {
  const image = load(`const a = await call('/a'); if (event.die) { ${dies} } return a;`, callers[0]?.[1] ?? '');
  await settle(runner, [invocationOf(image, { die: true }, 0)]);
  received[0]?.answer(received[0].instant + 10, '1');
  const [died] = await settle(runner, []);
  expect(died).toMatchObject({ died: true });
  expect(await settle(runner, [invocationOf(image, {}, 20_000)])).toEqual([]);
  expect(received.map(({ environmentId }) => environmentId)).toEqual([died?.environmentId, died?.environmentId]);
  received[1]?.answer(received[1].instant + 10, '2');
  expect(await settle(runner, [])).toMatchObject([{ payload: '"2"' }]);
});

test('an answer beyond the deadline is a time-out at the deadline', async () => {
  const image = load(`await call('/a');`, callers[1]?.[1] ?? '', 1_000);
  await settle(runner, [invocationOf(image, {}, 0)]);
  const [first] = received;
  first?.answer(START + 60_000, '');
  const [settled] = await settle(runner, []);
  expect(settled).toMatchObject({ outcome: 'timeout', errorType: 'Sandbox.Timedout', durationMs: 1_000 });
  expect(Number(settled?.endedAt) - Number(settled?.startedAt)).toBeLessThanOrEqual(1_001);
});

test.each(callers)('%s after the time-out reaches nobody: the process has ended', async (_name, call) => {
  const image = load(`try { await call('/a'); } catch {} await call('/b');`, call, 1_000);
  await settle(runner, [invocationOf(image, {}, 0)]);
  received[0]?.answer(START + 60_000, '');
  expect(await settle(runner, [])).toMatchObject([{ outcome: 'timeout' }]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(received.map(({ path }) => path)).toEqual(['/a']);
  expect(await settle(runner, [invocationOf(image, {}, 5_000)])).toEqual([]);
  expect(received).toHaveLength(2);
  received[1]?.answer(received[1].instant + 10, '');
  await settle(runner, []);
  received[2]?.answer(received[2].instant + 10, '');
  expect(await settle(runner, [])).toMatchObject([{ outcome: 'success' }]);
});

test.each([
  ['returns', 'return 1;', 'success'],
  ['exits', 'process.exit(1);', 'error'],
])('a call that nobody waits for happens although the handler %s', async (_name, end, outcome) => {
  const image = load(
    `if (event.call) { void call('/a').then(() => console.log('late')); await null; ${end} } return 2;`,
    callers[1]?.[1] ?? '',
  );
  expect(await settle(runner, [invocationOf(image, { call: true }, 0)])).toMatchObject([{ outcome }]);
  expect(received).toHaveLength(1);
  received[0]?.answer(START + 500, '');
  expect(await settle(runner, [])).toEqual([]);
  expect(await settle(runner, [invocationOf(image, {}, 1_000)])).toMatchObject([{ payload: '2' }]);
});

test('what node:http has beside HTTP is there when it is asked for, and reaches nobody either', async () => {
  const image = load(
    `const { CloseEvent, MessageEvent, WebSocket } = await import('node:http');
     let socket = 'made'; try { new WebSocket('wss://example.com'); } catch (error) { socket = error.code; }
     const heard = new MessageEvent('message', { data: 7 });
     return [heard.data, heard instanceof MessageEvent, new CloseEvent('close', { code: 1000 }).code, MessageEvent.name, socket];`,
    '',
  );
  expect(only(await settle(runner, [invocationOf(image, {}, 0)]))).toEqual([
    7,
    true,
    1000,
    'MessageEvent',
    'ENETUNREACH',
  ]);
});
