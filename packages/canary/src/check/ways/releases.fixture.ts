/** Ways in which a hook, a preference, a group or the template itself is wrong. */
import { alarm, type Changes, type Json, ref, sub } from '../judged.fixture.ts';
import { byHand, byOthers, ROLLS_BACK } from '../rules/by-hand.fixture.ts';
import { REPORT, withHook } from '../rules/hooked.fixture.ts';
import { type Case, way, type Ways } from './way.fixture.ts';

const topicWith = (attribute: string) => ({
  resources: { Topic: { Type: 'AWS::SNS::Topic' } },
  template: { Outputs: { A: { Value: { 'Fn::GetAtt': ['Topic', attribute] } } } },
});
const named = (Role: unknown, more: Changes = {}): Changes =>
  withHook({ FunctionName: 'pre' }, { preference: { Role }, ...more });
const role = (statement: Json): Json => ({
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] } }] },
  },
});
const ROLE = { 'Fn::GetAtt': ['Role', 'Arn'] };
const may = (statement: Json): Changes => withHook({ Policies: [{ Statement: [{ Effect: 'Allow', ...statement }] }] });
const reports = (Resource: unknown): Changes => may({ ...REPORT.Statement[0], Resource });
const withCode = (text: string, isWhole = true): Case => ({
  of: withHook({}),
  code: { hook: { texts: { 'index.js': text }, isWhole } },
});
const globally = (preference: Json): Json => ({
  Globals: { Function: { AutoPublishAlias: 'live', DeploymentPreference: preference } },
});
const hooks = (Hooks: Json): Changes => ({ preference: { Hooks } });
const template = {
  Parameters: { Stage: { Type: 'String', Default: 'test' }, Shift: { Type: 'String', Default: 'true' } },
  Conditions: { IsProd: { 'Fn::Equals': [ref('Stage'), 'prod'] } },
};
const list = (properties: Json): Changes => ({ template, list: properties });
const variables = (value: unknown): Json => ({ Environment: { Variables: { STAGE: value } } });
const preference = (changes: Json): Changes => ({ template, preference: changes });
const config = (TrafficRoutingConfig: Json): Changes => ({
  preference: { Type: ref('Own') },
  resources: {
    Own: { Type: 'AWS::CodeDeploy::DeploymentConfig', Properties: { ComputePlatform: 'Lambda', TrafficRoutingConfig } },
  },
});
const linear = (LinearPercentage: number, LinearInterval: number): Changes =>
  config({ Type: 'TimeBasedLinear', TimeBasedLinear: { LinearPercentage, LinearInterval } });
const PROVISIONED = { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 } };
const shifted = (count: number): Changes => ({
  resources: Object.fromEntries(
    Array.from({ length: count - 1 }, (_, i) => [
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
    ]),
  ),
});
const topics = (count: number): Changes => ({
  resources: Object.fromEntries(Array.from({ length: count }, (_, i) => [`Topic${i}`, { Type: 'AWS::SNS::Topic' }])),
});
const pattern = (AllowedPattern: string): Changes => ({
  template: { Parameters: { Stage: { Type: 'String', Default: 'test', AllowedPattern } } },
});
const alarms = (configuration: Json): string => byHand({ AlarmConfiguration: configuration });
const told = (environment: unknown): Changes => withHook({ Environment: { Variables: { TARGET: environment } } });
const transformed = (extra: unknown): Changes => ({
  template: { Transform: ['AWS::Serverless-2016-10-31', extra] },
});

export const releaseWays: Ways = {
  'alarm-elsewhere': [
    way('a name in text', { preference: { Alarms: ['api-errors'] } }, 'The alarm "api-errors" that guards', {
      preference: { Alarms: ['api-errors'] },
      alarm: { AlarmName: 'api-errors' },
    }),
    way('another stack’s', { preference: { Alarms: [{ 'Fn::ImportValue': 'a' }] } }, 'An alarm that guards List', {}),
    way('several', { preference: { Alarms: ['one', 'two'] } }, '2 alarms that guard List', {
      preference: { Alarms: [ref('Alarm')] },
    }),
    way(
      'the whole group',
      byHand({}).replaceAll('{"Ref":"Group"}', '{"Fn::ImportValue":"group"}'),
      'is not in this template',
      byHand({ AlarmConfiguration: { Enabled: true, Alarms: [] } }),
    ),
  ],
  'hook-not-invocable': [
    way('another name', withHook({ FunctionName: 'pre' }), 'may not invoke "pre"', withHook({})),
    way(
      'the prefix in another case',
      withHook({ FunctionName: 'codedeployhook_pre' }),
      'may not invoke',
      withHook({ FunctionName: 'CodeDeployHook_' }),
    ),
    way(
      'a made-up name',
      withHook({ FunctionName: null }),
      'whose name CloudFormation makes up',
      named('arn:aws:iam::123456789012:role/r'),
    ),
    way(
      'a role that allows another',
      named(ROLE, {
        resources: role({ Action: 'lambda:InvokeFunction', Resource: 'arn:aws:lambda:*:*:function:post' }),
      }),
      'may not invoke',
      named(ROLE, { resources: role({ Action: 'lambda:Invoke*', Resource: 'arn:aws:lambda:*:*:function:pr*' }) }),
    ),
  ],
  'hook-may-not-report': [
    way(
      'no policy',
      withHook({ Policies: null }),
      'does not allow codedeploy:PutLifecycle',
      withHook({ Policies: null, Role: 'arn:aws:iam::123456789012:role/r' }),
    ),
    way(
      'another action',
      may({ Action: 'codedeploy:Get*', Resource: '*' }),
      'does not allow',
      may({ Action: 'codedeploy:Put*', Resource: '*' }),
    ),
    way(
      'another application',
      reports('arn:aws:codedeploy:*:*:deploymentgroup:other/*'),
      'does not allow',
      reports('arn:aws:codedeploy:*:*:deploymentgroup:*'),
    ),
    way(
      'what it starts may report',
      may({ Action: 'states:StartExecution', Resource: '*' }),
      'unless what it reaches by states:StartExecution',
      withHook({}),
      'warning',
    ),
    way(
      'what it becomes may report',
      may({ Action: 'sts:AssumeRole', Resource: '*' }),
      'by sts:AssumeRole',
      withHook({}),
      'warning',
    ),
  ],
  'hook-never-reports': [
    way(
      'no call',
      withCode('exports.handler = async () => ({ status: "Succeeded" })'),
      'No file of Hook names',
      withCode('new PutLifecycleEventHookExecutionStatusCommand({})'),
    ),
    way(
      'no call, but other code',
      withCode('require("our-hooks")', false),
      'No file of Hook names',
      withHook({}),
      'warning',
    ),
  ],
  'hook-retries': [
    way('two, by default', withHook({ EventInvokeConfig: null }), 'is retried twice', withHook({})),
    way(
      'one',
      withHook({ EventInvokeConfig: { MaximumRetryAttempts: 1 } }),
      'is retried 1 times',
      withHook({ EventInvokeConfig: { MaximumRetryAttempts: 0 } }),
    ),
  ],
  'hook-failure-destination': [
    way('none', withHook({ EventInvokeConfig: { MaximumRetryAttempts: 0 } }), 'has no destination', withHook({})),
    way(
      'one for success alone',
      withHook({
        EventInvokeConfig: {
          DestinationConfig: { OnSuccess: { Type: 'SQS', Destination: 'arn:aws:sqs:eu-west-1:123456789012:q' } },
        },
      }),
      'has no destination',
      withHook({
        EventInvokeConfig: null,
        DeadLetterQueue: { Type: 'SQS', TargetArn: 'arn:aws:sqs:eu-west-1:123456789012:q' },
      }),
    ),
  ],
  'hook-shifted': [
    way(
      'by Globals, with itself as hook',
      withHook(
        { DeploymentPreference: null },
        { template: globally({ Type: 'AllAtOnce', Hooks: { PreTraffic: ref('Hook') } }) },
      ),
      'with itself as hook',
      withHook({}, { template: globally({ Type: 'AllAtOnce', Hooks: { PreTraffic: ref('Hook') } }) }),
    ),
    way(
      'by a preference of its own',
      withHook({ AutoPublishAlias: 'live', DeploymentPreference: { Type: 'AllAtOnce' } }),
      'has a deployment of its own.',
      withHook({ AutoPublishAlias: 'live' }),
    ),
  ],
  'hook-timeout': [
    way('fifteen minutes', withHook({ Timeout: 900 }), 'times out after 900 s', withHook({ Timeout: 899 })),
    way('three seconds', withHook({ Timeout: null }), 'times out after 3 s', withHook({ Timeout: 4 }), 'note'),
  ],
  'hook-in-vpc': [
    way(
      'without an endpoint',
      withHook({ VpcConfig: { SubnetIds: ['a'], SecurityGroupIds: ['b'] } }),
      'runs in a VPC',
      withHook(
        { VpcConfig: { SubnetIds: ['a'], SecurityGroupIds: ['b'] } },
        {
          resources: {
            Endpoint: {
              Type: 'AWS::EC2::VPCEndpoint',
              Properties: { VpcId: 'v', ServiceName: sub('com.amazonaws.${AWS::Region}.codedeploy') },
            },
          },
        },
      ),
    ),
  ],
  'hook-version': [
    way('no variable', withHook({ Environment: null }), 'does not name the new version', withHook({})),
    way(
      'another function’s',
      told(ref('List')),
      'does not name the new version',
      told({ 'Fn::GetAtt': ['List', 'Version.Version'] }),
    ),
  ],
  'hook-key': [
    way(
      'CodeDeploy’s own name',
      hooks({ BeforeAllowTraffic: 'h' }),
      '"BeforeAllowTraffic"',
      hooks({ PreTraffic: 'h' }),
    ),
    way('another case', hooks({ preTraffic: 'h' }), '"preTraffic"', hooks({ PostTraffic: 'h' })),
    way('in Globals', { template: globally({ Hooks: { AfterAllowTraffic: 'h' } }) }, '"AfterAllowTraffic"', {
      template: globally({ Hooks: { PostTraffic: 'h' } }),
    }),
  ],
  'enabled-if': [
    way(
      '!If',
      preference({ Enabled: { 'Fn::If': ['IsProd', true, false] } }),
      'Enabled is !If',
      preference({ Enabled: ref('Shift') }),
    ),
    way(
      'another function',
      preference({ Enabled: sub('${Shift}') }),
      'Enabled is Fn::Sub',
      preference({ Enabled: false }),
    ),
  ],
  'unknown-configuration': [
    way(
      'one of ECS',
      preference({ Type: 'CodeDeployDefault.ECSAllAtOnce' }),
      'no other name may begin so',
      preference({ Type: 'CodeDeployDefault.LambdaAllAtOnce' }),
    ),
    way(
      'almost a predefined one',
      preference({ Type: 'Canary10Percent5Minute' }),
      'none of the nine',
      preference({ Type: 'Canary10Percent5Minutes' }),
      'warning',
    ),
    way(
      'one that another stack may have',
      preference({ Type: 'slow-and-careful' }),
      'does not declare',
      linear(20, 5),
      'note',
    ),
    way('steps of all', linear(100, 5), '1 to 99 %', linear(99, 5)),
    way('more than two days', linear(1, 60), '2,880 minutes', linear(50, 60)),
    way(
      'half a minute',
      config({ Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: 0.5 } }),
      'whole minutes',
      config({ Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: 1 } }),
    ),
  ],
  'shifts-nothing': [
    way(
      'with alarms',
      preference({ Type: 'AllAtOnce' }),
      'before its alarms can see',
      preference({ Type: 'Linear10PercentEvery1Minute' }),
    ),
    way(
      'without',
      preference({ Type: 'AllAtOnce', Alarms: null }),
      'goes live all at once',
      preference({ Alarms: null }),
      'note',
    ),
  ],
  'environment-by-parameter': [
    way(
      'a variable',
      list(variables(ref('Stage'))),
      'Environment of List holds the value of Stage',
      list(variables(ref('AWS::StackName'))),
    ),
    way(
      'a text',
      list(variables(sub('x-${Stage}'))),
      'the value of Stage',
      list({ ...variables(sub('x-${Stage}')), AutoPublishCodeSha256: 'a'.repeat(64) }),
    ),
    way('MemorySize', list({ MemorySize: ref('Stage') }), 'MemorySize of List', list({ MemorySize: 512 })),
    way(
      'in Globals',
      { template: { ...template, Globals: { Function: variables(ref('Stage')) } } },
      'the value of Stage',
      {
        template: { ...template, Globals: { Function: { ...variables(ref('Stage')) } } },
        preference: { Enabled: false },
      },
    ),
  ],
  'provisioned-concurrency': [
    way(
      'a preference that is switched off',
      { list: PROVISIONED, preference: { Enabled: false } },
      'no deployment preference',
      { list: PROVISIONED, preference: { Type: 'AllAtOnce' } },
    ),
  ],
  'version-description': [
    way(
      'a parameter',
      list({ VersionDescription: ref('Stage') }),
      'holds a parameter',
      list({ VersionDescription: 'first' }),
    ),
  ],
  'many-deployments': [way('twenty-one', shifted(21), '21 aliases', shifted(20))],
  'deployment-outlasts-cli': [
    way(
      'an hour and a half',
      preference({ Type: 'Linear10PercentEvery10Minutes' }),
      '90 minutes',
      preference({ Type: 'Canary10Percent30Minutes' }),
    ),
  ],
  'no-auto-rollback': [
    way('nothing said', byHand({ AutoRollbackConfiguration: undefined }), 'never rolls back', byHand()),
    way(
      'not on an alarm',
      byHand({ AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE'] } }),
      'does not roll back on DEPLOYMENT_STOP_ON_ALARM',
      byHand({ AutoRollbackConfiguration: { Enabled: 'true', Events: ROLLS_BACK.Events } }),
    ),
  ],
  'alarms-not-enabled': [
    way(
      'switched off',
      alarms({ Enabled: false, Alarms: [{ Name: 'a' }] }),
      'says that none counts',
      alarms({ Enabled: false, Alarms: [] }),
    ),
    way(
      'not switched on',
      alarms({ Alarms: [{ Name: 'a' }] }),
      'does not say that they count',
      alarms({ Enabled: true, Alarms: [{ Name: 'a' }] }),
    ),
  ],
  'alarms-may-go-unread': [
    way(
      'allowed',
      alarms({ Enabled: true, Alarms: [{ Name: 'a' }], IgnorePollAlarmFailure: true }),
      'cannot be read',
      alarms({ Enabled: true, Alarms: [{ Name: 'a' }], IgnorePollAlarmFailure: false }),
    ),
  ],
  'group-not-used': [
    way('moved by an AppSpec of others', byOthers(), 'No alias of this template is moved by Group', byHand()),
    way(
      'by its configuration',
      byOthers().replace(
        '"ApplicationName":{"Ref":"App"},"DeploymentConfigName"',
        '"ApplicationName":"shop","DeploymentConfigName"',
      ),
      'moved by Group',
      byOthers()
        .replace('"ComputePlatform":"Lambda"', '"ComputePlatform":"Server"')
        .replace('CodeDeployDefault.LambdaCanary10Percent5Minutes', 'CodeDeployDefault.OneAtATime'),
    ),
  ],
  'version-made-once': [
    way('an id that stays', byHand({}, 'Version'), 'the same logical id', byHand({}, 'Version0a1b2c3d')),
  ],
  'circular-dependency': [
    way(
      'a hook that names the alias',
      told(ref('List.Alias')),
      'The hook Hook refers to the alias',
      told(sub('${List}:live')),
    ),
    way('an alarm that names the alias', { alarm: { AlarmDescription: ref('List.Alias') } }, 'Circular dependency', {
      alarm: { AlarmDescription: ref('List.Version') },
    }),
  ],
  'template-refused': [
    way('alarms that are no list', { preference: { Alarms: ref('Alarm') } }, 'Alarms must be a list', {}),
    way('a preference without an alias', { list: { AutoPublishAlias: null } }, 'requires AutoPublishAlias', {
      list: { AutoPublishAlias: null, DeploymentPreference: null },
    }),
    way('a reference to nothing', { resources: { Second: alarm({ Threshold: ref('Nothing') }) } }, 'Nothing', {
      resources: { Second: alarm({ Threshold: ref('Stage') }) },
      template,
    }),
    way('alarms beside the preference', { list: { Alarms: [] } }, 'property Alarms not defined', {
      preference: { Alarms: [] },
    }),
    way(
      'a property that SAM does not know here',
      { list: { Newer: 1 } },
      'property Newer not defined',
      { list: { Description: 'x' } },
      'warning',
    ),
    way('501 resources', topics(493), 'Number of resources, 501, is greater', topics(492)),
    way('no template', '- a', 'unsupported structure', byHand()),
  ],
  'not-judged': [
    way('a macro', transformed('MyMacro'), 'MyMacro', transformed('AWS::LanguageExtensions')),
    way('an include', transformed({ Name: 'AWS::Include', Parameters: { Location: 's3://b/k' } }), 'AWS::Include', {}),
    way('a module', { resources: { Store: { Type: 'My::S3::Store::MODULE' } } }, 'the module Store', {
      resources: { Store: { Type: 'AWS::S3::Bucket' } },
    }),
  ],
  'resource-refused': [
    way('a property with a letter less', { alarm: { Threshold: null, Treshold: 0 } }, 'Threshold is its name', {
      alarm: { Threshold: 0 },
    }),
    way('a property in another case', { alarm: { alarmDescription: 'x' } }, 'AlarmDescription is its name', {
      alarm: { AlarmDescription: 'x' },
    }),
    way(
      'a property that may be newer',
      { alarm: { Novelty: 1 } },
      'as far as is known here',
      { resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { Novelty: 1 } } } },
      'warning',
    ),
    way(
      'a type in another case',
      { resources: { Second: { ...alarm({}), Type: 'AWS::Cloudwatch::Alarm' } } },
      'AWS calls it AWS::CloudWatch::Alarm',
      { resources: { Vpc: { Type: 'AWS::EC2::VPC' } } },
    ),
    way(
      'a name inside a property',
      { alarm: { Dimensions: [{ name: 'FunctionName', Value: 'x' }] } },
      'has no Dimensions.0.name; Name is its name',
      { alarm: { Dimensions: [{ Name: 'FunctionName', Value: 'x' }] } },
    ),
    way(
      'one inside that may be newer',
      { alarm: { Dimensions: [{ Name: 'FunctionName', Value: 'x', Novelty: 1 }] } },
      'has no Dimensions.0.Novelty, as far as is known',
      { list: { Environment: { Variables: { Novelty: '1' } } } },
      'warning',
    ),
    way('a text that is no number', { alarm: { EvaluationPeriods: 'two' } }, 'which is no number', {
      alarm: { EvaluationPeriods: ref('Periods') },
      template: { Parameters: { Periods: { Type: 'Number' } } },
    }),
  ],
  'attribute-refused': [
    way(
      'an attribute in another case',
      topicWith('topicArn'),
      'has no attribute topicArn; Fn::GetAtt gives',
      topicWith('TopicArn'),
    ),
    way(
      'an attribute that may be newer',
      topicWith('Novelty'),
      'has no attribute Novelty',
      topicWith('SignatureVersion'),
      'warning',
    ),
  ],
  'not-rehearsed': [
    way('a type', { resources: { Vpc: { Type: 'AWS::EC2::VPC' } } }, 'Vpc of the type AWS::EC2::VPC', {
      resources: { Queue: { Type: 'AWS::SQS::Queue' } },
    }),
    way(
      'a type of several',
      { resources: { One: { Type: 'AWS::EC2::VPC' }, Two: { Type: 'AWS::EC2::VPC' } } },
      'One and 1 other of the type',
      { resources: { Store: { Type: 'My::EC2::VPC::MODULE' } } },
    ),
    way(
      'a property',
      { resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { FifoTopic: true } } } },
      'FifoTopic of Topic',
      { resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { FifoTopic: false } } } },
    ),
    way(
      'a pattern that only Java reads',
      pattern('[a-z]{2,9}+'),
      'a rehearsal reads patterns as JavaScript',
      pattern('[a-z]{2,9}'),
    ),
    way('a section', { template: { Rules: { Some: { Assertions: [] } } } }, 'The section Rules', {
      template: { Metadata: {} },
    }),
  ],
};
