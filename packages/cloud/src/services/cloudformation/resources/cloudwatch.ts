import { arn, type World } from '../../../world-state.ts';
import { REFUSED_MEMBERS } from '../../cloudwatch/index.ts';
import { boolean, defined, list, number, record, string } from './coerce.ts';
import { call, done, physicalName, type ResourceStep, type ResourceType, type Step } from './resource-type.ts';

const dimensions = (value: unknown) =>
  list(value).map((each) => ({ Name: string(record(each)['Name']), Value: string(record(each)['Value']) }));

function metricStat(value: unknown) {
  if (value === undefined) return undefined;
  const stat = record(value);
  const metric = record(stat['Metric']);
  return defined({
    Metric: {
      Namespace: string(metric['Namespace']),
      MetricName: string(metric['MetricName']),
      Dimensions: dimensions(metric['Dimensions']),
    },
    Period: number(stat['Period']),
    Stat: string(stat['Stat']),
    Unit: string(stat['Unit']),
  });
}

const query = (value: unknown) => {
  const it = record(value);
  return defined({
    Id: string(it['Id']),
    Expression: string(it['Expression']),
    Label: string(it['Label']),
    Period: number(it['Period']),
    ReturnData: boolean(it['ReturnData']),
    MetricStat: metricStat(it['MetricStat']),
    AccountId: string(it['AccountId']),
  });
};

/** The properties of an AWS::CloudWatch::Alarm, in the API’s spelling: what PutMetricAlarm is called with. */
export function alarmInput(name: string, p: Readonly<Record<string, unknown>>) {
  return defined({
    AlarmName: name,
    AlarmDescription: string(p['AlarmDescription']),
    ActionsEnabled: boolean(p['ActionsEnabled']),
    OKActions: actions(p['OKActions']),
    AlarmActions: actions(p['AlarmActions']),
    InsufficientDataActions: actions(p['InsufficientDataActions']),
    MetricName: string(p['MetricName']),
    Namespace: string(p['Namespace']),
    Statistic: string(p['Statistic']),
    ExtendedStatistic: string(p['ExtendedStatistic']),
    Dimensions: p['Dimensions'] === undefined ? undefined : dimensions(p['Dimensions']),
    Period: number(p['Period']),
    Unit: string(p['Unit']),
    EvaluationPeriods: number(p['EvaluationPeriods']),
    DatapointsToAlarm: number(p['DatapointsToAlarm']),
    Threshold: number(p['Threshold']),
    ThresholdMetricId: string(p['ThresholdMetricId']),
    ComparisonOperator: string(p['ComparisonOperator']),
    TreatMissingData: string(p['TreatMissingData']),
    EvaluateLowSampleCountPercentile: string(p['EvaluateLowSampleCountPercentile']),
    Metrics: p['Metrics'] === undefined ? undefined : list(p['Metrics']).map(query),
    Tags: tags(p['Tags']),
    // Outside the slice: passed on for CloudWatch to refuse by name.
    ...Object.fromEntries(REFUSED_MEMBERS.map((name) => [name, p[name]])),
  });
}

const tags = (value: unknown) =>
  value === undefined
    ? undefined
    : list(value).map((each) => ({ Key: string(record(each)['Key']), Value: string(record(each)['Value']) }));

const actions = (value: unknown) => (value === undefined ? undefined : list(value).map(string));

function nextAlarm(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') return deleteAlarm(it);
  const name = physicalName(world, it, 'AlarmName');
  if (it.replies.length > 0) return done(name, { Arn: arn(world, 'cloudwatch', `alarm:${name}`) });
  return call('cloudwatch', 'PutMetricAlarm', alarmInput(name, it.properties));
}

function nextCompositeAlarm(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') return deleteAlarm(it);
  const name = physicalName(world, it, 'AlarmName');
  if (it.replies.length > 0) return done(name, { Arn: arn(world, 'cloudwatch', `alarm:${name}`) });
  const p = it.properties;
  return call(
    'cloudwatch',
    'PutCompositeAlarm',
    defined({
      AlarmName: name,
      AlarmRule: string(p['AlarmRule']),
      AlarmDescription: string(p['AlarmDescription']),
      ActionsEnabled: boolean(p['ActionsEnabled']),
      AlarmActions: actions(p['AlarmActions']),
      OKActions: actions(p['OKActions']),
      InsufficientDataActions: actions(p['InsufficientDataActions']),
      ActionsSuppressor: string(p['ActionsSuppressor']),
      ActionsSuppressorWaitPeriod: number(p['ActionsSuppressorWaitPeriod']),
      ActionsSuppressorExtensionPeriod: number(p['ActionsSuppressorExtensionPeriod']),
      Tags: tags(p['Tags']),
    }),
  );
}

function deleteAlarm(it: ResourceStep): Step {
  const id = it.previous?.physicalId ?? '';
  return it.replies.length === 0 ? call('cloudwatch', 'DeleteAlarms', { AlarmNames: [id] }) : done(id);
}

const alarm = (type: string, next: ResourceType['next']): ResourceType => ({
  type,
  kind: 'emulated',
  replacedBy: ['AlarmName'],
  named: 'AlarmName',
  exists: (world, name) => world.cloudwatch.alarms.has(name),
  next,
});

export const cloudwatchTypes: readonly ResourceType[] = [
  alarm('AWS::CloudWatch::Alarm', nextAlarm),
  alarm('AWS::CloudWatch::CompositeAlarm', nextCompositeAlarm),
];
