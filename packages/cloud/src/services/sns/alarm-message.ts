/** What an alarm says to a topic. Source: CloudWatch user guide, AlarmThatSendsEmail; messages quoted in re:Post threads (C). */
import { isoTime, type Instant } from '../../instant.ts';
import { arn, type World } from '../../world-state.ts';
import type { ActionRan, AlarmConfiguration } from '../cloudwatch/index.ts';

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
      ...triggerOf(it),
    }),
  };
}

const stamp = (at: Instant): string => isoTime(at).replace('Z', '+0000');

/** The rule that was broken; the metric of an alarm on one metric stands in it. */
function triggerOf(it: AlarmConfiguration): object {
  if (it.type === 'composite') return { AlarmRule: it.alarmRule };
  const watched =
    it.watches.type === 'math'
      ? { Period: it.watches.periodSeconds }
      : {
          MetricName: it.watches.metricName,
          Namespace: it.watches.namespace,
          Statistic: it.watches.stat,
          Dimensions: it.watches.dimensions.map(({ name, value }) => ({ value, name })),
          Period: it.watches.periodSeconds,
        };
  return {
    Trigger: {
      ...watched,
      EvaluationPeriods: it.evaluationPeriods,
      DatapointsToAlarm: it.datapointsToAlarm,
      ComparisonOperator: it.comparisonOperator,
      Threshold: it.threshold,
      TreatMissingData: it.treatMissingData ?? 'missing',
    },
  };
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
