/**
 * What Fn::GetAtt gives of each type of the slice: `given` here, and `others` on AWS alone. A type that is not here has none.
 * Names: the schemas of the CloudFormation registry, as cfn-lint 1.58.0 carries them.
 */
interface Rows {
  readonly given: string;
  readonly others?: string;
}

const TABLE: Readonly<Record<string, Rows>> = {
  'AWS::ApiGateway::RestApi': { given: 'RestApiId RootResourceId' },
  'AWS::ApiGateway::Deployment': { given: 'DeploymentId' },
  'AWS::ApiGatewayV2::Api': { given: 'ApiEndpoint ApiId' },
  'AWS::ApiGatewayV2::Deployment': { given: 'DeploymentId' },
  'AWS::ApiGatewayV2::Stage': { given: '', others: 'Id' },
  'AWS::CloudWatch::Alarm': { given: 'Arn' },
  'AWS::CloudWatch::CompositeAlarm': { given: 'Arn' },
  'AWS::IAM::Role': { given: 'Arn RoleId' },
  'AWS::IAM::Policy': { given: '', others: 'Id' },
  'AWS::IAM::ManagedPolicy': {
    given: 'PolicyArn',
    others:
      'AttachmentCount CreateDate DefaultVersionId IsAttachable PermissionsBoundaryUsageCount PolicyId UpdateDate',
  },
  'AWS::Lambda::Function': {
    given: 'Arn',
    others: 'SnapStartResponse SnapStartResponse.ApplyOn SnapStartResponse.OptimizationStatus',
  },
  'AWS::Lambda::Version': { given: 'FunctionArn Version' },
  'AWS::Lambda::Alias': { given: 'AliasArn' },
  'AWS::Lambda::Permission': { given: '', others: 'Id' },
  'AWS::Logs::LogGroup': { given: 'Arn' },
  'AWS::S3::Bucket': {
    given: 'Arn DomainName DualStackDomainName RegionalDomainName WebsiteURL',
    others:
      'MetadataConfiguration.Destination MetadataConfiguration.InventoryTableConfiguration.TableArn MetadataConfiguration.InventoryTableConfiguration.TableName MetadataConfiguration.JournalTableConfiguration.TableArn MetadataConfiguration.JournalTableConfiguration.TableName MetadataTableConfiguration.S3TablesDestination.TableArn MetadataTableConfiguration.S3TablesDestination.TableNamespace',
  },
  'AWS::SNS::Topic': {
    given: 'TopicArn TopicName',
    others:
      'ContentBasedDeduplication DeliveryStatusLogging DisplayName FifoThroughputScope FifoTopic KmsMasterKeyId SignatureVersion Subscription Tags TracingConfig',
  },
  'AWS::SNS::Subscription': { given: 'Arn' },
  'AWS::Events::Rule': { given: 'Arn' },
  'AWS::ApiGateway::Account': { given: '', others: 'Id' },
  'AWS::ApiGateway::ApiKey': { given: '', others: 'APIKeyId' },
  'AWS::ApiGateway::DomainName': {
    given: '',
    others: 'DistributionDomainName DistributionHostedZoneId DomainNameArn RegionalDomainName RegionalHostedZoneId',
  },
  'AWS::ApiGateway::GatewayResponse': { given: '', others: 'Id' },
  'AWS::ApiGateway::UsagePlan': { given: '', others: 'Id' },
  'AWS::ApiGateway::UsagePlanKey': { given: '', others: 'Id' },
  'AWS::ApplicationAutoScaling::ScalableTarget': { given: '', others: 'Id' },
  'AWS::ApplicationAutoScaling::ScalingPolicy': { given: '', others: 'Arn' },
  'AWS::Backup::BackupPlan': { given: '', others: 'BackupPlanArn BackupPlanId VersionId' },
  'AWS::CloudFront::Distribution': { given: 'DomainName Id' },
  'AWS::Cognito::UserPool': { given: 'Arn ProviderName UserPoolId', others: 'ProviderURL' },
  'AWS::Cognito::UserPoolClient': { given: 'ClientId', others: 'ClientSecret Name' },
  'AWS::DynamoDB::Table': { given: 'Arn StreamArn' },
  'AWS::EC2::SecurityGroup': {
    given: 'GroupId VpcId',
    others: 'GroupDescription GroupName Id SecurityGroupEgress SecurityGroupIngress Tags',
  },
  'AWS::EC2::SecurityGroupEgress': { given: '', others: 'Id' },
  'AWS::EC2::SecurityGroupIngress': { given: '', others: 'Id' },
  'AWS::Events::EventBus': {
    given: 'Arn',
    others:
      'DeadLetterConfig.Arn Description EventSourceName KmsKeyIdentifier LogConfig.IncludeDetail LogConfig.Level Name Tags',
  },
  'AWS::IAM::InstanceProfile': { given: '', others: 'Arn' },
  'AWS::KMS::Key': { given: 'Arn KeyId' },
  'AWS::Kinesis::Stream': { given: 'Arn', others: 'WarmThroughputObject' },
  'AWS::KinesisFirehose::DeliveryStream': { given: 'Arn' },
  'AWS::Lambda::EventSourceMapping': { given: 'Id', others: 'EventSourceMappingArn' },
  'AWS::Lambda::LayerVersion': { given: 'LayerVersionArn' },
  'AWS::Lambda::LayerVersionPermission': { given: '', others: 'Id' },
  'AWS::Lambda::Url': { given: 'FunctionArn FunctionUrl' },
  'AWS::Logs::QueryDefinition': { given: '', others: 'QueryDefinitionId' },
  'AWS::Route53::RecordSet': { given: '', others: 'Id' },
  'AWS::SNS::TopicPolicy': { given: '', others: 'Id' },
  'AWS::SQS::Queue': {
    given: 'Arn QueueName QueueUrl',
    others:
      'ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod ReceiveMessageWaitTimeSeconds RedrivePolicy.deadLetterTargetArn RedrivePolicy.maxReceiveCount SqsManagedSseEnabled Tags VisibilityTimeout',
  },
  'AWS::SQS::QueuePolicy': { given: '', others: 'Id' },
  'AWS::SSM::Parameter': { given: 'Type', others: 'AllowedPattern DataType Description Name Policies Tier Value' },
  'AWS::Scheduler::Schedule': { given: 'Arn' },
  'AWS::SecretsManager::Secret': { given: 'Id' },
  'AWS::StepFunctions::StateMachine': { given: 'Arn Name', others: 'StateMachineRevisionId' },
  'AWS::WAFv2::WebACL': { given: 'Arn Id', others: 'Capacity LabelNamespace' },
};

export interface Attributes {
  readonly given: readonly string[];
  readonly others: readonly string[];
}

const words = (text = ''): readonly string[] => text.split(' ').filter((word) => word !== '');

export function attributesOf(type: string): Attributes {
  const rows = Object.hasOwn(TABLE, type) ? TABLE[type] : undefined;
  return { given: words(rows?.given), others: words(rows?.others) };
}
