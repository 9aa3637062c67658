import { expect, test } from '@jest/globals';
import type { Assumptions } from '../../assumptions.ts';
import { after, MINUTE, SECOND } from '../../instant.ts';
import type { Settled } from '../../runner/index.ts';
import type { Datapoint } from '../cloudwatch/state.ts';
import { cloudWithList, type LambdaCloud, publishCode, START } from './lambda.fixture.ts';

const set = ({ dimensions }: Datapoint): string => dimensions.map(({ value }) => value).join(' ');

/** `Errors [list list:live] 0×2`: every datapoint in a line, in order of name, set and value. */
const shown = (cloud: LambdaCloud): string[] =>
  cloud.datapoints.map((it) => `${it.metricName} [${set(it)}] ${it.value}×${it.count}`).toSorted();

interface Call {
  readonly qualifier?: string;
  readonly how?: Partial<Settled>;
}

/** What CloudWatch has after these calls in one minute, one after the other. */
function afterCalls(calls: readonly Call[], assumptions: Partial<Assumptions> = {}): LambdaCloud {
  const cloud = cloudWithList({}, assumptions);
  calls.forEach(({ qualifier, how }, i) => {
    cloud.call('Invoke', { FunctionName: 'list', Qualifier: qualifier }, `call-${i}`);
    cloud.settle(`call-${i}`, how);
  });
  cloud.advance(MINUTE);
  return cloud;
}

const all = (resource: string, ...names: readonly string[]): string[] =>
  names.flatMap((name) => ['', 'list', resource].map((it) => name.replace('[]', `[${it}]`))).toSorted();

test.each([
  ['unqualified', undefined, ['', 'list', 'list list']],
  ['by $LATEST', '$LATEST', ['', 'list', 'list list:$LATEST']],
  ['by version', '1', ['', 'list', 'list list:1']],
  ['by alias', 'live', ['', 'list', 'list list:live', 'list list:live 1']],
])('called %s, an invocation counts in exactly these dimension sets', (_name, qualifier, sets) => {
  const cloud = afterCalls([qualifier === undefined ? {} : { qualifier }]);
  for (const name of ['Invocations', 'Errors', 'Throttles', 'Duration'])
    expect(cloud.datapoints.filter(({ metricName }) => metricName === name).map(set)).toEqual(sets);
});

test('ExecutedVersion of an alias without weights is an assumption; with weights it is always there', () => {
  const unweighted = afterCalls([{ qualifier: 'live' }], { executedVersionWithoutWeights: false });
  expect(unweighted.datapoints.map(set)).not.toContain('list list:live 1');

  const cloud = cloudWithList({}, { executedVersionWithoutWeights: false });
  publishCode(cloud, 'b');
  const RoutingConfig = { AdditionalVersionWeights: { 2: 1 } };
  cloud.call('UpdateAlias', { FunctionName: 'list', Name: 'live', RoutingConfig });
  cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live' }, 'weighted');
  cloud.settle('weighted');
  cloud.advance(MINUTE);
  expect(cloud.datapoints.map(set)).toContain('list list:live 2');
});

test('success: Errors and Throttles are 0, Invocations 1, and equal durations are one sample with a count', () => {
  expect(shown(afterCalls([{}, {}]))).toEqual(
    [
      ...all('list list', 'Duration [] 2.5×2', 'Errors [] 0×2', 'Invocations [] 1×2', 'Throttles [] 0×2'),
      ...all('list list', 'ConcurrentExecutions [] 1×1'),
      'ClaimedAccountConcurrency [] 1×1',
      'UnreservedConcurrentExecutions [] 1×1',
    ].toSorted(),
  );
});

test.each([
  ['a thrown error', { outcome: 'error', errorType: 'Error' }],
  ['a time-out', { outcome: 'timeout', errorType: 'Sandbox.Timedout' }],
  ['a crash', { outcome: 'error', errorType: 'Runtime.ExitError' }],
] as const)('%s counts as an error, with a duration', (_name, how) => {
  const lines = shown(afterCalls([{ how }]));
  expect(lines).toContain('Errors [list list] 1×1');
  expect(lines).not.toContain('Errors [list list] 0×1');
  expect(lines).toContain('Invocations [list list] 1×1');
  expect(lines).toContain('Duration [list list] 2.5×1');
});

test('an answer with status 500 is no error', () => {
  expect(shown(afterCalls([{ how: { payload: '{"statusCode":500}' } }]))).toContain('Errors [list list] 0×1');
});

test('a throttled request counts in Throttles, as Errors 0, and not as an invocation', () => {
  const cloud = cloudWithList();
  cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 0 });
  cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live' });
  cloud.advance(MINUTE);
  expect(shown(cloud)).toEqual(all('list list:live', 'Errors [] 0×1', 'Throttles [] 1×1'));
});

test('Duration leaves the init phase out', () => {
  expect(shown(afterCalls([{ how: { initDurationMs: 180, durationMs: 7 } }]))).toContain('Duration [list] 7×1');
});

const concurrent = (cloud: LambdaCloud): string[] => shown(cloud).filter((line) => line.includes('Concurren'));

test('concurrency is the most that ran at a time in the minute, by the sets of all metrics and for the region', () => {
  const cloud = cloudWithList();
  const begin = (id: string, Qualifier?: string) => cloud.call('Invoke', { FunctionName: 'list', Qualifier }, id);
  begin('a', 'live');
  begin('b', 'live');
  cloud.settle('a');
  begin('c');
  cloud.settle('b');
  cloud.settle('c');
  begin('d', 'live');
  cloud.settle('d');
  cloud.advance(MINUTE);
  expect(concurrent(cloud)).toEqual([
    'ClaimedAccountConcurrency [] 2×1',
    'ConcurrentExecutions [] 2×1',
    'ConcurrentExecutions [list list:live 1] 2×1',
    'ConcurrentExecutions [list list:live] 2×1',
    'ConcurrentExecutions [list list] 1×1',
    'ConcurrentExecutions [list] 2×1',
    'UnreservedConcurrentExecutions [] 2×1',
  ]);
});

test('what runs on from the minute before counts', () => {
  const cloud = cloudWithList();
  cloud.call('Invoke', { FunctionName: 'list' }, 'long');
  cloud.advance(70 * SECOND);
  cloud.call('Invoke', { FunctionName: 'list' }, 'short');
  cloud.settle('short');
  cloud.settle('long', { endedAt: cloud.now, durationMs: 70 * SECOND });
  cloud.advance(MINUTE);
  const peaks = cloud.datapoints.filter(
    ({ metricName, dimensions }) => metricName === 'ConcurrentExecutions' && dimensions.length === 0,
  );
  expect(peaks.map(({ at, value }) => [(at - START) / MINUTE, value])).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test('reserved concurrency is claimed whether it is used or not', () => {
  const cloud = cloudWithList();
  cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 5 });
  cloud.call('Invoke', { FunctionName: 'list' }, 'call');
  cloud.settle('call');
  cloud.advance(MINUTE);
  expect(concurrent(cloud).filter((line) => line.includes('[] '))).toEqual([
    'ClaimedAccountConcurrency [] 5×1',
    'ConcurrentExecutions [] 1×1',
    'UnreservedConcurrentExecutions [] 0×1',
  ]);
});

test('samples bear the minute and can be read after its end and the delay', () => {
  const [sample] = afterCalls([{}]).datapoints;
  expect(sample).toMatchObject({ at: START, visibleAt: after(START, MINUTE + 45 * SECOND), namespace: 'AWS/Lambda' });
});

test('an invocation that ends in a later minute is stamped with its start', () => {
  const cloud = cloudWithList();
  cloud.advance(50 * SECOND);
  cloud.call('Invoke', { FunctionName: 'list' }, 'long');
  cloud.settle('long', { durationMs: 30 * SECOND });
  const [sample] = cloud.datapoints;
  expect(sample).toMatchObject({ at: START, visibleAt: after(START, (80 + 45) * SECOND) });
  expect(cloud.datapoints.filter(({ metricName }) => metricName === 'Invocations')).toHaveLength(3);
});

test('a minute without traffic has no samples, and each minute is sent once', () => {
  const cloud = afterCalls([{}]);
  const { length } = cloud.datapoints;
  cloud.advance(5 * MINUTE);
  expect(cloud.datapoints).toHaveLength(length);
  cloud.call('Invoke', { FunctionName: 'list' }, 'later');
  cloud.settle('later');
  cloud.advance(MINUTE);
  expect(cloud.datapoints).toHaveLength(2 * length);
  expect(cloud.timeline.nextDue).toBeUndefined();
});

test('an accepted event counts in AsyncEventsReceived and AsyncEventAge', () => {
  const cloud = cloudWithList();
  cloud.call('Invoke', { FunctionName: 'list', InvocationType: 'Event' }, 'event');
  const sample = (name: string) => cloud.datapoints.filter(({ metricName }) => metricName === name).map(set);
  expect(sample('AsyncEventsReceived')).toEqual(['', 'list', 'list list']);
  expect(sample('AsyncEventAge')).toEqual(['', 'list', 'list list']);
});
