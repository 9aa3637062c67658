import type { Instant } from '../../instant.ts';
import { MetricMathError } from './metric-math-parse.ts';

export type Points = readonly (number | undefined)[];

export type MathValue =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'series'; readonly points: Points }
  | { readonly type: 'list'; readonly series: readonly Points[] }
  | { readonly type: 'word'; readonly word: string };

export interface MathContext {
  /** The starts of the periods, ascending. */
  readonly starts: readonly Instant[];
  readonly periodSeconds: number;
  /** Ids of the queries that fetch data, in order: what METRICS() means. */
  readonly metricIds: readonly string[];
  /** The value of another query. */
  readonly lookUp: (id: string) => MathValue;
}

export const scalar = (value: number): MathValue => ({ type: 'scalar', value });
export const series = (points: Points): MathValue => ({ type: 'series', points });
export const list = (all: readonly Points[]): MathValue => ({ type: 'list', series: all });

export const nameOf = (value: MathValue): string =>
  ({ scalar: 'a scalar', series: 'a time series', list: 'several time series', word: 'a word' })[value.type];

/** The series of a value; a scalar stands in every period. */
export function seriesIn(value: MathValue, { starts }: Pick<MathContext, 'starts'>): readonly Points[] {
  switch (value.type) {
    case 'scalar':
      return [starts.map(() => finite(value.value))];
    case 'series':
      return [value.points];
    case 'list':
      return value.series;
    case 'word':
      throw new MetricMathError(`"${value.word}" is not a time series.`);
    default:
      return value satisfies never;
  }
}

/** Applies a function to every datapoint there is; a result that is no finite number is no datapoint. */
export function mapPoints(value: MathValue, change: (value: number) => number): MathValue {
  const changed = (points: Points): Points => points.map((it) => (it === undefined ? undefined : finite(change(it))));
  switch (value.type) {
    case 'scalar':
      return scalar(change(value.value));
    case 'series':
      return series(changed(value.points));
    case 'list':
      return list(value.series.map(changed));
    case 'word':
      throw new MetricMathError(`"${value.word}" is not a number.`);
    default:
      return value satisfies never;
  }
}

/** A result that is no finite number is no datapoint. */
export const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
