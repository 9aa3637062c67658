import type { CreateFunctionRequest, LoggingConfig, UpdateFunctionConfigurationRequest } from '@aws-sdk/client-lambda';
import { checkEnvironmentVariables } from './environment-variables.ts';
import { invalidParameter } from './function-name.ts';
import { checkRuntime } from './runtimes.ts';
import type { FunctionConfiguration, LoggingConfiguration } from './state.ts';
import { checkOneOf, checkPattern, checkRange, required } from './validation.ts';

const MAX_TIMEOUT_SECONDS = 900;
const APPLICATION_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const SYSTEM_LEVELS = ['DEBUG', 'INFO', 'WARN'];

/** Settings that change nothing in a rehearsal: kept as they came, shown again, frozen in versions. */
const RECORDED = [
  'VpcConfig',
  'KMSKeyArn',
  'Layers',
  'FileSystemConfigs',
  'ImageConfig',
  'SnapStart',
  'CodeSigningConfigArn',
  'TenancyConfig',
  'DurableConfig',
  'CapacityProviderConfig',
] as const;

type ConfigurationRequest = CreateFunctionRequest & UpdateFunctionConfigurationRequest;

/** The configuration of a new function; defaults are AWS's (3 s, 128 MB, text format). */
export function newConfiguration(input: CreateFunctionRequest): FunctionConfiguration {
  const packageType = input.PackageType ?? 'Zip';
  checkOneOf(packageType, 'packageType', ['Zip', 'Image']);
  checkMembers(input);
  required(input.Role, 'role');
  if (packageType === 'Zip' && (input.Runtime === undefined || input.Handler === undefined))
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  return merge(
    {
      roleArn: '',
      packageType,
      memoryMb: 128,
      timeoutSeconds: 3,
      environment: {},
      logging: loggingOf(required(input.FunctionName, 'functionName'), undefined),
      architectures: input.Architectures ?? ['x86_64'],
      ephemeralStorageMb: 512,
      tracingMode: 'PassThrough',
      recorded: {},
    },
    required(input.FunctionName, 'functionName'),
    input,
  );
}

/** The configuration after an update: members that are not given stay as they are. */
export function changedConfiguration(
  before: FunctionConfiguration,
  functionName: string,
  input: Omit<UpdateFunctionConfigurationRequest, 'FunctionName'>,
): FunctionConfiguration {
  checkMembers(input);
  return merge(before, functionName, input);
}

function merge(
  before: FunctionConfiguration,
  functionName: string,
  input: Partial<ConfigurationRequest>,
): FunctionConfiguration {
  const { deadLetterTargetArn: target, runtime, handler, ...rest } = before;
  const deadLetterTargetArn = input.DeadLetterConfig === undefined ? target : input.DeadLetterConfig.TargetArn;
  return {
    ...rest,
    ...optional('runtime', input.Runtime ?? runtime),
    ...optional('handler', input.Handler ?? handler),
    ...optional('deadLetterTargetArn', deadLetterTargetArn || undefined),
    roleArn: input.Role ?? before.roleArn,
    memoryMb: input.MemorySize ?? before.memoryMb,
    timeoutSeconds: input.Timeout ?? before.timeoutSeconds,
    environment: input.Environment === undefined ? before.environment : variablesOf(input),
    logging: input.LoggingConfig === undefined ? before.logging : loggingOf(functionName, input.LoggingConfig),
    ephemeralStorageMb: input.EphemeralStorage?.Size ?? before.ephemeralStorageMb,
    tracingMode: input.TracingConfig?.Mode ?? before.tracingMode,
    recorded: withoutEmpty({ ...before.recorded, ...recordedOf(input) }),
  };
}

/** Bounds and patterns of the model. Source: botocore lambda model (D), L-LIM (D). */
function checkMembers(input: Partial<ConfigurationRequest>): void {
  checkRange(input.Timeout, 'timeout', 1, MAX_TIMEOUT_SECONDS);
  checkRange(input.MemorySize, 'memorySize', 128, 10_240);
  checkRange(input.EphemeralStorage?.Size, 'ephemeralStorage.size', 512, 10_240);
  checkPattern(input.Role, 'role', 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+', 2048);
  checkPattern(input.Handler, 'handler', '[^\\s]+', 128);
  checkOneOf(input.TracingConfig?.Mode, 'tracingConfig.mode', ['Active', 'PassThrough']);
  if (input.Runtime !== undefined) checkRuntime(input.Runtime);
  checkEnvironmentVariables(variablesOf(input));
}

const variablesOf = (input: Partial<ConfigurationRequest>): Readonly<Record<string, string>> =>
  input.Environment?.Variables ?? {};

/**
 * Where logs go and what is let through. Levels exist only in JSON format, where both default to INFO; in
 * text format nothing is filtered. Source: reference 4.6.4, 4.6.8, 4.7 (L-LOGLVL, L-LOGFMT (D)).
 */
function loggingOf(functionName: string, input: LoggingConfig | undefined): LoggingConfiguration {
  const logFormat = input?.LogFormat ?? 'Text';
  checkOneOf(logFormat, 'loggingConfig.logFormat', ['JSON', 'Text']);
  checkOneOf(input?.ApplicationLogLevel, 'loggingConfig.applicationLogLevel', APPLICATION_LEVELS);
  checkOneOf(input?.SystemLogLevel, 'loggingConfig.systemLogLevel', SYSTEM_LEVELS);
  if (logFormat === 'Text' && (input?.ApplicationLogLevel !== undefined || input?.SystemLogLevel !== undefined))
    throw invalidParameter('To use ApplicationLogLevel and SystemLogLevel, you must first set the LogFormat to JSON.');
  const own = `/aws/lambda/${functionName}`;
  const logGroup = input?.LogGroup ?? own;
  checkPattern(logGroup, 'loggingConfig.logGroup', '[\\.\\-_/#A-Za-z0-9]+', 512);
  if (logGroup.startsWith('aws/')) throw invalidParameter(`Log group name ${logGroup} must not start with aws/.`);
  const lowest = logFormat === 'JSON' ? 'INFO' : 'TRACE';
  return {
    logFormat,
    logGroup,
    customGroup: logGroup !== own,
    applicationLogLevel: input?.ApplicationLogLevel ?? lowest,
    systemLogLevel: input?.SystemLogLevel ?? (logFormat === 'JSON' ? 'INFO' : 'DEBUG'),
  };
}

function recordedOf(input: Partial<ConfigurationRequest>): Record<string, unknown> {
  const given = input as Readonly<Record<string, unknown>>;
  return Object.fromEntries(RECORDED.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));
}

/** An empty list, text or object takes a setting away: Lambda shows the function as if it had never been there. */
const withoutEmpty = (settings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => !isEmpty(value)));

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isEmpty);
  return value === '' || value === 'None';
}

const optional = <K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
