import { call, done, output, physicalName, type ResourceStep, type ResourceType, type Step } from './resource-type.ts';
import { provision } from './provision.ts';
import { defined, list, number, record, string } from './coerce.ts';
import { arn, type World } from '../../../world-state.ts';
import { writeAppSpec } from '../../codedeploy/index.ts';

const functionArn = (world: World, name: string): string => arn(world, 'lambda', `function:${name}`);

/** What UpdateFunctionConfiguration is told for a property that a template does not set any more: AWS's default. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  MemorySize: 128,
  Timeout: 3,
  Layers: [],
  FileSystemConfigs: [],
  LoggingConfig: { LogFormat: 'Text' },
  DeadLetterConfig: { TargetArn: '' },
  TracingConfig: { Mode: 'PassThrough' },
  VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
  EphemeralStorage: { Size: 512 },
  ImageConfig: {},
  KmsKeyArn: '',
  SnapStart: { ApplyOn: 'None' },
};

const gone = (it: ResourceStep): readonly string[] =>
  it.action === 'update' ? Object.keys(DEFAULTS).filter((name) => isGone(it, name)) : [];

const isGone = (it: ResourceStep, name: string): boolean =>
  it.previous?.properties[name] !== undefined && it.properties[name] === undefined;

/** The part of a function's properties that UpdateFunctionConfiguration takes. */
function configuration(it: ResourceStep) {
  const p = { ...it.properties, ...Object.fromEntries(gone(it).map((name) => [name, DEFAULTS[name]])) };
  const environment = record(p['Environment'])['Variables'];
  return defined({
    Role: string(p['Role']),
    Handler: string(p['Handler']),
    Runtime: string(p['Runtime']),
    Description: string(p['Description']) ?? '',
    MemorySize: number(p['MemorySize']),
    Timeout: number(p['Timeout']),
    Environment: {
      Variables: Object.fromEntries(
        Object.entries(record(environment)).map(([name, value]) => [name, string(value) ?? '']),
      ),
    },
    Layers: p['Layers'] === undefined ? undefined : list(p['Layers']).map(string),
    LoggingConfig: p['LoggingConfig'],
    DeadLetterConfig: p['DeadLetterConfig'],
    TracingConfig: p['TracingConfig'],
    VpcConfig: p['VpcConfig'],
    EphemeralStorage:
      p['EphemeralStorage'] === undefined ? undefined : { Size: number(record(p['EphemeralStorage'])['Size']) },
    FileSystemConfigs: p['FileSystemConfigs'],
    ImageConfig: p['ImageConfig'],
    KMSKeyArn: string(p['KmsKeyArn']),
    SnapStart: p['SnapStart'],
  });
}

function code(it: ResourceStep) {
  const given = record(it.properties['Code']);
  return defined({
    S3Bucket: string(given['S3Bucket']),
    S3Key: string(given['S3Key']),
    S3ObjectVersion: string(given['S3ObjectVersion']),
    ImageUri: string(given['ImageUri']),
    ZipFile: string(given['ZipFile']),
  });
}

function tags(value: unknown): Record<string, string> {
  const entries = list(value).map((tag): [string, string] => [
    string(record(tag)['Key']) ?? '',
    string(record(tag)['Value']) ?? '',
  ]);
  return Object.fromEntries(entries);
}

/** Create; or code first, configuration second; then the tags and the reserved concurrency where they change. */
function nextFunction(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') {
    return it.replies.length === 0
      ? call('lambda', 'DeleteFunction', { FunctionName: it.previous?.physicalId })
      : done(it.previous?.physicalId ?? '');
  }
  const name = physicalName(world, it, 'FunctionName', 64);
  const calls =
    it.action === 'update'
      ? [
          call('lambda', 'UpdateFunctionCode', { FunctionName: name, ...code(it) }),
          call('lambda', 'UpdateFunctionConfiguration', { FunctionName: name, ...configuration(it) }),
          ...retag(functionArn(world, name), it),
        ]
      : [
          call('lambda', 'CreateFunction', {
            FunctionName: name,
            ...configuration(it),
            Code: code(it),
            Tags: tags(it.properties['Tags']),
            ...defined({
              PackageType: string(it.properties['PackageType']),
              Architectures: it.properties['Architectures'],
            }),
          }),
        ];
  return [...calls, ...reserve(name, it)][it.replies.length] ?? done(name, { Arn: functionArn(world, name) });
}

function retag(Resource: string, it: ResourceStep): Step[] {
  const before = tags(it.previous?.properties['Tags']);
  const Tags = tags(it.properties['Tags']);
  const TagKeys = Object.keys(before).filter((key) => Tags[key] === undefined);
  const changed = Object.entries(Tags).some(([key, value]) => before[key] !== value);
  return [
    ...(changed ? [call('lambda', 'TagResource', { Resource, Tags })] : []),
    ...(TagKeys.length > 0 ? [call('lambda', 'UntagResource', { Resource, TagKeys })] : []),
  ];
}

function reserve(FunctionName: string, it: ResourceStep): Step[] {
  const ReservedConcurrentExecutions = number(it.properties['ReservedConcurrentExecutions']);
  if (ReservedConcurrentExecutions !== undefined)
    return [call('lambda', 'PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions })];
  return it.action === 'update' && isGone(it, 'ReservedConcurrentExecutions')
    ? [call('lambda', 'DeleteFunctionConcurrency', { FunctionName })]
    : [];
}

/**
 * PublishVersion answers with the last version when nothing has changed since; CloudFormation then fails the
 * resource. Source: codedeploy reference 4.4.2 (SAM#1375, serverless#8392).
 */
function nextVersion(_world: World, it: ResourceStep): Step {
  const functionName = string(it.properties['FunctionName']) ?? '';
  if (it.action === 'delete') {
    const [, , , , , , name = '', number_ = ''] = (it.previous?.physicalId ?? '').split(':');
    return it.replies.length === 0
      ? call('lambda', 'DeleteFunction', { FunctionName: name, Qualifier: number_ })
      : done(it.previous?.physicalId ?? '');
  }
  // Source: 4.4.1, SAM#823 (I).
  if (it.action === 'update')
    return { type: 'failed', reason: 'Update to resource type AWS::Lambda::Version is not supported.' };
  if (it.replies.length === 0) return call('lambda', 'ListVersionsByFunction', { FunctionName: functionName });
  if (it.replies.length === 1) {
    return call(
      'lambda',
      'PublishVersion',
      defined({
        FunctionName: functionName,
        Description: string(it.properties['Description']),
        CodeSha256: string(it.properties['CodeSha256']),
      }),
    );
  }
  const before = list(output(it.replies, 0)['Versions']).map((version) => record(version)['Version']);
  const published = output(it.replies, 1);
  const version = String(published['Version']);
  if (before.includes(version)) {
    return {
      type: 'failed',
      reason: `A version for this Lambda function exists ( ${version} ). Modify the function to create a new version.`,
    };
  }
  const versionArn = String(published['FunctionArn']);
  const qualified = versionArn.endsWith(`:${version}`) ? versionArn : `${versionArn}:${version}`;
  const more = provision(it, { FunctionName: functionName, Qualifier: version }, { made: 2, hasMoved: false });
  return more ?? done(qualified, { Version: version, FunctionArn: qualified });
}

interface AliasUpdate {
  readonly ApplicationName?: string;
  readonly DeploymentGroupName?: string;
  readonly BeforeAllowTrafficHook?: string;
  readonly AfterAllowTrafficHook?: string;
}

/** An alias whose FunctionVersion changes goes through CodeDeploy where its UpdatePolicy says so (reference 4.1). */
function nextAlias(world: World, it: ResourceStep): Step {
  const functionName = string(it.properties['FunctionName']) ?? '';
  const name = string(it.properties['Name']) ?? '';
  const version = string(it.properties['FunctionVersion']) ?? '';
  const aliasArn = `${functionArn(world, bareName(functionName))}:${name}`;
  const settled = done(aliasArn, { AliasArn: aliasArn });
  if (it.action === 'delete') {
    return it.replies.length === 0
      ? call('lambda', 'DeleteAlias', {
          FunctionName: string(it.previous?.properties['FunctionName']),
          Name: string(it.previous?.properties['Name']),
        })
      : done(it.previous?.physicalId ?? '');
  }
  const from = string(it.previous?.properties['FunctionVersion']) ?? '';
  if (it.deploymentId !== undefined || it.replies.length > 1 || (it.replies.length === 1 && !isDeployed(it, version))) {
    const hasMoved = it.action === 'update' && from !== version;
    return provision(it, { FunctionName: functionName, Qualifier: name }, { made: 1, hasMoved }) ?? settled;
  }
  const input = defined({
    FunctionName: functionName,
    Name: name,
    FunctionVersion: version,
    Description: string(it.properties['Description']) ?? '',
    RoutingConfig: routingConfig(it.properties['RoutingConfig']),
  });
  if (it.action !== 'update') return call('lambda', 'CreateAlias', input);
  const policy = deploymentPolicy(it, version);
  if (policy === undefined)
    return call('lambda', 'UpdateAlias', { RoutingConfig: { AdditionalVersionWeights: {} }, ...input });
  if (it.replies.length === 0)
    return call(
      'codedeploy',
      'CreateDeployment',
      deploymentInput(policy, { functionName: bareName(functionName), alias: name, from, version }),
    );
  return { type: 'awaitDeployment', deploymentId: String(output(it.replies, 0)['deploymentId']) };
}

/** How the alias gets to its version, if CodeDeploy moves it there. */
function deploymentPolicy(it: ResourceStep, version: string): AliasUpdate | undefined {
  const policy = it.updatePolicy['CodeDeployLambdaAliasUpdate'] as AliasUpdate | undefined;
  const from = string(it.previous?.properties['FunctionVersion']) ?? '';
  return it.action === 'update' && it.throughCodeDeploy && from !== version ? policy : undefined;
}

const isDeployed = (it: ResourceStep, version: string): boolean => deploymentPolicy(it, version) !== undefined;

function routingConfig(value: unknown) {
  if (value === undefined) return undefined;
  const weights = list(record(value)['AdditionalVersionWeights']).map((weight): [string, number] => {
    const { FunctionVersion, FunctionWeight } = record(weight);
    return [string(FunctionVersion) ?? '', number(FunctionWeight) ?? 0];
  });
  return { AdditionalVersionWeights: Object.fromEntries(weights) };
}

function deploymentInput(
  policy: AliasUpdate,
  { functionName, alias, from, version }: { functionName: string; alias: string; from: string; version: string },
) {
  const hooks = defined({
    BeforeAllowTraffic: policy.BeforeAllowTrafficHook,
    AfterAllowTraffic: policy.AfterAllowTrafficHook,
  });
  const content = writeAppSpec({
    target: { functionName, alias, currentVersion: from, targetVersion: version },
    hooks,
  });
  return {
    applicationName: policy.ApplicationName,
    deploymentGroupName: policy.DeploymentGroupName,
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
  };
}

/** The name in a name, a partial or a full ARN. */
const bareName = (name: string): string => (name.startsWith('arn:') ? (name.split(':')[6] ?? name) : name);

/** A permission is kept by Lambda and checked by nobody else: the callers of the slice are trusted services. */
function nextPermission(world: World, it: ResourceStep): Step {
  const functionName =
    string((it.action === 'delete' ? it.previous?.properties : it.properties)?.['FunctionName']) ?? '';
  if (it.action === 'delete') {
    return it.replies.length === 0
      ? call('lambda', 'RemovePermission', { FunctionName: functionName, StatementId: it.previous?.physicalId })
      : done(it.previous?.physicalId ?? '');
  }
  if (it.replies.length > 0) return done(statementId(world, it));
  const { Action, Principal, SourceArn, SourceAccount, EventSourceToken, FunctionUrlAuthType } = it.properties;
  return call(
    'lambda',
    'AddPermission',
    defined({
      FunctionName: functionName,
      StatementId: statementId(world, it),
      Action,
      Principal,
      SourceArn,
      SourceAccount,
      EventSourceToken,
      FunctionUrlAuthType,
    }),
  );
}

const statementId = (world: World, it: ResourceStep): string => {
  const again = it.action === 'replace' || it.attempt > 0 ? `:${it.action}:${it.attempt}` : '';
  const tail = world.random.text(
    'physical ids',
    `${it.stackId}:${it.logicalId}${again}`,
    12,
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  );
  return `${it.stackName}-${it.logicalId}-${tail}`;
};

function nextEventInvokeConfig(_world: World, it: ResourceStep): Step {
  const p = it.action === 'delete' ? (it.previous?.properties ?? {}) : it.properties;
  const { FunctionName, Qualifier } = p;
  const id = `${String(FunctionName)}|${String(Qualifier)}`;
  if (it.replies.length > 0) return done(id);
  if (it.action === 'delete') return call('lambda', 'DeleteFunctionEventInvokeConfig', { FunctionName, Qualifier });
  return call(
    'lambda',
    'PutFunctionEventInvokeConfig',
    defined({
      FunctionName,
      Qualifier,
      MaximumRetryAttempts: number(p['MaximumRetryAttempts']),
      MaximumEventAgeInSeconds: number(p['MaximumEventAgeInSeconds']),
      DestinationConfig: p['DestinationConfig'],
    }),
  );
}

const emulated = (
  type: string,
  replacedBy: readonly string[],
  next: ResourceType['next'],
  more: Pick<ResourceType, 'named' | 'made'> = {},
): ResourceType => ({ type, kind: 'emulated', replacedBy, next, ...more });

export const lambdaTypes: readonly ResourceType[] = [
  emulated('AWS::Lambda::Function', ['FunctionName', 'PackageType'], nextFunction, {
    named: 'FunctionName',
    made: (world, it) => physicalName(world, it, 'FunctionName', 64),
  }),
  emulated('AWS::Lambda::Version', ['FunctionName'], nextVersion),
  emulated('AWS::Lambda::Alias', ['FunctionName', 'Name'], nextAlias),
  emulated(
    'AWS::Lambda::Permission',
    ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount', 'EventSourceToken', 'FunctionUrlAuthType'],
    nextPermission,
  ),
  emulated('AWS::Lambda::EventInvokeConfig', ['FunctionName', 'Qualifier'], nextEventInvokeConfig),
];
