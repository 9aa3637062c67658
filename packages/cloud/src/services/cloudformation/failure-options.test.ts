/** What becomes of an operation that fails or is given up, as the request, CancelUpdateStack, RollbackStack and DeleteStack say. */
import { expect, test } from '@jest/globals';
import { AwsError } from '../../aws-error.ts';
import { release } from './release.fixture.ts';
import { StackCloud } from './stack-cloud.fixture.ts';
import { state } from './state.fixture.ts';

const MINUTE = 60_000;
const log = (LogGroupName: string, more: object = {}, attributes: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName, ...more },
  ...attributes,
});
const BAD = { RetentionInDays: 2 };
const body = (Resources: object): string => JSON.stringify({ Resources });
const RETAINED = { A: log('/a', {}, { DeletionPolicy: 'Retain' }), Bad: log('/bad', BAD, { DependsOn: 'A' }) };

const ask = (cloud: StackCloud, operation: string, input: object = {}) =>
  cloud.call('cloudformation', operation, { StackName: 'app', ...input });

function refusal(cloud: StackCloud, operation: string, input: object = {}): string {
  try {
    ask(cloud, operation, input);
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
  return 'not refused';
}

function create(resources: object, more: object): [StackCloud, string] {
  const cloud = new StackCloud();
  ask(cloud, 'CreateStack', { TemplateBody: body(resources), ...more });
  return [cloud, cloud.settle()];
}
const groups = ({ world }: StackCloud): readonly string[] => [...world.logs.groups.keys()];
const isUnderWay = (cloud: StackCloud, logicalId: string): void =>
  cloud.advanceUntil(
    (fact) => fact.type === 'cloudformation.ResourceInFlight' && fact.inFlight.logicalId === logicalId,
  );

test('OnFailure DELETE: the stack goes with what it has made', () => {
  const [cloud, status] = create({ A: log('/a'), Bad: log('/bad', BAD, { DependsOn: 'A' }) }, { OnFailure: 'DELETE' });
  expect([status, groups(cloud), cloud.world.cloudformation.stacks.size]).toEqual(['DELETE_COMPLETE', [], 0]);
  expect(cloud.told.slice(-6)).toEqual([
    'app DELETE_IN_PROGRESS The following resource(s) failed to create: [Bad]. Delete requested by user.',
    'Bad DELETE_IN_PROGRESS',
    'Bad DELETE_COMPLETE',
    'A DELETE_IN_PROGRESS',
    'A DELETE_COMPLETE',
    'app DELETE_COMPLETE',
  ]);
});

test('OnFailure DO_NOTHING: the stack stays, and is not updated', () => {
  const [cloud, status] = create({ A: log('/a'), Bad: log('/bad', BAD) }, { OnFailure: 'DO_NOTHING' });
  expect(status).toBe('CREATE_FAILED');
  expect(refusal(cloud, 'UpdateStack', { TemplateBody: body({ A: log('/a') }) })).toBe(
    'This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.',
  );
  expect([cloud.remove(), groups(cloud)]).toEqual(['DELETE_COMPLETE', []]);
});

test('OnFailure and DisableRollback are not said together', () => {
  const input = { TemplateBody: body({ A: log('/a') }), OnFailure: 'ROLLBACK', DisableRollback: false };
  expect(refusal(new StackCloud(), 'CreateStack', input)).toBe(
    'Either DisableRollback or OnFailure can be specified, not both.',
  );
});

test.each([
  [false, ['/a']],
  [true, []],
])('RetainExceptOnCreate %p: what a failed creation was to retain', (RetainExceptOnCreate, left) => {
  const [cloud, status] = create(RETAINED, { RetainExceptOnCreate });
  expect([status, groups(cloud)]).toEqual(['ROLLBACK_COMPLETE', left]);
});

test('so in an update: the version of a release that failed goes, and its package can be deployed again', () => {
  const cloud = new StackCloud();
  cloud.deploy(release());
  cloud.begin(release({ code: 'two' }), {}, { retainExceptOnCreate: true });
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.TrafficShifted');
  cloud.alarm('errors', 'ALARM');
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect([...(cloud.world.lambda.functions.get('list')?.versions.keys() ?? [])]).toEqual(['1']);
  cloud.alarm('errors', 'OK');
  expect([cloud.deploy(release({ code: 'two' })), cloud.alias('list')]).toEqual(['UPDATE_COMPLETE', '3']);
});

test('an update that is cancelled is rolled back, also where a failure would not be', () => {
  const cloud = new StackCloud();
  cloud.deploy(body({ A: log('/a') }));
  const before = state(cloud);
  cloud.begin(body({ A: log('/a', { RetentionInDays: 3 }), B: log('/b') }), {}, { disableRollback: true });
  isUnderWay(cloud, 'B');
  ask(cloud, 'CancelUpdateStack');
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told.slice(cloud.told.findIndex((line) => line.includes('cancelled')))).toEqual([
    'A UPDATE_FAILED Resource update cancelled',
    'B CREATE_FAILED Resource creation cancelled',
    'app UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [B]. The following resource(s) failed to update: [A]. ',
    'A UPDATE_IN_PROGRESS',
    'A UPDATE_COMPLETE',
    'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'B DELETE_IN_PROGRESS',
    'B DELETE_COMPLETE',
    'app UPDATE_ROLLBACK_COMPLETE',
  ]);
  expect(state(cloud)).toEqual(before);
});

test('an update is cancelled before it has begun with anything', () => {
  const cloud = new StackCloud();
  cloud.deploy(body({ A: log('/a') }));
  cloud.begin(body({ B: log('/b') }));
  ask(cloud, 'CancelUpdateStack');
  expect([cloud.settle(), groups(cloud)]).toEqual(['UPDATE_ROLLBACK_COMPLETE', ['/a']]);
});

test('a release is cancelled in the middle of its canary: the alias is set back, and its deployment goes on', () => {
  const cloud = new StackCloud();
  cloud.deploy(release());
  cloud.begin(release({ code: 'two' }));
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.TrafficShifted');
  ask(cloud, 'CancelUpdateStack');
  expect(cloud.told).toContain('FnAliaslive UPDATE_FAILED Resource update cancelled');
  expect([cloud.settle(), cloud.alias('list')]).toEqual(['UPDATE_ROLLBACK_COMPLETE', '1']);
  cloud.advance(10 * MINUTE);
  expect([cloud.deployments[0]?.status, cloud.alias('list')]).toEqual(['Succeeded', '2']);
});

test('only an update under way is cancelled', () => {
  const cloud = new StackCloud();
  cloud.deploy(body({ A: log('/a') }));
  const words = 'CancelUpdateStack cannot be called from current stack status';
  expect(refusal(cloud, 'CancelUpdateStack')).toBe(words);
  cloud.begin(body({ A: log('/b') }));
  cloud.advanceUntil(
    (fact) => fact.type === 'cloudformation.StackEvent' && fact.status.endsWith('CLEANUP_IN_PROGRESS'),
  );
  expect(refusal(cloud, 'CancelUpdateStack')).toBe(words);
});

test('an update that was not rolled back is rolled back after all', () => {
  const cloud = new StackCloud();
  cloud.deploy(body({ A: log('/a'), R: log('/r') }));
  const before = state(cloud);
  const after = {
    A: log('/a', { RetentionInDays: 3 }),
    R: log('/s'),
    Bad: log('/bad', BAD, { DependsOn: ['A', 'R'] }),
  };
  cloud.begin(body(after), {}, { disableRollback: true });
  expect(cloud.settle()).toBe('UPDATE_FAILED');
  ask(cloud, 'RollbackStack');
  expect([cloud.settle(), groups(cloud).toSorted()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', ['/a', '/r']]);
  expect(state(cloud)).toEqual(before);
});

test('so is a creation, and no other stack', () => {
  const [cloud] = create({ A: log('/a'), Bad: log('/bad', BAD) }, { DisableRollback: true });
  ask(cloud, 'RollbackStack');
  expect([cloud.settle(), groups(cloud)]).toEqual(['ROLLBACK_COMPLETE', []]);
  expect(refusal(cloud, 'RollbackStack')).toMatch(/is in ROLLBACK_COMPLETE state and can not be rolled back\.$/);
});

test('a stack is deleted while it is made', () => {
  const cloud = new StackCloud();
  cloud.begin(body({ A: log('/a'), B: log('/b', {}, { DependsOn: 'A' }), C: log('/c', {}, { DependsOn: 'B' }) }));
  isUnderWay(cloud, 'B');
  ask(cloud, 'DeleteStack');
  ask(cloud, 'DeleteStack');
  expect([cloud.settle(), groups(cloud)]).toEqual(['DELETE_COMPLETE', []]);
  expect(cloud.told.slice(cloud.told.findIndex((line) => line.includes('cancelled')))).toEqual([
    'B CREATE_FAILED Resource creation cancelled',
    'app DELETE_IN_PROGRESS User Initiated',
    'B DELETE_IN_PROGRESS',
    'B DELETE_COMPLETE',
    'A DELETE_IN_PROGRESS',
    'A DELETE_COMPLETE',
    'app DELETE_COMPLETE',
  ]);
});

test('and while its creation is rolled back, but not while it is updated', () => {
  const cloud = new StackCloud();
  cloud.begin(body({ A: log('/a'), Bad: log('/bad', BAD, { DependsOn: 'A' }) }));
  cloud.advanceUntil((fact) => fact.type === 'cloudformation.StackEvent' && fact.status === 'ROLLBACK_IN_PROGRESS');
  ask(cloud, 'DeleteStack');
  expect([cloud.settle(), groups(cloud)]).toEqual(['DELETE_COMPLETE', []]);
  cloud.deploy(body({ A: log('/a') }));
  cloud.begin(body({ B: log('/b') }));
  expect(refusal(cloud, 'DeleteStack')).toBe('Stack [app] cannot be deleted while in status UPDATE_IN_PROGRESS');
});
