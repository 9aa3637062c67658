/** IF and FILL: the two functions whose subject is the missing datapoint. Source: MM (D). */
import { MetricMathError } from './metric-math-parse.ts';
import { finite, list, nameOf, scalar, series } from './metric-math-value.ts';
import type { MathContext, MathValue, Points } from './metric-math-value.ts';

/**
 * `IF(condition, a, b)`: 0 is false. A period without condition is dropped. True: `a`, a missing datapoint of a
 * series counting as 0. False: `b`; its missing datapoint counts as 0 beside a series `a` and is dropped beside a
 * scalar `a`; without `b` the period is dropped.
 */
export function ifThenElse([condition, a, b]: readonly MathValue[], { starts }: MathContext): MathValue {
  if (condition === undefined || a === undefined) throw new MetricMathError('IF takes a condition and a value.');
  for (const value of [condition, a, ...(b ? [b] : [])])
    if (value.type !== 'scalar' && value.type !== 'series')
      throw new MetricMathError(`IF takes scalars and time series, not ${nameOf(value)}.`);
  if (condition.type === 'scalar') return chosenWhole(condition.value, a, b, starts.length);
  const missingElse = a.type === 'series' ? 0 : undefined;
  return series(
    starts.map((_, i) => {
      const holds = pointOf(condition, i);
      if (holds === undefined) return undefined;
      if (holds !== 0) return pointOf(a, i) ?? 0;
      return b && (pointOf(b, i) ?? missingElse);
    }),
  );
}

/**
 * A scalar condition chooses a whole operand, holes and all; the guide's rules speak of conditions with time stamps.
 * The result is a scalar only if both operands are, so that its type does not hang on the data.
 */
function chosenWhole(condition: number, a: MathValue, b: MathValue | undefined, length: number): MathValue {
  const chosen = Number.isNaN(condition) || condition === 0 ? b : a;
  if (a.type === 'scalar' && b?.type === 'scalar') return Number.isNaN(condition) ? scalar(Number.NaN) : (chosen ?? b);
  const dropped = chosen === undefined || Number.isNaN(condition);
  return series(Array.from({ length }, (_, i) => (dropped ? undefined : pointOf(chosen, i))));
}

function pointOf(value: MathValue, i: number): number | undefined {
  if (value.type === 'scalar') return finite(value.value);
  return value.type === 'series' ? value.points[i] : undefined;
}

/** `FILL(m, 0)`, `FILL(m, REPEAT)`, `FILL(m, LINEAR)`, `FILL(m1, m2)`; of a list, each of its series. */
export function fill([value, by]: readonly MathValue[]): MathValue {
  if (value === undefined || by === undefined) throw new MetricMathError('FILL takes a time series and a filling.');
  switch (value.type) {
    case 'scalar':
      return scalar(value.value);
    case 'series':
      return series(filled(value.points, by));
    case 'list':
      return list(value.series.map((points) => filled(points, by)));
    case 'word':
      throw new MetricMathError('FILL takes a time series, not a word.');
    default:
      return value satisfies never;
  }
}

function filled(points: Points, by: MathValue): Points {
  if (by.type === 'scalar' || by.type === 'series') return points.map((value, i) => value ?? pointOf(by, i));
  if (by.type === 'word' && by.word === 'REPEAT') return repeated(points);
  if (by.type === 'word' && by.word === 'LINEAR') return interpolated(points);
  throw new MetricMathError('FILL fills with a number, a time series, REPEAT or LINEAR.');
}

/** The most recent value goes on; before the first there is nothing to repeat. */
function repeated(points: Points): Points {
  let last: number | undefined;
  return points.map((value) => (last = value ?? last));
}

/** Straight lines between neighbours; outside the first and the last nothing is invented. */
function interpolated(points: Points): Points {
  const filledIn = [...points];
  let from = -1;
  points.forEach((end, i) => {
    if (end === undefined) return;
    const start = points[from];
    for (let k = from + 1; start !== undefined && k < i; k++)
      filledIn[k] = start + ((end - start) * (k - from)) / (i - from);
    from = i;
  });
  return filledIn;
}
