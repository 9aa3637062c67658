import { after, SECOND } from '../../instant.ts';
import type { Instant } from '../../instant.ts';
import { findMetric, samplesIn } from './datapoints.ts';
import type { MetricStore } from './datapoints.ts';
import { idsIn, MetricMathError, parseMetricMath } from './metric-math-parse.ts';
import { evaluateMath } from './metric-math.ts';
import { series } from './metric-math-value.ts';
import type { MathValue } from './metric-math-value.ts';
import { parseStatistic, statisticOf } from './statistics.ts';
import type { MetricQuery, MetricStat } from './state.ts';

/** One datapoint of a statistic, or undefined where it is missing. */
export interface StatPoint {
  readonly value: number;
  readonly sampleCount: number;
}

/** The statistic over each period that starts at one of `starts`, as a reader at `now` sees it. */
export function fetchStat(
  store: MetricStore,
  stat: MetricStat,
  starts: readonly Instant[],
  now: Instant,
): readonly (StatPoint | undefined)[] {
  const metric = findMetric(store, stat.namespace, stat.metricName, stat.dimensions);
  const statistic = parseStatistic(stat.stat);
  if (metric === undefined || statistic === undefined) return starts.map(() => undefined);
  return starts.map((start) => {
    const samples = samplesIn(metric, start, after(start, stat.periodSeconds * SECOND), now, stat.unit);
    const value = samples && statisticOf(samples, statistic);
    return value === undefined || samples === undefined ? undefined : { value, sampleCount: samples.count };
  });
}

/** The value of one query of a `Metrics` list over the periods; queries may refer to each other. Throws MetricMathError. */
export function queryValue(
  store: MetricStore,
  queries: readonly MetricQuery[],
  id: string,
  starts: readonly Instant[],
  now: Instant,
): MathValue {
  const done = new Map<string, MathValue>();
  const open = new Set<string>();
  const metricIds = queries.filter(({ type }) => type === 'stat').map((query) => query.id);
  const periodSeconds = periodOf(queries, id);
  const lookUp = (wanted: string): MathValue => {
    const known = done.get(wanted);
    if (known) return known;
    const query = queries.find((it) => it.id === wanted);
    if (query === undefined) throw new MetricMathError(`There is no metric or expression with the id ${wanted}.`);
    if (open.has(wanted)) throw new MetricMathError(`The expression ${wanted} refers to itself.`);
    open.add(wanted);
    const value =
      query.type === 'stat'
        ? series(fetchStat(store, query, starts, now).map((point) => point?.value))
        : evaluateMath(parseMetricMath(query.expression), { starts, periodSeconds, metricIds, lookUp });
    open.delete(wanted);
    done.set(wanted, value);
    return value;
  };
  return lookUp(id);
}

/**
 * The period of a query: its own, or for an expression that of the metrics it draws on. They must agree: what AWS
 * makes of mixed periods is not documented.
 */
export function periodOf(queries: readonly MetricQuery[], id: string): number {
  const periods = new Set(metricsBehind(queries, id, new Set()).map(({ periodSeconds }) => periodSeconds));
  const query = queries.find((it) => it.id === id);
  const [period, other] = periods;
  if (other !== undefined)
    throw new MetricMathError(
      `The metrics of the expression ${id} have different periods, ${period} and ${other} seconds.`,
    );
  return period ?? (query?.type === 'expression' ? query.periodSeconds : undefined) ?? 60;
}

type StatQuery = Extract<MetricQuery, { type: 'stat' }>;

function metricsBehind(queries: readonly MetricQuery[], id: string, seen: Set<string>): readonly StatQuery[] {
  if (seen.has(id)) return [];
  seen.add(id);
  const query = queries.find((it) => it.id === id);
  if (query === undefined) return [];
  if (query.type === 'stat') return [query];
  const parsed = parseMetricMath(query.expression);
  if (/\bMETRICS\s*\(/.test(query.expression)) return queries.filter((it): it is StatQuery => it.type === 'stat');
  return idsIn(parsed).flatMap((each) => metricsBehind(queries, each, seen));
}
