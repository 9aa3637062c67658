/**
 * What an alarm says to a topic: the members of recorded messages, in their order. Source: LS cloudwatch snapshot (S);
 * messages quoted in public repositories for percentiles and metric math (C).
 */
import { isoTime, type Instant } from '../../instant.ts';
import { arn, type World } from '../../world-state.ts';
import type { ActionRan, Alarm, Dimension, MetricAlarmConfiguration, MetricQuery } from '../cloudwatch/index.ts';

export function alarmMessage(world: World, { alarmName, from }: ActionRan, now: Instant) {
  const alarm = world.cloudwatch.alarms.get(alarmName);
  if (alarm === undefined) throw new Error(`no alarm ${alarmName} to tell of`);
  const { configuration: it, stateValue, stateReason, configurationUpdatedAt } = alarm;
  const region = REGIONS[world.region] ?? world.region;
  return {
    subject: `${stateValue}: "${alarmName}" in ${region}`.slice(0, 100),
    message: JSON.stringify({
      AlarmName: alarmName,
      AlarmDescription: it.alarmDescription ?? null,
      AWSAccountId: world.accountId,
      AlarmConfigurationUpdatedTimestamp: stamp(configurationUpdatedAt),
      NewStateValue: stateValue,
      NewStateReason: stateReason,
      StateChangeTime: stamp(now),
      Region: region,
      AlarmArn: arn(world, 'cloudwatch', `alarm:${alarmName}`),
      OldStateValue: from,
      OKActions: it.okActions,
      AlarmActions: it.alarmActions,
      InsufficientDataActions: it.insufficientDataActions,
      ...(it.type === 'composite'
        ? { AlarmRule: it.alarmRule, TriggeringChildren: triggeringChildren(alarm) }
        : { Trigger: triggerOf(it) }),
    }),
  };
}

const stamp = (at: Instant): string => isoTime(at).replace('Z', '+0000');

/** The rule that was broken, of which a metric-math alarm has its whole list. */
function triggerOf(it: MetricAlarmConfiguration): object {
  const { watches } = it;
  return {
    ...(watches.type === 'stat' && { MetricName: watches.metricName, Namespace: watches.namespace }),
    ...(watches.type === 'stat' && statisticOf(watches.stat)),
    ...(watches.type === 'stat' && { Unit: watches.unit ?? null, Dimensions: dimensionsOf(watches.dimensions) }),
    Period: watches.periodSeconds,
    EvaluationPeriods: it.evaluationPeriods,
    DatapointsToAlarm: it.datapointsToAlarm,
    ComparisonOperator: it.comparisonOperator,
    Threshold: it.threshold,
    TreatMissingData: it.treatMissingData ?? '',
    EvaluateLowSampleCountPercentile: it.evaluateLowSampleCountPercentile ?? '',
    ...(watches.type === 'math' && { Metrics: watches.queries.map(queryOf) }),
  };
}

/** AVERAGE, SUM and MAXIMUM are on record; the other two are spelled after them. */
const STATISTICS: Readonly<Record<string, string>> = {
  Average: 'AVERAGE',
  Sum: 'SUM',
  Minimum: 'MINIMUM',
  Maximum: 'MAXIMUM',
  SampleCount: 'SAMPLE_COUNT',
};

const statisticOf = (stat: string): object =>
  STATISTICS[stat] === undefined
    ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: stat }
    : { StatisticType: 'Statistic', Statistic: STATISTICS[stat] };

const dimensionsOf = (dimensions: readonly Dimension[]) => dimensions.map(({ name, value }) => ({ value, name }));

function queryOf(query: MetricQuery): object {
  const { id: Id, label: Label, returnData: ReturnData } = query;
  if (query.type === 'expression') return { Expression: query.expression, Id, Label, ReturnData };
  const { dimensions, metricName: MetricName, namespace: Namespace, periodSeconds: Period, stat: Stat } = query;
  const Metric = { Dimensions: dimensionsOf(dimensions), MetricName, Namespace };
  return { Id, Label, MetricStat: { Metric, Period, Stat, Unit: query.unit }, ReturnData };
}

/** The data of a composite alarm's own evaluation; what somebody gave to SetAlarmState may be anything. */
interface Triggering {
  readonly triggeringAlarms: readonly { readonly arn: string; readonly state: { value: string; timestamp: string } }[];
}

const isTriggering = (data: unknown): data is Triggering =>
  typeof data === 'object' && data !== null && 'triggeringAlarms' in data && Array.isArray(data.triggeringAlarms);

function triggeringChildren({ stateReasonData = '' }: Alarm): readonly object[] {
  const data: unknown = stateReasonData === '' ? undefined : JSON.parse(stateReasonData);
  if (!isTriggering(data)) return [];
  return data.triggeringAlarms.map(({ arn: Arn, state }) => ({
    Arn,
    State: { Value: state.value, Timestamp: state.timestamp },
  }));
}

/** As messages name them. Source: AWS General Reference, rande (D). */
const REGIONS: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'sa-east-1': 'South America (Sao Paulo)',
};
