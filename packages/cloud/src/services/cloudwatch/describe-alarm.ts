/** An alarm in the words of DescribeAlarms. */
import type { CompositeAlarm, MetricAlarm, MetricDataQuery, StandardUnit, Statistic } from '@aws-sdk/client-cloudwatch';
import type { World } from '../../world-state.ts';
import { alarmArn } from './composite-alarms.ts';
import { isBasicStatistic } from './statistics.ts';
import { suppressionReason } from './suppression.ts';
import type { Alarm, CompositeAlarmConfiguration, Dimension, MetricAlarmConfiguration, MetricQuery } from './state.ts';
import { defined } from './validation.ts';

export function describeMetricAlarm(world: World, alarm: Alarm, it: MetricAlarmConfiguration): MetricAlarm {
  return defined({
    ...describeCommon(world, alarm),
    ...describeWatched(it),
    EvaluationPeriods: it.evaluationPeriods,
    DatapointsToAlarm: it.datapointsToAlarm,
    Threshold: it.threshold,
    ComparisonOperator: it.comparisonOperator,
    TreatMissingData: it.treatMissingData,
    EvaluateLowSampleCountPercentile: it.evaluateLowSampleCountPercentile,
  });
}

export const describeCompositeAlarm = (world: World, alarm: Alarm, it: CompositeAlarmConfiguration): CompositeAlarm =>
  defined({
    ...describeCommon(world, alarm),
    AlarmRule: it.alarmRule,
    ActionsSuppressor: it.suppressor?.nameOrArn,
    ActionsSuppressorWaitPeriod: it.suppressor?.waitSeconds,
    ActionsSuppressorExtensionPeriod: it.suppressor?.extensionSeconds,
    ActionsSuppressedBy: alarm.suppression?.by,
    ActionsSuppressedReason: alarm.suppression && suppressionReason(alarm.suppression),
  });

function describeCommon(world: World, alarm: Alarm) {
  const { configuration: it } = alarm;
  return defined({
    AlarmName: it.alarmName,
    AlarmArn: alarmArn(world, it.alarmName),
    AlarmDescription: it.alarmDescription,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configurationUpdatedAt),
    ActionsEnabled: it.actionsEnabled,
    OKActions: [...it.okActions],
    AlarmActions: [...it.alarmActions],
    InsufficientDataActions: [...it.insufficientDataActions],
    StateValue: alarm.stateValue,
    StateReason: alarm.stateReason,
    StateReasonData: alarm.stateReasonData === '' ? undefined : alarm.stateReasonData,
    StateUpdatedTimestamp: new Date(alarm.stateUpdatedAt),
    StateTransitionedTimestamp: new Date(alarm.stateTransitionedAt),
  });
}

function describeWatched({ watches }: MetricAlarmConfiguration): MetricAlarm {
  if (watches.type === 'math') return { Metrics: watches.queries.map(describeQuery), Dimensions: [] };
  return defined({
    Namespace: watches.namespace,
    MetricName: watches.metricName,
    Dimensions: describeDimensions(watches.dimensions),
    Period: watches.periodSeconds,
    Unit: watches.unit as StandardUnit | undefined,
    ...(isBasicStatistic(watches.stat)
      ? { Statistic: watches.stat as Statistic }
      : { ExtendedStatistic: watches.stat }),
  });
}

function describeQuery(query: MetricQuery): MetricDataQuery {
  const common = { Id: query.id, Label: query.label, ReturnData: query.returnData };
  if (query.type === 'expression')
    return defined({ ...common, Expression: query.expression, Period: query.periodSeconds });
  const { namespace, metricName, dimensions, periodSeconds, stat, unit } = query;
  const Metric = { Namespace: namespace, MetricName: metricName, Dimensions: describeDimensions(dimensions) };
  const MetricStat = defined({ Metric, Period: periodSeconds, Stat: stat, Unit: unit as StandardUnit | undefined });
  return defined({ ...common, MetricStat });
}

export const describeDimensions = (dimensions: readonly Dimension[]) =>
  dimensions.map(({ name, value }) => ({ Name: name, Value: value }));
