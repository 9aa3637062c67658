import { test } from '@jest/globals';
import { checkRule, dimensions, type Expected, type Json } from '../judged.fixture.ts';

test.each<[string, string, Expected]>([
  ['as AWS spells it', 'Errors', undefined],
  ['one of a function URL', 'Url5xxCount', undefined],
  ['in the singular', 'Error', ['error', '"Errors" is its name']],
  ['in lower case', 'errors', ['error', '"Errors" is its name']],
  ['one that is like none', 'Crashes', ['warning', 'no metric "Crashes"']],
])('a metric of AWS/Lambda is spelled exactly: %s', (_, MetricName, expected) => {
  checkRule('metric-name', { alarm: { MetricName } }, expected);
});

test.each<[string, string, Json, Expected]>([
  ['REST', '5XXError', { ApiName: 'a' }, undefined],
  ['HTTP', '5xx', { ApiId: 'a' }, undefined],
  ['WebSocket', 'ExecutionError', { ApiId: 'a', Route: 'r', Stage: 's' }, undefined],
  ['REST with the name of HTTP', '5xx', { ApiName: 'a', Stage: 's' }, ['error', '"5XXError" is its name']],
  ['HTTP with the name of REST', '4XXError', { ApiId: 'a', Stage: 's' }, ['error', '"4xx" is its name']],
  ['REST in the plural', '5XXErrors', { ApiName: 'a' }, ['error', '"5XXError" is its name']],
])('an API’s metric has the name of its kind: %s', (_, MetricName, values, expected) => {
  checkRule(
    'metric-name',
    { alarm: { Namespace: 'AWS/ApiGateway', MetricName, Dimensions: dimensions(values) } },
    expected,
  );
});

test.each<[string, string, Expected]>([
  ['AWS’s', 'AWS/Lambda', undefined],
  ['one’s own', 'Shop', undefined],
  ['in lower case', 'AWS/lambda', ['error', '"AWS/Lambda"']],
  ['of version 2', 'AWS/ApiGatewayV2', ['error', '"AWS/ApiGateway"']],
  ['with a blank', 'AWS/API Gateway', ['error', '"AWS/ApiGateway"']],
  ['without AWS/', 'Lambda', ['warning', '"AWS/Lambda"']],
  ['without !Sub', '${AWS::StackName}', ['error', 'without !Sub']],
])('a namespace is spelled exactly: %s', (_, Namespace, expected) => {
  checkRule('metric-namespace', { alarm: { Namespace } }, expected);
});

const filter = (changes: Json): Json => ({
  Type: 'AWS::Logs::MetricFilter',
  Properties: {
    LogGroupName: '/aws/lambda/x',
    FilterPattern: 'ERROR',
    MetricTransformations: [{ MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1', ...changes }],
  },
});

test.each<[string, Json, Json, Expected]>([
  ['alike', {}, {}, undefined],
  ['another case', {}, { MetricName: 'failed' }, ['warning', 'the filter Filter publishes Shop Failed']],
  ['another namespace', {}, { Namespace: 'Store' }, ['warning', 'publishes Shop Failed']],
  ['a metric of the code', {}, { MetricName: 'Orders' }, undefined],
  ['a dimension too many', {}, { Dimensions: dimensions({ service: 'list' }) }, ['warning', '[service]']],
  [
    'the same dimension',
    { Dimensions: [{ Key: 'service', Value: '$.service' }] },
    { Dimensions: dimensions({ service: 'list' }) },
    undefined,
  ],
])('an alarm watches what a filter publishes: %s', (_, published, watched, expected) => {
  const alarm = { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null, ...watched };
  checkRule('unpublished-metric', { alarm, resources: { Filter: filter(published) } }, expected);
});
