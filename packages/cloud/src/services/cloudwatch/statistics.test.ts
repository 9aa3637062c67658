import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SampleSet } from './samples.ts';
import { fewestSamples, parseStatistic, statisticOf } from './statistics.ts';

function setOf(values: readonly number[]): SampleSet {
  const samples = new SampleSet();
  for (const value of values) samples.add(value);
  return samples;
}

function statistic(text: string, samples: SampleSet): number | undefined {
  const parsed = parseStatistic(text);
  if (parsed === undefined) throw new Error(`${text} is no statistic`);
  return statisticOf(samples, parsed);
}

const TEN = [10, 1, 9, 2, 8, 3, 7, 4, 6, 5];

test.each([
  ['SampleCount', 10],
  ['Sum', 55],
  ['Average', 5.5],
  ['Minimum', 1],
  ['Maximum', 10],
  ['p0', 1],
  ['p10', 1],
  ['p10.5', 2],
  ['p50', 5],
  ['p90', 9],
  ['p99.9999999999', 10],
  ['p100', 10],
  ['tm90', 5],
  ['TM(10%:90%)', 5.5],
  ['TM(:50%)', 3],
  ['TM(50%:)', 8],
  ['TM(2:5)', 4],
  ['IQM', 5.5],
  ['tc80', 8],
  ['TC(3:)', 7],
  ['ts20', 3],
  ['TS(80%:)', 19],
  ['wm90', 5.4],
  ['WM(10%:90%)', 5.5],
  ['WM(3:6)', 4.8],
  ['PR(:3)', 30],
  ['PR(3:8)', 50],
])('%s of 1 to 10 is %d', (text, expected) => {
  expect(statistic(text, setOf(TEN))).toBeCloseTo(expected, 9);
});

test.each([
  'p101',
  'p-1',
  'p',
  'tm101',
  'TM(:)',
  'TM(90%:10%)',
  'TM(10%:90)',
  'PR(10%:20%)',
  'sum',
  'P90',
  'TM(0%:101%)',
])('%s is no statistic', (text) => {
  expect(parseStatistic(text)).toBeUndefined();
});

test('a percentile of negative values does not exist, and neither does any statistic without samples', () => {
  expect(statistic('p50', setOf([-1, 2]))).toBeUndefined();
  for (const text of ['tm90', 'TM(-5:5)', 'IQM', 'WM(10%:90%)', 'TC(:1)', 'ts50', 'PR(:1)'])
    expect(statistic(text, setOf([-1, 2]))).toBeUndefined();
  expect(statistic('Average', setOf([-1, 2]))).toBe(0.5);
  expect(statistic('Sum', new SampleSet())).toBeUndefined();
});

test('a statistic set has a percentile only where its minimum is its maximum', () => {
  const mixed = setOf([1]);
  mixed.addStatisticSet(4, 20, 2, 8);
  expect([statistic('Average', mixed), statistic('Maximum', mixed), statistic('p50', mixed)]).toEqual([
    21 / 5,
    8,
    undefined,
  ]);
  const even = new SampleSet();
  even.addStatisticSet(4, 20, 5, 5);
  expect(statistic('p99', even)).toBe(5);
  const odd = new SampleSet();
  odd.addStatisticSet(4, 21, 5, 5);
  expect([statistic('Sum', odd), statistic('p99', odd)]).toEqual([21, undefined]);
});

test.each([
  ['p99', 1000],
  ['p90', 100],
  ['p50', 20],
  ['p10', 100],
  ['Sum', undefined],
])('%s needs %d samples', (text, expected) => {
  const parsed = parseStatistic(text);
  expect(parsed && fewestSamples(parsed)).toBe(expected);
});

const durations = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 1, maxLength: 1500 });

test('a percentile above a threshold is the same claim as a share of samples above it', () => {
  fc.assert(
    fc.property(
      durations,
      fc.double({ min: 0, max: 5000, noNaN: true }),
      fc.integer({ min: 1, max: 99 }),
      (values, threshold, p) => {
        const below = values.filter((value) => value <= threshold).length;
        const claim = (statistic(`p${p}`, setOf(values)) ?? 0) > threshold;
        expect(claim).toBe(below < Math.ceil((p / 100) * values.length - 1e-9));
      },
    ),
  );
});

test('merging sample sets is the same as adding all samples to one', () => {
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      const merged = setOf(a);
      merged.merge(setOf(b));
      const whole = setOf([...a, ...b]);
      expect(merged.distribution()).toEqual(whole.distribution());
      expect([merged.count, merged.minimum, merged.maximum]).toEqual([whole.count, whole.minimum, whole.maximum]);
    }),
    { numRuns: 30 },
  );
});

test('a hundred thousand distinct values keep their extremes and percentiles within half a percent', () => {
  const samples = new SampleSet();
  for (let i = 0; i < 100_000; i++) samples.add(((i * 7919) % 100_000) / 100);
  const { values = [], counts = [] } = samples.distribution() ?? {};
  expect(values.length).toBeLessThan(8_000);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(100_000);
  expect([samples.minimum, samples.maximum]).toEqual([0, 999.99]);
  for (const p of [10, 50, 90, 99])
    expect(Math.abs((statistic(`p${p}`, samples) ?? 0) / (p * 10) - 1)).toBeLessThan(0.006);
});
