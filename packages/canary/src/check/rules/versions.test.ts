import { test } from '@jest/globals';
import {
  checkRule,
  dimensions,
  type Expected,
  type Json,
  NEW_VERSION,
  ref,
  sub,
  versioned,
} from '../judged.fixture.ts';

const MIXED = dimensions({ FunctionName: ref('List'), Resource: sub('${List}:live') });

const filter = (FilterPattern: unknown, MetricName: unknown = 'Failed'): Json => ({
  Filter: {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: '/list',
      FilterPattern,
      MetricTransformations: [{ MetricNamespace: 'Shop', MetricName, MetricValue: '1' }],
    },
  },
});

test.each<[string, Json, Json, Expected]>([
  ['the new version', {}, {}, undefined],
  ['the alias', { Dimensions: MIXED }, {}, ['warning', 'Errors is not that of one version']],
  ['the function', { Dimensions: dimensions({ FunctionName: ref('List') }) }, {}, ['warning', 'Errors']],
  [
    'an API',
    { Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Dimensions: dimensions({ ApiName: 'a' }) },
    {},
    ['note', 'knows no versions'],
  ],
  [
    'a filter that names the version',
    { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null },
    filter(versioned('{ $.version = "${V}" }')),
    undefined,
  ],
  [
    'a filter’s metric named after the version',
    { Namespace: 'Shop', MetricName: versioned('Failed-${V}'), Dimensions: null },
    filter('ERROR', versioned('Failed-${V}')),
    undefined,
  ],
  [
    'a filter that does not',
    { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null },
    filter('ERROR'),
    ['warning', 'Failed'],
  ],
])('an alarm hears one version or both: %s', (_, alarm, resources, expected) => {
  checkRule('mixes-versions', { alarm, resources }, expected);
});

test('an expression may compare the new version with both', () => {
  const stat = (Id: string, Dimensions: unknown): Json => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions }, Period: 60, Stat: 'Sum' },
  });
  const alarm = {
    ...Object.fromEntries(['Namespace', 'MetricName', 'Dimensions', 'Statistic', 'Period'].map((key) => [key, null])),
    Metrics: [stat('all', MIXED), stat('new', NEW_VERSION), { Id: 'old', Expression: 'all - new' }],
  };
  checkRule('mixes-versions', { alarm }, undefined);
});

test.each<[string, unknown, Expected]>([
  ['with the version in it', versioned('errors-${V}'), undefined],
  ['fixed', 'errors', ['warning', 'AlarmName "errors"']],
  ['of the stack', sub('${AWS::StackName}-errors'), ['warning', 'is the same for every version']],
  ['made up', null, ['warning', 'CloudFormation makes up']],
])('an alarm’s name changes with the version: %s', (_, AlarmName, expected) => {
  checkRule('alarm-name-survives', { alarm: { AlarmName } }, expected);
});

test.each<[string, Json, Json, Expected]>([
  [
    'one text for all stacks',
    { Namespace: 'Shop', MetricName: 'Failed' },
    {},
    ['warning', 'Shop Failed is the same metric in every stack'],
  ],
  ['one text and the version', { Namespace: 'Shop', MetricName: versioned('Failed-${V}') }, {}, ['warning', 'Shop']],
  ['the stack’s name', { Namespace: ref('AWS::StackName'), MetricName: 'Failed' }, {}, undefined],
  ['a parameter', { Namespace: ref('Stage'), MetricName: 'Failed' }, {}, undefined],
  ['the function’s made-up name', { Namespace: 'Shop', MetricName: sub('${List}-failed') }, {}, undefined],
  [
    'a function that can be there only once',
    { Namespace: 'Shop', MetricName: 'Failed' },
    { FunctionName: 'list' },
    undefined,
  ],
  ['a metric of AWS', {}, {}, undefined],
])('two stages do not feed one metric: %s', (_, alarm, list, expected) => {
  const template = { Parameters: { Stage: { Type: 'String', Default: 'test' } } };
  const own = alarm['Namespace'] === undefined ? {} : { Dimensions: null };
  checkRule('stages-share-metric', { alarm: { ...own, ...alarm }, list, template }, expected);
});
