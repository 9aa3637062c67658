import type { Problems } from '../problems.ts';
import type { Value, ValueMap } from '../template-value.ts';
import { isIntrinsic, isList, isMap, mapAt, textOf } from '../template-value.ts';

/** What may stand under Globals, section by section. Source: ST:plugins/globals/globals.py */
const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  Function: (
    'Handler Runtime CodeUri DeadLetterQueue Description MemorySize Timeout VpcConfig Environment Tags PropagateTags ' +
    'Tracing KmsKeyArn AutoPublishAlias AutoPublishAliasAllProperties Layers DeploymentPreference RolePath ' +
    'PermissionsBoundary ReservedConcurrentExecutions ProvisionedConcurrencyConfig AssumeRolePolicyDocument ' +
    'EventInvokeConfig FileSystemConfigs CodeSigningConfigArn Architectures SnapStart EphemeralStorage ' +
    'FunctionUrlConfig RuntimeManagementConfig LoggingConfig RecursiveLoop SourceKMSKeyArn TenancyConfig ' +
    'DurableConfig CapacityProviderConfig FunctionScalingConfig PublishToLatestPublished VersionDeletionPolicy'
  ).split(' '),
  Api: (
    'Auth Name DefinitionUri CacheClusterEnabled CacheClusterSize MergeDefinitions Variables EndpointConfiguration ' +
    'MethodSettings BinaryMediaTypes MinimumCompressionSize Cors GatewayResponses AccessLogSetting CanarySetting ' +
    'TracingEnabled OpenApiVersion Domain AlwaysDeploy PropagateTags SecurityPolicy EndpointAccessMode'
  ).split(' '),
  HttpApi: (
    'Auth AccessLogSettings StageVariables Tags CorsConfiguration DefaultRouteSettings Domain RouteSettings ' +
    'FailOnWarnings PropagateTags'
  ).split(' '),
  SimpleTable: ['SSESpecification'],
  StateMachine: ['PropagateTags'],
  LayerVersion: ['PublishLambdaVersion'],
  CapacityProvider: 'VpcConfig OperatorRole Tags InstanceRequirements ScalingConfig KmsKeyArn PropagateTags'.split(' '),
  WebSocketApi: (
    'AccessLogSettings ApiKeySelectionExpression DefaultRouteSettings DisableExecuteApiEndpoint ' +
    'DisableSchemaValidation Domain FailOnWarnings IpAddressType PropagateTags RouteSelectionExpression ' +
    'RouteSettings StageVariables Tags'
  ).split(' '),
};

/** Reports what Globals may not hold, and returns the rest by section. */
export function readGlobals(template: ValueMap, problems: Problems): ValueMap {
  const written = template['Globals'];
  if (written === undefined) return {};
  const invalid = (path: readonly string[], cause: string): void =>
    problems.add(['Globals', ...path], `'Globals' section is invalid. ${cause}`);
  if (!isMap(written)) {
    invalid([], 'It must be a non-empty dictionary');
    return {};
  }
  for (const [section, properties] of Object.entries(written)) {
    const supported = SUPPORTED[section];
    if (supported === undefined) {
      const names = Object.keys(SUPPORTED)
        .toSorted()
        .map((name) => `'${name}'`);
      invalid([section], `'${section}' is not supported. Must be one of the following values - [${names.join(', ')}]`);
    } else if (isMap(properties)) reportUnsupported(section, properties, supported, invalid);
    else invalid([section], 'Value of ${section} must be a dictionary');
  }
  return written;
}

function reportUnsupported(
  section: string,
  properties: ValueMap,
  supported: readonly string[],
  invalid: (path: readonly string[], cause: string) => void,
): void {
  for (const key of Object.keys(properties)) {
    if (supported.includes(key)) continue;
    const names = supported.map((name) => `'${name}'`).join(', ');
    invalid(
      [section, key],
      `'${key}' is not a supported property of '${section}'. Must be one of the following values - [${names}]`,
    );
  }
}

/** A serverless resource with its section of Globals merged in, minus what its IgnoreGlobals names. */
export function withGlobals(logicalId: string, resource: ValueMap, globals: ValueMap, problems: Problems): ValueMap {
  const type = resource['Type'];
  if (typeof type !== 'string' || !type.startsWith('AWS::Serverless::')) return resource;
  const section = globals[type.slice('AWS::Serverless::'.length)];
  if (!isMap(section)) return resource;
  const wanted = withoutIgnored(logicalId, section, resource['IgnoreGlobals'], problems);
  return { ...resource, Properties: mergeGlobal(wanted, mapAt(resource, 'Properties')) };
}

function withoutIgnored(
  logicalId: string,
  section: ValueMap,
  ignored: Value | undefined,
  problems: Problems,
): ValueMap {
  if (ignored === undefined || ignored === '' || (isList(ignored) && ignored.length === 0)) return section;
  if (ignored === '*') return {};
  const invalid = (on: string): void =>
    problems.add(
      ['Resources', logicalId, 'IgnoreGlobals'],
      `Resource with id [${logicalId}] is invalid. Resource ${logicalId} has invalid resource attribute 'IgnoreGlobals'${on}.`,
    );
  if (!isList(ignored)) {
    invalid('');
    return section;
  }
  for (const key of ignored) if (typeof key !== 'string' || !(key in section)) invalid(` on item '${textOf(key)}'`);
  return Object.fromEntries(Object.entries(section).filter(([key]) => !ignored.includes(key)));
}

/**
 * The local value wins; maps are merged key by key; of lists the global entries come first and nothing is
 * dropped. An intrinsic counts as one scalar. Source: reference §1.5; ST:plugins/globals/globals.py
 */
export function mergeGlobal(global: Value, local: Value): Value {
  if (isList(global) && isList(local)) return [...global, ...local];
  if (!isMap(global) || !isMap(local) || isIntrinsic(global) || isIntrinsic(local)) return local;
  // By entries, since a key may be `__proto__`.
  const out = new Map(Object.entries(global));
  for (const [key, value] of Object.entries(local)) {
    const above = out.get(key);
    out.set(key, above === undefined ? value : mergeGlobal(above, value));
  }
  return Object.fromEntries(out);
}
