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

/** How many requests of each kind a period holds. */
export type KindCounts = ArrayLike<number>;

/** The values of an alarm over any number of periods; undefined where there is no datapoint. */
export type PointValues = (periods: readonly KindCounts[]) => readonly (number | undefined)[];

export function pointValues(gate: Gate, kinds: readonly RequestKind[]): PointValues {
  const { watches } = gate.alarm;
  if (watches.type === 'stat') {
    const [source] = gate.sources;
    return source === undefined ? (periods) => periods.map(() => undefined) : statValues(source, watches.stat, kinds);
  }
  const byId = new Map<string, PointValues>();
  for (const query of watches.queries) {
    const source = gate.sources.find(({ id }) => id === query.id);
    if (query.type === 'stat' && source !== undefined) byId.set(query.id, statValues(source, query.stat, kinds));
  }
  return mathValues(watches.queries, watches.resultId, watches.periodSeconds, byId);
}

function statValues(source: MetricSource, stat: string, kinds: readonly RequestKind[]): PointValues {
  const samples = kinds.map((kind) => sampleOf(source, kind));
  const statistic = parseStatistic(stat);
  if (statistic === undefined) return (periods) => periods.map(() => undefined);
  const { defaultValue } = source;
  const fallBack = (counts: KindCounts): number | undefined =>
    defaultValue !== undefined && kinds.some((_, i) => (counts[i] ?? 0) > 0) ? defaultValue : undefined;
  const isSum = statistic.type === 'Sum';
  if (isSum || statistic.type === 'SampleCount')
    return (periods) =>
      periods.map((counts) => {
        let n = 0;
        let sum = 0;
        for (let i = 0; i < samples.length; i++) {
          const sample = samples[i];
          if (sample === undefined) continue;
          const count = counts[i] ?? 0;
          n += count;
          sum += count * sample;
        }
        return n === 0 ? fallBack(counts) : isSum ? sum : n;
      });
  return (periods) =>
    periods.map((counts) => {
      const set = new SampleSet();
      samples.forEach((sample, i) => {
        const count = counts[i] ?? 0;
        if (sample !== undefined && count > 0) set.add(sample, count);
      });
      return set.count === 0 ? fallBack(counts) : statisticOf(set, statistic);
    });
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
    const starts = periods.map((_, i) => Instant(i * periodSeconds * 1_000));
    const done = new Map<string, MathValue>();
    const lookUp = (id: string): MathValue => {
      const known = done.get(id);
      if (known) return known;
      const expression = parsed.get(id);
      const value: MathValue =
        expression === undefined
          ? { type: 'series', points: stats.get(id)?.(periods) ?? periods.map(() => undefined) }
          : evaluateMath(expression, { starts, periodSeconds, metricIds, lookUp });
      done.set(id, value);
      return value;
    };
    const value = lookUp(resultId);
    if (value.type === 'series') return value.points;
    return value.type === 'list' ? (value.series[0] ?? []) : periods.map(() => undefined);
  };
}
