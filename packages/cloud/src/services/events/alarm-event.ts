/**
 * What CloudWatch tells the default bus of an alarm that turned: both states, and what the alarm watches; and of one
 * that was created, updated or deleted: its whole configuration. Source: EBA (D): the sample events of a single metric,
 * of metric math and of composite alarms.
 */
import { isoTime, type Instant } from '../../instant.ts';
import { arn, type World } from '../../world-state.ts';
import { suppressionReason } from '../cloudwatch/index.ts';
import type { Alarm, AlarmConfiguration, MetricQuery, MetricStat } from '../cloudwatch/index.ts';

export function alarmTurned(world: World, alarm: Alarm) {
  const { configuration, previous } = alarm;
  return {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [arn(world, 'cloudwatch', `alarm:${configuration.alarmName}`)],
    detail: {
      alarmName: configuration.alarmName,
      state: describeState(alarm),
      ...(previous !== undefined && { previousState: describeState(previous) }),
      configuration: {
        description: configuration.alarmDescription,
        ...watched(world, configuration),
      },
    },
  };
}

/** An alarm was created, updated or deleted. */
export function alarmConfigured(world: World, alarm: Alarm, operation: 'create' | 'update' | 'delete') {
  const { alarmName } = alarm.configuration;
  const { before, suppression } = alarm;
  return {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm Configuration Change',
    resources: [arn(world, 'cloudwatch', `alarm:${alarmName}`)],
    detail: {
      alarmName,
      operation,
      state: {
        ...(suppression && { actionsSuppressedBy: suppression.by }),
        value: alarm.stateValue,
        timestamp: stamp(alarm.stateUpdatedAt),
      },
      configuration: whole(world, alarm),
      ...(operation === 'update' && before !== undefined && { previousConfiguration: whole(world, before) }),
    },
  };
}

function whole(
  world: World,
  { configuration: it, configurationUpdatedAt }: Pick<Alarm, 'configuration' | 'configurationUpdatedAt'>,
) {
  return {
    ...(it.type === 'metric' && {
      evaluationPeriods: it.evaluationPeriods,
      datapointsToAlarm: it.datapointsToAlarm,
      threshold: it.threshold,
      comparisonOperator: it.comparisonOperator,
      treatMissingData: it.treatMissingData,
      evaluateLowSampleCountPercentile: it.evaluateLowSampleCountPercentile,
    }),
    ...watched(world, it),
    alarmName: it.alarmName,
    description: it.alarmDescription,
    actionsEnabled: it.actionsEnabled,
    timestamp: stamp(configurationUpdatedAt),
    okActions: it.okActions,
    alarmActions: it.alarmActions,
    insufficientDataActions: it.insufficientDataActions,
  };
}

type State = Pick<Alarm, 'stateValue' | 'stateReason' | 'stateReasonData' | 'stateUpdatedAt' | 'suppression'>;

const describeState = ({ stateValue, stateReason, stateReasonData, stateUpdatedAt, suppression }: State) => ({
  ...(suppression && { actionsSuppressedBy: suppression.by, actionsSuppressedReason: suppressionReason(suppression) }),
  value: stateValue,
  reason: stateReason,
  ...(stateReasonData !== undefined && stateReasonData !== '' && { reasonData: stateReasonData }),
  timestamp: stamp(stateUpdatedAt),
});

const stamp = (at: Instant): string => isoTime(at).replace('Z', '+0000');

function watched(world: World, it: AlarmConfiguration): object {
  if (it.type === 'composite')
    return {
      alarmRule: it.alarmRule,
      actionsSuppressor: it.suppressor?.nameOrArn,
      actionsSuppressorWaitPeriod: it.suppressor?.waitSeconds,
      actionsSuppressorExtensionPeriod: it.suppressor?.extensionSeconds,
    };
  if (it.watches.type === 'math') return { metrics: it.watches.queries.map(describeQuery) };
  // A single metric has an id that nobody wrote.
  const id = world.random.uuid('metric ids of alarms', it.alarmName);
  return { metrics: [{ id, metricStat: describeStat(it.watches), returnData: true }] };
}

const describeQuery = (query: MetricQuery) => ({
  id: query.id,
  ...(query.type === 'stat' ? { metricStat: describeStat(query) } : { expression: query.expression }),
  label: query.label,
  returnData: query.returnData,
});

const describeStat = ({ namespace, metricName, dimensions, periodSeconds, stat, unit }: MetricStat) => ({
  metric: {
    namespace,
    name: metricName,
    dimensions: Object.fromEntries(dimensions.map(({ name, value }) => [name, value])),
  },
  period: periodSeconds,
  stat,
  unit,
});
