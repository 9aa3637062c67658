import { test } from '@jest/globals';
import { checkRule, type Expected, type Json } from '../judged.fixture.ts';

test.each<[string, Json, Expected]>([
  ['a sum of errors', {}, undefined],
  ['a rate of errors', { Statistic: 'Average' }, undefined],
  ['a count of error samples', { Statistic: 'SampleCount' }, ['warning', 'counts requests']],
  ['the fewest errors', { Statistic: 'Minimum' }, ['warning', 'as long as one request']],
  ['the longest duration', { MetricName: 'Duration', Statistic: 'Maximum' }, undefined],
  ['all durations together', { MetricName: 'Duration', Statistic: 'Sum' }, ['warning', 'grows with traffic']],
  ['invocations on average', { MetricName: 'Invocations', Statistic: 'Average' }, ['warning', 'is always 1']],
])('a statistic says what the alarm wants: %s', (_, alarm, expected) => {
  checkRule('statistic-misfit', { alarm }, expected);
});

test.each<[string, Json, Expected]>([
  ['a count of matches', {}, undefined],
  ['a count of matches and of quiet minutes', { DefaultValue: 0 }, ['warning', 'quiet minutes']],
])('a filter’s samples are its matches: %s', (_, transformation, expected) => {
  const Filter = {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: '/list',
      FilterPattern: 'ERROR',
      MetricTransformations: [{ MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1', ...transformation }],
    },
  };
  const alarm = { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null, Statistic: 'SampleCount' };
  checkRule('statistic-misfit', { alarm, resources: { Filter } }, expected);
});

test.each<[string, Json, Expected]>([
  ['a minute', {}, undefined],
  ['ten seconds of a metric of AWS', { Period: 10 }, ['warning', 'The period is 10 s']],
  ['ten seconds of a metric of one’s own', { Period: 10, Namespace: 'Shop' }, undefined],
])('a period is not shorter than the metric’s: %s', (_, alarm, expected) => {
  checkRule('period-below-resolution', { alarm }, expected);
});

test.each<[string, Json, Expected]>([
  ['none', {}, undefined],
  ['the metric’s', { Unit: 'Count' }, undefined],
  ['another', { Unit: 'Percent' }, ['error', 'published in Count']],
  [
    'seconds',
    { MetricName: 'Duration', Statistic: 'Maximum', Unit: 'Seconds' },
    ['error', 'published in Milliseconds'],
  ],
])('a unit is the metric’s or none: %s', (_, alarm, expected) => {
  checkRule('unit-mismatch', { alarm }, expected);
});

test.each<[string, Json, Expected]>([
  ['a maximum', { MetricName: 'Duration', Statistic: 'Maximum' }, undefined],
  [
    'p99 that is evaluated',
    { MetricName: 'Duration', Statistic: null, ExtendedStatistic: 'p99' },
    ['note', 'p99 needs 1000 samples in 60 s: 10000 requests a minute at 10 %'],
  ],
  [
    'p99 that is ignored',
    { MetricName: 'Duration', Statistic: null, ExtendedStatistic: 'p99', EvaluateLowSampleCountPercentile: 'ignore' },
    ['warning', 'p99'],
  ],
  ['a trimmed mean', { MetricName: 'Duration', Statistic: null, ExtendedStatistic: 'tm90' }, undefined],
])('a percentile needs its samples: %s', (_, alarm, expected) => {
  checkRule('thin-percentile', { alarm }, expected);
});
