import { test } from '@jest/globals';
import { alarm, checkRule, type Expected, type Json, NEW_VERSION, ref } from '../judged.fixture.ts';

const many = (count: number): Json =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`Alarm${i}`, alarm({ AlarmName: `alarm-${i}` })]));

test.each<[string, readonly unknown[], Expected]>([
  ['ten', Object.keys(many(10)).map(ref), undefined],
  ['eleven', Object.keys(many(11)).map(ref), ['error', '11 alarms guard List']],
  ['one of them twice', [ref('Alarm1'), ref('Alarm1')], ['error', '"alarm-1" is there twice']],
])('CodeDeploy takes at most ten alarms: %s', (_, Alarms, expected) => {
  checkRule('too-many-alarms', { preference: { Alarms }, resources: many(11) }, expected);
});

test.each<[string, readonly unknown[], Expected]>([
  ['by !Ref', [ref('Alarm')], undefined],
  ['by its logical id', ['Alarm'], ['warning', '"Alarm": the text of a logical id']],
  ['of another stack', ['errors'], undefined],
])('an alarm is named by its name: %s', (_, Alarms, expected) => {
  checkRule('alarm-by-logical-id', { preference: { Alarms } }, expected);
});

test.each<[string, Json, Expected]>([
  ['as it should be', {}, undefined],
  ['M above N', { EvaluationPeriods: 1, DatapointsToAlarm: 2 }, ['error', 'less than or equal to EvaluationPeriods']],
  ['a period of 45 s', { Period: 45 }, ['error', 'multiple of 60']],
  ['longer than a day', { Period: 300, EvaluationPeriods: 300 }, ['error', 'more than a day']],
  ['two statistics', { ExtendedStatistic: 'p99' }, ['error', 'ExtendedStatistic']],
  ['an operator that is none', { ComparisonOperator: 'GreaterThan' }, ['error', 'comparisonOperator']],
  ['numbers as text', { Period: '60', Threshold: '0', EvaluationPeriods: '1' }, undefined],
  ['a value that nobody knows', { Threshold: ref('Most') }, undefined],
  [
    'an anomaly detection band, which is only refused here',
    { ComparisonOperator: 'GreaterThanUpperThreshold', ThresholdMetricId: 'a', Threshold: null },
    undefined,
  ],
])('CloudWatch takes an alarm or refuses it: %s', (_, properties, expected) => {
  checkRule('alarm-refused', { alarm: properties, template: { Parameters: { Most: { Type: 'Number' } } } }, expected);
});

const math = (Expression: string): Json => {
  const bare = Object.fromEntries(
    ['Namespace', 'MetricName', 'Dimensions', 'Statistic', 'Period'].map((name) => [name, null]),
  );
  const Metric = { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions: NEW_VERSION };
  const stat = { Id: 'm', ReturnData: false, MetricStat: { Metric, Period: 60, Stat: 'Sum' } };
  return { ...bare, Metrics: [{ Id: 'e', Expression }, stat] };
};

test.each<[string, string, Expected]>([
  ['a series', 'm * 2', undefined],
  ['a search', `SUM(SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum', 60))`, ['error', 'SEARCH is not supported']],
  ['one number over the whole range, which the guide advises against', 'SUM(m)', ['warning', 'gives a scalar']],
])('an expression of an alarm gives a series: %s', (_, expression, expected) => {
  checkRule('alarm-refused', { alarm: math(expression) }, expected);
});

test.each<[string, unknown, Expected]>([
  ['of two alarms', { 'Fn::Sub': 'ALARM("${Alarm}") OR ALARM(other)' }, undefined],
  ['without a parenthesis', 'ALARM(other', ['error', 'grammar']],
])('a composite alarm’s rule follows the grammar: %s', (_, AlarmRule, expected) => {
  const Both = { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule } };
  checkRule('alarm-refused', { resources: { Both } }, expected);
});

test('an anomaly detection band is a note', () => {
  checkRule('anomaly-gate', { alarm: { ThresholdMetricId: 'a' } }, ['note', 'anomaly detection band']);
  checkRule('anomaly-gate', {}, undefined);
});

test.each<[string, readonly unknown[], Expected]>([
  ['all here', [ref('Alarm')], undefined],
  ['a name in text', [ref('Alarm'), 'api-errors'], ['note', 'The alarm "api-errors" that guards List is not in this']],
  ['another stack’s', [{ 'Fn::ImportValue': 'errors' }], ['note', 'An alarm that guards List is not in this template']],
  ['several', ['one', 'two'], ['note', '2 alarms that guard List are not in this template']],
  ['a logical id, which is told elsewhere', ['Alarm'], undefined],
])('gates that nobody can look at are named: %s', (_, Alarms, expected) => {
  checkRule('alarm-elsewhere', { preference: { Alarms } }, expected);
});
