import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { after, Instant } from '../../instant.ts';
import { createRandom } from '../../random.ts';
import { arrivals } from '../../traffic.ts';
import { proxy, proxy2, START, startApi } from './api.fixture.ts';
import { type MethodLimits, takeToken } from './method-limits.ts';
import { initialApiGateway } from './state.ts';

type Cloud = ReturnType<typeof startApi>;
const PATHS = { '/unicorns': { get: proxy(), post: proxy() }, '/unicorns/{id}': { get: proxy() } };
const HTTP_PATHS = { '/unicorns': { get: proxy2(), post: proxy2() } };

const replace = (settings: Readonly<Record<string, number>>) =>
  Object.entries(settings).map(([path, value]) => ({ op: 'replace', path, value: String(value) }));

function limitedRest(settings: Readonly<Record<string, number>>): { cloud: Cloud; apiId: string } {
  const cloud = startApi();
  const apiId = cloud.restApi(PATHS);
  cloud.call('UpdateStage', { restApiId: apiId, stageName: 'Prod', patchOperations: replace(settings) });
  return { cloud, apiId };
}

const ALL = { '/*/*/throttling/rateLimit': 2, '/*/*/throttling/burstLimit': 3 };

/** Whether each of the requests, at seconds since the start, reached the function. */
function passes({ cloud, apiId }: { cloud: Cloud; apiId: string }, seconds: readonly number[], more = {}): string {
  return seconds
    .map((second) => {
      cloud.advanceTo(after(START, second * 1_000));
      return cloud.served(cloud.send(apiId, more))?.status === 429 ? 'x' : '.';
    })
    .join('');
}

test.each<[string, Readonly<Record<string, number>>, readonly number[], string]>([
  ['a burst, and not one more', ALL, [0, 0, 0, 0, 0], '...xx'],
  ['what comes back in a second', ALL, [0, 0, 0, 1, 1, 1], '.....x'],
  ['one token in half a second', ALL, [0, 0, 0, 0.499, 0.5, 0.5], '...x.x'],
  ['the rate for ever, at even gaps', ALL, [0, 0.5, 1, 1.5, 2, 2.5, 3], '.......'],
  ['no more than the burst after a long pause', ALL, [0, 0, 0, 60, 60, 60, 60], '......x'],
  ['a request that is refused takes no token', ALL, [0, 0, 0, 0, 0, 0, 0.5, 1], '...xxx..'],
  ['without a rate the account’s 10,000/s', { '/*/*/throttling/burstLimit': 1 }, [0, 0, 0.001], '.x.'],
  ['a rate of 0 lets nothing pass', { '/*/*/throttling/rateLimit': 0 }, [0, 100], 'xx'],
  ['a burst of 0 lets nothing pass', { '/*/*/throttling/burstLimit': 0 }, [0, 100], 'xx'],
  ['-1 is no limit', { '/*/*/throttling/rateLimit': -1, '/*/*/throttling/burstLimit': 0 }, [0, 0], '..'],
  ['a method of its own', { ...ALL, '/~1unicorns/GET/throttling/burstLimit': 1 }, [0, 0], '.x'],
  [
    'a method’s setting, not the one for all',
    { ...ALL, '/~1unicorns/GET/throttling/rateLimit': 9 },
    [0, 0, 0, 0],
    '....',
  ],
  ['another method’s setting changes nothing', { '/~1unicorns/POST/throttling/burstLimit': 0 }, [0, 0], '..'],
])('a stage lets pass: %s', (_name, settings, seconds, expected) => {
  expect(passes(limitedRest(settings), seconds)).toBe(expected);
});

test('each method has a bucket of its own, and so has each path', () => {
  const limited = limitedRest(ALL);
  expect(passes(limited, [0, 0, 0, 0])).toBe('...x');
  expect(passes(limited, [0, 0, 0, 0], { method: 'POST' })).toBe('...x');
  expect(passes(limited, [0, 0], { path: '/unicorns/1' })).toBe('..');
  expect(passes(limited, [0, 0], { path: '/unicorns/2' })).toBe('.x');
});

test('settings of a method are removed with their patch path, and all that are left stay', () => {
  const { cloud, apiId } = limitedRest({ ...ALL, '/~1unicorns/GET/throttling/burstLimit': 0 });
  const remove = (path: string) =>
    cloud.call('UpdateStage', { restApiId: apiId, stageName: 'Prod', patchOperations: [{ op: 'remove', path }] });
  const shown = () => cloud.call('GetStage', { restApiId: apiId, stageName: 'Prod' })['methodSettings'];
  const ofAll = { '*/*': { throttlingRateLimit: 2, throttlingBurstLimit: 3 } };
  expect(shown()).toEqual({ ...ofAll, '~1unicorns/GET': { throttlingBurstLimit: 0 } });
  remove('/~1unicorns/GET');
  expect(shown()).toEqual(ofAll);
  remove('/*/*');
  expect(shown()).toBeUndefined();
  expect(passes({ cloud, apiId }, [0, 0, 0, 0, 0])).toBe('.....');
});

test('a limit that is no number is refused', () => {
  expect(() => limitedRest({ '/*/*/throttling/rateLimit': Number.NaN })).toThrow('Invalid rate limit: NaN');
});

test('what is one too many gets AWS’s 429, starts no invocation, is counted and told of once', () => {
  const { cloud, apiId } = limitedRest({ '/*/*/throttling/rateLimit': 1, '/*/*/throttling/burstLimit': 1 });
  const [, refused = ''] = [0, 1, 2].map(() => cloud.send(apiId));
  expect(cloud.served(refused)).toMatchObject({
    status: 429,
    isThrottled: true,
    resource: '/unicorns',
    latencyMs: 0,
    answer: {
      body: '{"message":"Too Many Requests"}',
      headers: expect.arrayContaining([
        ['content-type', 'application/json'],
        ['x-amzn-ErrorType', 'TooManyRequestsException'],
      ]),
    },
  });
  expect(cloud.served(refused)?.functionName).toBeUndefined();
  expect(cloud.world.lambda.inFlight.size).toBe(1);
  expect(cloud.facts.filter(({ type }) => type === 'apigateway.FindingNoticed')).toEqual([
    expect.objectContaining({ rule: 'stage-throttled', name: 'shop/Prod' }),
  ]);
  cloud.settle(cloud.facts.flatMap((it) => (it.type === 'lambda.InvocationStarted' ? [it.requestId] : []))[0] ?? '', {
    statusCode: 200,
  });
  cloud.advanceTo(after(START, 60_000));
  const sums = Object.groupBy(
    cloud.datapoints.filter(({ dimensions }) => dimensions.length === 1),
    ({ metricName }) => metricName,
  );
  const sumOf = (name: string) => sums[name]?.reduce((sum, { value, count }) => sum + value * (count ?? 1), 0);
  expect(['Count', '4XXError', '5XXError'].map(sumOf)).toEqual([3, 2, 0]);
});

test.each<[string, object, string]>([
  ['the default of all routes', { DefaultRouteSettings: { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 3 } }, '...x'],
  ['a route of its own', { RouteSettings: { 'GET /unicorns': { ThrottlingBurstLimit: 1 } } }, '.xxx'],
  ['another route', { RouteSettings: { 'POST /unicorns': { ThrottlingBurstLimit: 1 } } }, '....'],
  ['metrics alone', { DefaultRouteSettings: { DetailedMetricsEnabled: true } }, '....'],
])('an HTTP API is limited by %s', (_name, settings, expected) => {
  const cloud = startApi();
  const apiId = cloud.httpApi(HTTP_PATHS);
  cloud.call('UpdateStage', { ApiId: apiId, StageName: '$default', ...settings });
  expect(passes({ cloud, apiId }, [0, 0, 0, 0], { stage: '$default' })).toBe(expected);
});

test('whatever comes, a bucket lets no more pass in any span than its burst and what came back in it', () => {
  const shape = fc.record({
    ratePerSecond: fc.integer({ min: 1, max: 50 }),
    burst: fc.integer({ min: 1, max: 20 }),
    sentPerSecond: fc.integer({ min: 1, max: 200 }),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(shape, ({ ratePerSecond, burst, sentPerSecond, seed }) => {
      const arrivesAt = arrivals(
        [{ minute: 0, requestsPerMinute: 60 * sentPerSecond }],
        Instant(START),
        createRandom(seed),
      );
      const limits: MethodLimits = { '*': { ratePerSecond, burst } };
      const stage = { stageName: 'Prod', variables: {}, detailedMetrics: false, createdAt: START, limits };
      const route = { method: 'GET', resource: '/', integration: { type: 'mock', status: 200, headers: [], body: '' } };
      const state = initialApiGateway();
      const ahead = new Map<string, number>();
      const passed: number[] = [];
      for (let index = 0; index < 200; index++) {
        const at = arrivesAt(index);
        if (at === undefined) break;
        if (takeToken(state, { apiId: 'a', stage, route: route as never }, at, ahead) !== 'none') passed.push(at);
      }
      expect(passed.length).toBeGreaterThanOrEqual(Math.min(burst, 200));
      const overruns = passed.flatMap((first, from) =>
        passed.slice(from).map((last, more) => 1 + more - burst - ((last - first) / 1_000) * ratePerSecond),
      );
      expect(Math.max(...overruns)).toBeLessThanOrEqual(0.01);
    }),
    { numRuns: 30 },
  );
});
