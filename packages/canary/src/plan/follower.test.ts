import { expect, test } from '@jest/globals';
import { configuration, gate, planInput } from './anchors.fixture.ts';
import { exactGate } from './exact-gate.ts';
import { followerOf } from './follower.ts';
import { mathGate, source, statGate } from './forms.fixture.ts';
import { plan } from './plan.ts';
import type { Gate, PlanInput } from './plan-input.ts';
import { proveGrid } from './prove-grid.ts';
import { requestKinds } from './request-kinds.ts';
import { timingFor } from './run-plan.ts';

const LEADER = gate({ alarmName: 'any fault', treatMissingData: 'notBreaching' }, source('faults'));
const SLOW = statGate('durations', 'Maximum', { threshold: 1_000 });
const SHARES = {
  responses: ['invocations', 'both'],
  faults: ['faults', 'both'],
  newResponses: ['invocations', 'new'],
  newFaults: ['faults', 'new'],
} as const;
const EXCESS =
  'IF(newResponses >= 20 && responses - newResponses >= 20, 100 * newFaults / newResponses - 100 * (faults - newFaults) / (responses - newResponses), 0)';
const relative = (changes: Parameters<typeof mathGate>[2] = {}): Gate =>
  mathGate(EXCESS, SHARES, { threshold: 3, periodSeconds: 300, ...changes });

const inputOf = (gates: readonly Gate[], requestsPerMinute: number, share: number): PlanInput =>
  planInput({
    gates,
    configurations: [configuration('Canary10Percent10Minutes')],
    traffic: { profile: [{ minute: 0, requestsPerMinute }], arrivals: 'poisson' },
    fault: { kind: 'status', share, fromSeconds: 60, slowMs: 1_500, statusCode: 503 },
    noise: { statusShare: 0.0005, throwShare: 0, medianMs: 30, p99Ms: 400 },
    timing: timingFor({ pre: true, post: true }, 3),
  });

const isLed = (follower: Gate, leaders: readonly Gate[]): boolean => {
  const kinds = requestKinds(inputOf([...leaders, follower], 60, 0.05));
  const exact = leaders.flatMap((leader) => exactGate(leader, kinds) ?? []);
  return followerOf(follower, exact, kinds) !== undefined;
};

test.each<readonly [string, boolean, Gate, readonly Gate[]]>([
  ['a rate over five minutes, beside an alarm on each fault', true, relative(), [SLOW, LEADER]],
  ['without that alarm', false, relative(), [SLOW]],
  [
    'beside one that waits for two faults',
    false,
    relative(),
    [{ ...LEADER, alarm: { ...LEADER.alarm, threshold: 1 } }],
  ],
  ['a rate that silence breaches', false, relative({ treatMissingData: 'breaching' }), [LEADER]],
  [
    'a rate of all faults, the old version’s too',
    false,
    mathGate('100 * faults / responses', SHARES, { periodSeconds: 300 }),
    [LEADER],
  ],
])('a gate follows another where it breaches by nothing else: %s', (_, expected, follower, leaders) => {
  expect(isLed(follower, leaders)).toBe(expected);
});

/** More of them are in scripts/prove-plan.ts. */
test('exact odds with a follower lie inside the intervals of simulated deployments', () => {
  const cells = [
    [40, 0.2],
    [300, 0.06],
  ].map(([requestsPerMinute = 0, share = 0]) => ({
    name: `${requestsPerMinute}/min`,
    input: inputOf([SLOW, LEADER, relative()], requestsPerMinute, share),
  }));
  expect(proveGrid(cells, 4_000, 1).filter(({ holds }) => !holds)).toEqual([]);
});

test('a follower is first in some releases, and never alone', () => {
  const [canary] = plan(inputOf([LEADER, relative()], 6_000, 0.2)).configurations;
  const [alone] = plan(inputOf([LEADER], 6_000, 0.2)).configurations;
  expect(canary?.all.method).toBe('exact');
  expect(canary?.all.stoppedBy[EXCESS]).toBeGreaterThan(0.3);
  expect(canary?.all.hits.mean).toBeLessThan(alone?.all.hits.mean ?? 0);
  expect(canary?.all.falseRollback).toBeCloseTo(alone?.all.falseRollback ?? 1, 6);
});

test('two periods that breach do not come together before the leader has turned', () => {
  const two = relative({ evaluationPeriods: 3, datapointsToAlarm: 2 });
  const [canary] = plan(inputOf([LEADER, two], 600, 0.2)).configurations;
  expect(canary?.all.method).toBe('exact');
  expect(canary?.all.stoppedBy[EXCESS] ?? 0).toBe(0);
});
