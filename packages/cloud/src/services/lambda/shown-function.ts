import type { AliasConfiguration, FunctionConfiguration as FunctionShown, Runtime } from '@aws-sdk/client-lambda';
import { isoTime } from '../../instant.ts';
import type { AliasRecord, FunctionCode, FunctionRecord, FunctionRevision } from './state.ts';

/** `2026-11-23T10:00:00.000+0000`, as Lambda writes LastModified. */
const lastModified = (revision: FunctionRevision): string => isoTime(revision.lastModifiedAt).replace('Z', '+0000');

/**
 * A revision in the SDK's shape, with the qualifier in its ARN when one is asked for. Functions are Active
 * at once: what AWS prepares in the background takes no virtual time here.
 */
export function shownFunction(fn: FunctionRecord, revision: FunctionRevision, qualifier?: string): FunctionShown {
  const { configuration, code, version } = revision;
  const { logging, deadLetterTargetArn } = configuration;
  return {
    ...configuration.recorded,
    FunctionName: fn.functionName,
    FunctionArn: qualifier === undefined ? fn.functionArn : `${fn.functionArn}:${qualifier}`,
    ...(configuration.runtime === undefined ? {} : { Runtime: configuration.runtime as Runtime }),
    ...(configuration.handler === undefined ? {} : { Handler: configuration.handler }),
    Role: configuration.roleArn,
    CodeSize: code.sizeBytes,
    CodeSha256: code.sha256,
    Description: revision.description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMb,
    LastModified: lastModified(revision),
    Version: version,
    ...(Object.keys(configuration.environment).length === 0
      ? {}
      : { Environment: { Variables: { ...configuration.environment } } }),
    ...(deadLetterTargetArn === undefined ? {} : { DeadLetterConfig: { TargetArn: deadLetterTargetArn } }),
    TracingConfig: { Mode: configuration.tracingMode as 'Active' | 'PassThrough' },
    RevisionId: revision.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: configuration.packageType,
    Architectures: [...configuration.architectures] as ('x86_64' | 'arm64')[],
    EphemeralStorage: { Size: configuration.ephemeralStorageMb },
    LoggingConfig:
      logging.logFormat === 'Text'
        ? { LogFormat: 'Text', LogGroup: logging.logGroup }
        : {
            LogFormat: 'JSON',
            LogGroup: logging.logGroup,
            ApplicationLogLevel: logging.applicationLogLevel as 'INFO',
            SystemLogLevel: logging.systemLogLevel as 'INFO',
          },
  };
}

/** Where GetFunction says the code is. */
export function shownCode(code: FunctionCode): { RepositoryType: string; Location?: string; ImageUri?: string } {
  switch (code.type) {
    case 'artifact':
      return { RepositoryType: 'S3', Location: `s3://${code.bucket ?? 'artifacts'}/${code.key}` };
    case 'inline':
      return { RepositoryType: 'S3' };
    case 'image':
      return { RepositoryType: 'ECR', ImageUri: code.imageUri };
    default:
      return code satisfies never;
  }
}

export function shownAlias(fn: FunctionRecord, alias: AliasRecord): AliasConfiguration {
  const { additional } = alias;
  return {
    AliasArn: `${fn.functionArn}:${alias.name}`,
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    ...(additional === undefined
      ? {}
      : { RoutingConfig: { AdditionalVersionWeights: { [additional.version]: additional.weight } } }),
    RevisionId: alias.revisionId,
  };
}
