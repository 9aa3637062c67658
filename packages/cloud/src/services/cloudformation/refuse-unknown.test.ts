import { expect, test } from '@jest/globals';
import { UserError } from '../../user-error.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import { attributesOf } from './resources/attributes.ts';
import { PROPERTIES, RESOURCE_TYPES } from './resources/index.ts';
import { nestedProperties } from './resources/nested-properties.ts';
import { TYPE_NAMES } from './resources/type-names.ts';
import { StackCloud } from './stack-cloud.fixture.ts';
import { compileTemplate } from './template/index.ts';
import { unknownAttributes } from './unknown-attributes.ts';

/** What is refused of a template, each with its line. */
function refusals(text: string): readonly string[] {
  const compiled = compileTemplate({
    text,
    fileName: 'template.yaml',
    parameters: {},
    stackName: 'app',
    region: 'us-east-1',
    accountId: '123456789012',
    partition: 'aws',
    resolveCode: (path) => ({ S3Bucket: 'artifacts', S3Key: path }),
  });
  try {
    refuseUnknown(compiled, 'app.yaml', unknownAttributes(compiled, 'app.yaml'));
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems.map((it) => `${it.file}:${it.line}: ${it.message}`);
    throw error;
  }
}

const resource = (type: string, properties: string): string =>
  `Resources:\n  It:\n    Type: ${type}\n    Properties:\n      ${properties}\n`;

test.each<[string, string, string, readonly string[]]>([
  [
    'a misspelled threshold',
    'AWS::CloudWatch::Alarm',
    'Treshold: 5',
    [
      'app.yaml:5: The property Treshold of "It" is none of AWS::CloudWatch::Alarm that is known here: CloudFormation refuses one that is misspelled. See docs/slice.md#properties.',
    ],
  ],
  [
    'a class of log group without metric filters',
    'AWS::Logs::LogGroup',
    'LogGroupClass: INFREQUENT_ACCESS',
    [
      'app.yaml:5: The property LogGroupClass of "It" (AWS::Logs::LogGroup) is outside the slice that can be rehearsed. See docs/slice.md#properties.',
    ],
  ],
  ['the class that every group has', 'AWS::Logs::LogGroup', 'LogGroupClass: STANDARD', []],
  [
    'a timeout that is no number',
    'AWS::Lambda::Function',
    'Timeout: soon',
    [
      'app.yaml:5: Properties validation failed for resource It with message: #/Timeout: expected type: Number, found: String (soon)',
    ],
  ],
  ['a timeout that is the text of one', 'AWS::Lambda::Function', "Timeout: '30'", []],
  [
    'what is kept without effect',
    'AWS::Lambda::Alias',
    'ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 }',
    [],
  ],
  ['whatever is recorded', 'AWS::SQS::Queue', 'Anything: 1', []],
  [
    'a type that is not there',
    'AWS::EC2::Instance',
    'A: 1',
    [
      'app.yaml:2: The resource "It" has the type AWS::EC2::Instance, which is neither emulated nor recorded. See docs/slice.md#resource-types.',
    ],
  ],
])('%s', (_what, type, property, problems) => {
  expect(refusals(resource(type, property))).toEqual(problems);
});

test('names inside a property are held against those that may stand there, each with its line', () => {
  const text = `Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Dimensions:
        - { Name: a, Value: b }
        - { Nmae: a, Value: b }
      Metrics:
        - Id: a
          MetricStat:
            Stat: Sum
            Metric: { Namespace: a, MetricNam: b, Dimensions: !If [Never, [{ Wrong: a }], !Ref AWS::NoValue] }
            Periode: 60
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Code: { ZipFile: a }
      Environment: { Variables: { Anything: goes } }
      LoggingConfig: { LogFormat: JSON, LogGruop: !Ref Topic }
      DeadLetterConfig: { TargetArn: !Ref Topic }
      VpcConfig: { Whatever: is kept }
  Topic: { Type: AWS::SNS::Topic, Properties: { Subscription: [{ Protocol: email, Endpoint: a@b.c, Raw: true }] } }
Conditions: { Never: !Equals [a, b] }
`;
  expect(refusals(text).map((it) => it.split(' is none of')[0])).toEqual([
    'app.yaml:7: The property Dimensions.1.Nmae of "Alarm"',
    'app.yaml:12: The property Metrics.0.MetricStat.Metric.MetricNam of "Alarm"',
    'app.yaml:13: The property Metrics.0.MetricStat.Periode of "Alarm"',
    'app.yaml:19: The property LoggingConfig.LogGruop of "Fn"',
    'app.yaml:22: The property Subscription.0.Raw of "Topic"',
  ]);
});

test('the properties that have names inside are acted on', () => {
  for (const [type, { acts }] of PROPERTIES)
    for (const path of nestedProperties(type)?.keys() ?? []) expect(acts).toContain(path.split('.')[0]);
});

test('what a serverless function hands on is refused at its own line', () => {
  const text = `Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:
      { Handler: a.b, Runtime: nodejs24.x, CodeUri: a,\n        TenancyConfig: { TenantIsolationMode: PER_TENANT } }\n`;
  expect(refusals(text)).toEqual([expect.stringMatching(/^app\.yaml:7: The property TenancyConfig of "Fn"/)]);
});

test('the types that may be written are those that can be made', () => {
  expect([...TYPE_NAMES].toSorted()).toEqual([...RESOURCE_TYPES.keys()].toSorted());
});

test('every emulated type says what becomes of its properties, and of each one thing', () => {
  const emulated = [...RESOURCE_TYPES.values()].filter(({ kind }) => kind === 'emulated').map(({ type }) => type);
  expect([...PROPERTIES.keys()].toSorted()).toEqual(emulated.toSorted());
  for (const { acts, kept, refused } of PROPERTIES.values()) {
    const all = [...acts, ...kept, ...refused];
    expect(new Set(all).size).toBe(all.length);
  }
});

test('what makes a new resource of an emulated type is one of its properties', () => {
  for (const [type, { acts, kept, refused }] of PROPERTIES)
    expect([...acts, ...kept, ...refused]).toEqual(
      expect.arrayContaining([...(RESOURCE_TYPES.get(type)?.replacedBy ?? [])]),
    );
});

test('attributes that are not there are refused before anything is made, all at once and each with its line', () => {
  const text = `Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: { Handler: a.b, Runtime: nodejs24.x, CodeUri: a, AutoPublishAlias: live }
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub '\${Fn.Version.Version}-\${Topic.TopicName}'
      AlarmActions:
        - !GetAtt Topic.Arn
      Dimensions:
        - { Name: FunctionName, Value: !GetAtt Fn.Name }
  Topic:
    Type: AWS::SNS::Topic
  Gone:
    Type: AWS::SQS::Queue
    Condition: Never
    Properties: { QueueName: !GetAtt Topic.Nothing }
Conditions: { Never: !Equals [a, b] }
Outputs:
  Snap: { Value: !GetAtt Fn.SnapStartResponse }
  Id:
    Value: !Sub 'x-\${Errors.Id}'
`;
  expect(refusals(text)).toEqual([
    expect.stringMatching(
      /^app\.yaml:11: "Topic" \(AWS::SNS::Topic\) has no attribute Arn; Fn::GetAtt gives of it .*Arn/,
    ),
    expect.stringMatching(
      /^app\.yaml:13: "Fn" \(AWS::Lambda::Function\) has no attribute Name; Fn::GetAtt gives of it .*Arn/,
    ),
    'app.yaml:22: The attribute SnapStartResponse of "Fn" (AWS::Lambda::Function) is outside the slice that can be rehearsed. See docs/slice.md#attributes.',
    expect.stringMatching(
      /^app\.yaml:24: "Errors" \(AWS::CloudWatch::Alarm\) has no attribute Id; Fn::GetAtt gives of it .*Arn/,
    ),
  ]);
});

const recorded = [...RESOURCE_TYPES.values()].filter(({ kind }) => kind === 'recorded').map(({ type }) => type);

test('of what is recorded, Fn::GetAtt gives what is said', () => {
  const cloud = new StackCloud();
  const resources = recorded.map((type, index) => {
    const properties = type === 'AWS::Events::Rule' ? '{ EventPattern: { source: [a] } }' : '{}';
    return `  R${index}: { Type: ${type}, Properties: ${properties} }`;
  });
  expect(cloud.deploy(`Resources:\n${resources.join('\n')}\n`)).toBe('CREATE_COMPLETE');
  for (const { type, attributes } of cloud.stack.resources.values())
    expect([type, Object.keys(attributes).toSorted()]).toEqual([type, attributesOf(type).given]);
});

test('of what is emulated, too', () => {
  const cloud = new StackCloud();
  cloud.deploy(`Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs24.x
      CodeUri: a
      AutoPublishAlias: live
      DeploymentPreference: { Type: AllAtOnce }
      EventInvokeConfig: { MaximumRetryAttempts: 0 }
      Events:
        Rest: { Type: Api, Properties: { Path: /a, Method: get } }
        Http: { Type: HttpApi, Properties: { Path: /a, Method: get } }
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: { Namespace: a, MetricName: b, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: GreaterThanThreshold }
  Both: { Type: AWS::CloudWatch::CompositeAlarm, Properties: { AlarmName: both, AlarmRule: !Sub 'ALARM("\${Alarm}")' } }
  Config: { Type: AWS::CodeDeploy::DeploymentConfig, Properties: { ComputePlatform: Lambda, TrafficRoutingConfig: { Type: AllAtOnce } } }
  Policy: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: [!Ref FnRole], PolicyDocument: { Statement: [] } } }
  Managed: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [] } } }
  Group: { Type: AWS::Logs::LogGroup }
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties: { LogGroupName: !Ref Group, FilterPattern: '', MetricTransformations: [{ MetricNamespace: a, MetricName: b, MetricValue: '1' }] }
  Bucket: { Type: AWS::S3::Bucket }
  BucketPolicy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Bucket, PolicyDocument: { Statement: [] } } }
  Topic: { Type: AWS::SNS::Topic }
  Subscription: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref Topic, Protocol: email, Endpoint: a@b.c } }
  HttpDeployment: { Type: AWS::ApiGatewayV2::Deployment, Properties: { ApiId: !Ref ServerlessHttpApi } }
`);
  const made = [...cloud.stack.resources.values()];
  expect(new Set(made.map(({ type }) => type))).toEqual(new Set(PROPERTIES.keys()));
  for (const { type, attributes } of made)
    expect([type, Object.keys(attributes).toSorted()]).toEqual([type, attributesOf(type).given]);
});
