import { expect, test } from '@jest/globals';
import { configuration, gate, planInput } from './anchors.fixture.ts';
import { exactGate } from './exact-gate.ts';
import { drawFrom, drawPoisson } from './draw-counts.ts';
import { followerOf } from './follower.ts';
import { mathGate, source, statGate } from './forms.fixture.ts';
import { plan } from './plan.ts';
import type { Gate, PlanInput } from './plan-input.ts';
import { proveGrid } from './prove-grid.ts';
import { expectedIn, requestKinds } from './request-kinds.ts';
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
  expect(proveGrid(cells, 1_000, 1).filter(({ holds }) => !holds)).toEqual([]);
});

/** A minute in which the leader turns is the first with a fault; what else the rate counts comes from all five. */
test.each([
  ['few requests', { newBefore: 0, newAfter: 60, old: 540 }, 0.05],
  ['many, at the edge of its threshold', { newBefore: 0, newAfter: 60_000, old: 540_000 }, 0.136],
  ['many, clearly below', { newBefore: 0, newAfter: 60_000, old: 540_000 }, 0.02],
  ['many, clearly above', { newBefore: 0, newAfter: 60_000, old: 540_000 }, 0.4],
])('its share of the minutes is that of drawn ones: %s', (_, minute, share) => {
  const input = inputOf([LEADER, relative()], 600, share);
  const kinds = requestKinds(input);
  const leaders = [exactGate(LEADER, kinds)].filter((it) => it !== undefined);
  const window = { ...minute, newAfter: 5 * minute.newAfter, old: 5 * minute.old };
  const joining = followerOf(relative(), leaders, kinds)?.joins(minute, window);
  const draw = drawFrom(7, 1);
  const counted = { leads: 0, joins: 0 };
  const drawn = (kind: (typeof kinds)[number]): number =>
    drawPoisson(expectedIn([kind], kind.version === 'new' && isFault(kind) ? minute : window), draw);
  const isFault = ({ outcome }: (typeof kinds)[number]): boolean => (source('faults').sample(outcome) ?? 0) !== 0;
  for (let i = 0; i < 20_000; i++) {
    const sums = { newFaults: 0, newAll: 0, oldFaults: 0, oldAll: 0 };
    for (const kind of kinds) {
      const count = drawn(kind);
      sums[`${kind.version}All`] += count;
      if (isFault(kind)) sums[`${kind.version}Faults`] += count;
    }
    if (sums.newFaults === 0) continue;
    counted.leads++;
    const isSeen = sums.newAll >= 20 && sums.oldAll >= 20;
    if (isSeen && (100 * sums.newFaults) / sums.newAll - (100 * sums.oldFaults) / sums.oldAll > 3) counted.joins++;
  }
  expect(joining?.share).toBeCloseTo(counted.joins / counted.leads, 1.6);
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
