import { expect, test } from '@jest/globals';
import { MINUTE } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { apply } from './apply.ts';
import { initialLambda } from './index.ts';
import { cloudWithList, createInput, type LambdaCloud, publishCode } from './lambda.fixture.ts';
import type { LambdaFact } from './state.ts';

/** A bit of everything: a canary, a failing event with a destination, permissions, tags, a throttle. */
function story(): LambdaCloud {
  const cloud = cloudWithList({ Tags: { team: 'unicorns' } });
  cloud.call('CreateFunction', createInput('report'));
  const OnFailure = { Destination: 'arn:aws:lambda:us-east-1:123456789012:function:report' };
  cloud.call('PutFunctionEventInvokeConfig', { FunctionName: 'list', DestinationConfig: { OnFailure } });
  cloud.call('AddPermission', { FunctionName: 'list', StatementId: 'api', Action: 'lambda:*', Principal: '*' });
  publishCode(cloud, 'b');
  const RoutingConfig = { AdditionalVersionWeights: { 2: 0.5 } };
  cloud.call('UpdateAlias', { FunctionName: 'list', Name: 'live', RoutingConfig });
  for (const id of ['one', 'two', 'three']) cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live' }, id);
  cloud.settle('one');
  cloud.call('PutFunctionConcurrency', { FunctionName: 'report', ReservedConcurrentExecutions: 1 });
  cloud.call('Invoke', { FunctionName: 'report' }, 'five');
  cloud.call('Invoke', { FunctionName: 'report' }, 'six');
  cloud.call('Invoke', { FunctionName: 'list', InvocationType: 'Event' }, 'event');
  cloud.settle('event', { outcome: 'error', errorType: 'Error' });
  cloud.advance(MINUTE);
  cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 5 });
  cloud.call('DeleteFunction', { FunctionName: 'report' });
  cloud.call('Invoke', { FunctionName: 'list' }, 'four');
  return cloud;
}

test('folding the facts in order rebuilds the state', () => {
  const cloud = story();
  const rebuilt = { lambda: initialLambda() };
  cloud.facts.forEach((fact, i) => {
    if (fact.type.startsWith('lambda.'))
      apply(rebuilt as unknown as World, fact as LambdaFact, cloud.instants[i] ?? cloud.now);
  });
  expect(rebuilt.lambda).toEqual(cloud.world.lambda);
});

test('nothing is left behind when everything is settled', () => {
  const cloud = cloudWithList();
  for (let i = 0; i < 20; i++) {
    cloud.call('Invoke', { FunctionName: 'list' }, `request-${i}`);
    cloud.settle(`request-${i}`);
    cloud.call('UpdateFunctionCode', { FunctionName: 'list', S3Key: i % 2 === 0 ? 'b' : 'a' });
  }
  cloud.advance(MINUTE);
  const { inFlight, asyncEvents, minutes, images } = cloud.world.lambda;
  expect([inFlight.size, asyncEvents.size, minutes.size]).toEqual([0, 0, 0]);
  expect(images.size).toBe(2);
});
