import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { acceptanceHook } from './acceptance-hook.ts';
import { aimAtAlias } from './post-traffic.ts';
import { aimAtVersion } from './pre-traffic.ts';
import { EVENT, FILTER, fakeRun, type Circumstances } from './testing/fake-cloud.ts';
import { goodRelease, type ProxyEvent, type ProxyResponse } from './testing/fake-release.ts';

async function runPreTraffic(circumstances: Circumstances = {}) {
  const run = fakeRun(circumstances);
  const verdict = await acceptanceHook({ ...run.parts, aim: aimAtVersion })(EVENT, run.context);
  return { ...run, verdict };
}

async function runPostTraffic(circumstances: Circumstances = {}) {
  const run = fakeRun(circumstances);
  const verdict = await acceptanceHook({ ...run.parts, aim: aimAtAlias })(EVENT, run.context);
  return { ...run, verdict };
}

/** A release like the good one but for some of its answers. */
const but =
  (change: (response: ProxyResponse, event: ProxyEvent) => Partial<ProxyResponse>) =>
  (event: ProxyEvent): ProxyResponse => {
    const response = goodRelease(event);
    return { ...response, ...change(response, event) };
  };

test('a good release is reported as Succeeded, once', async () => {
  const { verdict, reports } = await runPreTraffic();
  expect(verdict).toEqual({ status: 'Succeeded', failures: [] });
  expect(reports).toEqual([[{ deploymentId: 'd-ABCDEFGHI', executionId: 'opaque' }, 'Succeeded', expect.any(Number)]]);
});

test('the pre-traffic hook asks the new version by its ARN, the post-traffic hook the alias', async () => {
  const pre = await runPreTraffic();
  const version = 'arn:aws:lambda:eu-west-1:123456789012:function:list:7';
  expect(new Set(pre.invoked.map(({ functionName }) => functionName))).toEqual(new Set([version]));
  const post = await runPostTraffic();
  expect(post.invoked.every(({ functionName, qualifier }) => functionName === 'list' && qualifier === 'live')).toBe(
    true,
  );
});

const bodyWithout = (name: string) =>
  but(({ statusCode, body }) => (statusCode === 200 ? { body: body.replaceAll(`"${name}"`, '"gone"') } : {}));

/** Circumstances, and a failure that must be reported for them. */
const bad: [string, Circumstances, { readonly check: string; readonly what: string; readonly got?: unknown }][] = [
  [
    'answers 503',
    { release: but(() => ({ statusCode: 503 })) },
    { check: 'the first page', what: 'status', got: expect.stringContaining('503') },
  ],
  [
    'lists nothing',
    { release: but(({ statusCode }) => (statusCode === 200 ? { body: '{"unicorns":[]}' } : {})) },
    { check: 'the first page', what: 'body.unicorns', got: '0' },
  ],
  [
    'has unicorns without a name',
    { release: bodyWithout('name') },
    { check: 'the first page', what: 'body.unicorns[0].name', got: 'nothing' },
  ],
  [
    'gives no cursor',
    { release: bodyWithout('nextCursor') },
    { check: 'a page of two', what: 'body.nextCursor', got: 'nothing' },
  ],
  [
    'ignores the cursor',
    { release: (event) => goodRelease({ ...event, queryStringParameters: { limit: '2' } }) },
    { check: 'the second page, by cursor', what: 'body', got: 'the same' },
  ],
  [
    'takes any limit',
    {
      release: but(({ statusCode }) =>
        statusCode === 400 ? goodRelease({ queryStringParameters: null, headers: {} }) : {},
      ),
    },
    { check: 'a limit beyond 100', what: 'status', got: expect.stringContaining('200') },
  ],
  [
    'answers bad input with 422',
    { release: but(({ statusCode }) => (statusCode === 400 ? { statusCode: 422 } : {})) },
    { check: 'a limit that is no number', what: 'status', got: expect.stringContaining('422') },
  ],
  [
    'lost its ETag',
    { release: but(() => ({ headers: { 'Content-Type': 'application/json', 'Cache-Control': 'x' } })) },
    { check: 'the first page', what: 'header etag', got: 'nothing' },
  ],
  [
    'throws',
    { functionError: 'Unhandled', payload: '{"errorType":"TypeError"}' },
    { check: 'the first page', what: 'the invocation', got: expect.stringContaining('TypeError') },
  ],
  ['answers no JSON', { payload: 'oops' }, { check: 'the first page', what: 'the answer', got: '"oops"' }],
  ['answers null', { payload: 'null' }, { check: 'the first page', what: 'the answer', got: 'null' }],
  [
    'answers a body that is no string',
    { payload: '{"statusCode":200,"body":{}}' },
    { check: 'the first page', what: 'body', got: '{}' },
  ],
  ['is slow', { latencyMs: () => 1_200 }, { check: 'the first page', what: 'latency', got: '1200 ms, twice' }],
  [
    'is another version',
    { executedVersion: () => '6' },
    { check: 'the first page', what: 'executed version', got: '6' },
  ],
  [
    'writes no response line',
    { logTail: 'START\nEND\n' },
    { check: 'a deployed metric filter counts a 503', what: 'the log tail of the new version' },
  ],
  [
    'is watched by no filter',
    { filters: [] },
    {
      check: 'a deployed metric filter counts a 503',
      what: 'the metric filters of /stack/list',
      got: 'no metric filter',
    },
  ],
  [
    'is watched by the filter of the version before',
    { filters: [{ name: 'errors', pattern: FILTER.replace('list:7', 'list:6') }] },
    {
      check: 'a deployed metric filter counts a 503',
      what: 'the metric filters of /stack/list',
      got: expect.stringContaining('list:6'),
    },
  ],
  [
    'is watched by a filter that counts every line',
    { filters: [{ name: 'all', pattern: '' }] },
    { check: 'a deployed metric filter counts a 503', what: 'the metric filters of /stack/list', got: 'all: ' },
  ],
  [
    'is deployed with a hook that lacks its environment',
    { environment: { NEW_VERSION: '', LOG_GROUP: '' } },
    { check: 'the hook itself', what: 'the run', got: expect.stringMatching(/NEW_VERSION.*LOG_GROUP/) },
  ],
  [
    'cannot be asked',
    {
      disturb: (operation) => {
        if (operation === 'invoke') throw new Error('no route to Lambda');
      },
    },
    { check: 'the hook itself', what: 'the run', got: expect.stringContaining('no route to Lambda') },
  ],
  [
    'never answers',
    { hangs: true },
    { check: 'the hook itself', what: 'the run', got: expect.stringMatching(/time-out/) },
  ],
];

test.each(bad)(
  'a release that %s is reported as Failed, with what was expected and got',
  async (_name, given, failure) => {
    const { verdict, reports, logged } = await runPreTraffic(given);
    expect(reports.map(([, status]) => status)).toEqual(['Failed']);
    expect(verdict.failures).toContainEqual(expect.objectContaining(failure));
    expect(logged).toContainEqual(expect.objectContaining({ log: 'check', outcome: 'failed', ...failure }));
  },
);

const throttledUntil = (untilMs: number): Circumstances => ({
  timeoutMs: 180_000,
  disturb: (operation, nowMs) => {
    const error = Object.assign(new Error('Rate Exceeded.'), { name: 'TooManyRequestsException' });
    if (operation === 'invoke' && nowMs < untilMs) throw error;
  },
});

test('a flood that takes all concurrency for minutes is waited out, and the log says that it was', async () => {
  const { verdict, reports, logged } = await runPreTraffic(throttledUntil(150_000));
  expect(verdict.status).toBe('Succeeded');
  expect(reports.map(([, status]) => status)).toEqual(['Succeeded']);
  const error = 'TooManyRequestsException: Rate Exceeded.';
  expect(logged).toContainEqual({ log: 'pause', error, attempt: 1, pauseMs: 200 });
});

test('a flood that outlasts the hook is reported as Failed in time, with what Lambda said', async () => {
  const { reports, logged } = await runPreTraffic(throttledUntil(Infinity));
  const [, status, atMs] = reports[0] ?? [];
  expect([status, atMs]).toEqual(['Failed', 170_000]);
  const got = expect.stringMatching(/time-out was near.*TooManyRequestsException: Rate Exceeded\./);
  expect(logged).toContainEqual(expect.objectContaining({ check: 'the hook itself', got }));
});

test('one slow answer after the warm-up is asked again and forgiven', async () => {
  const { verdict } = await runPreTraffic({ latencyMs: (call) => (call === 1 || call === 4 ? 3_000 : 20) });
  expect(verdict.status).toBe('Succeeded');
});

test('the SLA is a setting', async () => {
  const { verdict } = await runPreTraffic({ latencyMs: () => 40, environment: { SLA_MS: '30' } });
  expect(verdict.failures).toHaveLength(7);
});

test('the post-traffic hook accepts the old version for up to 30 s, and no longer', async () => {
  const settling = await runPostTraffic({ executedVersion: (nowMs) => (nowMs < 29_000 ? '6' : '7') });
  expect(settling.verdict.status).toBe('Succeeded');
  const stuck = await runPostTraffic({ executedVersion: (nowMs) => (nowMs < 31_500 ? '6' : '7') });
  expect(stuck.verdict.failures).toContainEqual({
    check: 'the first page',
    what: 'executed version',
    expected: '7',
    got: '6',
  });
});

test.each([
  ['a long', 120_000],
  ['a short', 3_000],
])('a release that hangs is reported before %s time-out of the hook', async (_name, timeoutMs) => {
  const { reports } = await runPreTraffic({ hangs: true, timeoutMs });
  const [, status, atMs] = reports[0] ?? [];
  expect(status).toBe('Failed');
  expect(atMs).toBeLessThan(timeoutMs);
});

const thrown = fc.oneof(
  fc.anything({ withNullPrototype: true }),
  fc
    .constantFrom('AccessDeniedException', 'ThrottlingException')
    .map((name) => Object.assign(new Error(name), { name })),
);
const anyCircumstances = fc.record(
  {
    payload: fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((body) => `{"statusCode":200,"headers":${body},"body":"{}"}`),
    ),
    functionError: fc.constantFrom('Unhandled', 'Handled'),
    latency: fc.integer({ min: 0, max: 60_000 }),
    executedVersion: fc.constantFrom('6', '7'),
    logTail: fc.oneof(fc.string(), fc.json()),
    filters: fc.array(fc.record({ name: fc.string(), pattern: fc.constantFrom('', FILTER) })),
    environment: fc.dictionary(fc.constantFrom('FUNCTION_NAME', 'NEW_VERSION', 'LOG_GROUP', 'SLA_MS'), fc.string()),
    hangs: fc.boolean(),
    timeoutMs: fc.integer({ min: 3_000, max: 180_000 }),
    broken: fc.record({ operation: fc.constantFrom('invoke', 'metricFilters'), thrown }),
  },
  { requiredKeys: ['timeoutMs'] },
);

test('whatever happens inside, it reports: once, and before its own time-out', async () => {
  await fc.assert(
    fc.asyncProperty(anyCircumstances, async ({ broken, latency, executedVersion, ...others }) => {
      const { reports } = await runPostTraffic({
        ...others,
        ...(latency !== undefined && { latencyMs: () => latency }),
        ...(executedVersion !== undefined && { executedVersion: () => executedVersion }),
        disturb: (operation) => {
          if (operation === broken?.operation) throw broken.thrown;
        },
      });
      expect(reports).toEqual([[expect.anything(), expect.stringMatching(/^(Succeeded|Failed)$/), expect.any(Number)]]);
      expect(reports[0]?.[2]).toBeLessThan(others.timeoutMs);
    }),
    { numRuns: 300 },
  );
});

test('an event that is not from CodeDeploy is refused, since there is nothing to report on', async () => {
  const run = fakeRun();
  const hook = acceptanceHook({ ...run.parts, aim: aimAtVersion });
  await expect(hook({ DeploymentId: 'd-1' }, run.context)).rejects.toThrow(/only CodeDeploy/);
});

test('a report that cannot be delivered fails the invocation, so that the OnFailure destination reports', async () => {
  const run = fakeRun({
    disturb: (operation) => {
      if (operation === 'report') throw new Error('DeploymentDoesNotExistException');
    },
  });
  await expect(acceptanceHook({ ...run.parts, aim: aimAtVersion })(EVENT, run.context)).rejects.toThrow(/DoesNotExist/);
});
