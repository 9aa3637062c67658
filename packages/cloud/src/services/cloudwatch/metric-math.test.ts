import { expect, test } from '@jest/globals';
import { Instant, MINUTE } from '../../instant.ts';
import { MetricMathError, parseMetricMath } from './metric-math-parse.ts';
import { evaluateMath } from './metric-math.ts';
import { series, type MathContext, type MathValue } from './metric-math-value.ts';

const FIRST = Date.parse('2026-03-02T23:58:00Z');

const read = (text: string): (number | undefined)[] =>
  text.split(' ').map((it) => (it === '-' ? undefined : Number(it)));

/** Evaluates over one-minute periods from Monday 2 March 2026 23:58; `-` is a missing datapoint. */
function evaluated(expression: string, metrics: Readonly<Record<string, string>>): string {
  const given = new Map(Object.entries(metrics).map(([id, text]) => [id, series(read(text))]));
  const length = Math.max(...[...given.values()].map((it) => (it.type === 'series' ? it.points.length : 0)));
  const context: MathContext = {
    starts: Array.from({ length }, (_, i) => Instant(FIRST + i * MINUTE)),
    periodSeconds: 60,
    metricIds: [...given.keys()],
    lookUp(id) {
      const found = given.get(id);
      if (found === undefined) throw new MetricMathError(`There is no metric or expression with the id ${id}.`);
      return found;
    },
  };
  return shown(evaluateMath(parseMetricMath(expression), context));
}

const points = (all: readonly (number | undefined)[]): string => all.map((it) => it ?? '-').join(' ');

function shown(value: MathValue): string {
  if (value.type === 'scalar') return `scalar ${value.value}`;
  if (value.type === 'word') return value.word;
  return value.type === 'series' ? points(value.points) : value.series.map(points).join(' | ');
}

const rounded = (text: string): string =>
  text.replaceAll(/-?\d+\.\d{3,}/g, (it) => String(Number(Number(it).toPrecision(3))));

const A = '4 - 6 - 9';
const B = '2 2 - - 0';

test.each([
  ['a + b', '6 2 6 - 9'],
  ['a - b', '2 -2 6 - 9'],
  ['a * b', '8 0 0 - 0'],
  ['a / b', '2 0 - - -'],
  ['b / a', '0.5 - 0 - 0'],
  ['a ^ 2', '16 - 36 - 81'],
  ['-a + 1', '-3 - -5 - -8'],
  ['100 * a', '400 - 600 - 900'],
  ['2 ^ 3 ^ 0', 'scalar 2'],
  ['1 + 2 * 3 - 4 / 2', 'scalar 5'],
  ['(1 + 2) * 3', 'scalar 9'],
  ['a > b', '1 0 1 - 1'],
  ['a <= b', '0 1 0 - 0'],
  ['a == 4', '1 - 0 - 0'],
  ['a != 4', '0 - 1 - 1'],
  ['a > 5 && b < 1', '0 0 0 - 1'],
  ['a > 5 AND b < 1', '0 0 0 - 1'],
  ['a < 5 || b > 1', '1 1 0 - 0'],
  ['a < 5 OR b > 1', '1 1 0 - 0'],
  ['[a, b] * 2', '8 - 12 - 18 | 4 4 - - 0'],
  ['[a, b] - b', '2 -2 6 - 9 | 0 0 - - 0'],
])('%s gives %s', (expression, expected) => {
  expect(evaluated(expression, { a: A, b: B })).toBe(expected);
});

test.each([
  ['IF(c, a, b)', { c: '1 1 0 0 -', a: '30 - 0 0 30', b: '0 0 20 - 20' }, '30 0 20 0 -'],
  ['IF(c, 5, b)', { c: '1 1 0 0 -', b: '0 0 20 - 20' }, '5 5 20 - -'],
  ['IF(c, a, 5)', { c: '1 1 0 0 -', a: '30 - 0 0 30' }, '30 0 5 5 -'],
  ['IF(c, a)', { c: '1 1 0 0 -', a: '30 - 0 0 30' }, '30 0 - - -'],
  ['IF(1, a, 5)', { a: '30 - 0' }, '30 - 0'],
  ['IF(0, a, 5)', { a: '30 - 0' }, '5 5 5'],
  ['IF(SUM(a) > 1, 1, a)', { a: '30 - 0' }, '1 1 1'],
  ['IF(AVG(a), 1, a)', { a: '- - -' }, '- - -'],
  ['IF(0, 1)', { a: '30 - 0' }, '- - -'],
  ['IF(MAX(a), 1, 2)', { a: '- - -' }, 'scalar NaN'],
  ['IF(MAX(a), b, 2)', { a: '- - -', b: '1 2 3' }, '- - -'],
  ['IF(MAX(a), 1, b)', { a: '- - -', b: '1 2 3' }, '- - -'],
  ['IF(-1, 1, a)', { a: '30 - 0' }, '1 1 1'],
  ['IF(1 > 0, 2, 3)', { a: '0' }, 'scalar 2'],
  ['TIME_SERIES(MAX(a))', { a: '- - -' }, '- - -'],
  ['IF(c > 1, 1, 0)', { c: '3 0 -' }, '1 0 -'],
])('%s follows the guide', (expression, metrics, expected) => {
  expect(evaluated(expression, metrics)).toBe(expected);
});

/** The guide's own table: metric1 [30, 20, 0, 0], metric2 [20, -, 20, -]. Source: MM (D). */
test.each([
  ['metric1 < metric2', '0 0 1 0'],
  ['metric1 >= 30', '1 0 0 0'],
  ['metric1 > 15 AND metric2 > 15', '1 0 0 0'],
])('%s gives %s, as the guide has it', (expression, expected) => {
  expect(evaluated(expression, { metric1: '30 20 0 0', metric2: '20 - 20 -' })).toBe(expected);
});

test.each([
  ['a > MAX(b)', '- - -'],
  ['MAX(b) == MAX(b) || a > 1', '- - -'],
  ['IF(MIN(b) < 1, 1, a)', '- - -'],
  ['IF(MIN(a) < 3, 1, a)', '1 1 1'],
])('a comparison with a number that does not exist has no datapoint: %s', (expression, expected) => {
  expect(evaluated(expression, { a: '2 - 3', b: '- - -' })).toBe(expected);
});

test.each([
  ['FILL(a, 0)', '0 4 0 0 10 0'],
  ['FILL(a, REPEAT)', '- 4 4 4 10 10'],
  ['FILL(a, LINEAR)', '- 4 6 8 10 -'],
  ['FILL(a, b)', '1 4 3 - 10 6'],
  ['FILL([a, b], 0)', '0 4 0 0 10 0 | 1 2 3 0 5 6'],
])('%s gives %s', (expression, expected) => {
  expect(evaluated(expression, { a: '- 4 - - 10 -', b: '1 2 3 - 5 6' })).toBe(expected);
});

test.each([
  ['SUM(METRICS())', '3 7 - 6'],
  ['SUM([e1, e2])', '1 2 - 6'],
  ['AVG([e1, e2])', '0.5 1 - 3'],
  ['AVG([e1, e2, 1])', '0.667 1 0.333 2.33'],
  ['MIN([e1, e2, 1])', '1 1 1 1'],
  ['MAX(METRICS("e"))', '1 2 - 4'],
  ['STDDEV(METRICS("e"))', '0 0 - 1'],
  ['SUM(e2)', 'scalar 6'],
  ['AVG(e1)', 'scalar 0.75'],
  ['e1 * AVG(e1)', '0.75 - - 1.5'],
  ['METRIC_COUNT(METRICS())', 'scalar 3'],
  ['DATAPOINT_COUNT(e1)', 'scalar 2'],
  ['FIRST(METRICS())', '1 - - 2'],
  ['LAST(METRICS())', '2 5 - -'],
  ['TIME_SERIES(7)', '7 7 7 7'],
  ['PERIOD(e1)', 'scalar 60'],
  ['SORT(METRICS(), SUM, DESC, 2)', '2 5 - - | - 2 - 4'],
  ['SORT(METRICS(), MAX, ASC)', '1 - - 2 | - 2 - 4 | 2 5 - -'],
  ['FIRST(SORT(METRICS(), AVG, DESC))', '2 5 - -'],
  ['SUM([METRICS("e1"), METRICS("odd")])', '3 5 - 2'],
  ['SLICE(METRICS(), 2)', '2 5 - -'],
  ['DATAPOINT_COUNT(METRICS("e"))', '2 2 2 2 | 2 2 2 2'],
  ['MIN(e1)', 'scalar 1'],
  ['MAX(e1)', 'scalar 2'],
  ['STDDEV(e1)', 'scalar 0.5'],
  ['100 / [e1, e2]', '100 - - 50 | - 50 - 25'],
  ['SLICE(METRICS(), 1, 2)', '- 2 - 4'],
])('%s gives %s', (expression, expected) => {
  expect(rounded(evaluated(expression, { e1: '1 - - 2', e2: '- 2 - 4', odd: '2 5 - -' }))).toBe(expected);
});

test.each([
  ['ABS(a)', '- 3 - 7.5 1.5'],
  ['CEIL(a)', '- -3 - 8 2'],
  ['FLOOR(a)', '- -3 - 7 1'],
  ['LOG10(a * a)', '- 0.954 - 1.75 0.352'],
  ['LOG(a - a)', '- - - - -'],
  ['DIFF(a)', '- - - 10.5 -6'],
  ['DIFF_TIME(a)', '- - - 120 60'],
  ['RATE(a)', '- - - 0.0875 -0.1'],
  ['RUNNING_SUM(a)', '- -3 - 4.5 6'],
  ['REMOVE_EMPTY([a, a / 0])', '- -3 - 7.5 1.5'],
  ['MINUTE(a)', '58 59 0 1 2'],
  ['HOUR(a)', '23 23 0 0 0'],
  ['DAY(a)', '1 1 2 2 2'],
  ['DATE(a)', '2 2 3 3 3'],
  ['MONTH(a)', '3 3 3 3 3'],
  ['YEAR(a)', '2026 2026 2026 2026 2026'],
  ['EPOCH(a) - EPOCH(a)', '0 0 0 0 0'],
])('%s gives %s', (expression, expected) => {
  expect(rounded(evaluated(expression, { a: '- -3 - 7.5 1.5' }))).toBe(expected);
});

test('Sunday is 7', () => {
  const days = Array.from({ length: 8 }, (_, i) => Instant(FIRST + i * 24 * 60 * MINUTE));
  const context = { starts: days, periodSeconds: 86_400, metricIds: [], lookUp: () => series(days.map(() => 0)) };
  expect(shown(evaluateMath(parseMetricMath('DAY(m)'), context))).toBe('1 2 3 4 5 6 7 1');
});

test('a guarded relative error rate is quiet with few requests and breaches with many', () => {
  const guarded = 'IF(n >= 20, 100 * f / n, 0) > 2 * IF(total - n >= 20, 100 * (allf - f) / (total - n), 1)';
  const metrics = { n: '10 40 40', f: '5 0 8', total: '300 400 400', allf: '6 2 9' };
  expect(evaluated(guarded, metrics)).toBe('0 0 1');
});

test.each([
  'SEARCH("{A,B}", "Sum", 60)',
  'ANOMALY_DETECTION_BAND(a, 2)',
  'INSIGHT_RULE_METRIC("r", "Sum")',
  'SELECT AVG(x) FROM y',
])('%s is refused by its name', (expression) => {
  const refuse = (): unknown => parseMetricMath(expression);
  const name = /^\w+/.exec(expression)?.[0] ?? '';
  expect(refuse).toThrow(`${name} `);
  expect(refuse).toThrow('cannot be rehearsed. See docs/slice.md#alarms.');
});

test.each([
  ['a +', 'The expression ends too early.'],
  ['a b', 'Unexpected "b" at position 2.'],
  ['(a', 'The expression ends too early.'],
  ['a ? b', 'Unexpected character at position 1 of "a ? b".'],
  ['', 'The expression ends too early.'],
  ['SUM(a, a)', 'SUM takes 1 arguments.'],
  ['NOPE(a)', 'Unknown function NOPE.'],
  ['z', 'There is no metric or expression with the id z.'],
  ['a + REPEAT', '"+" takes numbers and time series, not a word.'],
  ['FILL(a, ASC)', 'FILL fills with a number, a time series, REPEAT or LINEAR.'],
  ['SORT([a, a], STDDEV, ASC)', 'SORT takes time series, one of AVG, MAX, MIN, SUM, and ASC or DESC.'],
  ['TIME_SERIES(a)', 'TIME_SERIES takes a scalar, not a time series.'],
  ['SUM(3)', 'A time series or a list is needed, not a scalar.'],
])('"%s" is an error: %s', (expression, message) => {
  expect(() => evaluated(expression, { a: '1 2' })).toThrow(message);
});
