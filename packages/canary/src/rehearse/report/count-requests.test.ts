import { expect, test } from '@jest/globals';
import { type Fact, Instant } from '@unicorns/cloud';
import { addRequests, answerOf, isHit, RequestCounter } from './count-requests.ts';

type Ended = Extract<Fact, { type: 'lambda.InvocationEnded' }>;

const ended = (payload: string, more: Partial<Ended> = {}): Ended => ({
  type: 'lambda.InvocationEnded',
  requestId: 'r',
  functionName: 'orders',
  version: '1',
  source: { type: 'traffic', index: 0 },
  logType: 'None',
  startedAt: Instant(1_000),
  durationMs: 5,
  outcome: 'success',
  payload,
  logGroup: '/aws/lambda/orders',
  logStream: 's',
  lines: [],
  ...more,
});

const answers: readonly [name: string, fact: Ended, answer: ReturnType<typeof answerOf>, hit: boolean][] = [
  ['any answer of a function is fine', ended('{"done":true}'), { status: 'ok', latencyMs: 7 }, false],
  ['an answer for a gateway says itself what it is', ended('{"statusCode":503}'), { status: 503, latencyMs: 7 }, true],
  ['a status deeper down is none', ended('{"orders":[{"statusCode":503}]}'), { status: 'ok', latencyMs: 7 }, false],
  ['a function error', ended('{}', { outcome: 'error' }), { status: 'function error', latencyMs: 7 }, true],
  ['a call that waited too long', ended('1', { startedAt: Instant(0) }), { status: 'ok', latencyMs: 1_007 }, true],
  ['a hook’s call is no caller’s', ended('{}', { source: { type: 'api' } }), undefined, false],
];

test.each(answers)('%s', (_name, fact, answer, hit) => {
  const got = answerOf(fact, Instant(1_007));
  expect(got).toEqual(answer);
  expect(got !== undefined && isHit(got, 1_000)).toBe(hit);
});

test('statuses are counted in order, numbers first', () => {
  const counter = new RequestCounter(1_000);
  for (const status of ['throttled', 503, 'ok', 200, 'ok'] as const) counter.add({ status, latencyMs: 1 });
  const { requests } = counter;
  expect(requests.byStatus).toEqual([
    [200, 1],
    [503, 1],
    ['ok', 2],
    ['throttled', 1],
  ]);
  expect(addRequests(requests, requests).byStatus).toEqual([
    [200, 2],
    [503, 2],
    ['ok', 4],
    ['throttled', 2],
  ]);
});
