/** From the API's `MetricDataQuery` list to ours. Source: API-MDQ, API-PMA (D). */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { SECOND, Instant } from '../../instant.ts';
import { createMetricStore } from './datapoints.ts';
import { idsIn, MetricMathError, parseMetricMath } from './metric-math-parse.ts';
import { asSingleSeries } from './metric-math.ts';
import { periodOf, queryValue } from './metric-queries.ts';
import { parseStatistic } from './statistics.ts';
import type { MetricQuery } from './state.ts';
import {
  checkLength,
  defined,
  invalidValue,
  outsideTheSlice,
  readDimensions,
  readUnit,
  validationError,
} from './validation.ts';

export function readQueries(queries: readonly MetricDataQuery[]): readonly MetricQuery[] {
  const seen = new Set<string>();
  return queries.map((query, i) => {
    const id = query.Id ?? '';
    if (!/^[a-z]\w*$/.test(id))
      throw validationError(
        `The value ${id} for parameter MetricDataQueries.member.${i + 1}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    if (seen.has(id)) throw validationError(`The values for parameter id in MetricDataQueries are not unique.`);
    seen.add(id);
    return readQuery(query, id);
  });
}

function readQuery(query: MetricDataQuery, id: string): MetricQuery {
  const { Expression, MetricStat, Label, ReturnData = true, AccountId } = query;
  if (AccountId !== undefined) throw outsideTheSlice(`The query "${id}" reads another account (AccountId)`);
  if ((Expression === undefined) === (MetricStat === undefined))
    throw validationError(`The query ${id} must have exactly one of Expression and MetricStat.`);
  if (Expression !== undefined) {
    checkLength(Expression, `metricDataQueries.${id}.expression`, 1, 2_048);
    return defined({
      type: 'expression',
      id,
      label: Label,
      returnData: ReturnData,
      expression: Expression,
      periodSeconds: query.Period,
    }) as MetricQuery;
  }
  const { Metric, Period = 0, Stat = '', Unit } = MetricStat ?? {};
  checkLength(Metric?.Namespace, `metricDataQueries.${id}.metricStat.metric.namespace`, 1, 255);
  checkLength(Metric?.MetricName, `metricDataQueries.${id}.metricStat.metric.metricName`, 1, 255);
  if (![1, 5, 10, 20, 30].includes(Period) && (Period < 60 || Period % 60 !== 0))
    throw validationError('Period must be 1, 5, 10, 20, 30 or a multiple of 60');
  if (parseStatistic(Stat) === undefined) throw invalidValue(`The value ${Stat} for parameter Stat is not supported.`);
  return defined({
    type: 'stat',
    id,
    label: Label,
    returnData: ReturnData,
    namespace: Metric?.Namespace ?? '',
    metricName: Metric?.MetricName ?? '',
    dimensions: readDimensions(Metric?.Dimensions),
    stat: Stat,
    periodSeconds: Period,
    ...readUnit(Unit),
  }) as MetricQuery;
}

interface AlarmQueries {
  readonly queries: readonly MetricQuery[];
  readonly resultId: string;
  readonly periodSeconds: number;
}

/**
 * The list of a metric-math alarm: at most 10 metrics and 10 expressions, exactly one with ReturnData, one period,
 * expressions that parse, refer to each other without a circle and give a single time series.
 */
export function readAlarmQueries(metrics: readonly MetricDataQuery[]): AlarmQueries {
  const queries = readQueries(metrics);
  for (const type of ['stat', 'expression'] as const) {
    const what = type === 'stat' ? 'metrics' : 'expressions';
    if (queries.filter((query) => query.type === type).length > 10)
      throw validationError(`Metrics list must not have more than 10 ${what}`);
  }
  const [result, second] = queries.filter(({ returnData }) => returnData);
  if (result === undefined || second !== undefined)
    throw validationError('Exactly one element of the metrics list should return data.');
  checkPeriods(metrics);
  return rehearsed(result.id, () => {
    const periodSeconds = periodOf(queries, result.id);
    for (const query of queries) if (query.type === 'expression') idsIn(parseMetricMath(query.expression));
    tryOut(queries, result.id, periodSeconds);
    return { queries, resultId: result.id, periodSeconds };
  });
}

/**
 * One period for all, wherever it is written: with a metric, or with an expression, which has to name it where no metric
 * does. Source: API-PMA (D); "must not be null": hashicorp/terraform-provider-aws#28617 (C).
 */
function checkPeriods(metrics: readonly MetricDataQuery[]): void {
  const periods = new Set(metrics.flatMap(({ Period, MetricStat }) => [Period, MetricStat?.Period]));
  periods.delete(undefined);
  if (periods.size === 0) throw validationError('Period must not be null');
  if (periods.size > 1) throw validationError('Period must be consistent across all metrics');
}

/** Evaluates over no data at all: unknown ids, circles, wrong arguments and wrong types show without any. */
function tryOut(queries: readonly MetricQuery[], id: string, periodSeconds: number): void {
  const starts = [Instant(0), Instant(periodSeconds * SECOND)];
  asSingleSeries(queryValue(createMetricStore(), queries, id, starts, Instant(0)));
}

/** Turns what metric math complains about into an answer of the API. */
export function rehearsed<T>(id: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof MetricMathError)) throw error;
    if (error.unsupported !== undefined) throw outsideTheSlice(`The expression "${id}" uses ${error.unsupported}`);
    throw validationError(`Error in expression '${id}': ${error.message}`);
  }
}
