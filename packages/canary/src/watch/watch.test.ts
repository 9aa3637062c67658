/** Watches of real deployments in an embedded cloud: time moves by the watch's own pauses. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { type Account, connect } from '../aws/index.ts';
import { type EmbeddedStack, embeddedStack, type ReleaseCode, STACK } from './embedded-stack.fixture.ts';
import type { WatchEvent } from './events.ts';
import type { Subject } from './read-snapshot.ts';
import { parseRecording, type RecordedLine, recordedLine } from './recording.ts';
import { watch } from './watch.ts';

// A watch of five minutes asks a few hundred times; other suites share the machine.
let stack: EmbeddedStack;
beforeAll(async () => {
  stack = await embeddedStack();
});
afterAll(async () => stack[Symbol.asyncDispose]());

const LATEST: Subject = { type: 'stack', name: STACK, isNext: false };

interface Watching {
  readonly subject?: Subject;
  readonly account?: Account;
  readonly stepMs?: number;
  readonly beforeStep?: () => Promise<void>;
}

async function watchStack({ subject = LATEST, account = stack.account, stepMs = 20_000, beforeStep }: Watching = {}) {
  const events: WatchEvent[] = [];
  const recorded: RecordedLine[] = [];
  const ending = await watch({
    account,
    subject,
    intervalMs: stepMs,
    tell: (event) => events.push(event),
    waits: () => undefined,
    record: (line) => recorded.push(line),
    wait: async (ms) => {
      await beforeStep?.();
      await stack.cloud.advance(ms);
    },
    signal: new AbortController().signal,
  });
  const of = <T extends WatchEvent['type']>(type: T) =>
    events.filter((event): event is Extract<WatchEvent, { type: T }> => event.type === type);
  return { ending, events, of, recording: parseRecording(recorded.map(recordedLine).join(''), 'recording') };
}

/** Between two stories the alarms of the one before get their quiet minute. */
async function release(code: ReleaseCode): Promise<void> {
  await stack.cloud.advance(60_000);
  await stack.update(code);
}

test('a healthy release is followed until it is promoted', async () => {
  await release({ number: 2 });
  const { ending, of, recording } = await watchStack();
  expect(ending).toMatchObject({ result: 'promoted', reasons: [], left: { stack: { status: 'UPDATE_COMPLETE' } } });
  expect(of('aliasShifted').map(({ shares }) => shares.map(({ percent }) => percent))).toEqual([[90, 10], [100]]);
  const events = of('lifecycleEvent').map(({ event, status, hook }) => `${event} ${status} ${hook ?? ''}`.trim());
  expect(events).toEqual([
    'BeforeAllowTraffic InProgress CodeDeployHook_shop_pre',
    'BeforeAllowTraffic Succeeded CodeDeployHook_shop_pre',
    'AllowTraffic InProgress',
    'AllowTraffic Succeeded',
    'AfterAllowTraffic InProgress',
    'AfterAllowTraffic Succeeded',
  ]);
  expect(of('datapoint')[0]).toMatchObject({ alarm: 'shop-2-errors', value: 0, limit: '> 0' });
  expect(of('delayed')).toEqual([]);
  expect(of('cannotRead')).toEqual([]);
  expect(recording.profile).toEqual([{ minute: 0, requestsPerMinute: 60 }]);
});

test('a release that an alarm stops: the end names the alarm and what it saw', async () => {
  await release({ throws: true });
  const { ending, of } = await watchStack({ stepMs: 10_000 });
  expect(ending?.result).toBe('rolledBack');
  expect(ending?.reasons).toMatchObject([{ type: 'alarms', names: ['shop-3-errors'], alarms: [{ limit: '> 0' }] }]);
  expect(ending?.reasons[0]).toMatchObject({ alarms: [{ reason: expect.stringContaining('Threshold Crossed') }] });
  expect(ending?.left).toMatchObject({
    stack: { name: STACK, status: 'UPDATE_ROLLBACK_COMPLETE' },
    aliases: [{ alias: 'live', shares: [{ version: '2', percent: 100 }] }],
    orphans: [{ version: '3' }],
  });
  const [red] = of('alarmTurned');
  const stopped = of('deploymentEnded').find(({ isRollback }) => !isRollback);
  expect(red).toMatchObject({ alarm: 'shop-3-errors', to: 'ALARM' });
  expect((stopped?.at ?? 0) - (red?.at ?? 0)).toBeLessThan(30_000);
});

test('a release that its hook refuses: the end has the hook’s own words', async () => {
  await release({ hookReports: 'Failed' });
  const { ending, of } = await watchStack();
  expect(ending).toMatchObject({
    result: 'rolledBack',
    reasons: [{ type: 'hook', event: 'BeforeAllowTraffic', hook: 'CodeDeployHook_shop_pre' }],
  });
  expect(of('hookSaid')[0]?.lines[0]).toContain('"check":"lists"');
});

test('a stack at rest tells its latest operation at once', async () => {
  const { ending, of } = await watchStack();
  expect(ending?.result).toBe('rolledBack');
  expect(of('stackChanged').at(-1)?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('a deployment alone is followed until its rollback is over, and its hook is found', async () => {
  await release({ hookReports: 'Failed', number: 2 });
  await stack.cloud.advance(14_000);
  const id = [...stack.cloud.world.codedeploy.deployments.keys()].at(-1) ?? '';
  const { ending, of } = await watchStack({ subject: { type: 'deployment', id } });
  expect(ending).toMatchObject({ result: 'rolledBack', reasons: [{ type: 'hook', hook: 'CodeDeployHook_shop_pre' }] });
  expect(of('stackChanged')).toEqual([]);
  await watchStack();
});

test('the next operation is waited for, and what was before is not told', async () => {
  let steps = 0;
  const { ending, events } = await watchStack({
    subject: { type: 'stack', name: STACK, isNext: true },
    stepMs: 30_000,
    beforeStep: async () => {
      steps += 1;
      if (steps === 2) await release({ number: 3 });
    },
  });
  expect(ending?.result).toBe('promoted');
  expect(events[0]).toMatchObject({ type: 'stackChanged', status: 'UPDATE_IN_PROGRESS' });
  expect(events.filter((event) => event.type === 'stackChanged')).toHaveLength(3);
});

test('a stack that nobody knows is bad input', async () => {
  const watching = watchStack({ subject: { type: 'stack', name: 'unknown', isNext: false } });
  await expect(watching).rejects.toThrow(UserError);
  await expect(watching).rejects.toThrow('There is no stack "unknown"');
});

test('a deployment that nobody knows is bad input', async () => {
  const watching = watchStack({ subject: { type: 'deployment', id: 'd-AAAAAAAAA' } });
  await expect(watching).rejects.toThrow(/d-AAAAAAAAA.*DeploymentDoesNotExistException/);
});

/** In front of the embedded cloud: every seventh call is throttled, every eleventh loses its connection. */
async function troubledLine() {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    if (calls % 11 === 0) return void request.socket.destroy();
    if (calls % 7 === 0) {
      response.writeHead(429, { 'content-type': 'application/json', 'x-amzn-errortype': 'ThrottlingException' });
      return void response.end('{"__type":"ThrottlingException","message":"Rate exceeded"}');
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void forward(Buffer.concat(chunks)));
    const forward = async (body: Buffer): Promise<void> => {
      const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' && !/^(?:host|connection|content-length|expect)$/.test(name) ? [[name, value]] : [],
      );
      const { method = 'GET', url = '/' } = request;
      const answer = await fetch(new URL(url, stack.cloud.endpointUrl), {
        method,
        headers,
        ...(body.length > 0 && { body }),
      });
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    };
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { server, url: `http://127.0.0.1:${port}` };
}

test('throttling and lost connections are said, and survived', async () => {
  const { server, url } = await troubledLine();
  const account = await connect({ endpoint: url }, { AWS_REGION: stack.cloud.world.region });
  await release({ number: 4 });
  const { ending, events, of } = await watchStack({ account, stepMs: 30_000 });
  server.closeAllConnections();
  server.close();
  expect(ending?.result).toBe('promoted');
  expect(events.at(-1)?.type).toBe('ended');
  const kinds = new Set(of('delayed').map(({ kind }) => kind));
  expect([...kinds].toSorted()).toEqual(['connectionLost', 'throttled']);
});
