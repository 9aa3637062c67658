import { expect, test } from '@jest/globals';
import { cloudWithList, createInput, LambdaCloud, refusalOf, ROLE } from './lambda.fixture.ts';

const LIST = 'arn:aws:lambda:us-east-1:123456789012:function:list';

test('CreateFunction answers with AWS defaults', () => {
  const cloud = new LambdaCloud();
  expect(cloud.call('CreateFunction', createInput('list'))).toMatchObject({
    FunctionName: 'list',
    FunctionArn: LIST,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: ROLE,
    Timeout: 3,
    MemorySize: 128,
    Version: '$LATEST',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
    TracingConfig: { Mode: 'PassThrough' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/list' },
    CodeSha256: 'sha-of-a',
    LastModified: '2026-11-23T10:00:00.000+0000',
  });
});

test('with Publish the answer is version 1', () => {
  const cloud = new LambdaCloud();
  const created = cloud.call('CreateFunction', createInput('list', { Publish: true }));
  expect(created).toMatchObject({ Version: '1' });
  expect(cloud.call('UpdateFunctionCode', { FunctionName: 'list', S3Key: 'b', Publish: true })).toMatchObject({
    Version: '2',
  });
  expect(cloud.call('UpdateFunctionCode', { FunctionName: 'list', S3Key: 'b', Publish: true })).toMatchObject({
    Version: '2',
  });
});

test('JSON logging defaults to INFO on both sides', () => {
  const cloud = new LambdaCloud();
  const input = createInput('list', { LoggingConfig: { LogFormat: 'JSON', LogGroup: '/shop/list' } });
  expect(cloud.call('CreateFunction', input)['LoggingConfig']).toEqual({
    LogFormat: 'JSON',
    LogGroup: '/shop/list',
    ApplicationLogLevel: 'INFO',
    SystemLogLevel: 'INFO',
  });
});

test.each([
  ['an existing name', {}, 'ResourceConflictException 409 Function already exist: list'],
  [
    'a runtime that never was',
    { Runtime: 'nodejs99.x' },
    /^InvalidParameterValueException 400 Value nodejs99\.x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs24\.x, .*\] or be a valid ARN$/,
  ],
  [
    'no handler',
    { Handler: undefined },
    'InvalidParameterValueException 400 Runtime and Handler are mandatory parameters for functions created with deployment packages.',
  ],
  [
    'a time-out of 901 s',
    { Timeout: 901 },
    "ValidationException 400 1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
  ],
  [
    '64 MB of memory',
    { MemorySize: 64 },
    "ValidationException 400 1 validation error detected: Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
  ],
  [
    'a role that is no ARN',
    { Role: 'admin' },
    /^ValidationException 400 .*at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:/,
  ],
  [
    'a package that is not there',
    { Code: { S3Bucket: 'b', S3Key: 'none' } },
    'InvalidParameterValueException 400 Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
  ],
  [
    'bytes that are no archive',
    { Code: { ZipFile: new Uint8Array([80, 75]) } },
    /^InvalidParameterValueException 400 Could not unzip uploaded file\. Please check your file, then try to upload again\./,
  ],
  [
    'a reserved variable',
    { Environment: { Variables: { AWS_REGION: 'x', OK: 'y' } } },
    /^InvalidParameterValueException 400 .*Reserved keys used in this request: AWS_REGION$/,
  ],
  [
    'more than 4 KB of variables',
    { Environment: { Variables: { BIG: 'x'.repeat(4096) } } },
    /^InvalidParameterValueException 400 .*exceeded the 4KB limit/,
  ],
  [
    'a log group below aws/',
    { LoggingConfig: { LogGroup: 'aws/list' } },
    /^InvalidParameterValueException 400 Log group name aws\/list must not start with aws\/\.$/,
  ],
  [
    'a level in text format',
    { LoggingConfig: { ApplicationLogLevel: 'INFO' } },
    /^InvalidParameterValueException 400 .*set the LogFormat to JSON/,
  ],
])('CreateFunction is refused for %s', (_name, more, refusal) => {
  const cloud = cloudWithList();
  const name = Object.keys(more).length === 0 ? 'list' : 'another';
  const text = refusalOf(() => cloud.call('CreateFunction', createInput(name, more)));
  expect(text).toMatch(refusal);
});

test.each([
  ['nodejs24.x', undefined],
  [
    'nodejs22.x',
    'Node 24 stands in for nodejs22.x of the function "old". AWS deprecates nodejs22.x on 2027-04-30 and creates no functions with it from 2027-06-01.',
  ],
  [
    'nodejs12.x',
    'Node 24 stands in for nodejs12.x of the function "old". AWS creates and updates no functions with nodejs12.x any more; use nodejs24.x.',
  ],
  ['python3.12', undefined],
])('the finding about %s', (Runtime, text) => {
  const cloud = new LambdaCloud();
  cloud.call('CreateFunction', createInput('old', { Runtime }));
  cloud.call('UpdateFunctionConfiguration', { FunctionName: 'old', Timeout: 5 });
  const findings = cloud.facts.filter(({ type }) => type === 'lambda.FindingNoticed');
  expect(findings).toMatchObject(text === undefined ? [] : [{ rule: 'runtime-stands-in', text }]);
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', false],
  [':UTC', false],
  ['Etc/UTC', false],
])('a function with TZ=%s is told of: %s', (TZ, isTold) => {
  const cloud = new LambdaCloud();
  cloud.call('CreateFunction', createInput('local', { Environment: { Variables: { TZ } } }));
  cloud.call('UpdateFunctionConfiguration', { FunctionName: 'local', Timeout: 5 });
  const rules = cloud.facts.flatMap((fact) => (fact.type === 'lambda.FindingNoticed' ? [fact.rule] : []));
  expect(rules).toEqual(isTold ? ['local-time-is-utc'] : []);
});

test('UpdateFunctionConfiguration changes what is given and keeps the rest', () => {
  const cloud = cloudWithList({ Environment: { Variables: { STAGE: 'prod' } }, MemorySize: 256 });
  const updated = cloud.call('UpdateFunctionConfiguration', { FunctionName: 'list', Timeout: 10 });
  expect(updated).toMatchObject({ Timeout: 10, MemorySize: 256, Environment: { Variables: { STAGE: 'prod' } } });
  const cleared = cloud.call('UpdateFunctionConfiguration', { FunctionName: 'list', Environment: { Variables: {} } });
  expect(cleared).not.toHaveProperty('Environment');
});

test('an update that has not seen the last revision is refused', () => {
  const cloud = cloudWithList();
  const input = { FunctionName: 'list', Timeout: 5, RevisionId: 'old' };
  expect(refusalOf(() => cloud.call('UpdateFunctionConfiguration', input))).toMatch(/^PreconditionFailedException 412/);
});

test('a dry run of UpdateFunctionCode changes nothing', () => {
  const cloud = cloudWithList();
  cloud.call('UpdateFunctionCode', { FunctionName: 'list', S3Key: 'b', DryRun: true });
  expect(cloud.call('GetFunctionConfiguration', { FunctionName: 'list' })).toMatchObject({ CodeSha256: 'sha-of-a' });
});

test('GetFunction shows configuration, code, tags and reserved concurrency', () => {
  const cloud = cloudWithList({ Tags: { team: 'unicorns' } });
  cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 7 });
  expect(cloud.call('GetFunction', { FunctionName: 'list', Qualifier: 'live' })).toMatchObject({
    Configuration: { FunctionArn: `${LIST}:live`, Version: '1' },
    Code: { RepositoryType: 'S3', Location: 's3://artifacts/a' },
    Tags: { team: 'unicorns' },
    Concurrency: { ReservedConcurrentExecutions: 7 },
  });
});

test('ListFunctions shows $LATEST of each, and with ALL every version', () => {
  const cloud = cloudWithList();
  const arns = (input: object) =>
    (cloud.call('ListFunctions', input)['Functions'] as { FunctionArn: string }[]).map((it) => it.FunctionArn);
  expect(arns({})).toEqual([LIST]);
  expect(arns({ FunctionVersion: 'ALL' })).toEqual([`${LIST}:$LATEST`, `${LIST}:1`]);
});

test.each([
  ['1', 'ResourceConflictException 409 Unable to delete version because the following aliases reference it: [live]'],
  ['$LATEST', 'InvalidParameterValueException 400 $LATEST version cannot be deleted without deleting the function.'],
])('version %s cannot be deleted', (Qualifier, refusal) => {
  const cloud = cloudWithList();
  expect(refusalOf(() => cloud.call('DeleteFunction', { FunctionName: 'list', Qualifier }))).toBe(refusal);
});

test('a deleted function is not found, and can be created anew with version 1', () => {
  const cloud = cloudWithList();
  cloud.call('DeleteFunction', { FunctionName: 'list' });
  expect(refusalOf(() => cloud.call('GetFunction', { FunctionName: 'list' }))).toBe(
    `ResourceNotFoundException 404 Function not found: ${LIST}`,
  );
  cloud.call('CreateFunction', createInput('list'));
  expect(cloud.call('PublishVersion', { FunctionName: 'list' })).toMatchObject({ Version: '1' });
});

test('an invocation in flight survives the deletion of its function', () => {
  const cloud = cloudWithList();
  cloud.call('Invoke', { FunctionName: 'list' }, 'flying');
  cloud.call('DeleteFunction', { FunctionName: 'list' });
  cloud.settle('flying');
  expect(cloud.last('lambda.InvocationEnded')).toMatchObject({ requestId: 'flying', outcome: 'success' });
});

test('tags are put, shown and taken away', () => {
  const cloud = cloudWithList();
  cloud.call('TagResource', { Resource: LIST, Tags: { a: '1', b: '2' } });
  cloud.call('UntagResource', { Resource: LIST, TagKeys: ['a'] });
  expect(cloud.call('ListTags', { Resource: LIST })).toEqual({ Tags: { b: '2' } });
});

test('functions are listed page by page, 50 at most', () => {
  const cloud = new LambdaCloud();
  for (let i = 0; i < 60; i += 1) cloud.call('CreateFunction', createInput(`f${String(i).padStart(2, '0')}`));
  const first = cloud.call('ListFunctions', { MaxItems: 10_000 }) as { Functions: object[]; NextMarker: string };
  expect(first.Functions).toHaveLength(50);
  const rest = cloud.call('ListFunctions', { Marker: first.NextMarker }) as { Functions: { FunctionName: string }[] };
  expect(rest.Functions.map((it) => it.FunctionName)[0]).toBe('f50');
  expect(rest).not.toHaveProperty('NextMarker');
  expect(refusalOf(() => cloud.call('ListFunctions', { Marker: 'x' }))).toBe(
    'InvalidParameterValueException 400 Invalid Marker',
  );
});
