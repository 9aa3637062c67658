import { expect, test } from '@jest/globals';
import { persistently } from './persistently.ts';
import { type LoadAnswer, type LoadCloud, readLoadSettings, syntheticLoad } from './synthetic-load.ts';
import { virtualClock } from './testing/virtual-clock.ts';

const ENVIRONMENT = {
  FUNCTION_NAME: 'list',
  DEPLOYMENT_APPLICATION: 'app',
  DEPLOYMENT_GROUP: 'group',
  REQUESTS_PER_MINUTE: '6',
};

const FIRST_PAGE = {
  statusCode: 200,
  headers: { 'Content-Type': 'application/json', ETag: '"1"', 'Cache-Control': 'max-age=60' },
  body: JSON.stringify({ unicorns: [{ id: '1', name: 'Asteria', colour: 'white', speedKmh: 80 }] }),
};

const answered = (response: unknown, functionError?: string): LoadAnswer => ({
  payload: JSON.stringify(response),
  executedVersion: '7',
  ...(functionError !== undefined && { functionError }),
});

/** One minute of load over an in-memory cloud: what came back, when requests were sent, what was logged. */
async function aMinute(underWay: readonly string[], send: LoadCloud['send'] = async () => answered(FIRST_PAGE)) {
  const clock = virtualClock();
  const sentAtMs: number[] = [];
  const payloads: string[] = [];
  const logged: unknown[] = [];
  const run = syntheticLoad({
    connect: () => ({
      deploymentsUnderWay: async () => underWay,
      send: async (settings, payload) => {
        sentAtMs.push(clock.now());
        payloads.push(payload);
        return send(settings, payload);
      },
    }),
    clock,
    environment: () => ENVIRONMENT,
    log: (entry) => logged.push(entry),
    newRequestId: () => 'request',
    nowEpochMs: () => Date.UTC(2026, 10, 23),
  });
  return { result: await run(), sentAtMs, payloads, logged };
}

test('while nothing is deployed, nothing is sent', async () => {
  const { result, sentAtMs, logged } = await aMinute([]);
  expect(result).toEqual({ deployments: [], sent: 0, lost: 0, wrong: 0 });
  expect([sentAtMs, logged]).toEqual([[], []]);
});

test('a look at CodeDeploy that is throttled is given up in time for the next minute', async () => {
  const clock = virtualClock();
  const error = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  const throttled = () => Promise.reject(error);
  const run = syntheticLoad({
    connect: (patience) => ({
      deploymentsUnderWay: () => persistently(throttled, patience),
      send: throttled,
    }),
    clock,
    environment: () => ENVIRONMENT,
    log: () => undefined,
    newRequestId: () => 'request',
    nowEpochMs: () => 0,
  });
  await expect(run()).rejects.toBe(error);
  expect(clock.now()).toBe(20_000);
});

test('during a deployment the requests of a minute are spread over it', async () => {
  const { result, sentAtMs, payloads, logged } = await aMinute(['d-ABCDEFGHI']);
  expect(sentAtMs).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000]);
  expect(result).toEqual({ deployments: ['d-ABCDEFGHI'], sent: 6, lost: 0, wrong: 0 });
  expect(logged).toEqual([{ log: 'synthetic-load', ...result }]);
  expect(JSON.parse(payloads[0] ?? '')).toMatchObject({
    path: '/unicorns',
    headers: { 'User-Agent': 'synthetic-load' },
  });
});

test('a request that gets no answer is counted, and the others are sent', async () => {
  let number = 0;
  const { result } = await aMinute(['d-ABCDEFGHI'], async () => {
    number += 1;
    if (number === 2) throw new Error('TooManyRequestsException');
    return answered(FIRST_PAGE);
  });
  expect(result).toMatchObject({ sent: 6, lost: 1, wrong: 0 });
});

test.each<[string, LoadAnswer, string]>([
  [
    'no proxy response',
    answered({ statusCode: 'malformed', body: { rows: [] } }),
    'a proxy response with a statusCode',
  ],
  ['a function error', answered({ errorType: 'Error' }, 'Unhandled'), 'an answer'],
  ['another status', answered({ ...FIRST_PAGE, statusCode: 503 }), '200'],
  ['an empty page', answered({ ...FIRST_PAGE, body: '{"unicorns":[]}' }), '1 to 100 entries'],
])('a wrong answer is logged at once, with the version that gave it: %s', async (_, wrong, expected) => {
  let number = 0;
  const { result, logged } = await aMinute(['d-ABCDEFGHI'], async () =>
    ++number === 3 ? wrong : answered(FIRST_PAGE),
  );
  expect(result).toMatchObject({ sent: 6, lost: 0, wrong: 1 });
  expect(logged).toEqual([
    expect.objectContaining({ log: 'wrong-answer', version: '7', expected: expect.stringContaining(expected) }),
    expect.objectContaining({ log: 'synthetic-load', wrong: 1 }),
  ]);
});

test.each([
  [{}, 'FUNCTION_NAME is missing, DEPLOYMENT_APPLICATION is missing, DEPLOYMENT_GROUP is missing, REQUESTS_PER_MINUTE'],
  [{ ...ENVIRONMENT, REQUESTS_PER_MINUTE: '0' }, 'REQUESTS_PER_MINUTE is no whole number above 0'],
  [{ ...ENVIRONMENT, REQUESTS_PER_MINUTE: '1.5' }, 'REQUESTS_PER_MINUTE is no whole number above 0'],
])('settings that are missing or wrong are named: %j', (environment, problem) => {
  expect(() => readLoadSettings(environment)).toThrow(problem);
});
