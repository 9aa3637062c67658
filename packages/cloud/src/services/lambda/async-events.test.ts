import { expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../instant.ts';
import { cloudWithList, createInput, type LambdaCloud, refusalOf, START } from './lambda.fixture.ts';

const FAILED = { outcome: 'error', errorType: 'Error', payload: '{"errorType":"Error"}' } as const;
const REPORT = 'arn:aws:lambda:us-east-1:123456789012:function:report';
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:failures';

/** `list` and `report`, where failed events of `list` go to this destination. */
function cloudWithDestination(config: object): LambdaCloud {
  const cloud = cloudWithList();
  cloud.call('CreateFunction', createInput('report'));
  cloud.call('PutFunctionEventInvokeConfig', { FunctionName: 'list', ...config });
  return cloud;
}

const send = (cloud: LambdaCloud, more: object = {}): object =>
  cloud.call('Invoke', { FunctionName: 'list', InvocationType: 'Event', Payload: '{"n":1}', ...more }, 'event');

/** Fails every attempt; the seconds after the start at which each began. */
function attemptsOf(cloud: LambdaCloud): number[] {
  const at: number[] = [];
  for (let i = 0; i < 5 && cloud.world.lambda.asyncEvents.has('event'); i++) {
    if (!cloud.world.lambda.inFlight.has('event')) cloud.advance(10 * MINUTE);
    if (cloud.world.lambda.inFlight.has('event')) {
      at.push(Math.round(((cloud.world.lambda.inFlight.get('event')?.startedAt ?? 0) - START) / SECOND));
      cloud.settle('event', { ...FAILED, endedAt: cloud.now });
    }
  }
  return at;
}

test('an event is accepted at once and runs', () => {
  const cloud = cloudWithList();
  expect(send(cloud)).toEqual({ StatusCode: 202 });
  expect(cloud.running).toMatchObject([
    { requestId: 'event', payload: '{"n":1}', source: { type: 'async', attempt: 1 } },
  ]);
  cloud.settle('event');
  expect(cloud.last('lambda.AsyncEventSettled')).toMatchObject({ condition: 'Success', attempts: 1 });
  expect(cloud.world.lambda.asyncEvents.size).toBe(0);
});

test('an event for a function that does not exist is refused, not queued', () => {
  const cloud = cloudWithList();
  expect(refusalOf(() => send(cloud, { FunctionName: 'none' }))).toMatch(/^ResourceNotFoundException 404/);
});

test('a failed event is tried again after one and after two minutes, under its own id', () => {
  const cloud = cloudWithList();
  send(cloud);
  cloud.settle('event', FAILED);
  cloud.advance(MINUTE - 10);
  expect(cloud.running).toEqual([]);
  cloud.advance(10);
  expect(cloud.running).toMatchObject([{ requestId: 'event', source: { attempt: 2, firstAt: START } }]);
  cloud.settle('event', FAILED);
  cloud.advance(2 * MINUTE);
  expect(cloud.running).toMatchObject([{ source: { attempt: 3 } }]);
  cloud.settle('event', FAILED);
  expect(cloud.last('lambda.AsyncEventSettled')).toMatchObject({ condition: 'RetriesExhausted', attempts: 3 });
});

test.each([
  ['no retry', { MaximumRetryAttempts: 0 }, 1],
  ['one retry', { MaximumRetryAttempts: 1 }, 2],
  ['Lambda default', {}, 3],
])('%s: so many attempts', (_name, config, attempts) => {
  const cloud = cloudWithDestination(config);
  send(cloud);
  expect(attemptsOf(cloud)).toHaveLength(attempts);
});

test('an event that is too old is given up at its next attempt', () => {
  const cloud = cloudWithDestination({
    MaximumEventAgeInSeconds: 60,
    DestinationConfig: { OnFailure: { Destination: QUEUE } },
  });
  send(cloud);
  cloud.settle('event', FAILED);
  cloud.advance(2 * MINUTE);
  expect(cloud.last('lambda.AsyncEventSettled')).toMatchObject({ condition: 'EventAgeExceeded', attempts: 1 });
  const { document } = cloud.last('lambda.DestinationDelivered');
  expect(JSON.parse(document)).toMatchObject({ requestContext: { condition: 'EventAgeExceeded' } });
});

test('the configuration is that of the qualifier that was called', () => {
  const cloud = cloudWithList();
  cloud.call('PutFunctionEventInvokeConfig', { FunctionName: 'list', Qualifier: 'live', MaximumRetryAttempts: 0 });
  send(cloud, { Qualifier: 'live' });
  cloud.settle('event', FAILED);
  expect(cloud.world.lambda.asyncEvents.size).toBe(0);
});

test('a destination function is invoked with the record', () => {
  const cloud = cloudWithDestination({
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: REPORT } },
  });
  send(cloud);
  cloud.settle('event', FAILED);
  const [started] = cloud.running;
  expect(started).toMatchObject({ functionName: 'report', source: { type: 'async', attempt: 1 } });
  expect(JSON.parse(String(started?.payload))).toEqual({
    version: '1.0',
    timestamp: '2026-11-23T10:00:00.003Z',
    requestContext: {
      requestId: 'event',
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:list:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 1,
    },
    requestPayload: { n: 1 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error' },
  });
});

test('OnSuccess gets the record of an event that succeeded', () => {
  const cloud = cloudWithDestination({ DestinationConfig: { OnSuccess: { Destination: QUEUE } } });
  send(cloud);
  cloud.settle('event', { payload: '"done"' });
  const { document, purpose, destination } = cloud.last('lambda.DestinationDelivered');
  expect({ purpose, destination }).toEqual({ purpose: 'OnSuccess', destination: QUEUE });
  expect(JSON.parse(document)).toMatchObject({ requestContext: { condition: 'Success' }, responsePayload: 'done' });
  expect(JSON.parse(document).responseContext).toEqual({ statusCode: 200, executedVersion: '$LATEST' });
});

test('a destination that refuses is counted in DestinationDeliveryFailures', () => {
  const gone = `${REPORT}-gone`;
  const cloud = cloudWithDestination({
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: gone } },
  });
  send(cloud);
  cloud.settle('event', FAILED);
  expect(cloud.last('lambda.DestinationFailed')).toMatchObject({
    destination: gone,
    code: 'ResourceNotFoundException',
  });
  expect(cloud.datapoints.some(({ metricName }) => metricName === 'DestinationDeliveryFailures')).toBe(true);
});

test('a dead-letter target gets the event alone', () => {
  const cloud = cloudWithList({ DeadLetterConfig: { TargetArn: QUEUE } });
  cloud.call('PutFunctionEventInvokeConfig', { FunctionName: 'list', MaximumRetryAttempts: 0 });
  send(cloud);
  cloud.settle('event', FAILED);
  expect(cloud.last('lambda.DestinationDelivered')).toMatchObject({
    purpose: 'DeadLetter',
    document: '{"n":1}',
    destination: QUEUE,
  });
});

test('a throttled event waits one second, then two, then four, without using up its retries', () => {
  const cloud = cloudWithList();
  cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 1 });
  cloud.call('Invoke', { FunctionName: 'list' }, 'long');
  send(cloud);
  const throttled = () => cloud.facts.filter(({ type }) => type === 'lambda.InvocationThrottled').length;
  const waits = [1, 2, 4].map((seconds) => {
    cloud.advance(seconds * SECOND - 1);
    const before = throttled();
    cloud.advance(1);
    return [before, throttled()];
  });
  expect(waits).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
  cloud.settle('long', { endedAt: cloud.now });
  cloud.advance(8 * SECOND);
  expect(cloud.running).toMatchObject([{ requestId: 'event', source: { attempt: 1 } }]);
});

test('a throttled event waits five minutes at most, and is given up after six hours', () => {
  const cloud = cloudWithDestination({ DestinationConfig: { OnFailure: { Destination: QUEUE } } });
  cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 1 });
  cloud.call('Invoke', { FunctionName: 'list' }, 'long');
  send(cloud);
  cloud.advance(7 * 60 * MINUTE);
  const at = cloud.instants.filter((_, i) => cloud.facts[i]?.type === 'lambda.InvocationThrottled');
  expect(Math.max(...at.map((each, i) => each - (at[i - 1] ?? each)))).toBe(5 * MINUTE);
  expect((at.at(-1) ?? 0) - START).toBeLessThanOrEqual(6 * 60 * MINUTE);
  expect(cloud.last('lambda.AsyncEventSettled')).toMatchObject({ condition: 'EventAgeExceeded', attempts: 0 });
});

test('with a reserved concurrency of 0 an event goes straight to its destination', () => {
  const cloud = cloudWithDestination({ DestinationConfig: { OnFailure: { Destination: QUEUE } } });
  cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 0 });
  expect(send(cloud)).toEqual({ StatusCode: 202 });
  expect(JSON.parse(cloud.last('lambda.DestinationDelivered').document)).not.toHaveProperty('responseContext');
});

test('an event of a function deleted meanwhile is given up', () => {
  const cloud = cloudWithList();
  send(cloud);
  cloud.settle('event', FAILED);
  cloud.call('DeleteFunction', { FunctionName: 'list' });
  cloud.advance(MINUTE);
  expect(cloud.world.lambda.asyncEvents.size).toBe(0);
});
