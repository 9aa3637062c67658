import { test } from '@jest/globals';
import { checkRule, dimensions, type Expected, type Json, ref } from '../judged.fixture.ts';

const HOOK = {
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs24.x' },
};
const resources = { Hook: HOOK };
const Hooks = { PreTraffic: ref('Hook') };

test.each<[string, Json, Expected]>([
  ['an alarm', {}, undefined],
  ['a hook', { Alarms: null, Hooks }, undefined],
  ['neither', { Alarms: null }, ['error', 'neither alarms nor hooks']],
  ['an empty list', { Alarms: [] }, ['error', 'neither alarms nor hooks']],
  ['neither, all at once', { Alarms: null, Type: 'AllAtOnce' }, undefined],
  ['neither, switched off', { Alarms: null, Enabled: false }, undefined],
])('something can stop a release: %s', (_, preference, expected) => {
  checkRule('no-gate', { preference, resources }, expected);
});

test.each<[string, Json, Expected]>([
  ['an alarm and a hook', { Hooks }, undefined],
  ['a hook alone', { Alarms: null, Hooks }, ['warning', 'hooks and no alarms']],
])('somebody watches while traffic shifts: %s', (_, preference, expected) => {
  checkRule('unwatched-bake', { preference, resources }, expected);
});

test.each<[string, Json, Expected]>([
  ['Errors', {}, undefined],
  [
    'the API’s 5XXError',
    { Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Dimensions: dimensions({ ApiName: 'a' }) },
    undefined,
  ],
  ['response lines', { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null }, ['warning', 'counts crashes']],
  ['durations', { MetricName: 'Duration', Statistic: 'Maximum' }, ['warning', 'counts crashes']],
])('a crash is seen: %s', (_, alarm, expected) => {
  checkRule('invisible-crashes', { alarm }, expected);
});

const Events = { Get: { Type: 'Api', Properties: { Path: '/', Method: 'get' } } };

test.each<[string, Json, Json, Expected]>([
  ['Errors of what answers an API', {}, { Events }, ['warning', 'watch AWS/Lambda alone']],
  [
    'Errors of what answers a URL',
    {},
    { FunctionUrlConfig: { AuthType: 'NONE' } },
    ['warning', 'watch AWS/Lambda alone'],
  ],
  ['Errors of what answers nobody', {}, {}, undefined],
  ['Url5xxCount', { MetricName: 'Url5xxCount' }, { FunctionUrlConfig: { AuthType: 'NONE' } }, undefined],
  [
    'the API’s 5XXError',
    { Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Dimensions: dimensions({ ApiName: 'a' }) },
    { Events },
    undefined,
  ],
  ['a metric of the code', { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null }, { Events }, undefined],
])('an answered error is seen: %s', (_, alarm, list, expected) => {
  checkRule('invisible-answers', { alarm, list }, expected);
});

test('an alarm from elsewhere may see everything', () => {
  const Alarms = [ref('Alarm'), 'alarm-of-another-stack'];
  checkRule('invisible-answers', { list: { Events }, preference: { Alarms } }, undefined);
});

test('a composite alarm sees what its children see', () => {
  const Both = {
    Type: 'AWS::CloudWatch::CompositeAlarm',
    Properties: { AlarmRule: { 'Fn::Sub': 'ALARM("${Alarm}")' } },
  };
  checkRule('invisible-crashes', { preference: { Alarms: [ref('Both')] }, resources: { Both } }, undefined);
  checkRule(
    'mixes-versions',
    {
      preference: { Alarms: [ref('Both')] },
      resources: { Both },
      alarm: { Dimensions: dimensions({ FunctionName: ref('List') }) },
    },
    ['warning', 'Errors'],
  );
});

test.each<[string, Json, Expected]>([
  ['by canary', {}, undefined],
  ['all at once, through CodeDeploy', { DeploymentPreference: { Type: 'AllAtOnce' } }, undefined],
  ['without a preference', { DeploymentPreference: null }, ['note', 'No alias of List is moved']],
  ['without an alias', { DeploymentPreference: null, AutoPublishAlias: null }, ['note', 'No alias of List']],
])('something is released by CodeDeploy: %s', (_, list, expected) => {
  checkRule('not-shifted', { list }, expected);
});
