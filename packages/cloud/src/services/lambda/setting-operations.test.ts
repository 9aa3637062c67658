import { expect, test } from '@jest/globals';
import { operations } from './operations.ts';
import { cloudWithList, refusalOf } from './lambda.fixture.ts';

const LIST = 'arn:aws:lambda:us-east-1:123456789012:function:list';

test('an event invoke config is put, shown and deleted, by qualifier', () => {
  const cloud = cloudWithList();
  const named = { FunctionName: 'list', Qualifier: 'live' };
  const get = () => cloud.call('GetFunctionEventInvokeConfig', named);
  expect(refusalOf(get)).toBe(
    `ResourceNotFoundException 404 The function ${LIST}:live doesn't have an EventInvokeConfig`,
  );
  cloud.call('PutFunctionEventInvokeConfig', { ...named, MaximumRetryAttempts: 0 });
  expect(get()).toEqual({
    LastModified: new Date('2026-11-23T10:00:00.000Z'),
    FunctionArn: `${LIST}:live`,
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 21_600,
    DestinationConfig: { OnSuccess: {}, OnFailure: {} },
  });
  cloud.call('DeleteFunctionEventInvokeConfig', named);
  expect(refusalOf(get)).toMatch(/^ResourceNotFoundException/);
});

test.each([
  [{ MaximumRetryAttempts: 3 }, /'3' at 'maximumRetryAttempts'/],
  [{ MaximumEventAgeInSeconds: 59 }, /'59' at 'maximumEventAgeInSeconds'/],
  [
    { DestinationConfig: { OnFailure: { Destination: 'queue' } } },
    /'queue' at 'destinationConfig.onFailure.destination'/,
  ],
  [{ Qualifier: 'blue' }, /^ResourceNotFoundException 404 Function not found: .*:list:blue/],
])('PutFunctionEventInvokeConfig refuses %j', (input, refusal) => {
  const cloud = cloudWithList();
  expect(refusalOf(() => cloud.call('PutFunctionEventInvokeConfig', { FunctionName: 'list', ...input }))).toMatch(
    refusal,
  );
});

test('reserved concurrency is put, shown and deleted', () => {
  const cloud = cloudWithList();
  const get = () => cloud.call('GetFunctionConcurrency', { FunctionName: 'list' });
  expect(cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 900 })).toEqual({
    ReservedConcurrentExecutions: 900,
  });
  expect(get()).toEqual({ ReservedConcurrentExecutions: 900 });
  cloud.call('DeleteFunctionConcurrency', { FunctionName: 'list' });
  expect(get()).toEqual({});
});

test('a hundred concurrent executions cannot be reserved', () => {
  const cloud = cloudWithList();
  const put = () => cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 901 });
  expect(refusalOf(put)).toBe(
    "InvalidParameterValueException 400 Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  );
});

test('permissions are added, shown and removed, by qualifier', () => {
  const cloud = cloudWithList();
  const named = { FunctionName: 'list', Qualifier: 'live', StatementId: 'api' };
  const add = () =>
    cloud.call('AddPermission', {
      ...named,
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: 'arn:aws:execute-api:*',
    });
  const statement = {
    Sid: 'api',
    Effect: 'Allow',
    Principal: { Service: 'apigateway.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: `${LIST}:live`,
    Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:execute-api:*' } },
  };
  expect(JSON.parse(String(add()['Statement']))).toEqual(statement);
  expect(refusalOf(add)).toMatch(/^ResourceConflictException 409 The statement id \(api\) provided already exists/);
  const policy = () => JSON.parse(String(cloud.call('GetPolicy', { FunctionName: 'list:live' })['Policy']));
  expect(policy().Statement).toEqual([statement]);
  expect(refusalOf(() => cloud.call('GetPolicy', { FunctionName: 'list' }))).toBe(
    'ResourceNotFoundException 404 The resource you requested does not exist.',
  );
  cloud.call('RemovePermission', named);
  expect(refusalOf(() => cloud.call('RemovePermission', named))).toBe(
    'ResourceNotFoundException 404 Statement api is not found in resource policy.',
  );
  expect(refusalOf(policy)).toMatch(/^ResourceNotFoundException/);
});

test('every operation names its IAM action; Invoke is lambda:InvokeFunction', () => {
  for (const [name, { action }] of Object.entries(operations))
    expect(action).toBe(name === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${name}`);
});

test('identity policies see the qualified function, whatever form its name has', () => {
  const cloud = cloudWithList();
  const context = { principal: { type: 'root' }, requestId: '', now: cloud.now } as const;
  const resource = (input: object) => operations['Invoke']?.resource(cloud.world, input as never, context);
  expect(resource({ FunctionName: 'list' })).toBe(LIST);
  expect(resource({ FunctionName: 'list', Qualifier: 'live' })).toBe(`${LIST}:live`);
  expect(resource({ FunctionName: `${LIST}:7` })).toBe(`${LIST}:7`);
});
