/**
 * Types that a stack may hold and that nothing in the cloud acts on: they are kept with their names and
 * attributes, and shown as recorded. Attribute names: the Return values sections of the CFNG resource pages (D).
 */
import { arn, type World } from '../../../world-state.ts';
import { string } from './coerce.ts';
import { done, generatedName, type ResourceStep, type ResourceType } from './resource-type.ts';

interface Recorded {
  /** The property that names the resource, where there is one. */
  readonly name?: string;
  /** Several may have the same name. */
  readonly isShared?: true;
  /** What Ref gives, when it is not the name. */
  readonly ref?: (world: World, name: string) => string;
  readonly attributes?: (world: World, name: string) => Readonly<Record<string, string>>;
}

const named = (name: string, service: string, resource: (name: string) => string): Recorded => ({
  name,
  attributes: (world, id) => ({ Arn: arn(world, service, resource(id)) }),
});
const nameless: Recorded = {};

const RECORDED: Readonly<Record<string, Recorded>> = {
  'AWS::ApiGateway::Account': nameless,
  'AWS::ApiGateway::ApiKey': { ...nameless },
  'AWS::ApiGateway::DomainName': { name: 'DomainName' },
  'AWS::ApiGateway::BasePathMapping': nameless,
  'AWS::ApiGateway::GatewayResponse': nameless,
  'AWS::ApiGateway::UsagePlan': nameless,
  'AWS::ApiGateway::UsagePlanKey': nameless,
  'AWS::ApplicationAutoScaling::ScalableTarget': nameless,
  'AWS::ApplicationAutoScaling::ScalingPolicy': nameless,
  'AWS::Backup::BackupPlan': nameless,
  'AWS::CloudFront::Distribution': {
    attributes: (_world, id) => ({ DomainName: `${id.toLowerCase()}.cloudfront.net`, Id: id }),
  },
  'AWS::CloudWatch::Dashboard': { name: 'DashboardName' },
  'AWS::Cognito::UserPool': {
    attributes: (world, id) => ({
      Arn: arn(world, 'cognito-idp', `userpool/${id}`),
      ProviderName: `cognito-idp.${world.region}.amazonaws.com/${id}`,
      UserPoolId: id,
    }),
  },
  'AWS::Cognito::UserPoolClient': { attributes: (_world, id) => ({ ClientId: id }) },
  'AWS::DynamoDB::Table': {
    name: 'TableName',
    attributes: (world, id) => ({
      Arn: arn(world, 'dynamodb', `table/${id}`),
      StreamArn: arn(world, 'dynamodb', `table/${id}/stream/1970-01-01T00:00:00.000`),
    }),
  },
  'AWS::EC2::SecurityGroup': { attributes: (_world, id) => ({ GroupId: id, VpcId: 'vpc-00000000' }) },
  'AWS::EC2::SecurityGroupEgress': nameless,
  'AWS::EC2::SecurityGroupIngress': nameless,
  'AWS::Events::EventBus': named('Name', 'events', (id) => `event-bus/${id}`),
  'AWS::IAM::InstanceProfile': nameless,
  'AWS::KMS::Alias': { name: 'AliasName' },
  'AWS::KMS::Key': { attributes: (world, id) => ({ Arn: arn(world, 'kms', `key/${id}`), KeyId: id }) },
  'AWS::Kinesis::Stream': named('Name', 'kinesis', (id) => `stream/${id}`),
  'AWS::KinesisFirehose::DeliveryStream': named('DeliveryStreamName', 'firehose', (id) => `deliverystream/${id}`),
  'AWS::Lambda::EventSourceMapping': { attributes: (_world, id) => ({ Id: id }) },
  'AWS::Lambda::LayerVersion': {
    ref: (world, id) => `${arn(world, 'lambda', `layer:${id}`)}:1`,
    attributes: (world, id) => ({ LayerVersionArn: `${arn(world, 'lambda', `layer:${id}`)}:1` }),
  },
  'AWS::Lambda::LayerVersionPermission': nameless,
  'AWS::Lambda::Url': {
    attributes: (world, id) => ({
      FunctionUrl: `https://${id.toLowerCase()}.lambda-url.${world.region}.on.aws/`,
      FunctionArn: '',
    }),
  },
  'AWS::Logs::ResourcePolicy': { name: 'PolicyName' },
  'AWS::Logs::SubscriptionFilter': nameless,
  'AWS::Logs::QueryDefinition': nameless,
  'AWS::Route53::RecordSet': { name: 'Name', isShared: true },
  'AWS::SNS::TopicPolicy': nameless,
  'AWS::SQS::Queue': {
    name: 'QueueName',
    ref: (world, id) => `https://sqs.${world.region}.amazonaws.com/${world.accountId}/${id}`,
    attributes: (world, id) => ({
      Arn: arn(world, 'sqs', id),
      QueueName: id,
      QueueUrl: `https://sqs.${world.region}.amazonaws.com/${world.accountId}/${id}`,
    }),
  },
  'AWS::SQS::QueuePolicy': nameless,
  'AWS::SSM::Parameter': { name: 'Name', attributes: () => ({ Type: 'String' }) },
  'AWS::Scheduler::Schedule': named('Name', 'scheduler', (id) => `schedule/default/${id}`),
  'AWS::SecretsManager::Secret': {
    ref: (world, id) => arn(world, 'secretsmanager', `secret:${id}`),
    attributes: (world, id) => ({ Id: arn(world, 'secretsmanager', `secret:${id}`) }),
  },
  'AWS::StepFunctions::StateMachine': {
    ref: (world, id) => arn(world, 'states', `stateMachine:${id}`),
    attributes: (world, id) => ({ Arn: arn(world, 'states', `stateMachine:${id}`), Name: id }),
  },
  'AWS::WAFv2::WebACL': {
    attributes: (world, id) => ({ Arn: arn(world, 'wafv2', `regional/webacl/${id}/1`), Id: id }),
  },
  'AWS::WAFv2::WebACLAssociation': nameless,
};

function recordedType(type: string, { name, isShared, ref, attributes }: Recorded): ResourceType {
  return {
    type,
    kind: 'recorded',
    replacedBy: name === undefined ? [] : [name],
    identity: name === undefined || isShared === true ? [] : [name],
    next(world: World, it: ResourceStep) {
      if (it.action === 'delete') return done(it.previous?.physicalId ?? '');
      const given = name === undefined ? undefined : string(it.properties[name]);
      const id = given ?? (it.action === 'update' ? idOf(it) : generatedName(world, it, 80));
      return done(id, attributes?.(world, id) ?? {}, ref?.(world, id) ?? id);
    },
  };
}

const idOf = (it: ResourceStep): string => it.previous?.physicalId ?? '';

export const recordedTypes: readonly ResourceType[] = Object.entries(RECORDED).map(([type, recorded]) =>
  recordedType(type, recorded),
);
