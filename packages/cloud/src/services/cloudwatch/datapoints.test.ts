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

test('a period of several minutes adds up its minutes', () => {
  const store = createMetricStore();
  for (let minute = 0; minute < 6; minute++) record(store, minute * 60, { value: minute });
  expect(sumIn(store, 60, 360, 360)).toBe(15);
  expect(sumIn(store, 0, (10 * MINUTE) / SECOND, 600)).toBe(15);
});
