import { expect, test } from '@jest/globals';
import type { InvocationEnded } from './state.ts';
import { imageOf, invokeOutput } from './index.ts';
import { cloudWithList, createInput, LambdaCloud, publishCode, refusalOf } from './lambda.fixture.ts';

const LIST = 'arn:aws:lambda:us-east-1:123456789012:function:list';

test.each([
  [{ FunctionName: 'list' }, '$LATEST', LIST],
  [{ FunctionName: 'list', Qualifier: '$LATEST' }, '$LATEST', `${LIST}:$LATEST`],
  [{ FunctionName: 'list', Qualifier: '1' }, '1', `${LIST}:1`],
  [{ FunctionName: 'list', Qualifier: 'live' }, '1', `${LIST}:live`],
  [{ FunctionName: 'list:live' }, '1', `${LIST}:live`],
  [{ FunctionName: 'list:live', Qualifier: 'live' }, '1', `${LIST}:live`],
  [{ FunctionName: '123456789012:function:list:1' }, '1', `${LIST}:1`],
  [{ FunctionName: LIST }, '$LATEST', LIST],
  [{ FunctionName: `${LIST}:live` }, '1', `${LIST}:live`],
])('%j runs version %s', (input, version, invokedFunctionArn) => {
  const cloud = cloudWithList();
  cloud.call('Invoke', input);
  expect(cloud.running).toMatchObject([{ version, invokedFunctionArn, payload: '{}', source: { type: 'api' } }]);
});

test.each([
  [
    { FunctionName: 'none' },
    'ResourceNotFoundException 404 Function not found: arn:aws:lambda:us-east-1:123456789012:function:none',
  ],
  [{ FunctionName: 'list', Qualifier: '9' }, `ResourceNotFoundException 404 Function not found: ${LIST}:9`],
  [
    { FunctionName: 'list:1', Qualifier: 'live' },
    'InvalidParameterValueException 400 The derived qualifier from the function name does not match the specified qualifier.',
  ],
  [
    { FunctionName: 'no name' },
    /^ValidationException 400 1 validation error detected: Value 'no name' at 'functionName'/,
  ],
  [
    { FunctionName: 'list', InvocationType: 'Later' },
    /^ValidationException 400 .*enum value set: \[Event, RequestResponse, DryRun\]/,
  ],
  [
    { FunctionName: 'list', Payload: '{"a"' },
    /^InvalidRequestContentException 400 Could not parse request body into json: /,
  ],
  [
    { FunctionName: 'list', Payload: `"${'x'.repeat(6 * 1024 * 1024)}"` },
    'RequestTooLargeException 413 Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  ],
  [
    { FunctionName: 'list', InvocationType: 'Event', Payload: `"${'x'.repeat(1024 * 1024)}"` },
    'RequestTooLargeException 413 Request must be smaller than 1048576 bytes for the InvokeFunction operation',
  ],
])('%# is refused', (input, refusal) => {
  const text = refusalOf(() => cloudWithList().call('Invoke', input));
  expect(text).toMatch(refusal);
});

test('DryRun runs nothing', () => {
  const cloud = cloudWithList();
  expect(cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live', InvocationType: 'DryRun' })).toMatchObject({
    StatusCode: 204,
  });
  expect(cloud.running).toEqual([]);
});

test.each([['python3.12'], ['java21']])('a function on %s is recorded and cannot be rehearsed', (Runtime) => {
  const cloud = new LambdaCloud();
  cloud.call('CreateFunction', createInput('list', { Runtime }));
  expect(refusalOf(() => cloud.call('Invoke', { FunctionName: 'list' }))).toMatch(
    new RegExp(`^InvalidRuntimeException 502 The function "list" runs on ${Runtime}, which cannot be rehearsed`),
  );
});

/** The answer of an Invoke that ended like this. */
function outputOf(how: Parameters<LambdaCloud['settle']>[1], input: object = {}) {
  const cloud = cloudWithList();
  const id = String(cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live', ...input })['awaitsInvocation']);
  cloud.settle(id, how);
  const ended: InvocationEnded = cloud.last('lambda.InvocationEnded');
  return invokeOutput(cloud.world, ended);
}

test('a function error is answered with status 200 and FunctionError', () => {
  const payload = '{"errorType":"Error","errorMessage":"no","trace":[]}';
  const output = outputOf({ outcome: 'error', errorType: 'Error', payload });
  expect(output).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '1' });
  expect(new TextDecoder().decode(output.Payload)).toBe(payload);
});

test('success has no FunctionError, and no log unless it was asked for', () => {
  const output = outputOf({});
  expect(output).not.toHaveProperty('FunctionError');
  expect(output).not.toHaveProperty('LogResult');
});

test('LogType Tail gives the last 4 KB of the log', () => {
  const lines = Array.from({ length: 100 }, (_, i) => ({
    at: cloudWithList().now,
    message: `${i} ${'x'.repeat(100)}`,
    stream: 'stdout' as const,
  }));
  const log = Buffer.from(String(outputOf({ lines }, { LogType: 'Tail' }).LogResult), 'base64');
  expect(log.length).toBe(4096);
  expect(log.toString()).toMatch(/99 x+\nEND RequestId: \S+\nREPORT RequestId: [^\n]+\n$/);
});

test('an image holds what the runner needs, per version', () => {
  const cloud = cloudWithList({ Environment: { Variables: { STAGE: 'prod' } }, Timeout: 5, MemorySize: 256 });
  publishCode(cloud, 'b');
  const imageKey = (Qualifier: string): string => {
    cloud.call('Invoke', { FunctionName: 'list', Qualifier });
    return cloud.running.at(-1)?.imageKey ?? '';
  };
  const [one, two] = [imageOf(cloud.world, imageKey('1')), imageOf(cloud.world, imageKey('2'))];
  expect(one).toMatchObject({
    version: '1',
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutMs: 5_000,
    memoryMb: 256,
  });
  expect(one.environment).toMatchObject({ STAGE: 'prod', AWS_LAMBDA_FUNCTION_VERSION: '1', _HANDLER: 'index.handler' });
  expect(new TextDecoder().decode(two.files.get('index.mjs'))).toBe('export const b = 2;');
  expect(two.key).not.toBe(one.key);
});

test('inline text of a template is index.js', () => {
  const cloud = new LambdaCloud();
  cloud.call('CreateFunction', createInput('inline', { Code: { ZipFile: 'exports.handler = () => {};' } }));
  cloud.call('Invoke', { FunctionName: 'inline' });
  expect([...imageOf(cloud.world, cloud.running[0]?.imageKey ?? '').files.keys()]).toEqual(['index.js']);
});
