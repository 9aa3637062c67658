import type { Branch } from './read-branch.ts';
import type { JudgedResource } from './read-branch.ts';
import { list, type Properties, record, text } from './values.ts';

export interface WatchedMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
  readonly stat: string;
  readonly periodSeconds: number | undefined;
  readonly unit: string | undefined;
  /** Where it is written, below the alarm's Properties. */
  readonly at: readonly (string | number)[];
  /** Its id among the alarm's `Metrics`. */
  readonly id?: string;
}

/** An alarm as far as its values are known. */
export interface Alarm {
  readonly resource: JudgedResource;
  readonly name: string;
  readonly hasOwnName: boolean;
  readonly metrics: readonly WatchedMetric[];
  /** The id and text of each expression; empty for an alarm on one metric. */
  readonly expressions: readonly {
    readonly id: string;
    readonly text: string;
    readonly at: readonly (string | number)[];
  }[];
  /** The id of the query that gives the value; absent for an alarm on one metric. */
  readonly resultId: string | undefined;
  readonly periodSeconds: number | undefined;
  /** N and M. */
  readonly evaluationPeriods: number | undefined;
  readonly datapointsToAlarm: number | undefined;
  readonly threshold: number | undefined;
  readonly comparisonOperator: string;
  readonly treatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
  readonly evaluatesLowSamples: boolean;
  /** It compares with an anomaly detection band, which nothing here can judge. */
  readonly isAnomalyDetection: boolean;
  /** It stops a release whatever other alarms say; false where a composite alarm wants several at once. */
  readonly stopsAlone: boolean;
}

export function readAlarm(resource: JudgedResource, branch: Branch, stopsAlone: boolean): Alarm {
  const { properties: p } = resource;
  const isMath = p['Metrics'] !== undefined;
  const queries = list(p['Metrics']).map(record);
  const metrics = isMath ? queries.flatMap((query, i) => statOf(query, i, branch)) : [singleMetric(p, branch)];
  const expressions = queries.flatMap((query, i) => {
    const expression = text(query['Expression']);
    return expression === undefined
      ? []
      : [{ id: text(query['Id']) ?? '', text: expression, at: ['Metrics', i, 'Expression'] }];
  });
  const { names } = branch;
  return {
    resource,
    name: names.nameOf(resource.id),
    hasOwnName: p['AlarmName'] !== undefined,
    metrics,
    expressions,
    resultId: isMath ? resultOf(queries) : undefined,
    periodSeconds: isMath
      ? metrics.find((it) => it.periodSeconds !== undefined)?.periodSeconds
      : names.knownNumber(p['Period']),
    evaluationPeriods: names.knownNumber(p['EvaluationPeriods']),
    datapointsToAlarm: names.knownNumber(p['DatapointsToAlarm'] ?? p['EvaluationPeriods']),
    threshold: names.knownNumber(p['Threshold']),
    comparisonOperator: text(p['ComparisonOperator']) ?? '',
    treatMissingData: treatment(text(p['TreatMissingData'])),
    evaluatesLowSamples: text(p['EvaluateLowSampleCountPercentile']) !== 'ignore',
    isAnomalyDetection:
      p['ThresholdMetricId'] !== undefined || expressions.some((it) => it.text.includes('ANOMALY_DETECTION_BAND')),
    stopsAlone,
  };
}

const treatment = (value: string | undefined): Alarm['treatMissingData'] =>
  value === 'breaching' || value === 'notBreaching' || value === 'ignore' ? value : 'missing';

const resultOf = (queries: readonly Properties[]): string | undefined =>
  text(
    (queries.find((query) => query['ReturnData'] !== false && query['ReturnData'] !== 'false') ?? queries[0])?.['Id'],
  );

const dimensionsOf = (value: unknown): WatchedMetric['dimensions'] =>
  list(value).map((each) => ({ name: text(record(each)['Name']) ?? '', value: text(record(each)['Value']) ?? '' }));

const singleMetric = (p: Properties, { names }: Branch): WatchedMetric => ({
  namespace: text(p['Namespace']) ?? '',
  metricName: text(p['MetricName']) ?? '',
  dimensions: dimensionsOf(p['Dimensions']),
  stat: text(p['Statistic']) ?? text(p['ExtendedStatistic']) ?? '',
  periodSeconds: names.knownNumber(p['Period']),
  unit: text(p['Unit']),
  at: [],
});

function statOf(query: Properties, i: number, { names }: Branch): readonly WatchedMetric[] {
  if (query['MetricStat'] === undefined) return [];
  const stat = record(query['MetricStat']);
  const metric = record(stat['Metric']);
  return [
    {
      namespace: text(metric['Namespace']) ?? '',
      metricName: text(metric['MetricName']) ?? '',
      dimensions: dimensionsOf(metric['Dimensions']),
      stat: text(stat['Stat']) ?? '',
      periodSeconds: names.knownNumber(stat['Period']),
      unit: text(stat['Unit']),
      at: ['Metrics', i, 'MetricStat'],
      id: text(query['Id']) ?? '',
    },
  ];
}

/** Where the metric's own member is written: under `Metric` of a `Metrics` entry, or in the alarm itself. */
export const inMetric = ({ at }: WatchedMetric, member: string): readonly (string | number)[] =>
  at.length === 0 ? [member] : [...at, 'Metric', member];

export const valueOf = ({ dimensions }: WatchedMetric, name: string): string | undefined =>
  dimensions.find((it) => it.name === name)?.value;
