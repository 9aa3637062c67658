/** What a failure leaves that is not rolled back, and how it goes on from there. Source: CFNG:stack-failure-options (D). */
import { expect, test } from '@jest/globals';
import { release } from './release.fixture.ts';
import { StackCloud } from './stack-cloud.fixture.ts';
import { state } from './state.fixture.ts';

const yaml = (resources: object): string => JSON.stringify({ Resources: resources });
/** A retention of 2 days is one that Logs refuses, when the group has been made. */
const log = (LogGroupName: string, RetentionInDays = 1, attributes: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName, RetentionInDays },
  ...attributes,
});
const TOPIC = { Type: 'AWS::SNS::Topic' };
const after = (DependsOn: string) => ({ DependsOn });

const groups = ({ world }: StackCloud): string[] =>
  [...world.logs.groups.values()].map(({ name, retentionInDays }) => `${name} ${retentionInDays ?? 'kept'}`).toSorted();

/** Without rollback; the status at the end. */
function stay(cloud: StackCloud, resources: object): string {
  cloud.begin(yaml(resources), {}, { disableRollback: true });
  return cloud.settle();
}

test('a failure in one path does not affect the others', () => {
  const cloud = new StackCloud();
  const resources = {
    Bad: log('/bad', 2),
    Next: { ...TOPIC, ...after('Bad') },
    Good: log('/good'),
    Later: { ...TOPIC, ...after('Good') },
  };
  expect(stay(cloud, resources)).toBe('CREATE_FAILED');
  expect(cloud.told.at(-1)).toBe('app CREATE_FAILED The following resource(s) failed to create: [Bad]. ');
  expect([...cloud.stack.resources.keys()]).toEqual(['Good', 'Later']);
});

test('what could not be made goes first when the stack is updated, and is made anew', () => {
  const cloud = new StackCloud();
  stay(cloud, { Bad: log('/bad', 2), Good: log('/good') });
  expect(cloud.deploy(yaml({ Bad: log('/bad', 3), Good: log('/good') }))).toBe('UPDATE_COMPLETE');
  expect(cloud.toldShortly).toEqual([
    'app UPDATE_IN_PROGRESS',
    'Bad DELETE_IN_PROGRESS',
    'Bad DELETE_COMPLETE',
    'Bad CREATE_IN_PROGRESS',
    'Bad CREATE_IN_PROGRESS',
    'Bad CREATE_COMPLETE',
    'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'app UPDATE_COMPLETE',
  ]);
  expect(groups(cloud)).toEqual(['/bad 3', '/good 1']);
});

test('the words tell what was to be made from what was to be changed', () => {
  const cloud = new StackCloud();
  cloud.deploy(yaml({ Old: log('/old') }));
  expect(stay(cloud, { Old: log('/old', 2), New: log('/new', 2) })).toBe('UPDATE_FAILED');
  expect(cloud.told.at(-1)).toBe(
    'app UPDATE_FAILED The following resource(s) failed to create: [New]. The following resource(s) failed to update: [Old]. ',
  );
});

test('the stack is deleted with all that it has left', () => {
  const cloud = new StackCloud();
  cloud.deploy(yaml({ Log: log('/old') }));
  stay(cloud, { Log: log('/new'), Bad: log('/bad', 2, after('Log')) });
  expect(groups(cloud)).toEqual(['/bad kept', '/new 1', '/old 1']);
  expect([cloud.remove(), groups(cloud)]).toEqual(['DELETE_COMPLETE', []]);
});

test('what was replaced before the failure goes when an update succeeds', () => {
  const cloud = new StackCloud();
  cloud.deploy(yaml({ Log: log('/old') }));
  stay(cloud, { Log: log('/new'), Bad: log('/bad', 2, after('Log')) });
  expect(cloud.deploy(yaml({ Log: log('/new'), Bad: log('/bad', 3, after('Log')) }))).toBe('UPDATE_COMPLETE');
  expect(groups(cloud)).toEqual(['/bad 3', '/new 1']);
});

test('a rollback goes back to the last stable state, behind the failure that was not rolled back', () => {
  const cloud = new StackCloud();
  cloud.deploy(yaml({ Kept: log('/kept'), Log: log('/old') }));
  const before = state(cloud);
  stay(cloud, { Kept: log('/kept', 3), Log: log('/new'), Bad: log('/bad', 2, after('Log')) });
  const second = { Kept: log('/kept', 5), Log: log('/newer'), Worse: log('/worse', 2, after('Log')) };
  expect(cloud.deploy(yaml(second))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(groups(cloud)).toEqual(['/kept 1', '/old 1']);
  expect(state(cloud)).toEqual(before);
});

test('a release that was stopped can be deployed again: the alias is where CodeDeploy has put it', () => {
  const cloud = new StackCloud();
  cloud.deploy(release());
  cloud.begin(release({ code: 'two' }), {}, { disableRollback: true });
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.TrafficShifted');
  cloud.alarm('errors', 'ALARM');
  expect([cloud.settle(), cloud.alias('list')]).toEqual(['UPDATE_FAILED', '1']);
  cloud.alarm('errors', 'OK');
  expect([cloud.deploy(release({ code: 'two' })), cloud.alias('list')]).toEqual(['UPDATE_COMPLETE', '2']);
  expect(cloud.deployments.map(({ creator, status }) => `${creator} ${status}`)).toEqual([
    'user Stopped',
    'codeDeployRollback Succeeded',
    'user Succeeded',
  ]);
});

test('so can the fix, and what it replaces is the version that was live', () => {
  const cloud = new StackCloud();
  cloud.deploy(release());
  cloud.begin(release({ code: 'two' }), {}, { disableRollback: true });
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.TrafficShifted');
  cloud.alarm('errors', 'ALARM');
  cloud.settle();
  cloud.alarm('errors', 'OK');
  expect([cloud.deploy(release({ code: 'three' })), cloud.alias('list')]).toEqual(['UPDATE_COMPLETE', '3']);
  expect(cloud.deployments.at(-1)?.target).toMatchObject({ currentVersion: '1', targetVersion: '3' });
});

test('an update that was half done is done again with the same template', () => {
  const cloud = new StackCloud();
  cloud.deploy(yaml({ Log: log('/log') }));
  expect(stay(cloud, { Log: log('/log', 2) })).toBe('UPDATE_FAILED');
  expect(cloud.deploy(yaml({ Log: log('/log', 2) }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(groups(cloud)).toEqual(['/log 1']);
});
