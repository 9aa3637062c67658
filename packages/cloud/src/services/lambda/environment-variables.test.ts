/** Section 4.8 of the reference. */
import { expect, test } from '@jest/globals';
import { checkEnvironmentVariables } from './environment-variables.ts';
import { imageOf } from './index.ts';
import { cloudWithList, refusalOf } from './lambda.fixture.ts';

function environmentSeen(more: object): Readonly<Record<string, string>> {
  const cloud = cloudWithList(more);
  cloud.call('Invoke', { FunctionName: 'list', Qualifier: '1' });
  return imageOf(cloud.world, cloud.running.at(-1)?.imageKey ?? '').environment;
}

const ALWAYS = {
  LANG: 'en_US.UTF-8',
  PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
  LD_LIBRARY_PATH: '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
  NODE_PATH: '/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules',
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000',
  TZ: ':UTC',
  _HANDLER: 'index.handler',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'list',
  AWS_LAMBDA_FUNCTION_VERSION: '1',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/list',
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
  LAMBDA_TASK_ROOT: '/var/task',
  LAMBDA_RUNTIME_DIR: '/var/runtime',
};

test('an environment sees exactly these variables; stream and credentials are added where it runs', () => {
  expect(environmentSeen({ LoggingConfig: { LogFormat: 'Text' } })).toEqual(ALWAYS);
});

test.each([
  [
    'JSON logging',
    { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' } },
    { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'WARN' },
  ],
  [
    'an older runtime',
    { Runtime: 'nodejs20.x' },
    { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x', NODE_PATH: ALWAYS.NODE_PATH.replace('24', '20') },
  ],
  [
    'variables of its own',
    { Environment: { Variables: { AB: '1', TZ: 'Asia/Tokyo', PATH: '/x' } } },
    { AB: '1', TZ: 'Asia/Tokyo', PATH: '/x' },
  ],
])('%s', (_name, more, expected) => {
  expect(environmentSeen({ LoggingConfig: { LogFormat: 'Text' }, ...more })).toEqual({ ...ALWAYS, ...expected });
});

const RESERVED =
  '_HANDLER _X_AMZN_TRACE_ID AWS_REGION AWS_DEFAULT_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR';

test.each(RESERVED.split(' '))('%s may not be a variable of the function', (name) => {
  expect(refusalOf(() => checkEnvironmentVariables({ A1: '', [name]: 'x' }))).toMatch(
    new RegExp(`^InvalidParameterValueException 400 .*Reserved keys used in this request: ${name}$`),
  );
});

test('4 KB in all, and not a byte more', () => {
  // {"AB":"…"} has nine bytes beside the value.
  expect(refusalOf(() => checkEnvironmentVariables({ AB: 'x'.repeat(4_096 - 9) }))).toBe('no refusal');
  expect(refusalOf(() => checkEnvironmentVariables({ AB: 'x'.repeat(4_096 - 8) }))).toMatch(/exceeded the 4KB limit/);
});

test.each([['1A'], ['A'], ['A-B']])('%s is no name of a variable', (name) => {
  expect(refusalOf(() => checkEnvironmentVariables({ [name]: '' }))).toMatch(/^ValidationException 400/);
});
