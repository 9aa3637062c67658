import { expect, test } from '@jest/globals';
import { evaluateMath, Instant, type MathValue, parseMetricMath } from '@unicorns/cloud';
import fc from 'fast-check';
import { canBeEnclosed, encloseMath, type Term } from './enclose-math.ts';
import { between, type Enclosure, MISSING } from './enclosure.ts';

const IDS = ['a', 'b', 'c'] as const;
type Points = readonly (number | undefined)[];

const EXPRESSIONS = [
  'a + b - c',
  '100 * a / b',
  'a / (b + c)',
  '1 - FILL(a, 0) / b',
  'IF(b > 3, a / b, 0)',
  'IF(b >= 2 && c >= 1, a / b - (c - a) / c, 0)',
  'IF(a > b OR c == 2, a, b)',
  'IF(a, b)',
  'IF(a != b, c, 2 * b)',
  '(a > 1) * b + (c <= 2) * a',
  'MAX([a, b, c]) - MIN([a, b, c])',
  'SUM(METRICS()) / AVG([a, c])',
  'ABS(a - b) ^ 2',
  '(a + b) - 2 * a + 0.5 * (b - a)',
  'CEIL(a / 3) + FLOOR(b / 2)',
  '-(a - b) * (c - 3)',
  'FILL(a, b) / PERIOD(a)',
  '[a, b] * c',
];

const evaluated = (text: string, points: Readonly<Record<string, Points>>): MathValue =>
  evaluateMath(parseMetricMath(text), {
    starts: (points['a'] ?? []).map((_, i) => Instant(i * 60_000)),
    periodSeconds: 60,
    metricIds: IDS,
    lookUp: (id) => ({ type: 'series', points: points[id] ?? [] }),
  });

/** A series in a box: some of its points, or none at all. */
const box = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 3 }))
      .map(([low, length]) => ({ low, high: low + length })),
  },
);

test.each(EXPRESSIONS)('the bounds of %s hold every value that the cloud computes in the box', (text) => {
  expect(canBeEnclosed(parseMetricMath(text))).toBe(true);
  fc.assert(
    fc.property(fc.record({ a: box, b: box, c: box }), (boxes) => {
      const lookUp = (id: string): Term => {
        const of = boxes[id as 'a'];
        if (of === undefined) return { type: 'series', of: MISSING };
        return { type: 'series', of: { ...between(of.low, of.high), sum: IDS.map((each) => Number(each === id)) } };
      };
      const counts = { low: IDS.map((id) => boxes[id]?.low ?? 0), high: IDS.map((id) => boxes[id]?.high ?? 0) };
      const term = encloseMath(parseMetricMath(text), { lookUp, metricIds: IDS, periodSeconds: 60, box: counts });
      const rows = [...combinations(boxes)];
      const points = Object.fromEntries(IDS.map((id) => [id, rows.map((row) => row[id])]));
      const value = evaluated(text, points);
      const series = value.type === 'list' ? value.series : value.type === 'series' ? [value.points] : [];
      const bounds = term.type === 'list' ? term.of : [term.of];
      expect(bounds.length).toBe(series.length);
      bounds.forEach((bound, s) => checkBound(bound, series[s] ?? []));
    }),
    { numRuns: 40 },
  );
});

/** One point has one value, or none: nothing is left open. */
function checkBound(bound: Enclosure, found: Points): void {
  const isInside = (value: number | undefined): boolean => {
    if (bound.type === 'value') return value !== undefined && value >= bound.low && value <= bound.high;
    return bound.type === 'open' || value === undefined;
  };
  expect(found.filter((value) => !isInside(value))).toEqual([]);
  const [only, second] = found;
  const isOnePoint = found.length === 1 && second === undefined;
  const low = bound.type === 'value' ? bound.low : undefined;
  const high = bound.type === 'value' ? bound.high : undefined;
  expect(isOnePoint ? [bound.type === 'open', low, high] : [false, only, only]).toEqual([false, only, only]);
}

function* combinations(boxes: Readonly<Record<(typeof IDS)[number], { low: number; high: number } | undefined>>) {
  const valuesOf = (it: { low: number; high: number } | undefined): readonly (number | undefined)[] =>
    it === undefined ? [undefined] : Array.from({ length: it.high - it.low + 1 }, (_, i) => it.low + i);
  for (const a of valuesOf(boxes.a))
    for (const b of valuesOf(boxes.b)) for (const c of valuesOf(boxes.c)) yield { a, b, c };
}

test.each(['RATE(a)', 'HOUR(a) * a', 'SORT([a, b], AVG, ASC)', 'STDDEV([a, b])'])('%s has no bounds', (text) => {
  expect(canBeEnclosed(parseMetricMath(text))).toBe(false);
});
