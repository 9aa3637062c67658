/**
 * The properties inside the properties that the cloud acts on, by their path; items of a list have that of the list. A
 * map whose keys are anybody's own (Variables, a policy document, an OpenAPI body) is not here. Names: the schemas of the
 * CloudFormation registry, as cfn-lint 1.58.0 carries them.
 */
type Rows = Readonly<Record<string, string>>;

const TAGS: Rows = { Tags: 'Key Value' };
const ROUTE_SETTINGS = 'DataTraceEnabled DetailedMetricsEnabled LoggingLevel ThrottlingBurstLimit ThrottlingRateLimit';

const TABLE: Readonly<Record<string, Rows>> = {
  'AWS::ApiGateway::RestApi': { EndpointConfiguration: 'IpAddressType Types VpcEndpointIds' },
  'AWS::ApiGateway::Stage': {
    CanarySetting: 'DeploymentId PercentTraffic StageVariableOverrides UseStageCache',
    MethodSettings:
      'CacheDataEncrypted CacheTtlInSeconds CachingEnabled DataTraceEnabled HttpMethod LoggingLevel MetricsEnabled ResourcePath ' +
      'ThrottlingBurstLimit ThrottlingRateLimit',
  },
  'AWS::ApiGatewayV2::Stage': { DefaultRouteSettings: ROUTE_SETTINGS },
  'AWS::CloudWatch::Alarm': {
    ...TAGS,
    Dimensions: 'Name Value',
    Metrics: 'AccountId Expression Id Label MetricStat Period ReturnData',
    'Metrics.MetricStat': 'Metric Period Stat Unit',
    'Metrics.MetricStat.Metric': 'Dimensions MetricName Namespace',
    'Metrics.MetricStat.Metric.Dimensions': 'Name Value',
  },
  'AWS::CodeDeploy::DeploymentConfig': {
    TrafficRoutingConfig: 'TimeBasedCanary TimeBasedLinear Type',
    'TrafficRoutingConfig.TimeBasedCanary': 'CanaryInterval CanaryPercentage',
    'TrafficRoutingConfig.TimeBasedLinear': 'LinearInterval LinearPercentage',
  },
  'AWS::CodeDeploy::DeploymentGroup': {
    AlarmConfiguration: 'Alarms Enabled IgnorePollAlarmFailure',
    'AlarmConfiguration.Alarms': 'Name',
    AutoRollbackConfiguration: 'Enabled Events',
    TriggerConfigurations: 'TriggerEvents TriggerName TriggerTargetArn',
  },
  'AWS::IAM::Role': { Policies: 'PolicyDocument PolicyName' },
  'AWS::Lambda::Alias': {
    RoutingConfig: 'AdditionalVersionWeights',
    'RoutingConfig.AdditionalVersionWeights': 'FunctionVersion FunctionWeight',
  },
  'AWS::Lambda::EventInvokeConfig': {
    DestinationConfig: 'OnFailure OnSuccess',
    'DestinationConfig.OnFailure': 'Destination',
    'DestinationConfig.OnSuccess': 'Destination',
  },
  'AWS::Lambda::Function': {
    ...TAGS,
    Code: 'ImageUri S3Bucket S3Key S3ObjectStorageMode S3ObjectVersion SourceKMSKeyArn ZipFile',
    DeadLetterConfig: 'TargetArn',
    Environment: 'Variables',
    EphemeralStorage: 'Size',
    LoggingConfig: 'ApplicationLogLevel LogFormat LogGroup SystemLogLevel',
  },
  'AWS::Logs::MetricFilter': {
    MetricTransformations: 'DefaultValue Dimensions MetricName MetricNamespace MetricValue Unit',
    'MetricTransformations.Dimensions': 'Key Value',
  },
  'AWS::S3::Bucket': {
    OwnershipControls: 'Rules',
    'OwnershipControls.Rules': 'ObjectOwnership',
    PublicAccessBlockConfiguration: 'BlockPublicAcls BlockPublicPolicy IgnorePublicAcls RestrictPublicBuckets',
    VersioningConfiguration: 'Status',
  },
  'AWS::SNS::Topic': { ...TAGS, Subscription: 'Endpoint Protocol' },
};

const NESTED: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> = new Map(
  Object.entries(TABLE).map(([type, rows]) => [
    type,
    new Map(Object.entries(rows).map(([path, names]) => [path, new Set(names.split(' '))])),
  ]),
);

/** By path, `Metrics.MetricStat`: what may stand there. */
export const nestedProperties = (type: string): ReadonlyMap<string, ReadonlySet<string>> | undefined =>
  NESTED.get(type);
