/** Ways in which faults go past the gates. */
import { dimensions, type Json, ref, sub } from '../judged.fixture.ts';
import { byOthers } from '../rules/by-hand.fixture.ts';
import { way, type Ways } from './way.fixture.ts';

const plain: Json = { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs24.x' };
const serverless = (properties: Json): Json => ({
  Type: 'AWS::Serverless::Function',
  Properties: { ...plain, ...properties },
});
const resources = { Hook: serverless({}) };
const Hooks = { PreTraffic: ref('Hook') };
const LINES: Json = { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null };
const API: Json = { Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Dimensions: dimensions({ ApiName: 'a' }) };
const URL = { AuthType: 'NONE' };
const by = (Type: string): Json => ({ Events: { Get: { Type, Properties: { Path: '/', Method: 'get' } } } });
const QUEUED = { Events: { Work: { Type: 'SQS', Properties: { Queue: 'arn:aws:sqs:eu-west-1:123456789012:work' } } } };
const behind = (uri: string): Json => ({
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Body: { paths: { '/': { get: { uri: sub(uri) } } } } } },
});

export const blindSpotWays: Ways = {
  'not-shifted': [
    way('no preference', { list: { DeploymentPreference: null } }, 'No alias of List is moved', {
      list: { DeploymentPreference: { Type: 'AllAtOnce' } },
    }),
    way(
      'no alias and no group',
      { list: { DeploymentPreference: null, AutoPublishAlias: null } },
      'No alias of List',
      byOthers(),
    ),
    way('a preference that is switched off', { preference: { Enabled: false } }, 'No alias of List', {
      preference: { Enabled: true },
    }),
    way(
      'several functions',
      { list: { DeploymentPreference: null }, resources: { One: serverless({}), Two: serverless({}) } },
      'No alias of List and 2 others',
      { resources: { One: serverless({}), Two: serverless({}) } },
    ),
    way(
      'two functions',
      { list: { DeploymentPreference: null }, resources: { One: serverless({}) } },
      'No alias of List and 1 other is',
      { template: { Resources: {} }, resources: { One: serverless({}) } },
    ),
  ],
  'no-gate': [
    way('no alarms and no hooks', { preference: { Alarms: null } }, 'has neither alarms nor hooks', {
      preference: { Alarms: null },
      template: { Globals: { Function: { DeploymentPreference: { Alarms: [ref('Alarm')] } } } },
    }),
    way('an empty list of alarms', { preference: { Alarms: [] } }, 'has neither alarms nor hooks', {
      preference: { Alarms: [], Hooks },
      resources,
    }),
    way(
      'linear, which also shifts step by step',
      { preference: { Alarms: null, Type: 'Linear10PercentEvery1Minute' } },
      'has neither',
      { preference: { Alarms: null, Type: 'AllAtOnce' } },
    ),
  ],
  'unwatched-bake': [
    way('a hook before the traffic', { preference: { Alarms: null, Hooks }, resources }, 'has hooks and no alarms', {
      preference: { Hooks },
      resources,
    }),
    way(
      'a hook after the traffic',
      { preference: { Alarms: null, Hooks: { PostTraffic: ref('Hook') } }, resources },
      'has hooks and no alarms',
      { preference: { Alarms: null, Hooks: { PostTraffic: ref('Hook') }, Type: 'AllAtOnce' }, resources },
    ),
  ],
  'invisible-crashes': [
    way('response lines alone', { alarm: LINES }, 'counts crashes', {
      alarm: LINES,
      preference: { Alarms: [ref('Alarm'), 'alarm-of-another-stack'] },
    }),
    way('durations alone', { alarm: { MetricName: 'Duration', Statistic: 'Maximum' } }, 'counts crashes', {
      alarm: { MetricName: 'Url5xxCount' },
    }),
    way('what callers do wrong', { alarm: { ...API, MetricName: '4XXError' } }, 'counts crashes', { alarm: API }),
  ],
  'invisible-answers': [
    way('Errors behind a REST API', { list: by('Api') }, 'watch AWS/Lambda alone', { list: by('Api'), alarm: API }),
    way('Errors behind an HTTP API', { list: by('HttpApi') }, 'watch AWS/Lambda alone', {
      list: by('HttpApi'),
      alarm: LINES,
    }),
    way('Errors behind a function URL', { list: { FunctionUrlConfig: URL } }, 'watch AWS/Lambda alone', {
      list: { FunctionUrlConfig: URL },
      alarm: { MetricName: 'Url5xxCount' },
    }),
    way(
      'Errors behind an API of its own',
      { resources: behind('arn:aws:apigateway:x:lambda:path/functions/${List.Arn}/invocations') },
      'watch AWS/Lambda alone',
      { resources: behind('https://example.com/list') },
    ),
    way('durations behind a REST API', { list: by('Api'), alarm: { MetricName: 'Duration' } }, 'watch AWS/Lambda', {
      list: QUEUED,
      alarm: { MetricName: 'Duration' },
    }),
  ],
};
