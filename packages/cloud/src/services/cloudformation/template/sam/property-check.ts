import type { Value, ValueMap } from '../template-value.ts';
import { isIntrinsic, isList, isMap } from '../template-value.ts';
import { InvalidResource } from './sam-context.ts';

/** What a property takes: text, a map, a list, a flag, a whole number, or anything. Intrinsics always pass. */
type Kind = 'text' | 'map' | 'list' | 'flag' | 'int' | 'text-or-map' | 'flag-or-map' | 'policies' | 'any';

const tableOf = (rows: Partial<Record<Kind, string>>): ReadonlyMap<string, Kind> =>
  new Map(
    Object.entries(rows).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as Kind] as const)),
  );

/** The properties of each serverless type that is emulated. Source: ST:model/sam_resources.py `property_types` */
export const PROPERTIES: Readonly<Record<string, ReadonlyMap<string, Kind>>> = {
  'AWS::Serverless::Function': tableOf({
    any:
      'Handler Runtime CodeUri ImageUri PackageType InlineCode Description MemorySize Timeout VpcConfig RolePath ' +
      'KmsKeyArn ReservedConcurrentExecutions EphemeralStorage VersionDescription ProvisionedConcurrencyConfig ' +
      'FileSystemConfigs ImageConfig CodeSigningConfigArn Architectures RuntimeManagementConfig LoggingConfig ' +
      'RecursiveLoop SourceKMSKeyArn PublishToLatestPublished TenancyConfig',
    'text-or-map': 'FunctionName Tracing',
    map:
      'DeadLetterQueue AssumeRolePolicyDocument Environment Events Tags DeploymentPreference EventInvokeConfig ' +
      'SnapStart FunctionUrlConfig CapacityProviderConfig FunctionScalingConfig DurableConfig',
    text: 'Role PermissionsBoundary AutoPublishAlias AutoPublishCodeSha256 VersionDeletionPolicy',
    policies: 'Policies',
    flag: 'PropagateTags AutoPublishAliasAllProperties',
    list: 'Layers',
  }),
  'AWS::Serverless::Api': tableOf({
    'text-or-map': 'Name StageName DefinitionUri EndpointConfiguration Cors Policy',
    map: 'Tags DefinitionBody Variables Auth GatewayResponses AccessLogSetting CanarySetting Models Domain',
    flag: 'PropagateTags MergeDefinitions CacheClusterEnabled TracingEnabled FailOnWarnings DisableExecuteApiEndpoint AlwaysDeploy',
    text: 'CacheClusterSize OpenApiVersion Description Mode ApiKeySourceType SecurityPolicy EndpointAccessMode',
    list: 'MethodSettings BinaryMediaTypes',
    int: 'MinimumCompressionSize',
  }),
  'AWS::Serverless::HttpApi': tableOf({
    any: 'Name',
    'text-or-map': 'StageName DefinitionUri',
    map: 'Tags DefinitionBody StageVariables AccessLogSettings DefaultRouteSettings Auth RouteSettings Domain',
    flag: 'PropagateTags FailOnWarnings DisableExecuteApiEndpoint',
    'flag-or-map': 'CorsConfiguration',
    text: 'Description',
  }),
  'AWS::Serverless::LayerVersion': tableOf({
    'text-or-map': 'LayerName ContentUri',
    text: 'Description LicenseInfo RetentionPolicy',
    flag: 'PublishLambdaVersion',
    list: 'CompatibleArchitectures CompatibleRuntimes',
  }),
  'AWS::Serverless::SimpleTable': tableOf({
    any: 'PointInTimeRecoverySpecification',
    map: 'PrimaryKey ProvisionedThroughput Tags SSESpecification',
    'text-or-map': 'TableName',
  }),
};

/** Refuses a property that the type does not have, or of the wrong kind, in SAM's words. */
export function checkProperties(logicalId: string, type: string, properties: ValueMap): void {
  const known = PROPERTIES[type];
  if (known === undefined) return;
  for (const name of Object.keys(properties))
    if (!known.has(name))
      throw new InvalidResource(logicalId, `property ${name} not defined for resource of type ${type}`, [
        'Properties',
        name,
      ]);
  for (const [name, value] of Object.entries(properties)) {
    const kind = known.get(name) ?? 'any';
    if (isRight(kind, value) || (isIntrinsic(value) && name !== 'AutoPublishAliasAllProperties')) continue;
    throw new InvalidResource(logicalId, complaint(name, kind), ['Properties', name]);
  }
}

function isRight(kind: Kind, value: Value): boolean {
  switch (kind) {
    case 'any':
      return true;
    case 'text':
      return typeof value === 'string';
    case 'map':
      return isMap(value);
    case 'list':
      return isList(value);
    case 'flag':
      return typeof value === 'boolean';
    case 'int':
      return Number.isInteger(value);
    case 'text-or-map':
      return typeof value === 'string' || isMap(value);
    case 'flag-or-map':
      return typeof value === 'boolean' || isMap(value);
    case 'policies':
      return [value].flat().every((it) => typeof it === 'string' || isMap(it as Value));
    default:
      return kind satisfies never;
  }
}

/** Of these SAM does not say which type it wants. */
const UNSAID = new Set(
  'AutoPublishAlias AutoPublishCodeSha256 Environment Events PrimaryKey ProvisionedThroughput'.split(' '),
);

function complaint(name: string, kind: Kind): string {
  if ((kind === 'text' || kind === 'map') && !UNSAID.has(name))
    return `Property '${name}' should be a ${kind === 'text' ? 'string' : 'map'}.`;
  return `Type of property '${name}' is invalid.`;
}
