/** GetMetricData, GetMetricStatistics and ListMetrics. Source: API-MDQ and the siblings' pages (D). */
import type {
  Datapoint as DatapointOutput,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  ListMetricsInput,
  ListMetricsOutput,
  MetricDataResult,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import { floorTo, Instant, SECOND } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { allMetrics, findMetric, isVisible, samplesIn, unitsIn } from './datapoints.ts';
import type { Metric } from './datapoints.ts';
import { describeDimensions } from './describe-alarm.ts';
import { nameOf, seriesIn } from './metric-math-value.ts';
import type { Points } from './metric-math-value.ts';
import { periodOf, queryValue } from './metric-queries.ts';
import { pageOf } from './pages.ts';
import { readQueries, rehearsed } from './read-queries.ts';
import type { SampleSet } from './samples.ts';
import { isBasicStatistic, parseStatistic, statisticOf } from './statistics.ts';
import type { MetricQuery } from './state.ts';
import {
  checkAtMost,
  invalidCombination,
  invalidValue,
  missingParameter,
  outsideTheSlice,
  readDimensions,
  validationError,
} from './validation.ts';

/** Datapoints of one GetMetricData answer, over all results. Source: API-MDQ (D). */
const MOST_DATAPOINTS = 100_800;
const MOST_STATISTICS_POINTS = 1_440;

export function getMetricData(world: World, input: GetMetricDataInput, now: Instant): GetMetricDataOutput {
  const { MetricDataQueries = [], NextToken, LabelOptions, ScanBy } = input;
  if (NextToken !== undefined) throw outsideTheSlice('GetMetricData continues with a NextToken');
  if (LabelOptions !== undefined) throw outsideTheSlice('GetMetricData uses LabelOptions');
  checkAtMost(MetricDataQueries, 'metricDataQueries', 500);
  const [from, until] = timeRange(input);
  const queries = readQueries(MetricDataQueries);
  const results = queries
    .filter(({ returnData }) => returnData)
    .flatMap((query) => resultsOf(world, queries, query, from, until, now));
  if (ScanBy !== 'TimestampAscending') for (const result of results) newestFirst(result);
  const most = input.MaxDatapoints ?? MOST_DATAPOINTS;
  const count = results.reduce((sum, { Values = [] }) => sum + Values.length, 0);
  if (count > most)
    throw validationError(
      `You have requested ${count} datapoints, which exceeds the limit of ${most}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  return { MetricDataResults: results, Messages: [] };
}

function newestFirst({ Timestamps, Values }: MetricDataResult): void {
  Timestamps?.reverse();
  Values?.reverse();
}

/** An expression that gives several series has a result for each. */
function resultsOf(
  world: World,
  queries: readonly MetricQuery[],
  query: MetricQuery,
  from: Instant,
  until: Instant,
  now: Instant,
): readonly MetricDataResult[] {
  return rehearsed(query.id, () => {
    const starts = periodStarts(from, until, periodOf(queries, query.id));
    const value = queryValue(world.cloudwatch.metrics, queries, query.id, starts, now);
    if (value.type === 'scalar' || value.type === 'word')
      throw validationError(
        `Error in expression '${query.id}': The expression must give time series, and gives ${nameOf(value)}.`,
      );
    if (query.label?.includes('${')) throw outsideTheSlice(`The query "${query.id}" has a dynamic label`);
    const label = query.label ?? (query.type === 'stat' ? query.metricName : query.id);
    return seriesIn(value, { starts }).map((points) => resultOf(query.id, label, starts, points));
  });
}

function resultOf(Id: string, Label: string, starts: readonly Instant[], points: Points): MetricDataResult {
  const Timestamps: Date[] = [];
  const Values: number[] = [];
  points.forEach((value, i) => {
    const start = starts[i];
    if (value === undefined || start === undefined) return;
    Timestamps.push(new Date(start));
    Values.push(value);
  });
  return { Id, Label, Timestamps, Values, StatusCode: 'Complete' };
}

export function getMetricStatistics(
  world: World,
  input: GetMetricStatisticsInput,
  now: Instant,
): GetMetricStatisticsOutput {
  const { Namespace = '', MetricName = '', Period = 0, Statistics = [], ExtendedStatistics = [], Unit } = input;
  if (Statistics.length === 0 && ExtendedStatistics.length === 0)
    throw missingParameter('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  const bad = ExtendedStatistics.find((it) => isBasicStatistic(it) || parseStatistic(it) === undefined);
  if (bad !== undefined) throw invalidValue(`The value ${bad} for parameter ExtendedStatistics is not supported.`);
  if (![1, 5, 10, 20, 30].includes(Period) && (Period < 60 || Period % 60 !== 0))
    throw invalidValue('The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
  const [from, until] = timeRange(input);
  const starts = periodStarts(from, until, Period);
  if (starts.length > MOST_STATISTICS_POINTS)
    throw invalidCombination(
      `You have requested up to ${starts.length.toLocaleString('en-US')} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  const metric = findMetric(world.cloudwatch.metrics, Namespace, MetricName, readDimensions(input.Dimensions));
  const Datapoints =
    metric === undefined ? [] : starts.flatMap((start) => datapointsAt(metric, start, Period, now, input));
  return {
    Label: MetricName,
    Datapoints: Unit === undefined ? Datapoints : Datapoints.filter((it) => it.Unit === Unit),
  };
}

/** Samples published with different units are different data: one datapoint for each. Source: CWC (D). */
function datapointsAt(
  metric: Metric,
  start: Instant,
  period: number,
  now: Instant,
  input: GetMetricStatisticsInput,
): readonly DatapointOutput[] {
  const end = Instant(start + period * SECOND);
  return unitsIn(metric, start, end).flatMap((unit) => {
    const samples = samplesIn(metric, start, end, now, unit);
    return samples === undefined ? [] : [datapointOf(samples, start, unit, input)];
  });
}

function datapointOf(
  samples: SampleSet,
  start: Instant,
  unit: string,
  input: GetMetricStatisticsInput,
): DatapointOutput {
  const { Statistics = [], ExtendedStatistics = [] } = input;
  const valuesOf = (names: readonly string[]) => {
    const values = names.map((name) => [name, valueOf(samples, name)] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, number>;
  };
  return {
    Timestamp: new Date(start),
    ...valuesOf(Statistics),
    ...(ExtendedStatistics.length === 0 ? {} : { ExtendedStatistics: valuesOf(ExtendedStatistics) }),
    Unit: unit as StandardUnit,
  };
}

function valueOf(samples: SampleSet, name: string): number | undefined {
  const statistic = parseStatistic(name);
  return statistic && statisticOf(samples, statistic);
}

/** Metrics with data in the last two weeks, by namespace, name and dimensions. Source: CWC (D). */
export function listMetrics(world: World, input: ListMetricsInput, now: Instant): ListMetricsOutput {
  const { Namespace, MetricName, Dimensions = [], RecentlyActive, OwningAccount, IncludeLinkedAccounts } = input;
  if (OwningAccount !== undefined || IncludeLinkedAccounts) throw outsideTheSlice('ListMetrics reads other accounts');
  const found = [...allMetrics(world.cloudwatch.metrics)].filter(
    (metric) =>
      (Namespace === undefined || metric.namespace === Namespace) &&
      (MetricName === undefined || metric.metricName === MetricName) &&
      (RecentlyActive === undefined ? true : isVisible(metric, now)) &&
      Dimensions.every(({ Name, Value }) =>
        metric.dimensions.some(({ name, value }) => name === Name && (Value === undefined || value === Value)),
      ),
  );
  const { items, NextToken } = pageOf(found, undefined, input.NextToken, { usual: 500, most: 500 });
  const Metrics = items.map(({ namespace, metricName, dimensions }) => ({
    Namespace: namespace,
    MetricName: metricName,
    Dimensions: describeDimensions(dimensions),
  }));
  return { Metrics, ...NextToken };
}

/** StartTime is inclusive, EndTime exclusive. */
function timeRange({
  StartTime,
  EndTime,
}: {
  StartTime?: Date | undefined;
  EndTime?: Date | undefined;
}): readonly [Instant, Instant] {
  if (StartTime === undefined || EndTime === undefined)
    throw missingParameter('The parameters StartTime and EndTime are required.');
  if (StartTime >= EndTime) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  return [Instant(StartTime.getTime()), Instant(EndTime.getTime())];
}

/** The epoch-aligned periods of a time range; a graph's, not an alarm's. Source: CWC, AE (D). */
function periodStarts(from: Instant, until: Instant, periodSeconds: number): readonly Instant[] {
  const first = floorTo(from, periodSeconds * SECOND);
  const count = Math.ceil((until - first) / (periodSeconds * SECOND));
  return Array.from({ length: count }, (_, i) => Instant(first + i * periodSeconds * SECOND));
}
