import { expect, test } from '@jest/globals';
import { SECOND } from '../../instant.ts';
import { cloudWithList, createInput, type LambdaCloud, publishCode } from './lambda.fixture.ts';

/** `list` with three versions behind the qualifiers 1, 2 and live, and the function `other`. */
function cloudOf(accountConcurrency: number, reserved?: number): LambdaCloud {
  const cloud = cloudWithList({}, {}, accountConcurrency);
  publishCode(cloud, 'b');
  cloud.call('CreateFunction', createInput('other'));
  if (reserved !== undefined)
    cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: reserved });
  return cloud;
}

/** What becomes of one invocation after another at the same instant: `r` it runs, `x` it is throttled. */
function outcomes(cloud: LambdaCloud, ...targets: readonly string[]): string {
  return targets
    .map((target) => {
      const [FunctionName = '', Qualifier] = target.split(':');
      const id = String(cloud.call('Invoke', { FunctionName, Qualifier })['awaitsInvocation']);
      return cloud.world.lambda.inFlight.has(id) ? 'r' : 'x';
    })
    .join('');
}

test.each<[string, readonly string[], string]>([
  [
    'all versions and aliases of a function share what it has reserved',
    ['list', 'list:1', 'list:2', 'list:live'],
    'rrrx',
  ],
  ['what one has reserved is nobody else’s', ['list', 'list', 'list', 'other', 'list', 'other'], 'rrrrxr'],
])('%s', (_name, targets, expected) => {
  expect(outcomes(cloudOf(1_000, 3), ...targets)).toBe(expected);
});

test('functions without reserved concurrency share what the account has left', () => {
  const cloud = cloudOf(102, 2);
  expect(outcomes(cloud, ...Array.from({ length: 99 }, () => 'other'))).toBe('r'.repeat(99));
  cloud.call('CreateFunction', createInput('third'));
  expect(outcomes(cloud, 'third', 'other', 'third', 'list:1', 'list', 'list')).toBe('rxxrrx');
});

test.each([
  ['reserved', 0, 'ReservedFunctionConcurrentInvocationLimitExceeded'],
  ['the account’s', undefined, 'ConcurrentInvocationLimitExceeded'],
])('the reason says whose limit it was: %s', (_name, reserved, reason) => {
  const cloud = cloudOf(reserved === undefined ? 0 : 1_000, reserved);
  cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live' }, 'one');
  expect(cloud.last('lambda.InvocationThrottled')).toEqual({
    type: 'lambda.InvocationThrottled',
    requestId: 'one',
    functionName: 'list',
    version: '1',
    qualifier: 'live',
    source: { type: 'api' },
    reason,
  });
});

test('whoever ends makes room, and reserving counts what runs already', () => {
  const cloud = cloudOf(2);
  cloud.call('Invoke', { FunctionName: 'list' }, 'one');
  cloud.call('Invoke', { FunctionName: 'other' }, 'two');
  expect(outcomes(cloud, 'list', 'other')).toBe('xx');
  cloud.settle('two');
  expect(outcomes(cloud, 'list', 'other')).toBe('rx');

  const later = cloudOf(1_000);
  expect(outcomes(later, 'list', 'list', 'list')).toBe('rrr');
  later.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 3 });
  expect(outcomes(later, 'list')).toBe('x');
  later.call('DeleteFunctionConcurrency', { FunctionName: 'list' });
  expect(outcomes(later, 'list')).toBe('r');
  const { ofFunction, unreserved } = later.world.lambda.running;
  expect([ofFunction.get('list')?.running, unreserved.running]).toEqual([4, 4]);
});

test('what a deleted function had reserved is everybody’s', () => {
  const cloud = cloudOf(101, 1);
  cloud.call('DeleteFunction', { FunctionName: 'list' });
  expect(cloud.world.lambda.reserved.total).toBe(0);
});

test('ten times as many requests start in a second as may run at a time', () => {
  const cloud = cloudOf(1_000, 2);
  const ends = (id: string) => cloud.settle(id, { durationMs: 0, endedAt: cloud.now });
  const burst = (count: number, more: object = {}): number => {
    let started = 0;
    for (let i = 0; i < count; i++) {
      const id = `${cloud.facts.length}`;
      cloud.call('Invoke', { FunctionName: 'list', ...more }, id);
      if (!cloud.world.lambda.inFlight.has(id)) continue;
      started++;
      ends(id);
    }
    return started;
  };
  expect(burst(25)).toBe(20);
  expect(cloud.last('lambda.InvocationThrottled').reason).toBe('ReservedFunctionInvocationRateLimitExceeded');
  cloud.advance(SECOND / 2);
  expect(burst(25)).toBe(10);
  expect(burst(5, { InvocationType: 'Event' })).toBe(5);
  cloud.advance(10 * SECOND);
  expect(burst(25)).toBe(20);
});

test('a function that is throttled is told of once, with the limit', () => {
  const cloud = cloudOf(1_000, 2);
  outcomes(cloud, 'list', 'list', 'list', 'list');
  const findings = cloud.facts.filter(({ type }) => type === 'lambda.FindingNoticed');
  expect(findings).toEqual([
    expect.objectContaining({ rule: 'function-throttled', text: expect.stringContaining('than the 2 that it has') }),
  ]);
});

test('the account tells what it allows, what is left, and what it keeps', () => {
  const cloud = cloudOf(500, 30);
  expect(cloud.call('GetAccountSettings', {})).toMatchObject({
    AccountLimit: { ConcurrentExecutions: 500, UnreservedConcurrentExecutions: 470, TotalCodeSize: 80_530_636_800 },
    AccountUsage: { FunctionCount: 2 },
  });
});

test('a function scales by a thousand in ten seconds, and no further for a while', () => {
  const cloud = cloudOf(3_000);
  const begin = (count: number) =>
    outcomes(cloud, ...Array.from({ length: count }, () => 'list')).replaceAll('x', '').length;
  expect(begin(1_200)).toBe(1_000);
  expect(outcomes(cloud, 'other')).toBe('r');
  expect(cloud.last('lambda.InvocationThrottled').reason).toBe('ConcurrentInvocationLimitExceeded');
  cloud.advance(SECOND);
  expect(begin(200)).toBe(100);
  for (const id of [...cloud.world.lambda.inFlight.keys()].slice(0, 50)) cloud.settle(id, { endedAt: cloud.now });
  expect(begin(100)).toBe(50);
  cloud.advance(10 * SECOND);
  expect(begin(1_200)).toBe(1_000);
});

test('an account of a thousand never gets that far', () => {
  const cloud = cloudOf(1_000);
  expect(outcomes(cloud, ...Array.from({ length: 1_000 }, () => 'list'))).toBe('r'.repeat(1_000));
  expect(cloud.world.lambda.scaling.size).toBe(0);
});
