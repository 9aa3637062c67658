/**
 * Alarms on a timeline against the plainest reading of the guide: at each of an alarm's own seconds, every sample that
 * can be read by then is put into its period, the periods into the range, and the range is decided on by the procedure
 * of the reference (3.4), step by step. What is quick about the real one (cells that are joined and forgotten, metrics
 * found by their array, one chain of wakes) must give the same states at the same seconds.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_ASSUMPTIONS } from '../../assumptions.ts';
import { Instant, SECOND } from '../../instant.ts';
import { Cloud, put, SECOND_OF_ALARM, START } from './alone.fixture.ts';
import type { AlarmStateValue, TreatMissingData } from './state.ts';

interface Sample {
  /** Seconds after the start: when it was taken, how long it took to come, and to be readable. */
  readonly at: number;
  readonly after: number;
  readonly delay: number;
  readonly value: number;
}

interface Case {
  readonly samples: readonly Sample[];
  readonly period: number;
  readonly n: number;
  readonly m: number;
  readonly treatment: TreatMissingData;
  readonly statistic: 'Sum' | 'Average' | 'Maximum' | 'SampleCount';
  readonly threshold: number;
}

const LENGTH = 900;
const sample: fc.Arbitrary<Sample> = fc.record({
  at: fc.integer({ min: 0, max: LENGTH - 1 }),
  after: fc.integer({ min: 0, max: 40 }),
  delay: fc.integer({ min: 0, max: 90 }),
  value: fc.integer({ min: 0, max: 4 }),
});
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    samples: fc.array(sample, { maxLength: 25 }),
    period: fc.constantFrom(10, 30, 60, 120, 300),
    n: fc.integer({ min: 1, max: 4 }),
    m: fc.integer({ min: 1, max: 4 }),
    treatment: fc.constantFrom('missing', 'ignore', 'breaching', 'notBreaching'),
    statistic: fc.constantFrom('Sum', 'Average', 'Maximum', 'SampleCount'),
    threshold: fc.integer({ min: 0, max: 3 }),
  })
  .map((it) => ({ ...it, m: Math.min(it.m, it.n) }));

function valueOf(values: readonly number[], statistic: Case['statistic']): number | undefined {
  const sum = values.reduce((a, b) => a + b, 0);
  if (values.length === 0) return undefined;
  return { Sum: sum, Average: sum / values.length, Maximum: Math.max(...values), SampleCount: values.length }[
    statistic
  ];
}

/** Steps 1 to 5 of the reference's procedure; a point is true where it breaches. */
function decided(
  range: readonly (boolean | undefined)[],
  { m, n, treatment }: Case,
  state: AlarmStateValue,
): AlarmStateValue {
  const real = range.filter((it) => it !== undefined);
  if (real.length >= n) return real.slice(-n).filter(Boolean).length >= m ? 'ALARM' : 'OK';
  const b = real.filter(Boolean).length;
  if (treatment === 'breaching') return b + (n - real.length) >= m ? 'ALARM' : 'OK';
  if (treatment === 'notBreaching') return b >= m ? 'ALARM' : 'OK';
  if (real.length === 0) return treatment === 'missing' ? 'INSUFFICIENT_DATA' : state;
  if (b >= m) return 'ALARM';
  if (b < real.length) return 'OK';
  if (treatment === 'ignore') return state;
  return range.length - range.indexOf(true) >= m ? 'ALARM' : state;
}

/** `second → state` of every change. */
function foretold(it: Case): string[] {
  const step = it.period < 60 ? 10 : 60;
  const stored = it.period < 60 ? 1 : 60;
  const length = it.n + DEFAULT_ASSUMPTIONS.extraRangePeriods(it.n);
  const changes: string[] = [];
  let state: AlarmStateValue = 'INSUFFICIENT_DATA';
  for (let now = SECOND_OF_ALARM % step; now <= LENGTH; now += step) {
    const end = Math.floor(now / step) * step;
    const range = Array.from({ length }, (_, i) => {
      const from = end - (length - i) * it.period;
      const inside = it.samples.filter((each) => {
        const start = Math.floor(each.at / stored) * stored;
        return start >= from && start < from + it.period && each.at + each.after + each.delay <= now;
      });
      const value = valueOf(
        inside.map((each) => each.value),
        it.statistic,
      );
      return value === undefined ? undefined : value > it.threshold;
    });
    const next = decided(range, it, state);
    if (next !== state) changes.push(`${now} → ${next}`);
    state = next;
  }
  return changes;
}

function seen(it: Case): string[] {
  const cloud = new Cloud();
  put(cloud, {
    Period: it.period,
    EvaluationPeriods: it.n,
    DatapointsToAlarm: it.m,
    TreatMissingData: it.treatment,
    Statistic: it.statistic,
    Threshold: it.threshold,
  });
  const storageResolutionSeconds = it.period < 60 ? 1 : 60;
  for (const { at, after, delay, value } of it.samples.toSorted((a, b) => a.at + a.after - (b.at + b.after))) {
    if (at + after > LENGTH) continue;
    cloud.advanceTo(at + after);
    const visibleAt = Instant(START + (at + after + delay) * SECOND);
    cloud.record(at, value, { visibleAt, storageResolutionSeconds });
  }
  cloud.advanceTo(LENGTH);
  return cloud.facts.flatMap(({ at, fact }) =>
    fact.type === 'cloudwatch.AlarmStateChanged' ? [`${(at - START) / SECOND} → ${fact.to}`] : [],
  );
}

test('an alarm turns when, and only when, the guide says so of the samples as they came', () => {
  fc.assert(
    fc.property(anyCase, (it) => {
      // A sample that comes at the very second of an evaluation comes after it, here and there.
      const samples = it.samples.map((each) =>
        (each.at + each.after) % 10 === 4 ? { ...each, delay: each.delay + 1 } : each,
      );
      expect(seen({ ...it, samples })).toEqual(foretold({ ...it, samples }));
    }),
    { numRuns: 100 },
  );
});
