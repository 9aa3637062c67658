import { expect, test } from '@jest/globals';
import {
  type Changes,
  checkRule,
  type Code,
  type Expected,
  findingsOf,
  type Json,
  ref,
  sub,
  templateOf,
} from '../judged.fixture.ts';
import { HOOK, REPORT, withHook } from './hooked.fixture.ts';

test.each<[string, string, Json]>(
  [
    'hook-not-invocable',
    'hook-may-not-report',
    'hook-retries',
    'hook-failure-destination',
    'hook-shifted',
    'hook-timeout',
    'hook-in-vpc',
    'hook-version',
    'template-refused',
  ].map((rule) => [rule, rule, {}]),
)('a good hook has nothing of it: %s', (_, rule, changes) => {
  checkRule(rule, withHook(changes), undefined);
});

const roleWith = (statement: Json): Json => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'codedeploy.amazonaws.com' } }],
    },
    Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [statement] } }],
  },
});
const Role = { 'Fn::GetAtt': ['Role', 'Arn'] };
const INVOKE = { Effect: 'Allow', Action: 'lambda:InvokeFunction' };

test.each<[string, Json, Changes, Expected]>([
  ['another prefix', { FunctionName: 'pre' }, {}, ['error', 'may not invoke "pre"']],
  ['the prefix in another case', { FunctionName: 'codedeployhook_pre' }, {}, ['error', 'may not invoke']],
  ['a made-up name', { FunctionName: null }, {}, ['error', 'whose name CloudFormation makes up']],
  [
    'the prefix and a parameter',
    { FunctionName: sub('CodeDeployHook_${Stage}') },
    { template: { Parameters: { Stage: { Type: 'String' } } } },
    undefined,
  ],
  [
    'a role that allows it',
    { FunctionName: 'pre' },
    { preference: { Role }, resources: { Role: roleWith({ ...INVOKE, Resource: '*' }) } },
    undefined,
  ],
  [
    'a role that allows another',
    { FunctionName: 'pre' },
    {
      preference: { Role },
      resources: { Role: roleWith({ ...INVOKE, Resource: 'arn:aws:lambda:*:*:function:post' }) },
    },
    ['error', 'may not invoke'],
  ],
  [
    'a role of another stack',
    { FunctionName: 'pre' },
    { preference: { Role: 'arn:aws:iam::123456789012:role/r' } },
    undefined,
  ],
])('CodeDeploy may call the hook: %s', (_, changes, more, expected) => {
  checkRule('hook-not-invocable', withHook(changes, more), expected);
});

test.each<[string, Json, Expected]>([
  ['no policy', { Policies: null }, ['error', 'does not allow codedeploy:PutLifecycleEventHookExecutionStatus']],
  ['no policy but the one of tracing', { Policies: null, Tracing: 'Active' }, ['error', 'does not allow']],
  [
    'another action',
    { Policies: [{ Statement: [{ ...REPORT.Statement[0], Action: 'codedeploy:GetDeployment' }] }] },
    ['error', 'does not allow'],
  ],
  [
    'another application',
    {
      Policies: [
        { Statement: [{ ...REPORT.Statement[0], Resource: 'arn:aws:codedeploy:*:*:deploymentgroup:other/*' }] },
      ],
    },
    ['error', 'does not allow'],
  ],
  [
    'no policy but one to start what may report',
    { Policies: [{ Statement: [{ Effect: 'Allow', Action: 'states:Start*', Resource: 'arn:aws:states:*:*:x' }] }] },
    ['warning', 'unless what it reaches by states:StartExecution reports for it'],
  ],
  [
    'no policy but one to call the new version',
    { Policies: [{ Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }] }] },
    ['error', 'does not allow'],
  ],
  ['all of CodeDeploy', { Policies: ['AWSCodeDeployFullAccess'] }, undefined],
  [
    'another region, which is not looked at',
    {
      Policies: [
        { Statement: [{ ...REPORT.Statement[0], Resource: 'arn:aws:codedeploy:us-east-1:1:deploymentgroup:*' }] },
      ],
    },
    undefined,
  ],
  ['a policy of another stack', { Policies: ['arn:aws:iam::123456789012:policy/hooks'] }, undefined],
  ['a role of another stack', { Policies: null, Role: 'arn:aws:iam::123456789012:role/r' }, undefined],
])('the hook may report: %s', (_, changes, expected) => {
  checkRule('hook-may-not-report', withHook(changes), expected);
});

const code = (text: string, isWhole = true): Code => ({ hook: { texts: { 'index.js': text }, isWhole } });

test.each<[string, Code | undefined, Expected]>([
  ['the SDK’s command', code('new PutLifecycleEventHookExecutionStatusCommand({})'), undefined],
  ['the old SDK’s method', code('codedeploy.putLifecycleEventHookExecutionStatus()'), undefined],
  ['Python’s method', code('client.put_lifecycle_event_hook_execution_status()'), undefined],
  ['no call', code('exports.handler = async () => ({ status: "Succeeded" })'), ['error', 'No file of Hook names']],
  ['no call, but dependencies', code('require("our-hooks")', false), ['warning', 'No file']],
  ['no code at hand', undefined, undefined],
])('the hook’s code reports: %s', (_, bundle, expected) => {
  checkRule('hook-never-reports', withHook({}), expected, bundle);
});

test('files of another language than the hook’s say nothing about it', () => {
  const page = code('document.title = "hooks"');
  checkRule('hook-never-reports', withHook({ Runtime: 'java21' }), undefined, page);
  checkRule('hook-never-reports', withHook({}), ['error', 'No file of Hook names'], page);
});

test.each<[string, string, Json, Expected]>([
  ['retries', 'hook-retries', { EventInvokeConfig: null }, ['warning', 'retried twice']],
  ['one retry', 'hook-retries', { EventInvokeConfig: { MaximumRetryAttempts: 1 } }, ['warning', '1 times']],
  [
    'no destination',
    'hook-failure-destination',
    { EventInvokeConfig: { MaximumRetryAttempts: 0 } },
    ['note', 'no destination'],
  ],
  [
    'a dead-letter queue',
    'hook-failure-destination',
    { EventInvokeConfig: null, DeadLetterQueue: { Type: 'SQS', TargetArn: 'arn:aws:sqs:eu-west-1:123456789012:q' } },
    undefined,
  ],
  ['a time-out of 15 minutes', 'hook-timeout', { Timeout: 900 }, ['warning', '900 s']],
  ['a time-out that nobody knows', 'hook-timeout', { Timeout: ref('Seconds') }, undefined],
  ['Lambda’s default time-out', 'hook-timeout', { Timeout: null }, ['note', '3 s']],
  [
    'a VPC',
    'hook-in-vpc',
    { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } },
    ['note', 'runs in a VPC'],
  ],
  ['no version', 'hook-version', { Environment: null }, ['note', 'does not name the new version']],
])('a hook fails well and tests the new version: %s', (_, rule, changes, expected) => {
  checkRule(rule, withHook(changes, { template: { Parameters: { Seconds: { Type: 'Number' } } } }), expected);
});

test('a preference in Globals reaches the hook', () => {
  const template = {
    Globals: {
      Function: {
        AutoPublishAlias: 'live',
        DeploymentPreference: { Type: 'AllAtOnce', Hooks: { PreTraffic: ref('Hook') } },
      },
    },
  };
  checkRule('hook-shifted', withHook({ DeploymentPreference: null }, { template }), ['warning', 'with itself as hook']);
  checkRule('hook-shifted', withHook({}, { template }), undefined);
});

const byStackId = (name: string): Json => ({
  'Fn::Join': ['_', ['CodeDeployHook', name, { 'Fn::Select': [2, { 'Fn::Split': ['/', ref('AWS::StackId')] }] }]],
});

test.each<[string, (name: string) => unknown]>([
  ['the stack’s id', byStackId],
  ['values that are not known', (name) => ({ 'Fn::Select': [name.length, { 'Fn::Split': ['-', ref('Names')] }] })],
])('two hooks stay two, named by %s', (_, nameOf) => {
  const hook = (name: string): Json => ({
    Type: 'AWS::Serverless::Function',
    Properties: { ...HOOK, FunctionName: nameOf(name), EventInvokeConfig: { MaximumRetryAttempts: 1 } },
  });
  const found = findingsOf(
    templateOf({
      preference: { Hooks: { PreTraffic: ref('Pre'), PostTraffic: ref('Post') } },
      resources: { Pre: hook('pre'), Post: hook('post') },
      template: { Parameters: { Names: { Type: 'String' } } },
    }),
  );
  expect(found.filter(({ rule }) => rule === 'hook-retries').map(({ resourceId }) => resourceId)).toEqual([
    'Pre',
    'Post',
  ]);
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
});
