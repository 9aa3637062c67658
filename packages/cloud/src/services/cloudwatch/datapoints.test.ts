import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOUR, Instant, MINUTE, SECOND } from '../../instant.ts';
import {
  allMetrics,
  createMetricStore,
  findMetric,
  recordDatapoint,
  samplesIn,
  type MetricStore,
} from './datapoints.ts';
import type { Datapoint } from './state.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const at = (seconds: number): Instant => Instant(START + seconds * SECOND);
const errors = [
  { name: 'FunctionName', value: 'list' },
  { name: 'Resource', value: 'list:live' },
];

function record(store: MetricStore, seconds: number, more: Partial<Datapoint> = {}, nowSeconds = seconds): void {
  const datapoint = {
    namespace: 'AWS/Lambda',
    metricName: 'Errors',
    dimensions: errors,
    value: 1,
    at: at(seconds),
    visibleAt: at(seconds),
  };
  recordDatapoint(store, { ...datapoint, ...more }, at(nowSeconds));
}

const sumIn = (store: MetricStore, from: number, until: number, now: number, unit?: string): number | undefined =>
  samplesIn(findMetric(store, 'AWS/Lambda', 'Errors', errors), at(from), at(until), at(now), unit)?.sum;

test('a metric is its exact dimension set, in any order', () => {
  const store = createMetricStore();
  record(store, 10);
  record(store, 20, { dimensions: errors.toReversed() });
  record(store, 30, { dimensions: errors.slice(0, 1) });
  expect([...allMetrics(store)]).toHaveLength(2);
  expect(sumIn(store, 0, 60, 60)).toBe(2);
  expect(findMetric(store, 'AWS/Lambda', 'Errors', [])).toBeUndefined();
});

test('samples are aggregated to the minute they belong to, or to the second at high resolution', () => {
  const store = createMetricStore();
  record(store, 59);
  record(store, 60);
  record(store, 75, { storageResolutionSeconds: 1 });
  expect([
    sumIn(store, 0, 60, 99),
    sumIn(store, 60, 120, 99),
    sumIn(store, 70, 80, 99),
    sumIn(store, 60, 70, 99),
  ]).toEqual([1, 2, 1, 1]);
});

test('a reader sees only what is visible by its instant', () => {
  const store = createMetricStore();
  record(store, 10, { visibleAt: at(105) });
  record(store, 50, { visibleAt: at(105) });
  record(store, 30, { visibleAt: at(130) }, 80);
  expect([104, 105, 129, 130].map((now) => sumIn(store, 0, 60, now))).toEqual([undefined, 2, 2, 3]);
});

test('late samples of a minute that everybody can read share one cell', () => {
  const store = createMetricStore();
  for (let late = 0; late < 600; late++) record(store, 5, { visibleAt: at(120 + late) }, 100 + late);
  const metric = findMetric(store, 'AWS/Lambda', 'Errors', errors);
  expect(metric?.cells.length).toBeLessThan(25);
  expect(sumIn(store, 0, 60, 800)).toBe(600);
});

test('a unit selects what was published with it', () => {
  const store = createMetricStore();
  record(store, 1, { unit: 'Seconds', value: 2 });
  record(store, 2, { unit: 'Milliseconds', value: 30 });
  record(store, 3, { value: 400 });
  expect([undefined, 'Seconds', 'Milliseconds', 'None', 'Count'].map((unit) => sumIn(store, 0, 60, 60, unit))).toEqual([
    432,
    2,
    30,
    400,
    undefined,
  ]);
});

test('samples are forgotten behind the horizon, also those of metrics that fell silent', () => {
  const store = createMetricStore();
  record(store, 0);
  record(store, 0, { metricName: 'Throttles' });
  const later = (5 * HOUR) / SECOND;
  record(store, later);
  expect(sumIn(store, 0, 60, later)).toBeUndefined();
  expect([...allMetrics(store)].map(({ cells }) => cells.length)).toEqual([1, 0]);
});

test('order of arrival and batches do not change what is read', () => {
  const sample = fc.record({
    second: fc.integer({ min: 0, max: 299 }),
    delay: fc.integer({ min: 0, max: 200 }),
    value: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 60 }), fc.integer({ min: 300, max: 600 }), (samples, now) => {
      const [forward, backward] = [samples, samples.toReversed()].map((ordered) => {
        const store = createMetricStore();
        for (const { second, delay, value } of ordered)
          record(store, second, { value, visibleAt: at(second + delay) }, 300);
        return [0, 60, 120, 180, 240].map((from) => sumIn(store, from, from + 60, now));
      });
      const naive = [0, 60, 120, 180, 240].map((from) => {
        const seen = samples.filter(
          ({ second, delay }) => second >= from && second < from + 60 && second + delay <= now,
        );
        return seen.length === 0 ? undefined : seen.reduce((sum, { value }) => sum + value, 0);
      });
      expect(forward).toEqual(naive);
      expect(backward).toEqual(naive);
    }),
  );
});

/** A sample as it came: when it was taken, when it came, when it could be read. */
interface Came {
  readonly at: number;
  readonly after: number;
  readonly delay: number;
  readonly value: number;
  readonly count: number;
  readonly unit: string;
  readonly fine: boolean;
  readonly metric: string;
}

const came: fc.Arbitrary<Came> = fc.record({
  at: fc.integer({ min: 0, max: 1_199 }),
  after: fc.integer({ min: 0, max: 90 }),
  delay: fc.integer({ min: 0, max: 120 }),
  value: fc.integer({ min: 0, max: 30 }),
  count: fc.integer({ min: 1, max: 3 }),
  unit: fc.constantFrom('None', 'Count'),
  fine: fc.boolean(),
  metric: fc.constantFrom('a', 'b'),
});
interface Asked {
  readonly from: number;
  readonly seconds: number;
  readonly unit: string | undefined;
  readonly metric: string;
}

const question: fc.Arbitrary<Asked> = fc.record({
  from: fc.integer({ min: 0, max: 119 }).map((i) => i * 10),
  seconds: fc.constantFrom(10, 20, 60, 300),
  unit: fc.constantFrom(undefined, 'None', 'Count'),
  metric: fc.constantFrom('a', 'b'),
});

/** The same by definition: every sample in its minute or second, looked at one by one. */
function naively(samples: readonly Came[], { from, seconds, unit, metric }: Asked, now: number): number[] | undefined {
  const seen = samples.filter((it) => {
    const start = it.fine ? it.at : Math.floor(it.at / 60) * 60;
    const isReadable = it.at + it.after + it.delay <= now;
    const isMeant = it.metric === metric && (unit === undefined || it.unit === unit);
    return isReadable && isMeant && start >= from && start < from + seconds;
  });
  if (seen.length === 0) return undefined;
  return seen.flatMap(({ value, count }) => Array.from({ length: count }, () => value)).toSorted((a, b) => a - b);
}

test('cells that were joined, and dimensions that were seen before, read as every sample by itself', () => {
  const sets = { a: errors, b: errors.slice(0, 1) } as const;
  fc.assert(
    fc.property(
      fc.array(came, { maxLength: 80 }),
      fc.array(question, { minLength: 1, maxLength: 12 }),
      (all, asked) => {
        const store = createMetricStore();
        const inOrder = all.toSorted((a, b) => a.at + a.after - (b.at + b.after));
        const dimensionsOf = (metric: string) => (metric === 'a' ? sets.a : sets.b);
        for (const [i, it] of inOrder.entries()) {
          const now = it.at + it.after;
          const dimensions = i % 3 === 0 ? dimensionsOf(it.metric).toReversed() : dimensionsOf(it.metric);
          const { value, count, unit } = it;
          const visibleAt = at(now + it.delay);
          record(
            store,
            it.at,
            { value, count, unit, dimensions, visibleAt, storageResolutionSeconds: it.fine ? 1 : 60 },
            now,
          );
        }
        // Readers never look behind the clock of the last sample.
        for (const now of [1_300, 1_360, 1_500])
          for (const it of asked) {
            const metric = findMetric(store, 'AWS/Lambda', 'Errors', dimensionsOf(it.metric));
            const found = samplesIn(metric, at(it.from), at(it.from + it.seconds), at(now), it.unit);
            const { values, counts } = found?.distribution() ?? { values: [], counts: [] };
            const read = values.flatMap((value, i) => Array.from({ length: counts[i] ?? 0 }, () => value));
            expect(found === undefined ? undefined : read).toEqual(naively(all, it, now));
          }
      },
    ),
  );
});

test('metrics without data for two weeks are forgotten, and start anew', () => {
  const store = createMetricStore();
  record(store, 0);
  const weeks = (14 * 24 * HOUR) / SECOND;
  record(store, weeks, { metricName: 'Other' });
  expect([...allMetrics(store)].map(({ metricName }) => metricName)).toEqual(['Errors', 'Other']);
  record(store, weeks + 3_601, { metricName: 'Other' });
  expect([...allMetrics(store)].map(({ metricName }) => metricName)).toEqual(['Other']);
  record(store, weeks + 3_700);
  expect(sumIn(store, weeks + 3_660, weeks + 3_720, weeks + 3_800)).toBe(1);
});

test('a period of several minutes adds up its minutes', () => {
  const store = createMetricStore();
  for (let minute = 0; minute < 6; minute++) record(store, minute * 60, { value: minute });
  expect(sumIn(store, 60, 360, 360)).toBe(15);
  expect(sumIn(store, 0, (10 * MINUTE) / SECOND, 600)).toBe(15);
});
