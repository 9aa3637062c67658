/** What an alarm sees of a period: the value of its statistic or expression, by the embedded cloud's own arithmetic. */
import {
  evaluateMath,
  Instant,
  type MathValue,
  type MetricQuery,
  parseMetricMath,
  parseStatistic,
  SampleSet,
  statisticOf,
} from '@unicorns/cloud';
import { sampleOf } from './counting-rule.ts';
import type { MetricSource } from './metric-source.ts';
import type { Gate } from './plan-input.ts';
import type { RequestKind } from './request-kinds.ts';

/** Requests of each kind in any number of periods: a column per kind. */
export interface Periods {
  readonly length: number;
  readonly columns: readonly Float64Array[];
}

type Points = readonly (number | undefined)[];

/** The values of an alarm over any number of periods; undefined where there is no datapoint. */
export type PointValues = (periods: Periods) => Points;

export function pointValues(gate: Gate, kinds: readonly RequestKind[]): PointValues {
  const { watches } = gate.alarm;
  if (watches.type === 'stat') {
    const [source] = gate.sources;
    return source === undefined ? noPoints : statValues(source, watches.stat, kinds);
  }
  const byId = new Map<string, PointValues>();
  for (const query of watches.queries) {
    const source = gate.sources.find(({ id }) => id === query.id);
    if (query.type === 'stat' && source !== undefined) byId.set(query.id, statValues(source, query.stat, kinds));
  }
  return mathValues(watches.queries, watches.resultId, watches.periodSeconds, byId);
}

const noPoints: PointValues = ({ length }) => Array.from({ length }, () => undefined);

function statValues(source: MetricSource, stat: string, kinds: readonly RequestKind[]): PointValues {
  const statistic = parseStatistic(stat);
  if (statistic === undefined) return noPoints;
  const samples = kinds.map((kind) => sampleOf(source, kind));
  const { defaultValue } = source;
  const withDefault = (value: number | undefined, columns: Periods['columns'], i: number): number | undefined =>
    value ?? (defaultValue !== undefined && columns.some((column) => (column[i] ?? 0) > 0) ? defaultValue : undefined);
  if (statistic.type === 'Sum' || statistic.type === 'SampleCount') {
    const isSum = statistic.type === 'Sum';
    return ({ length, columns }) => {
      const { counts, sums } = totals(samples, columns, length);
      const values = isSum ? sums : counts;
      const out: (number | undefined)[] = [];
      for (let i = 0; i < length; i++) out.push(withDefault(counts[i] === 0 ? undefined : values[i], columns, i));
      return out;
    };
  }
  return ({ length, columns }) =>
    Array.from({ length }, (_, i) => {
      const set = new SampleSet();
      samples.forEach((sample, kind) => {
        const count = columns[kind]?.[i] ?? 0;
        if (sample !== undefined && count > 0) set.add(sample, count);
      });
      return withDefault(set.count === 0 ? undefined : statisticOf(set, statistic), columns, i);
    });
}

function totals(samples: readonly (number | undefined)[], columns: Periods['columns'], length: number) {
  const counts = new Float64Array(length);
  const sums = new Float64Array(length);
  samples.forEach((sample, kind) => {
    const column = columns[kind];
    if (sample === undefined || column === undefined) return;
    // A loop of its own: this is where the time goes.
    for (let i = 0; i < length; i++) {
      const count = column[i] ?? 0;
      counts[i] = (counts[i] ?? 0) + count;
      sums[i] = (sums[i] ?? 0) + count * sample;
    }
  });
  return { counts, sums };
}

function mathValues(
  queries: readonly MetricQuery[],
  resultId: string,
  periodSeconds: number,
  stats: ReadonlyMap<string, PointValues>,
): PointValues {
  const parsed = new Map(
    queries.flatMap((query) =>
      query.type === 'expression' ? [[query.id, parseMetricMath(query.expression)] as const] : [],
    ),
  );
  const metricIds = queries.flatMap(({ type, id }) => (type === 'stat' ? [id] : []));
  return (periods) => {
    const starts = Array.from({ length: periods.length }, (_, i) => Instant(i * periodSeconds * 1_000));
    const done = new Map<string, MathValue>();
    const lookUp = (id: string): MathValue => {
      const known = done.get(id);
      if (known) return known;
      const expression = parsed.get(id);
      const value: MathValue =
        expression === undefined
          ? { type: 'series', points: (stats.get(id) ?? noPoints)(periods) }
          : evaluateMath(expression, { starts, periodSeconds, metricIds, lookUp });
      done.set(id, value);
      return value;
    };
    const value = lookUp(resultId);
    if (value.type === 'series') return value.points;
    return value.type === 'list' ? (value.series[0] ?? []) : noPoints(periods);
  };
}
