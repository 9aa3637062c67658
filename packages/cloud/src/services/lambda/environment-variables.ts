import type { World } from '../../world-state.ts';
import { invalidParameter } from './function-name.ts';
import type { FunctionImage } from './state.ts';
import { checkPattern } from './validation.ts';

/** Names a function's own variables may not have. Source: L-VARS (D), reference 4.8. */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

const MAX_BYTES = 4 * 1024;

/** Refuses reserved names, names that are none and more than 4 KB in all. Source: L-VARS (D). */
export function checkEnvironmentVariables(variables: Readonly<Record<string, string>>): void {
  const names = Object.keys(variables);
  for (const name of names)
    checkPattern(name, 'environment.variables', '[a-zA-Z]([a-zA-Z0-9_])+|_HANDLER|_X_AMZN_TRACE_ID', 4096);
  const reserved = names.filter((name) => RESERVED.has(name));
  if (reserved.length > 0)
    throw invalidParameter(
      'Lambda was unable to configure your environment variables because the environment variables you have ' +
        'provided contains reserved keys that are currently not supported for modification. ' +
        `Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > MAX_BYTES)
    throw invalidParameter(
      'Lambda was unable to configure your environment variables because the environment variables you have ' +
        `provided exceeded the 4KB limit. String measured: ${measured}`,
    );
}

/**
 * The variables an environment sees: Lambda's own and the function's, reserved names last so that nothing
 * overrides them. Credentials, endpoint and log stream are the engine's and the runner's to add.
 * Source: reference 4.8 (L-VARS (D), LS (S)); 4.6.1 for the two log variables.
 */
export function environmentOf(
  world: World,
  { functionName, revision }: FunctionImage,
): Readonly<Record<string, string>> {
  const { configuration, version } = revision;
  const { logging } = configuration;
  return {
    LANG: 'en_US.UTF-8',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    LD_LIBRARY_PATH: '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    NODE_PATH: `/opt/nodejs/node${/\d+/.exec(configuration.runtime ?? '')?.[0] ?? ''}/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules`,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000',
    TZ: ':UTC',
    ...configuration.environment,
    _HANDLER: configuration.handler ?? '',
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime ?? 'Image'}`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logging.logGroup,
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    ...(logging.logFormat === 'JSON'
      ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: logging.applicationLogLevel }
      : {}),
  };
}

/** A function may choose its time zone; a rehearsal has one for all of them. */
export function timeZoneFinding(
  functionName: string,
  { TZ: zone }: Readonly<Record<string, string>>,
): string | undefined {
  if (zone === undefined || /^:?(?:Etc\/)?(?:UTC|UCT|GMT|Universal|Zulu)?$/.test(zone)) return undefined;
  return (
    `The function "${functionName}" sets TZ to ${zone}, and a rehearsal runs all functions in UTC: what it makes of ` +
    'local time (getHours, toString, Intl without a timeZone) is another hour here than on Lambda.'
  );
}
