import { expect, test } from '@jest/globals';
import { checkRule, type Expected, type Json, ref } from '../judged.fixture.ts';
import type { Alarm } from '../template/alarms.ts';
import { periodsToAlarm } from './bake-time.ts';

type Treatment = Alarm['treatMissingData'];

test.each<[string, number, number, Treatment, 'ok' | 'missing', number | undefined]>([
  ['1 of 1', 1, 1, 'notBreaching', 'ok', 1],
  ['2 of 2', 2, 2, 'notBreaching', 'ok', 2],
  ['2 of 3', 3, 2, 'notBreaching', 'ok', 2],
  ['3 of 3 after silence', 3, 3, 'missing', 'missing', 3],
  ['3 of 3 where silence breaches', 3, 3, 'breaching', 'missing', 1],
])('an alarm needs so many breaching periods: %s', (_, n, m, treatMissingData, before, periods) => {
  const alarm = { evaluationPeriods: n, datapointsToAlarm: m, treatMissingData } as Alarm;
  expect(periodsToAlarm(alarm, before)).toBe(periods);
});

const PostTraffic = ref('Hook');

test.each<[string, Json, Json, Expected]>([
  ['a minute of five', { EvaluationPeriods: 1 }, {}, undefined],
  ['five minutes of five', { EvaluationPeriods: 5 }, {}, undefined],
  ['six minutes of five', { EvaluationPeriods: 6 }, {}, ['error', '6 periods of 60 s are more than 5 minutes']],
  ['two of ten', { EvaluationPeriods: 10, DatapointsToAlarm: 2 }, {}, undefined],
  ['15 minutes of five', { Period: 300, EvaluationPeriods: 3 }, {}, ['error', 'more than 10 minutes']],
  ['15 minutes of 30', { Period: 300, EvaluationPeriods: 3 }, { Type: 'Canary10Percent30Minutes' }, undefined],
  [
    '11 minutes of nine, linear',
    { EvaluationPeriods: 11 },
    { Type: 'Linear10PercentEvery1Minute' },
    ['error', 'takes 9 minutes'],
  ],
  [
    'ten minutes of nine, linear, or of ten by AWS’s guides',
    { EvaluationPeriods: 10 },
    { Type: 'Linear10PercentEvery1Minute' },
    ['warning', 'assumption linear-intervals'],
  ],
  ['all at once', { EvaluationPeriods: 6 }, { Type: 'AllAtOnce' }, undefined],
  ['with a post-traffic hook', { EvaluationPeriods: 6 }, { Hooks: { PostTraffic } }, ['warning', '6 periods']],
])('an alarm can speak before all traffic has moved: %s', (_, alarm, preference, expected) => {
  const Hook = {
    Type: 'AWS::Serverless::Function',
    Properties: { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs24.x' },
  };
  checkRule('evaluation-outlasts-bake', { alarm, preference, resources: { Hook } }, expected);
});

test.each<[string, Json, Json, Expected]>([
  ['one minute', {}, {}, undefined],
  ['three minutes', { EvaluationPeriods: 3 }, {}, undefined],
  ['four minutes', { EvaluationPeriods: 4 }, {}, ['warning', 'Detection takes up to 6 minutes']],
  ['a period that nobody knows', { Period: ref('Seconds') }, {}, undefined],
  ['one period of five minutes', { Period: 300 }, {}, ['warning', 'up to 7 minutes']],
  ['the same under a longer bake', { Period: 300 }, { Type: 'Canary10Percent10Minutes' }, undefined],
])('detection with its delays fits into the bake: %s', (_, alarm, preference, expected) => {
  checkRule(
    'bake-too-short',
    { alarm, preference, template: { Parameters: { Seconds: { Type: 'Number' } } } },
    expected,
  );
});

test.each<[string, Json, Json, Expected]>([
  ['one of one', {}, {}, undefined],
  ['two of two', { EvaluationPeriods: 2 }, {}, ['note', 'Each of 2 periods of 60 s must have a fault. With 10 %']],
  ['one of two', { EvaluationPeriods: 2, DatapointsToAlarm: 1 }, {}, undefined],
  ['two of three', { EvaluationPeriods: 3, DatapointsToAlarm: 2 }, {}, ['note', '2 of 3 periods']],
  ['longer periods', { EvaluationPeriods: 2, Period: 120 }, {}, ['note', 'needs about 300 requests a minute']],
  ['more than one fault', { EvaluationPeriods: 2, Threshold: 3 }, {}, undefined],
  ['a rate', { EvaluationPeriods: 2, Statistic: 'Average' }, {}, undefined],
  ['durations', { EvaluationPeriods: 2, MetricName: 'Duration', Statistic: 'Maximum', Threshold: 900 }, {}, undefined],
  ['all at once', { EvaluationPeriods: 2 }, { Type: 'AllAtOnce' }, undefined],
  ['of half the traffic', { EvaluationPeriods: 2 }, { Type: ref('Half') }, ['note', 'needs about 120 requests']],
])('a rare fault is seen by one period: %s', (_, alarm, preference, expected) => {
  const Half = {
    Type: 'AWS::CodeDeploy::DeploymentConfig',
    Properties: {
      ComputePlatform: 'Lambda',
      TrafficRoutingConfig: {
        Type: 'TimeBasedCanary',
        TimeBasedCanary: { CanaryPercentage: 50, CanaryInterval: 10 },
      },
    },
  };
  checkRule('needs-several-periods', { alarm, preference, resources: { Half } }, expected);
});
