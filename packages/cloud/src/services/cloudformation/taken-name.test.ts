/** A name that something has already: in another stack, in the same one, or in none. */
import { expect, test } from '@jest/globals';
import { StackCloud } from './stack-cloud.fixture.ts';

const METRIC = { MetricName: 'Errors', Namespace: 'Shop', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 };
const alarm = (Threshold = 1) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: { AlarmName: 'errors', ...METRIC, Threshold, ComparisonOperator: 'GreaterThanThreshold' },
});
const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const TRUST = { Version: '2012-10-17', Statement: [] };
const CANARY = { Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage: 5, CanaryInterval: 1 } };

/** Types whose resources may have names of their own; the name is `shop` in all of them. */
const NAMED: Readonly<Record<string, object>> = {
  'AWS::CloudWatch::Alarm': { ...alarm().Properties, AlarmName: 'shop' },
  'AWS::CloudWatch::CompositeAlarm': { AlarmName: 'shop', AlarmRule: 'TRUE' },
  'AWS::CloudWatch::Dashboard': { DashboardName: 'shop', DashboardBody: '{}' },
  'AWS::CodeDeploy::Application': { ApplicationName: 'shop', ComputePlatform: 'Lambda' },
  'AWS::CodeDeploy::DeploymentConfig': {
    DeploymentConfigName: 'shop',
    ComputePlatform: 'Lambda',
    TrafficRoutingConfig: CANARY,
  },
  'AWS::Events::Rule': { Name: 'shop', EventPattern: { source: ['shop'] } },
  'AWS::IAM::ManagedPolicy': { ManagedPolicyName: 'shop', PolicyDocument: DOCUMENT },
  'AWS::IAM::Role': { RoleName: 'shop', AssumeRolePolicyDocument: TRUST },
  'AWS::Lambda::Function': {
    FunctionName: 'shop',
    Role: 'arn:aws:iam::123456789012:role/x',
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Code: { ZipFile: 'exports.handler = 1' },
  },
  'AWS::Logs::LogGroup': { LogGroupName: 'shop' },
  'AWS::S3::Bucket': { BucketName: 'shop' },
  'AWS::SNS::Topic': { TopicName: 'shop' },
  'AWS::SQS::Queue': { QueueName: 'shop' },
};

const create = (cloud: StackCloud, StackName: string, Resources: object): string => {
  const TemplateBody = JSON.stringify({ Resources });
  cloud.call('cloudformation', 'CreateStack', { StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] });
  const operating = () => cloud.world.cloudformation.stacks.get(StackName)?.operation !== undefined;
  cloud.advance(3_600_000, () => !operating());
  return cloud.world.cloudformation.stacks.get(StackName)?.status ?? 'none';
};
const reasons = ({ world }: StackCloud, stackName: string): readonly string[] =>
  (world.cloudformation.stacks.get(stackName)?.events ?? []).flatMap(({ status, reason }) =>
    status === 'CREATE_FAILED' && reason !== undefined ? [reason] : [],
  );

test.each(Object.entries(NAMED))('%s: a name belongs to one stack', (Type, Properties) => {
  const cloud = new StackCloud();
  expect(create(cloud, 'first', { It: { Type, Properties } })).toBe('CREATE_COMPLETE');
  expect(create(cloud, 'second', { It: { Type, Properties } })).toBe('ROLLBACK_COMPLETE');
  const id = cloud.world.cloudformation.stacks.get('first')?.id ?? '';
  expect(reasons(cloud, 'second')).toEqual([`shop already exists in stack ${id}`]);
});

test.each(Object.entries(NAMED))('%s: a name is given once in a stack', (Type, Properties) => {
  const cloud = new StackCloud();
  expect(create(cloud, 'only', { One: { Type, Properties }, Two: { Type, Properties } })).toBe('ROLLBACK_COMPLETE');
  const id = cloud.world.cloudformation.stacks.get('only')?.id ?? '';
  expect(reasons(cloud, 'only')).toEqual([`shop already exists in stack ${id}`, 'Resource creation cancelled']);
});

test('the alarm of another stack stays as it is, also when the stack that wanted its name is rolled back', () => {
  const cloud = new StackCloud();
  create(cloud, 'first', { Errors: alarm(1) });
  expect(create(cloud, 'second', { Errors: alarm(99) })).toBe('ROLLBACK_COMPLETE');
  expect(cloud.world.cloudwatch.alarms.get('errors')?.configuration).toMatchObject({ threshold: 1 });
});

test('another logical id does not get the name before the old one has gone', () => {
  const cloud = new StackCloud();
  expect(cloud.deploy(JSON.stringify({ Resources: { Old: alarm() } }))).toBe('CREATE_COMPLETE');
  expect(cloud.deploy(JSON.stringify({ Resources: { New: alarm() } }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told).toContain(`New CREATE_FAILED errors already exists in stack ${cloud.stack.id}`);
});

test.each([
  ['an alarm', 'errors', alarm()],
  ['a topic', 'shop', { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'shop' } }],
])('%s that a deleted stack has retained is not taken over', (_what, name, resource) => {
  const cloud = new StackCloud();
  cloud.deploy(JSON.stringify({ Resources: { It: { ...resource, DeletionPolicy: 'Retain' } } }));
  cloud.remove();
  expect(cloud.deploy(JSON.stringify({ Resources: { It: resource } }))).toBe('ROLLBACK_COMPLETE');
  expect(cloud.told).toContain(
    `It CREATE_FAILED Resource handler returned message: "${name} already exists" (RequestToken: …, HandlerErrorCode: AlreadyExists)`,
  );
});

test('rules of one name on two buses, filters of one name on two groups and records of one name are different things', () => {
  const cloud = new StackCloud();
  const rule = (more: object) => ({
    Type: 'AWS::Events::Rule',
    Properties: { Name: 'r', EventPattern: { source: ['x'] }, ...more },
  });
  const filter = (LogGroupName: object) => ({
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      FilterName: 'f',
      LogGroupName,
      FilterPattern: '',
      MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: '1' }],
    },
  });
  const record = { Type: 'AWS::Route53::RecordSet', Properties: { Name: 'shop.example.', Type: 'A' } };
  const resources = {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
    One: rule({}),
    Two: rule({ EventBusName: { Ref: 'Bus' } }),
    GroupA: { Type: 'AWS::Logs::LogGroup' },
    GroupB: { Type: 'AWS::Logs::LogGroup' },
    FilterA: filter({ Ref: 'GroupA' }),
    FilterB: filter({ Ref: 'GroupB' }),
    RecordA: record,
    RecordB: record,
  };
  expect(cloud.deploy(JSON.stringify({ Resources: resources }))).toBe('CREATE_COMPLETE');
});
