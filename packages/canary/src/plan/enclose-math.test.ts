import { expect, test } from '@jest/globals';
import { evaluateMath, Instant, type MathValue, parseMetricMath } from '@unicorns/cloud';
import fc from 'fast-check';
import { canBeEnclosed, encloseMath, type Term } from './enclose-math.ts';
import { between, MISSING } from './enclosure.ts';

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
  'CEIL(a / 3) + FLOOR(b / 2)',
  '-(a - b) * (c - 3)',
  'FILL(a, b) / PERIOD(a)',
  '[a, b] * c',
];

const evaluated = (text: string, points: Readonly<Record<string, Points>>): MathValue =>
  evaluateMath(parseMetricMath(text), {
    starts: (points['a'] ?? []).map((_, i) => Instant(i * 60_000)),
    periodSeconds: 60,
    metricIds: ['a', 'b', 'c'],
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
        return { type: 'series', of: of === undefined ? MISSING : between(of.low, of.high) };
      };
      const term = encloseMath(parseMetricMath(text), { lookUp, metricIds: ['a', 'b', 'c'], periodSeconds: 60 });
      const rows = [...combinations(boxes)];
      const points = Object.fromEntries((['a', 'b', 'c'] as const).map((id) => [id, rows.map((row) => row[id])]));
      const value = evaluated(text, points);
      const series = value.type === 'list' ? value.series : value.type === 'series' ? [value.points] : [];
      const bounds = term.type === 'list' ? term.of : [term.of];
      expect(bounds.length).toBe(series.length);
      bounds.forEach((bound, s) => {
        for (const found of series[s] ?? []) {
          if (bound.type === 'missing') expect(found).toBeUndefined();
          if (bound.type !== 'value') continue;
          expect(found).toBeGreaterThanOrEqual(bound.low);
          expect(found).toBeLessThanOrEqual(bound.high);
        }
        // One point has one value, or none: nothing is left open.
        if (rows.length === 1 && bound.type === 'value') expect(bound.low).toBe(bound.high);
        if (rows.length === 1) expect(bound.type).toBe(series[s]?.[0] === undefined ? 'missing' : 'value');
      });
    }),
    { numRuns: 400 },
  );
});

function* combinations(boxes: Readonly<Record<'a' | 'b' | 'c', { low: number; high: number } | undefined>>) {
  const valuesOf = (it: { low: number; high: number } | undefined): readonly (number | undefined)[] =>
    it === undefined ? [undefined] : Array.from({ length: it.high - it.low + 1 }, (_, i) => it.low + i);
  for (const a of valuesOf(boxes.a))
    for (const b of valuesOf(boxes.b)) for (const c of valuesOf(boxes.c)) yield { a, b, c };
}

test.each(['RATE(a)', 'HOUR(a) * a', 'SORT([a, b], AVG, ASC)', 'STDDEV([a, b])'])('%s has no bounds', (text) => {
  expect(canBeEnclosed(parseMetricMath(text))).toBe(false);
});
