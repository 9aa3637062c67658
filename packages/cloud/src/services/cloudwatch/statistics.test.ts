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
  ['TM(1:5)', 3.5],
  ['TC(1:10)', 9],
  ['TS(:1)', 1],
  ['PR(1:)', 90],
  ['tm100', 5.5],
  ['WM(:50%)', 4],
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
  ['p99.9', 10_000],
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

/** Every sample in its place: what the statistics are by their definitions, on a sorted list. */
function naively(text: string, samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const total = sorted.length;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [, name = '', percent = ''] = /^([a-z]+)(\d+)$/.exec(text) ?? [];
  const kept = sorted.slice(0, total - Math.floor(((100 - Number(percent)) / 100) * total + 1e-9));
  const by: Record<string, () => number> = {
    p: () => sorted[Math.max(0, Math.ceil((Number(percent) / 100) * total - 1e-9) - 1)] ?? Number.NaN,
    tm: () => mean(kept),
    tc: () => kept.length,
    ts: () => kept.reduce((a, b) => a + b, 0),
    wm: () => mean(sorted.map((value) => Math.min(value, kept.at(-1) ?? Number.NaN))),
  };
  return by[name]?.() ?? Number.NaN;
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ value: fc.integer({ min: 0, max: 40 }), count: fc.integer({ min: 1, max: 4 }) }),
  },
  fc.record({ values: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }) }),
  fc.constant('read' as const),
);

test('however samples come, one by one, several at once, in sets or between readings, the statistics are the same', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const set = new SampleSet();
      const all: number[] = [];
      for (const it of steps) {
        if (it === 'read') set.distribution();
        else if ('values' in it) {
          set.merge(setOf(it.values));
          all.push(...it.values);
        } else {
          set.add(it.value, it.count);
          all.push(...Array.from({ length: it.count }, () => it.value));
        }
      }
      if (all.length === 0) return;
      expect([set.count, set.sum, set.minimum, set.maximum]).toEqual([
        all.length,
        all.reduce((a, b) => a + b, 0),
        Math.min(...all),
        Math.max(...all),
      ]);
      for (const text of ['p1', 'p37', 'p50', 'p90', 'p99', 'tm90', 'tc75', 'ts60', 'wm95'])
        expect(statistic(text, set)).toBeCloseTo(naively(text, all), 9);
    }),
  );
});

test('a set that has been rounded stays so, and what is merged into another with it', () => {
  const coarse = setOf(Array.from({ length: 5_000 }, (_, i) => 1_000 + i / 7));
  const other = setOf([1.23456]);
  other.merge(coarse);
  for (let i = 0; i < 1_500; i++) other.add(9.87654 + i / 1e6);
  const { values = [] } = other.distribution() ?? {};
  expect(values.length).toBeLessThan(200);
  expect(other.maximum).toBe(1_000 + 4_999 / 7);
});

test('what a statistic set hides stays hidden in whatever it is merged into', () => {
  const hidden = new SampleSet();
  hidden.addStatisticSet(3, 6, 1, 3);
  const merged = setOf([1, 2]);
  merged.merge(hidden);
  expect([statistic('Sum', merged), statistic('SampleCount', merged), statistic('p50', merged)]).toEqual([
    9,
    5,
    undefined,
  ]);
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
