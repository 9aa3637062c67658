import { test } from '@jest/globals';
import { checkRule, dimensions, type Expected, type Json, NEW_VERSION, ref, sub } from '../judged.fixture.ts';

const MIXED = dimensions({ FunctionName: ref('List'), Resource: sub('${List}:live') });

test.each<[string, Json, Json, Expected]>([
  ['any error of the new version', {}, {}, undefined],
  ['half of the new version’s requests', { Statistic: 'Average', Threshold: 0.5 }, {}, undefined],
  ['more than all requests', { Statistic: 'Average', Threshold: 1 }, {}, ['error', 'it reaches 1']],
  ['a percentage of a ratio', { Statistic: 'Average', Threshold: 5 }, {}, ['error', 'The threshold is 5']],
  [
    'a share that both versions’ rate does not reach',
    { Statistic: 'Average', Threshold: 0.2, Dimensions: MIXED },
    {},
    ['warning', 'it reaches 0.1'],
  ],
  ['a share that it does', { Statistic: 'Average', Threshold: 0.05, Dimensions: MIXED }, {}, undefined],
  [
    'the same with steps up to 90 %',
    { Statistic: 'Average', Threshold: 0.2, Dimensions: MIXED },
    { Type: 'Linear10PercentEvery1Minute' },
    undefined,
  ],
  [
    'slower than the time-out',
    { MetricName: 'Duration', Statistic: 'Maximum', Threshold: 10_000 },
    {},
    ['error', 'time-out of 10000 ms'],
  ],
  ['slow', { MetricName: 'Duration', Statistic: 'Maximum', Threshold: 9_000 }, {}, undefined],
  [
    'a median of both versions',
    { MetricName: 'Duration', Statistic: null, ExtendedStatistic: 'p50', Threshold: 900, Dimensions: MIXED },
    {},
    ['warning', 'p50 is still that of the old one'],
  ],
  [
    'a percentile that the canary moves',
    { MetricName: 'Duration', Statistic: null, ExtendedStatistic: 'p95', Threshold: 900, Dimensions: MIXED },
    {},
    undefined,
  ],
  [
    'too few of something',
    { MetricName: 'Invocations', ComparisonOperator: 'LessThanThreshold', Threshold: 1 },
    {},
    undefined,
  ],
  ['a threshold that nobody knows', { Threshold: ref('Most') }, {}, undefined],
])('a fault of the new version can cross the threshold: %s', (_, alarm, preference, expected) => {
  const template = { Parameters: { Most: { Type: 'Number' } } };
  checkRule('threshold-never-crossed', { alarm, preference, template }, expected);
});

const math = (Expression: string, Dimensions: readonly Json[], Threshold: number): Json => {
  const stat = (Id: string, MetricName: string): Json => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 60, Stat: 'Sum' },
  });
  return {
    ...Object.fromEntries(['Namespace', 'MetricName', 'Dimensions', 'Statistic', 'Period'].map((key) => [key, null])),
    Metrics: [stat('errors', 'Errors'), stat('invocations', 'Invocations'), { Id: 'rate', Expression }],
    Threshold,
  };
};

test.each<[string, Json, Expected]>([
  ['a rate of the new version', math('100 * errors / invocations', NEW_VERSION, 50), undefined],
  ['a rate above 100 %', math('100 * errors / invocations', NEW_VERSION, 100), ['error', 'it reaches 100']],
  ['a rate of both versions', math('100 * errors / invocations', MIXED, 10), ['warning', 'it reaches 10']],
  ['a rate of both versions below the share', math('100 * errors / invocations', MIXED, 5), undefined],
  [
    'a success rate',
    { ...math('100 - 100 * errors / invocations', MIXED, 80), ComparisonOperator: 'LessThanThreshold' },
    ['warning', 'it reaches 90'],
  ],
  ['errors where there is little traffic', math('IF(invocations < 100, errors, 0)', NEW_VERSION, 0), undefined],
  ['some of the requests, not all', math('IF(errors < invocations, errors, 0)', NEW_VERSION, 0), undefined],
  [
    'what no fault that was tried does',
    math('IF(errors > invocations, 1, 0)', NEW_VERSION, 0),
    ['warning', 'reaches 0'],
  ],
])('metric math is evaluated for the worst fault: %s', (_, alarm, expected) => {
  checkRule('threshold-never-crossed', { alarm }, expected);
});

test.each<[string, Json, Json, Expected]>([
  ['one error', {}, {}, undefined],
  ['six errors a minute', { Threshold: 5 }, {}, undefined],
  ['eleven errors a minute', { Threshold: 10 }, {}, ['note', 'at least 101 requests a minute']],
  ['eleven errors in five minutes', { Threshold: 10, Period: 300 }, {}, undefined],
  ['eleven errors at half of the traffic', { Threshold: 10 }, { Type: ref('Half') }, undefined],
  ['a rate', { Statistic: 'Average', Threshold: 0.5 }, {}, undefined],
])('a threshold needs so much traffic: %s', (_, alarm, preference, expected) => {
  const Half = {
    Type: 'AWS::CodeDeploy::DeploymentConfig',
    Properties: {
      ComputePlatform: 'Lambda',
      TrafficRoutingConfig: { Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage: 50, CanaryInterval: 5 } },
    },
  };
  checkRule('threshold-needs-traffic', { alarm, preference, resources: { Half } }, expected);
});

const filtered = (DefaultValue: number | null): Json => ({
  Type: 'AWS::Logs::MetricFilter',
  Properties: {
    LogGroupName: '/aws/lambda/x',
    FilterPattern: '{ $.statusCode >= 500 }',
    MetricTransformations: [
      {
        MetricNamespace: 'Shop',
        MetricName: 'Failed',
        MetricValue: '1',
        ...(DefaultValue !== null && { DefaultValue }),
      },
    ],
  },
});
const FAILED = { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null };
const AT_LEAST_0 = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 0 };

test.each<[string, Json, Json | undefined, Expected]>([
  ['more than no error', {}, undefined, undefined],
  ['at least one error', { ...AT_LEAST_0, Threshold: 1 }, undefined, undefined],
  ['at least no error', AT_LEAST_0, undefined, ['error', 'GreaterThanOrEqualToThreshold 0']],
  ['fewer than one error', { ComparisonOperator: 'LessThanThreshold', Threshold: 1 }, undefined, ['error', 'LessThan']],
  [
    'fewer than ten invocations',
    { MetricName: 'Invocations', ComparisonOperator: 'LessThanThreshold', Threshold: 10 },
    undefined,
    undefined,
  ],
  ['a filter that publishes zeros', { ...FAILED, ...AT_LEAST_0 }, filtered(0), ['error', 'still breaches']],
  ['a filter that publishes nothing', { ...FAILED, ...AT_LEAST_0 }, filtered(null), undefined],
])('good requests leave the alarm alone: %s', (_, alarm, Filter, expected) => {
  checkRule('threshold-always-crossed', { alarm, ...(Filter && { resources: { Filter } }) }, expected);
});

test.each<[string, Json, Expected]>([
  ['errors', {}, undefined],
  ['many invocations', { MetricName: 'Invocations', Threshold: 50 }, ['warning', 'crosses 50 at']],
  ['few invocations', { MetricName: 'Invocations', ComparisonOperator: 'LessThanThreshold', Threshold: 5 }, undefined],
  ['the sum of durations, which is told elsewhere', { MetricName: 'Duration', Threshold: 5_000 }, undefined],
  ['the slowest', { MetricName: 'Duration', Statistic: 'Maximum', Threshold: 5_000 }, undefined],
  [
    'requests of the API',
    { Namespace: 'AWS/ApiGateway', MetricName: 'Count', Dimensions: [{ Name: 'ApiName', Value: 'a' }], Threshold: 50 },
    ['warning', 'Sum of Count crosses 50 at 51 good requests a minute'],
  ],
])('traffic stops no release: %s', (_, alarm, expected) => {
  checkRule('traffic-can-stop', { alarm }, expected);
});
