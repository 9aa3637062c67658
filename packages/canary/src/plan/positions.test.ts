import { expect, test } from '@jest/globals';
import { configuration, errorsOf, gate, planInput } from './anchors.fixture.ts';
import { exactWalk } from './exact-endings.ts';
import { FirstToTurn } from './first-to-turn.ts';
import type { Gate, PlanInput } from './plan-input.ts';
import { positions } from './positions.ts';
import { requestKinds } from './request-kinds.ts';
import { timingFor } from './run-plan.ts';
import { summarise } from './summarise-endings.ts';

const TIMING = timingFor({ pre: true, post: true }, 4);
const LATE = errorsOf('new', 45);
const GATES: readonly Gate[] = [
  gate({ alarmName: 'any', treatMissingData: 'notBreaching' }, LATE),
  gate({ alarmName: 'two of three', evaluationPeriods: 3, datapointsToAlarm: 2 }, errorsOf('both', 45)),
];

const oddsOf = (input: PlanInput) => {
  const [only] = input.configurations;
  const endings = (only && exactWalk(input.gates, requestKinds(input), input)?.endings(only)) ?? [];
  return summarise(endings, 300, 0);
};

const inputAt = (gates: readonly Gate[], seconds: PlanInput['timing']['seconds'], requestsPerMinute = 60): PlanInput =>
  planInput({
    gates,
    configurations: [configuration('Canary10Percent5Minutes')],
    traffic: { profile: [{ minute: 0, requestsPerMinute }], arrivals: 'poisson' },
    noise: { statusShare: 0, throwShare: 0.001, medianMs: 30, p99Ms: 200 },
    timing: { ...TIMING, seconds },
  });

test.each([
  ['a gate that turns with one request', GATES.slice(0, 1)],
  ['a gate that had data before', GATES.slice(1)],
])('the odds are those over all seconds, to a tenth of a percent point: %s', (_, gates) => {
  let [caught, hits] = [0, 0];
  for (let shift = 0.5; shift < 60; shift += 5)
    for (let alarm = 0; alarm < 60; alarm += 2) {
      const one = oddsOf(inputAt(gates, { alarm: () => alarm, shift }));
      caught += one.caught / 360;
      hits += one.hits.mean / 360;
    }
  const all = oddsOf(inputAt(gates, 'spread'));
  expect(Math.abs(all.caught - caught)).toBeLessThan(0.001);
  expect(Math.abs(all.hits.mean / hits - 1)).toBeLessThan(0.01);
});

test('who is first has shares that sum to 1, and the sooner of two is first', () => {
  const placed = GATES.map((it) => ({ gate: it, tellsLate: false, tellsStart: false }));
  const input = inputAt(GATES, 'spread');
  const all = positions(input, placed);
  expect(all.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  for (const position of all) {
    const firsts = new FirstToTurn(position, TIMING).among(0b11, 0);
    expect(firsts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    const byGate = [0, 1].map((g) => firsts.filter((it) => it.gate === g).reduce((sum, { share }) => sum + share, 0));
    expect(byGate[0]).toBeCloseTo(61 / 120, 12);
  }
  const [fixed] = positions(inputAt(GATES, { alarm: (name) => (name === 'any' ? 50 : 46), shift: 0 }), placed);
  expect(fixed && new FirstToTurn(fixed, TIMING).among(0b11, 0).map(({ gate: g }) => g)).toEqual([1]);
});

test('with more gates that tell their seconds than can be combined, some combinations stand for all', () => {
  const many = Array.from({ length: 5 }, (_, i) => ({
    gate: gate({ alarmName: `gate ${i}` }, LATE),
    tellsLate: true,
    tellsStart: true,
  }));
  const all = positions(inputAt(GATES, 'spread'), many);
  expect(all).toHaveLength(4 * 8);
  expect(all.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
});
