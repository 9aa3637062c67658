/** The functions of metric math, by name. Source: MM (D). */
import { MetricMathError } from './metric-math-parse.ts';
import { fill, ifThenElse } from './metric-math-missing.ts';
import { finite, list, mapPoints, nameOf, scalar, series, seriesIn } from './metric-math-value.ts';
import type { MathContext, MathValue, Points } from './metric-math-value.ts';

interface MathFunction {
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number];
  apply(args: readonly MathValue[], context: MathContext): MathValue;
}

type Values = readonly number[];

const sum = (values: Values): number => values.reduce((a, b) => a + b, 0);
const average = (values: Values): number => sum(values) / values.length;

const lowest = (values: Values): number => (values.length === 0 ? Number.NaN : Math.min(...values));
const highest = (values: Values): number => (values.length === 0 ? Number.NaN : Math.max(...values));

function deviation(values: Values): number {
  const mean = average(values);
  return Math.sqrt(average(values.map((value) => (value - mean) ** 2)));
}

const present = (points: Points): number[] => points.filter((value) => value !== undefined);
const filled = (points: Points): number[] => points.map((value) => value ?? 0);

/**
 * One series becomes a scalar; several become one series, period by period. `of` says what is reduced: the points
 * there are, or also 0 for each that is missing. A period in which none of several series has a point has none.
 */
const aggregate = (reduce: (values: Values) => number, of: (points: Points) => number[] = present): MathFunction => ({
  arity: [1, 1],
  apply: ([value], context) => {
    if (value?.type === 'series') return scalar(reduce(of(value.points)));
    if (value?.type !== 'list')
      throw new MetricMathError(`A time series or a list is needed, not ${value ? nameOf(value) : 'nothing'}.`);
    return series(
      context.starts.map((_, i) => {
        const values = value.series.map((points) => points[i]);
        return present(values).length === 0 ? undefined : reduce(of(values));
      }),
    );
  },
});

const each = (change: (value: number) => number): MathFunction => ({
  arity: [1, 1],
  apply: ([value = scalar(Number.NaN)]) => mapPoints(value, change),
});

/** Replaces every series by one that is computed from it as a whole. */
const eachSeries = (change: (points: Points, context: MathContext) => Points): MathFunction => ({
  arity: [1, 1],
  apply: ([value], context) => {
    if (value?.type === 'series') return series(change(value.points, context));
    if (value?.type === 'list') return list(value.series.map((points) => change(points, context)));
    throw new MetricMathError(`A time series is needed, not ${value ? nameOf(value) : 'nothing'}.`);
  },
});

/** Something of a period's start, for every period whether it has a datapoint or not. */
const clock = (read: (at: Date) => number): MathFunction =>
  eachSeries((_, { starts }) => starts.map((at) => read(new Date(at))));

/** From each datapoint to the one before it, however far back that lies; the first has none. */
const fromPrevious = (difference: (value: number, before: number, seconds: number) => number): MathFunction =>
  eachSeries((points, { periodSeconds }) => {
    let before: { readonly value: number; readonly i: number } | undefined;
    return points.map((value, i) => {
      if (value === undefined) return undefined;
      const result = before && difference(value, before.value, (i - before.i) * periodSeconds);
      before = { value, i };
      return result;
    });
  });

/** What SORT can sort by: the value of the function of that name. */
const SORT_KEYS: Readonly<Record<string, (points: Points) => number>> = {
  SUM: (points) => sum(present(points)),
  AVG: (points) => average(filled(points)),
  MIN: (points) => lowest(present(points)),
  MAX: (points) => highest(present(points)),
};

const runningSum = eachSeries((points) => {
  let total = 0;
  return points.map((value) => (value === undefined ? undefined : (total += value)));
});

function metrics([filter]: readonly MathValue[], { metricIds, lookUp }: MathContext): MathValue {
  const wanted = filter?.type === 'word' ? filter.word : '';
  return list(
    metricIds
      .filter((id) => id.includes(wanted))
      .flatMap((id) => {
        const value = lookUp(id);
        return value.type === 'series' ? [value.points] : [];
      }),
  );
}

function sort([value, by, order, limit]: readonly MathValue[], context: MathContext): MathValue {
  const key = by?.type === 'word' ? SORT_KEYS[by.word] : undefined;
  const direction = order?.type === 'word' ? order.word : '';
  if (value === undefined || key === undefined || !['ASC', 'DESC'].includes(direction))
    throw new MetricMathError('SORT takes time series, one of AVG, MAX, MIN, SUM, and ASC or DESC.');
  const sorted = seriesIn(value, context).toSorted((a, b) => (direction === 'ASC' ? 1 : -1) * (key(a) - key(b)));
  return list(limit?.type === 'scalar' ? sorted.slice(0, limit.value) : sorted);
}

function slice([value, from, until]: readonly MathValue[], context: MathContext): MathValue {
  if (value === undefined || from?.type !== 'scalar')
    throw new MetricMathError('SLICE takes time series and a position.');
  const all = seriesIn(value, context);
  if (until === undefined) return series(all[from.value] ?? context.starts.map(() => undefined));
  return list(all.slice(from.value, until.type === 'scalar' ? until.value : undefined));
}

const pick = (position: 0 | -1): MathFunction => ({
  arity: [1, 1],
  apply: ([value], context) =>
    series((value && seriesIn(value, context).at(position)) ?? context.starts.map(() => undefined)),
});

const count: MathFunction = {
  arity: [1, 1],
  apply: ([value], context) =>
    value?.type === 'list'
      ? list(value.series.map((points) => context.starts.map(() => present(points).length)))
      : scalar(value ? seriesIn(value, context).flatMap(present).length : 0),
};

const timeSeries: MathFunction = {
  arity: [1, 1],
  apply: ([value], { starts }) => {
    if (value?.type !== 'scalar')
      throw new MetricMathError(`TIME_SERIES takes a scalar, not ${value ? nameOf(value) : 'nothing'}.`);
    return series(starts.map(() => finite(value.value)));
  },
};

/** Monday is 1, Sunday 7. */
const dayOfWeek = (at: Date): number => at.getUTCDay() || 7;

export const FUNCTIONS: Readonly<Record<string, MathFunction | undefined>> = {
  SUM: aggregate(sum),
  // "Missing values are treated as 0", the guide says of AVG, and of no other.
  AVG: aggregate(average, filled),
  MIN: aggregate(lowest),
  MAX: aggregate(highest),
  STDDEV: aggregate(deviation),
  ABS: each(Math.abs),
  CEIL: each(Math.ceil),
  FLOOR: each(Math.floor),
  LOG: each(Math.log),
  LOG10: each(Math.log10),
  RATE: fromPrevious((value, before, seconds) => (value - before) / seconds),
  DIFF: fromPrevious((value, before) => value - before),
  DIFF_TIME: fromPrevious((_, __, seconds) => seconds),
  RUNNING_SUM: runningSum,
  MINUTE: clock((at) => at.getUTCMinutes()),
  HOUR: clock((at) => at.getUTCHours()),
  DAY: clock(dayOfWeek),
  DATE: clock((at) => at.getUTCDate()),
  MONTH: clock((at) => at.getUTCMonth() + 1),
  YEAR: clock((at) => at.getUTCFullYear()),
  EPOCH: clock((at) => at.getTime() / 1000),
  PERIOD: { arity: [1, 1], apply: (_, { periodSeconds }) => scalar(periodSeconds) },
  IF: { arity: [2, 3], apply: ifThenElse },
  FILL: { arity: [2, 2], apply: fill },
  TIME_SERIES: timeSeries,
  METRICS: { arity: [0, 1], apply: metrics },
  METRIC_COUNT: { arity: [1, 1], apply: ([value], context) => scalar(value ? seriesIn(value, context).length : 0) },
  DATAPOINT_COUNT: count,
  FIRST: pick(0),
  LAST: pick(-1),
  REMOVE_EMPTY: {
    arity: [1, 1],
    apply: ([value], context) => list(value ? seriesIn(value, context).filter((it) => present(it).length > 0) : []),
  },
  SORT: { arity: [3, 4], apply: sort },
  SLICE: { arity: [2, 3], apply: slice },
};
