/** What a template says of alarms and logs reaches the service, which acts on it or refuses it by name. */
import { expect, test } from '@jest/globals';
import { StackCloud } from './stack-cloud.fixture.ts';

const ALARM = {
  AlarmName: 'faults',
  Namespace: 'Shop',
  MetricName: 'Faults',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
};
const FILTER = {
  LogGroupName: { Ref: 'Log' },
  FilterPattern: '{ $.a = 1 }',
  MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: '1' }],
};

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;
const alarm = (more: object): Resources => ({
  It: { Type: 'AWS::CloudWatch::Alarm', Properties: { ...ALARM, ...more } },
});
const composite = (more: object): Resources => ({
  It: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'TRUE', ...more } },
});
const group = (more: object): Resources => ({ It: { Type: 'AWS::Logs::LogGroup', Properties: more } });
const filter = (more: object): Resources => ({
  Log: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  It: { Type: 'AWS::Logs::MetricFilter', Properties: { ...FILTER, ...more } },
});

test.each<[string, Resources, string]>([
  ['an anomaly band', alarm({ ThresholdMetricId: 'ad1' }), 'anomaly detection band'],
  ['another pace', alarm({ EvaluationInterval: 10 }), 'uses EvaluationInterval'],
  ['a window', alarm({ EvaluationWindow: 'x' }), 'uses EvaluationWindow'],
  ['a query language', alarm({ EvaluationCriteria: { PromQLCriteria: {} } }), 'uses EvaluationCriteria'],
  ['a warm-up', alarm({ WarmUpConfiguration: {} }), 'uses WarmUpConfiguration'],
  ['a unit that is none', alarm({ Unit: 'Counts' }), "Value 'Counts' at 'unit'"],
  ['a treatment that is none', alarm({ TreatMissingData: 'zero' }), "Value 'zero' at 'treatMissingData'"],
  ['a suppressor without its periods', composite({ ActionsSuppressor: 'other' }), 'must be specified together'],
  ['a class of logs', group({ LogGroupClass: 'INFREQUENT_ACCESS' }), 'INFREQUENT_ACCESS cannot be rehearsed'],
  ['transformed logs', filter({ ApplyOnTransformedLogs: true }), 'applyOnTransformedLogs'],
  ['a selection', filter({ FieldSelectionCriteria: '@aws.region = "x"' }), 'fieldSelectionCriteria'],
  ['dimensions of the system', filter({ EmitSystemFieldDimensions: ['@aws.account'] }), 'emitSystemFieldDimensions'],
])('a stack with %s fails, and says so', (_what, Resources, reason) => {
  const cloud = new StackCloud();
  expect(cloud.deploy(JSON.stringify({ Resources }))).toBe('ROLLBACK_COMPLETE');
  expect(cloud.told.find((it) => it.startsWith('It CREATE_FAILED'))).toContain(reason);
});

test('the tags of an alarm are those of its template', () => {
  const cloud = new StackCloud();
  cloud.deploy(JSON.stringify({ Resources: alarm({ Tags: [{ Key: 'team', Value: 'rides' }] }) }));
  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:faults';
  expect(cloud.call('cloudwatch', 'ListTagsForResource', { ResourceARN })).toEqual({
    Tags: [{ Key: 'team', Value: 'rides' }],
  });
});

test('the suppressor of a composite alarm is that of its template', () => {
  const cloud = new StackCloud();
  const more = {
    AlarmName: 'all',
    ActionsSuppressor: { 'Fn::GetAtt': ['Quiet', 'Arn'] },
    ActionsSuppressorWaitPeriod: 60,
    ActionsSuppressorExtensionPeriod: '90',
  };
  const Resources = { ...composite(more), Quiet: { ...alarm({ AlarmName: 'quiet' })['It'] } };
  expect(cloud.deploy(JSON.stringify({ Resources }))).toBe('CREATE_COMPLETE');
  const found = cloud.call('cloudwatch', 'DescribeAlarms', { AlarmNames: ['all'], AlarmTypes: ['CompositeAlarm'] });
  expect(found).toMatchObject({
    CompositeAlarms: [
      {
        ActionsSuppressor: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:quiet',
        ActionsSuppressorWaitPeriod: 60,
        ActionsSuppressorExtensionPeriod: 90,
      },
    ],
  });
});

test('a stack deletes a composite alarm before the child that it depends on', () => {
  const cloud = new StackCloud();
  const Resources = {
    ...alarm({}),
    All: { Type: 'AWS::CloudWatch::CompositeAlarm', DependsOn: 'It', Properties: { AlarmRule: 'ALARM(faults)' } },
  };
  expect(cloud.deploy(JSON.stringify({ Resources }))).toBe('CREATE_COMPLETE');
  expect(cloud.remove()).toBe('DELETE_COMPLETE');
});
