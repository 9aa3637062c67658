import { expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../instant.ts';
import { cloudWithList, type LambdaCloud, publishCode, refusalOf } from './lambda.fixture.ts';

const put = (cloud: LambdaCloud, Qualifier: string, ProvisionedConcurrentExecutions: number) =>
  cloud.call('PutProvisionedConcurrencyConfig', { FunctionName: 'list', Qualifier, ProvisionedConcurrentExecutions });
const get = (cloud: LambdaCloud, Qualifier = 'live') =>
  cloud.call('GetProvisionedConcurrencyConfig', { FunctionName: 'list', Qualifier });
const update = (cloud: LambdaCloud, more: object) =>
  cloud.call('UpdateAlias', { FunctionName: 'list', Name: 'live', ...more });
const weighted = (weight: number) => ({
  RoutingConfig: { AdditionalVersionWeights: weight === 0 ? {} : { 2: weight } },
});

/** The inits that are under way end, well or not. */
function initialise(cloud: LambdaCloud, outcome: 'success' | 'error' = 'success'): number {
  const ids = [...cloud.world.lambda.initialising.keys()];
  for (const [i, id] of ids.entries())
    cloud.settle(id, {
      outcome,
      endedAt: cloud.now,
      initDurationMs: 180,
      isProvisioned: true,
      environmentId: String(i).repeat(32),
      ...(outcome === 'error' && { initFailure: { status: 'error', errorType: 'Runtime.Unknown' } }),
    });
  return ids.length;
}

/** What each version has and is to have: `1: 3/5`. */
const allocations = (cloud: LambdaCloud): string[] =>
  [...(cloud.world.lambda.functions.get('list')?.allocations ?? [])].map(
    ([version, { ready, wanted }]) => `${version}: ${ready}/${wanted}`,
  );

test('it is prepared, initialised, and there', () => {
  const cloud = cloudWithList();
  expect(put(cloud, 'live', 3)).toMatchObject({
    RequestedProvisionedConcurrentExecutions: 3,
    AllocatedProvisionedConcurrentExecutions: 0,
    Status: 'IN_PROGRESS',
  });
  cloud.advance(90 * SECOND);
  expect(initialise(cloud)).toBe(3);
  expect(get(cloud)).toMatchObject({
    RequestedProvisionedConcurrentExecutions: 3,
    AvailableProvisionedConcurrentExecutions: 3,
    AllocatedProvisionedConcurrentExecutions: 3,
    Status: 'READY',
  });
  expect(cloud.call('ListProvisionedConcurrencyConfigs', { FunctionName: 'list' })).toMatchObject({
    ProvisionedConcurrencyConfigs: [{ FunctionArn: expect.stringMatching(/:list:live$/), Status: 'READY' }],
  });
  const [stream] = cloud.facts.filter(({ type }) => type === 'logs.EventsIngested');
  expect(JSON.stringify(stream)).toMatch(/INIT_START.*INIT_REPORT Init Duration: 180\.00 ms/);
  cloud.call('DeleteProvisionedConcurrencyConfig', { FunctionName: 'list', Qualifier: 'live' });
  expect([refusalOf(() => get(cloud)), allocations(cloud)]).toEqual([
    'ProvisionedConcurrencyConfigNotFoundException 404 No Provisioned Concurrency Config found for this function',
    [],
  ]);
});

test('more of it is added to what is there, and less takes effect at once', () => {
  const cloud = cloudWithList();
  put(cloud, '1', 2);
  cloud.advance(90 * SECOND);
  initialise(cloud);
  put(cloud, '1', 5);
  expect(get(cloud, '1')).toMatchObject({ Status: 'IN_PROGRESS', AllocatedProvisionedConcurrentExecutions: 2 });
  cloud.advance(90 * SECOND);
  expect(initialise(cloud)).toBe(3);
  put(cloud, '1', 1);
  expect(get(cloud, '1')).toMatchObject({ Status: 'READY', AllocatedProvisionedConcurrentExecutions: 1 });
});

test('an init that fails is told with its reason, and tried again when it is asked for again', () => {
  const cloud = cloudWithList();
  put(cloud, 'live', 1);
  cloud.advance(90 * SECOND);
  initialise(cloud, 'error');
  expect(get(cloud)).toMatchObject({ Status: 'FAILED', StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' });
  put(cloud, 'live', 1);
  cloud.advance(90 * SECOND);
  initialise(cloud);
  expect(get(cloud)).toMatchObject({ Status: 'READY' });
});

test('the traffic of an alias stays until its new version has what it needs', () => {
  const cloud = cloudWithList();
  put(cloud, 'live', 2);
  cloud.advance(90 * SECOND);
  initialise(cloud);
  publishCode(cloud, 'b');
  expect(update(cloud, { FunctionVersion: '2', ...weighted(0) })).toMatchObject({
    FunctionVersion: '2',
    RoutingConfig: { AdditionalVersionWeights: { 1: 1 } },
  });
  expect(allocations(cloud)).toEqual(['1: 2/2', '2: 0/2']);
  cloud.advance(90 * SECOND);
  initialise(cloud);
  expect(cloud.call('GetAlias', { FunctionName: 'list', Name: 'live' })).not.toHaveProperty('RoutingConfig');
  expect(allocations(cloud)).toEqual(['2: 2/2']);
});

test('weights share it between the two versions', () => {
  const cloud = cloudWithList();
  put(cloud, 'live', 10);
  cloud.advance(90 * SECOND);
  initialise(cloud);
  publishCode(cloud, 'b');
  const shares = [0.1, 0.5].map((weight) => {
    update(cloud, weighted(weight));
    return allocations(cloud);
  });
  update(cloud, { FunctionVersion: '2', ...weighted(0) });
  expect([...shares, allocations(cloud)]).toEqual([['1: 9/9', '2: 0/1'], ['1: 5/5', '2: 0/5'], ['2: 0/10']]);
});

test.each<[string, (cloud: LambdaCloud) => unknown, string]>([
  [
    '$LATEST',
    (cloud) => put(cloud, '$LATEST', 1),
    'InvalidParameterValueException 400 Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
  ],
  ['a version that is not there', (cloud) => put(cloud, '9', 1), 'ResourceNotFoundException 404 Function not found'],
  ['none of it', (cloud) => put(cloud, '1', 0), 'ValidationException 400 1 validation error detected'],
  [
    'an alias with weights',
    (cloud) => {
      update(cloud, weighted(0.5));
      return put(cloud, 'live', 1);
    },
    'InvalidParameterValueException 400 Alias with weights can not be used with Provisioned Concurrency',
  ],
  [
    'an alias of a version that has some',
    (cloud) => {
      put(cloud, '1', 1);
      return put(cloud, 'live', 1);
    },
    "ResourceConflictException 409 Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
  ],
  [
    'a version whose alias has some',
    (cloud) => {
      put(cloud, 'live', 1);
      return put(cloud, '1', 1);
    },
    'ResourceConflictException 409 Version is pointed by a Provisioned Concurrency alias',
  ],
  [
    'more than is reserved',
    (cloud) => {
      cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 5 });
      put(cloud, '2', 3);
      return put(cloud, '1', 3);
    },
    'InvalidParameterValueException 400 Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
  ],
  [
    'more than the account has',
    (cloud) => put(cloud, '1', 1_001),
    "InvalidParameterValueException 400 Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].",
  ],
  [
    'what others need',
    (cloud) => put(cloud, '1', 901),
    "InvalidParameterValueException 400 Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  ],
  [
    'a reserved concurrency below it',
    (cloud) => {
      put(cloud, '1', 3);
      return cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 2 });
    },
    "InvalidParameterValueException 400  ReservedConcurrentExecutions  2 should not be lower than function's total provisioned concurrency [3].",
  ],
])('refused: %s', (_name, ask, expected) => {
  const cloud = cloudWithList();
  publishCode(cloud, 'b');
  expect(refusalOf(() => ask(cloud))).toContain(expected);
});

test('the account has less for others, by what is reserved or else provisioned', () => {
  const cloud = cloudWithList();
  const left = () => cloud.call('GetAccountSettings', {})['AccountLimit'];
  put(cloud, '1', 30);
  expect(left()).toMatchObject({ UnreservedConcurrentExecutions: 970 });
  cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 900 });
  expect(left()).toMatchObject({ UnreservedConcurrentExecutions: 100 });
});

test('invocations that use it and those that spill over have metrics of their own', () => {
  const cloud = cloudWithList();
  put(cloud, 'live', 4);
  cloud.advance(2 * MINUTE);
  initialise(cloud);
  cloud.datapoints.length = 0;
  for (const [i, how] of [{ isProvisioned: true }, { isProvisioned: true, environmentId: 'b' }, {}].entries()) {
    cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live' }, `${i}`);
    cloud.settle(`${i}`, how as object);
  }
  cloud.advance(MINUTE);
  const of = (name: string) =>
    cloud.datapoints
      .filter(({ metricName }) => metricName === name)
      .map(({ dimensions, value, count }) => `${dimensions.map((it) => it.value).join(' ')} ${value}×${count}`);
  expect(of('ProvisionedConcurrencyInvocations')).toEqual([
    ' 1×2',
    'list 1×2',
    'list list:live 1×2',
    'list list:live 1 1×2',
  ]);
  expect(of('ProvisionedConcurrencySpilloverInvocations')).toContain('list list:live 1×1');
  expect(of('ProvisionedConcurrencyUtilization')).toEqual(['list list:live 0.5×1', 'list list:live 1 0.5×1']);
  expect(of('ProvisionedConcurrentExecutions')).toEqual(['list list:live 2×1', 'list list:live 1 2×1']);
});
