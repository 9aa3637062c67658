import { test } from '@jest/globals';
import { alarm, type Changes, checkRule, type Expected, type Json, ref, sub } from '../judged.fixture.ts';

test.each<[string, Json, Expected]>([
  ['PreTraffic', { PreTraffic: 'hook' }, undefined],
  ['BeforeAllowTraffic', { BeforeAllowTraffic: 'hook' }, ['error', '"BeforeAllowTraffic"']],
  ['another case', { preTraffic: 'hook' }, ['error', '"preTraffic"']],
])('SAM knows two keys of Hooks: %s', (_, Hooks, expected) => {
  checkRule('hook-key', { preference: { Hooks } }, expected);
});

const template = {
  Parameters: { Stage: { Type: 'String', Default: 'test' } },
  Conditions: { IsProd: { 'Fn::Equals': [ref('Stage'), 'prod'] } },
};

test.each<[string, unknown, Expected]>([
  ['a literal', false, undefined],
  ['a parameter', ref('Stage'), undefined],
  ['!If', { 'Fn::If': ['IsProd', true, false] }, ['error', 'always on']],
])('SAM looks at Enabled: %s', (_, Enabled, expected) => {
  checkRule('enabled-if', { template, preference: { Enabled } }, expected);
});

const config = (routing: Json): Json => ({
  Own: {
    Type: 'AWS::CodeDeploy::DeploymentConfig',
    Properties: { ComputePlatform: 'Lambda', TrafficRoutingConfig: routing },
  },
});
const linear = (LinearPercentage: number, LinearInterval: number) => ({
  Type: 'TimeBasedLinear',
  TimeBasedLinear: { LinearPercentage, LinearInterval },
});

test.each<[string, unknown, Json, Expected]>([
  ['a predefined one', 'Linear10PercentEvery2Minutes', {}, undefined],
  ['a predefined one in full', 'CodeDeployDefault.LambdaAllAtOnce', {}, undefined],
  ['one of ECS', 'CodeDeployDefault.ECSAllAtOnce', {}, ['error', 'no other name may begin so']],
  ['almost a predefined one', 'Canary10Percent5Minute', {}, ['warning', 'none of the nine']],
  ['one of another stack', 'slow-and-careful', {}, ['note', 'does not declare']],
  ['one’s own', ref('Own'), config(linear(20, 5)), undefined],
  ['one’s own that CodeDeploy refuses', ref('Own'), config(linear(100, 5)), ['error', '1 to 99 %']],
  ['one’s own that takes two days and more', ref('Own'), config(linear(1, 60)), ['error', '2,880 minutes']],
])('a configuration exists: %s', (_, Type, resources, expected) => {
  checkRule('unknown-configuration', { preference: { Type }, resources }, expected);
});

test.each<[string, Json, Expected]>([
  ['a canary', {}, undefined],
  ['all at once with alarms', { Type: 'AllAtOnce' }, ['warning', 'before its alarms can see']],
  ['all at once without', { Type: 'AllAtOnce', Alarms: null }, ['note', 'all at once']],
])('a configuration shifts something: %s', (_, preference, expected) => {
  checkRule('shifts-nothing', { preference }, expected);
});

const environment = (value: unknown): Json => ({ Environment: { Variables: { STAGE: value } } });

test.each<[string, Changes, Expected]>([
  ['a literal', { list: environment('prod') }, undefined],
  ['the stack’s name', { list: environment(ref('AWS::StackName')) }, undefined],
  ['a parameter', { list: environment(ref('Stage')) }, ['warning', 'Environment of List holds the value of Stage']],
  ['a parameter in a text', { list: environment(sub('x-${Stage}')) }, ['warning', 'Stage']],
  ['a parameter as MemorySize', { list: { MemorySize: ref('Stage') } }, ['warning', 'MemorySize of List']],
  [
    'a parameter in Globals',
    { template: { ...template, Globals: { Function: environment(ref('Stage')) } } },
    ['warning', 'Stage'],
  ],
  [
    'a parameter, and a hash to publish by',
    { list: { ...environment(ref('Stage')), AutoPublishCodeSha256: 'a'.repeat(64) } },
    undefined,
  ],
])('a changed value publishes a version: %s', (_, changes, expected) => {
  checkRule('environment-by-parameter', { template, ...changes }, expected);
});

const PROVISIONED = { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 } };

test.each<[string, Json, Json, Expected]>([
  ['with a preference', PROVISIONED, {}, undefined],
  ['without', PROVISIONED, { Enabled: false }, ['warning', 'no deployment preference']],
])('provisioned concurrency needs a preference: %s', (_, list, preference, expected) => {
  checkRule('provisioned-concurrency', { list, preference }, expected);
});

test.each<[string, unknown, Expected]>([
  ['a literal', 'first', undefined],
  ['a parameter', ref('Stage'), ['warning', 'VersionDescription of List']],
])('a version’s description stays: %s', (_, VersionDescription, expected) => {
  checkRule('version-description', { template, list: { VersionDescription } }, expected);
});

test.each<[string, number, Expected]>([
  ['twenty', 19, undefined],
  ['twenty-one', 20, ['warning', '21 aliases']],
])('few aliases shift at once: %s', (_, count, expected) => {
  const more = Array.from({ length: count }, (__, i) => [
    `More${i}`,
    {
      Type: 'AWS::Serverless::Function',
      Properties: {
        CodeUri: 's3://b/k',
        Handler: 'a.b',
        Runtime: 'nodejs24.x',
        AutoPublishAlias: 'live',
        DeploymentPreference: { Type: 'AllAtOnce' },
      },
    },
  ]);
  checkRule('many-deployments', { resources: Object.fromEntries(more) as Json }, expected);
});

test.each<[string, string, Expected]>([
  ['half an hour', 'Canary10Percent30Minutes', undefined],
  ['an hour and a half', 'Linear10PercentEvery10Minutes', ['note', '90 minutes']],
])('the command line waits for an hour: %s', (_, Type, expected) => {
  checkRule('deployment-outlasts-cli', { preference: { Type } }, expected);
});

test.each<[string, Changes, Expected]>([
  ['a good one', {}, undefined],
  ['Alarms that are no list', { preference: { Alarms: ref('Alarm') } }, ['error', 'Alarms must be a list']],
  ['a property that our SAM does not know', { list: { Novelty: 1 } }, ['warning', 'property Novelty not defined']],
  ['a preference without an alias', { list: { AutoPublishAlias: null } }, ['error', 'requires AutoPublishAlias']],
  ['a reference to nothing', { resources: { Second: alarm({ Threshold: ref('Nothing') }) } }, ['error', 'Nothing']],
])('AWS takes a template or refuses it: %s', (_, changes, expected) => {
  checkRule('template-refused', changes, expected);
});

test('a hook that names the alias is a circle', () => {
  const hook = (value: unknown): Changes => ({
    preference: { Hooks: { PreTraffic: ref('Hook') } },
    resources: {
      Hook: {
        Type: 'AWS::Serverless::Function',
        Properties: {
          CodeUri: 's3://b/k',
          Handler: 'a.b',
          Runtime: 'nodejs24.x',
          Environment: { Variables: { TARGET: value } },
        },
      },
    },
  });
  checkRule('circular-dependency', hook(ref('List.Alias')), ['error', 'The hook Hook refers to the alias']);
  checkRule('circular-dependency', hook(ref('List.Version')), undefined);
  checkRule('circular-dependency', hook(sub('${List}:live')), undefined);
});

test.each<[string, Changes, Expected]>([
  ['nothing', {}, undefined],
  ['a macro of one’s own', { template: { Transform: ['AWS::Serverless-2016-10-31', 'MyMacro'] } }, ['note', 'MyMacro']],
  [
    'an include',
    {
      template: {
        Transform: ['AWS::Serverless-2016-10-31', { Name: 'AWS::Include', Parameters: { Location: 's3://b/k' } }],
      },
    },
    ['note', 'AWS::Include'],
  ],
])('what is not looked at is said: %s', (_, changes, expected) => {
  checkRule('not-judged', changes, expected);
});
