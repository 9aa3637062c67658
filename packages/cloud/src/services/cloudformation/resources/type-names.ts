import { PROPERTIES } from './properties.ts';

const RECORDED = (
  'AWS::Events::Rule AWS::ApiGateway::Account AWS::ApiGateway::ApiKey AWS::ApiGateway::DomainName ' +
  'AWS::ApiGateway::BasePathMapping AWS::ApiGateway::GatewayResponse AWS::ApiGateway::UsagePlan ' +
  'AWS::ApiGateway::UsagePlanKey AWS::ApplicationAutoScaling::ScalableTarget ' +
  'AWS::ApplicationAutoScaling::ScalingPolicy AWS::Backup::BackupPlan AWS::CloudFront::Distribution ' +
  'AWS::CloudWatch::Dashboard AWS::Cognito::UserPool AWS::Cognito::UserPoolClient AWS::DynamoDB::Table ' +
  'AWS::EC2::SecurityGroup AWS::EC2::SecurityGroupEgress AWS::EC2::SecurityGroupIngress ' +
  'AWS::Events::EventBus AWS::IAM::InstanceProfile AWS::KMS::Alias AWS::KMS::Key AWS::Kinesis::Stream ' +
  'AWS::KinesisFirehose::DeliveryStream AWS::Lambda::EventSourceMapping AWS::Lambda::LayerVersion ' +
  'AWS::Lambda::LayerVersionPermission AWS::Lambda::Url AWS::Logs::ResourcePolicy ' +
  'AWS::Logs::SubscriptionFilter AWS::Logs::QueryDefinition AWS::Route53::RecordSet AWS::SNS::TopicPolicy ' +
  'AWS::SQS::Queue AWS::SQS::QueuePolicy AWS::SSM::Parameter AWS::Scheduler::Schedule ' +
  'AWS::SecretsManager::Secret AWS::StepFunctions::StateMachine AWS::WAFv2::WebACL ' +
  'AWS::WAFv2::WebACLAssociation'
).split(' ');

/** The names of RESOURCE_TYPES, for those who look at templates and make nothing. */
export const TYPE_NAMES: ReadonlySet<string> = new Set([...PROPERTIES.keys(), ...RECORDED]);
