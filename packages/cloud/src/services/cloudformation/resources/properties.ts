/**
 * What becomes of each property of the emulated types: the cloud acts on it, keeps it without effect, or refuses it
 * because a rehearsal that passed over it would tell something else than AWS. A name that stands nowhere here is
 * refused too, as CloudFormation refuses a misspelled one. Names: the resource pages of CFNG (D).
 */
interface Rows {
  readonly acts: string;
  readonly kept?: string;
  readonly refused?: string;
}

export interface Properties {
  readonly acts: readonly string[];
  readonly kept: readonly string[];
  readonly refused: readonly string[];
}

const TABLE: Readonly<Record<string, Rows>> = {
  'AWS::ApiGateway::RestApi': {
    acts: 'BinaryMediaTypes Body Description EndpointConfiguration Name',
    kept: 'ApiKeySourceType DisableExecuteApiEndpoint EndpointAccessMode FailOnWarnings MinimumCompressionSize Parameters Policy SecurityPolicy Tags Version',
    refused: 'BodyS3Location CloneFrom Mode',
  },
  'AWS::ApiGateway::Deployment': {
    acts: 'Description RestApiId StageName',
    kept: 'StageDescription',
    refused: 'DeploymentCanarySettings',
  },
  'AWS::ApiGateway::Stage': {
    acts: 'CanarySetting DeploymentId MethodSettings RestApiId StageName Variables',
    kept: 'AccessLogSetting CacheClusterEnabled CacheClusterSize ClientCertificateId Description DocumentationVersion Tags TracingEnabled',
  },
  'AWS::ApiGatewayV2::Api': {
    acts: 'Body',
    kept: 'Description DisableExecuteApiEndpoint FailOnWarnings IpAddressType Name ProtocolType Tags Version',
    refused:
      'ApiKeySelectionExpression BasePath BodyS3Location CorsConfiguration CredentialsArn DisableSchemaValidation RouteKey RouteSelectionExpression Target',
  },
  'AWS::ApiGatewayV2::Deployment': { acts: 'ApiId Description StageName' },
  'AWS::ApiGatewayV2::Stage': {
    acts: 'ApiId AutoDeploy DefaultRouteSettings DeploymentId RouteSettings StageName StageVariables',
    kept: 'AccessLogSettings ClientCertificateId Description Tags',
  },
  'AWS::CloudWatch::Alarm': {
    acts:
      'ActionsEnabled AlarmActions AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm Dimensions ' +
      'EvaluateLowSampleCountPercentile EvaluationPeriods ExtendedStatistic InsufficientDataActions MetricName Metrics ' +
      'Namespace OKActions Period Statistic Tags Threshold ThresholdMetricId TreatMissingData Unit',
    refused: 'ActionConfiguration EvaluationCriteria EvaluationInterval EvaluationWindow WarmUpConfiguration',
  },
  'AWS::CloudWatch::CompositeAlarm': {
    acts:
      'ActionsEnabled ActionsSuppressor ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod AlarmActions ' +
      'AlarmDescription AlarmName AlarmRule InsufficientDataActions OKActions',
    kept: 'Tags',
    refused: 'ActionConfiguration',
  },
  'AWS::CodeDeploy::Application': { acts: 'ApplicationName ComputePlatform', kept: 'Tags' },
  'AWS::CodeDeploy::DeploymentConfig': {
    acts: 'ComputePlatform DeploymentConfigName TrafficRoutingConfig',
    refused: 'MinimumHealthyHosts ZonalConfig',
  },
  'AWS::CodeDeploy::DeploymentGroup': {
    acts: 'AlarmConfiguration ApplicationName AutoRollbackConfiguration DeploymentConfigName DeploymentGroupName ServiceRoleArn TriggerConfigurations',
    kept: 'DeploymentStyle Tags',
    refused:
      'AutoScalingGroups BlueGreenDeploymentConfiguration Deployment ECSServices Ec2TagFilters Ec2TagSet LoadBalancerInfo ' +
      'OnPremisesInstanceTagFilters OnPremisesTagSet OutdatedInstancesStrategy TerminationHookEnabled',
  },
  'AWS::IAM::ManagedPolicy': {
    acts: 'ManagedPolicyName Path PolicyDocument Roles',
    kept: 'Description',
    refused: 'Groups Users',
  },
  'AWS::IAM::Policy': { acts: 'PolicyDocument PolicyName Roles', refused: 'Groups Users' },
  'AWS::IAM::Role': {
    acts: 'AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary Policies RoleName',
    kept: 'Tags',
  },
  'AWS::Lambda::Alias': {
    acts: 'Description FunctionName FunctionVersion Name ProvisionedConcurrencyConfig RoutingConfig',
  },
  'AWS::Lambda::EventInvokeConfig': {
    acts: 'DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier',
  },
  'AWS::Lambda::Function': {
    acts:
      'Code DeadLetterConfig Description Environment EphemeralStorage FunctionName Handler LoggingConfig MemorySize PackageType ' +
      'ReservedConcurrentExecutions Role Runtime Tags Timeout',
    kept:
      'Architectures CodeSigningConfigArn FileSystemConfigs ImageConfig KmsKeyArn Layers RecursiveLoop ' +
      'RuntimeManagementConfig SnapStart TracingConfig VpcConfig',
    refused: 'CapacityProviderConfig DurableConfig FunctionScalingConfig PublishToLatestPublished TenancyConfig',
  },
  'AWS::Lambda::Permission': {
    acts: 'Action EventSourceToken FunctionName FunctionUrlAuthType Principal SourceAccount SourceArn',
    kept: 'InvokedViaFunctionUrl PrincipalOrgID',
  },
  'AWS::Lambda::Version': {
    acts: 'CodeSha256 Description FunctionName ProvisionedConcurrencyConfig',
    kept: 'RuntimePolicy',
    refused: 'FunctionScalingConfig',
  },
  'AWS::Logs::LogGroup': {
    acts: 'KmsKeyId LogGroupName RetentionInDays',
    kept: 'BearerTokenAuthenticationEnabled DataProtectionPolicy DeletionProtectionEnabled FieldIndexPolicies ResourcePolicyDocument Tags',
    refused: 'LogGroupClass',
  },
  'AWS::Logs::MetricFilter': {
    acts: 'FilterName FilterPattern LogGroupName MetricTransformations',
    refused: 'ApplyOnTransformedLogs EmitSystemFieldDimensions FieldSelectionCriteria',
  },
  'AWS::S3::Bucket': {
    acts: 'BucketName OwnershipControls PublicAccessBlockConfiguration VersioningConfiguration',
    kept:
      'AbacStatus AccelerateConfiguration AccessControl AnalyticsConfigurations BucketEncryption CorsConfiguration ' +
      'IntelligentTieringConfigurations InventoryConfigurations LifecycleConfiguration LoggingConfiguration ' +
      'MetadataConfiguration MetadataTableConfiguration MetricsConfigurations NotificationConfiguration ' +
      'ObjectLockConfiguration ObjectLockEnabled ReplicationConfiguration Tags WebsiteConfiguration',
    refused: 'BucketNamePrefix BucketNamespace',
  },
  'AWS::S3::BucketPolicy': { acts: 'Bucket PolicyDocument' },
  'AWS::SNS::Subscription': {
    acts: 'Endpoint FilterPolicy FilterPolicyScope Protocol TopicArn',
    kept: 'DeliveryPolicy RawMessageDelivery RedrivePolicy Region SubscriptionRoleArn',
    refused: 'ReplayPolicy',
  },
  'AWS::SNS::Topic': {
    acts: 'DisplayName Subscription Tags TopicName',
    kept: 'ArchivePolicy DataProtectionPolicy DeliveryStatusLogging KmsMasterKeyId MaximumMessageSize SignatureVersion TracingConfig',
    refused: 'ContentBasedDeduplication FifoThroughputScope FifoTopic',
  },
};

const words = (text = ''): readonly string[] => text.split(' ').filter((word) => word !== '');

export const PROPERTIES: ReadonlyMap<string, Properties> = new Map(
  Object.entries(TABLE).map(([type, { acts, kept, refused }]) => [
    type,
    { acts: words(acts), kept: words(kept), refused: words(refused) },
  ]),
);
