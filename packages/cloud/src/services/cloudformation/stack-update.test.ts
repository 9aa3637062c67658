/** What a stack tells of its creation, its updates and its end. Order and words: codedeploy reference 4.2, 4.3, 4.5. */
import { expect, test } from '@jest/globals';
import { hook, type Release, release } from './release.fixture.ts';
import { StackCloud } from './stack-cloud.fixture.ts';
import { state } from './state.fixture.ts';

const HOOKS: Release = { pre: '!Ref Pre', post: '!Ref Post', more: hook('Pre') + hook('Post') };

/** A cloud with the first release, whose hooks report success. */
function deployed(first: Release = {}): StackCloud {
  const cloud = new StackCloud();
  for (const name of ['Pre', 'Post']) cloud.behaviours.set(`CodeDeployHook_${name}`, { reports: 'Succeeded' });
  expect(cloud.deploy(release(first))).toBe('CREATE_COMPLETE');
  return cloud;
}

const plain = (resources: string): string => `Resources:\n${resources}`;
const group = (id: string, more = ''): string =>
  `  ${id}: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /${id}${more} } }\n`;
const topic = (id: string, policies = ''): string => `  ${id}: { Type: AWS::SNS::Topic${policies} }\n`;
/** A group with a retention that Logs refuses. */
const broken = (id: string, after = ''): string =>
  `  ${id}: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /broken, RetentionInDays: 2 }${after} }\n`;

test('a stack is created in the order of its references, and no deployment is made', () => {
  const cloud = deployed({ more: "Log: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: !Sub '/x/${Fn}' } }" });
  expect(cloud.told.slice(0, 3)).toEqual([
    'app CREATE_IN_PROGRESS User Initiated',
    'FnRole CREATE_IN_PROGRESS',
    'FnRole CREATE_IN_PROGRESS Resource creation Initiated',
  ]);
  const complete = cloud.toldShortly.filter((line) => line.endsWith('CREATE_COMPLETE'));
  expect(complete.map((line) => line.split(' ')[0])).toEqual([
    'ServerlessDeploymentApplication',
    'FnRole',
    'CodeDeployServiceRole',
    'Fn',
    'FnVersion',
    'Log',
    'Errors',
    'FnDeploymentGroup',
    'FnAliaslive',
    'app',
  ]);
  expect([cloud.deployments, cloud.alias('list')]).toEqual([[], '1']);
});

test('a creation that fails is rolled back, with the reasons, and the stack can only be deleted', () => {
  const cloud = new StackCloud();
  const template = plain(topic('First') + group('Second') + broken('Third', ', DependsOn: [First]') + topic('Fourth'));
  expect(cloud.deploy(template)).toBe('ROLLBACK_COMPLETE');
  expect(cloud.told.slice(cloud.told.findIndex((line) => line.includes('FAILED')))).toEqual([
    "Third CREATE_FAILED Resource handler returned message: \"1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] (Service: Logs, Status Code: 400, Request ID: …)\" (RequestToken: …, HandlerErrorCode: InvalidRequest)",
    'Second CREATE_FAILED Resource creation cancelled',
    'app ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Third, Second]. Rollback requested by user.',
    'Fourth DELETE_IN_PROGRESS',
    'Fourth DELETE_COMPLETE',
    'Third DELETE_IN_PROGRESS',
    'Third DELETE_COMPLETE',
    'Second DELETE_IN_PROGRESS',
    'Second DELETE_COMPLETE',
    'First DELETE_IN_PROGRESS',
    'First DELETE_COMPLETE',
    'app ROLLBACK_COMPLETE',
  ]);
  expect([cloud.world.logs.groups.size, cloud.world.sns.topics.size]).toEqual([0, 0]);
  expect(() => cloud.deploy(plain(topic('First')))).toThrow(/is in ROLLBACK_COMPLETE state and can not be updated\.$/);
  expect(cloud.remove()).toBe('DELETE_COMPLETE');
});

test('what was being created when another resource failed is taken back too, by its own DeletionPolicy', () => {
  const cloud = new StackCloud();
  const retained =
    '  Kept: { Type: AWS::Logs::LogGroup, DeletionPolicy: Retain, Properties: { LogGroupName: /kept } }\n';
  const except = retained
    .replaceAll('Kept', 'Except')
    .replace('Retain', 'RetainExceptOnCreate')
    .replace('/kept', '/ex');
  expect(cloud.deploy(plain(retained + except + group('Gone') + broken('Broken')))).toBe('ROLLBACK_COMPLETE');
  expect(cloud.toldShortly).toContain('Kept DELETE_SKIPPED');
  expect([...cloud.world.logs.groups.keys()]).toEqual(['/kept']);
});

test('a second release changes what it has to: function, version, and all that names the version', () => {
  const cloud = deployed(HOOKS);
  expect(cloud.deploy(release({ ...HOOKS, code: 'two' }))).toBe('UPDATE_COMPLETE');
  expect(cloud.told).toEqual([
    'app UPDATE_IN_PROGRESS User Initiated',
    'Fn UPDATE_IN_PROGRESS',
    'Fn UPDATE_COMPLETE',
    'FnVersion CREATE_IN_PROGRESS',
    'FnVersion CREATE_IN_PROGRESS Resource creation Initiated',
    'FnVersion CREATE_COMPLETE',
    'Errors UPDATE_IN_PROGRESS',
    'Pre UPDATE_IN_PROGRESS',
    'Post UPDATE_IN_PROGRESS',
    'Errors UPDATE_COMPLETE',
    'Pre UPDATE_COMPLETE',
    'Post UPDATE_COMPLETE',
    'FnAliaslive UPDATE_IN_PROGRESS',
    'FnAliaslive UPDATE_IN_PROGRESS CodeDeploy deployment started: d-…',
    'FnAliaslive UPDATE_COMPLETE',
    'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'FnVersion DELETE_SKIPPED',
    'app UPDATE_COMPLETE',
  ]);
  expect([cloud.alias('list'), [...(cloud.world.lambda.functions.get('list')?.versions.keys() ?? [])]]).toEqual([
    '2',
    ['1', '2'],
  ]);
});

test('a template that changes nothing is refused in AWS’s words', () => {
  const cloud = deployed();
  expect(() => cloud.deploy(release())).toThrow('No updates are to be performed.');
});

test.each<[string, Release]>([
  ['a hook alone', { pre: '!Ref Pre', more: hook('Pre').replace('Ref Fn.Version', 'Ref Fn') }],
  ['the configuration alone', { type: 'AllAtOnce' }],
  ['the timeout alone', { properties: 'Timeout: 9' }],
])('%s changes without a deployment: the version is the same', (_what, change) => {
  const cloud = deployed();
  expect(cloud.deploy(release(change))).toBe('UPDATE_COMPLETE');
  expect([cloud.deployments, cloud.alias('list')]).toEqual([[], '1']);
});

test('a parameter’s value in the environment reaches $LATEST and not the alias (P12)', () => {
  const properties = 'Environment: { Variables: { GREETING: !Ref Greeting } }';
  const cloud = deployed({ properties });
  expect(cloud.deploy(release({ properties }), { Greeting: 'servus' })).toBe('UPDATE_COMPLETE');
  const fn = cloud.world.lambda.functions.get('list');
  expect(fn?.latest.configuration.environment).toEqual({ GREETING: 'servus' });
  expect(fn?.versions.get('1')?.configuration.environment).toEqual({ GREETING: 'hello' });
  expect([cloud.deployments, cloud.alias('list')]).toEqual([[], '1']);
});

test('an update that fails in the middle gives up what is under way and puts everything back, functions first', () => {
  const cloud = deployed(HOOKS);
  const before = state(cloud);
  const more = `${HOOKS.more ?? ''}\nBroken: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: !Sub '/b/\${Fn.Version.Version}', RetentionInDays: 2 } }`;
  expect(cloud.deploy(release({ ...HOOKS, code: 'two', more }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  const told = cloud.told.map((line) => line.replace(/Resource handler.*/, '…'));
  expect(told.slice(told.findIndex((line) => line.includes('FAILED')))).toEqual([
    'Broken CREATE_FAILED …',
    'Errors UPDATE_FAILED Resource update cancelled',
    'Pre UPDATE_FAILED Resource update cancelled',
    'Post UPDATE_FAILED Resource update cancelled',
    'app UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Broken]. The following resource(s) failed to update: [Errors, Pre, Post]. ',
    'Fn UPDATE_IN_PROGRESS',
    'Pre UPDATE_IN_PROGRESS',
    'Post UPDATE_IN_PROGRESS',
    'Fn UPDATE_COMPLETE',
    'Pre UPDATE_COMPLETE',
    'Post UPDATE_COMPLETE',
    'Errors UPDATE_IN_PROGRESS',
    'Errors UPDATE_COMPLETE',
    'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'FnVersion DELETE_SKIPPED',
    'Broken DELETE_IN_PROGRESS',
    'Broken DELETE_COMPLETE',
    'app UPDATE_ROLLBACK_COMPLETE',
  ]);
  expect(state(cloud)).toEqual(before);
});

test('an alarm in the bake rolls the stack back; the version stays published', () => {
  const cloud = deployed();
  const before = state(cloud);
  cloud.begin(release({ code: 'two' }));
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.TrafficShifted');
  expect(cloud.alias('list')).toBe('1, 2: 0.1');
  cloud.alarm('errors', 'ALARM');
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told.slice(cloud.told.findIndex((line) => line.includes('rollback deployment')))).toEqual([
    'FnAliaslive UPDATE_IN_PROGRESS CodeDeploy rollback deployment started: d-…',
    'FnAliaslive UPDATE_FAILED Resource handler returned message: "d-… failed. One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <errors>" (RequestToken: …, HandlerErrorCode: InternalFailure)',
    'app UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [FnAliaslive]. ',
    'Fn UPDATE_IN_PROGRESS',
    'Fn UPDATE_COMPLETE',
    'Errors UPDATE_IN_PROGRESS',
    'FnAliaslive UPDATE_IN_PROGRESS',
    'Errors UPDATE_COMPLETE',
    'FnAliaslive UPDATE_COMPLETE',
    'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'FnVersion DELETE_SKIPPED',
    'app UPDATE_ROLLBACK_COMPLETE',
  ]);
  expect(state(cloud)).toEqual(before);
  expect([...(cloud.world.lambda.functions.get('list')?.versions.keys() ?? [])]).toEqual(['1', '2']);
});

test('when a later resource fails after a finished shift, the alias is set back in one step, without CodeDeploy', () => {
  const cloud = deployed();
  const more =
    'Broken: { Type: AWS::Logs::LogGroup, DependsOn: FnAliaslive, Properties: { LogGroupName: /b, RetentionInDays: 2 } }';
  expect(cloud.deploy(release({ code: 'two', more }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.deployments.map((each) => each.status)).toEqual(['Succeeded']);
  expect(cloud.alias('list')).toBe('1');
});

test('the very package that was rolled back cannot be deployed again (P13); another can', () => {
  const cloud = deployed();
  cloud.begin(release({ code: 'two' }));
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.TrafficShifted');
  cloud.alarm('errors', 'ALARM');
  cloud.settle();
  cloud.alarm('errors', 'OK');
  expect(cloud.deploy(release({ code: 'two' }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told).toContain(
    'FnVersion CREATE_FAILED A version for this Lambda function exists ( 2 ). Modify the function to create a new version.',
  );
  expect(cloud.deploy(release({ code: 'three' }))).toBe('UPDATE_COMPLETE');
  expect(cloud.alias('list')).toBe('3');
});

test('a version that would have to be updated fails the update, and the rollback finds it as it was (P14)', () => {
  const cloud = deployed();
  expect(cloud.deploy(release({ properties: 'VersionDescription: other' }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told).toContain(
    'FnVersion UPDATE_FAILED Update to resource type AWS::Lambda::Version is not supported.',
  );
});

test('a subscription filters as its template says, also when that changes', () => {
  const cloud = new StackCloud();
  const subscribed = (filter: string): string =>
    plain(
      `${topic('T')}  S: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref T, Protocol: lambda, Endpoint: 'arn:aws:lambda:us-east-1:123456789012:function:f'${filter} } }\n`,
    );
  const attributes = () => [...cloud.world.sns.subscriptions.values()].map((it) => it.attributes);
  expect(cloud.deploy(subscribed(', FilterPolicy: { kind: [ride] }'))).toBe('CREATE_COMPLETE');
  expect(attributes()).toEqual([{ FilterPolicy: '{"kind":["ride"]}' }]);
  const changed = ', FilterPolicy: { kind: [walk] }, FilterPolicyScope: MessageBody';
  expect(cloud.deploy(subscribed(changed))).toBe('UPDATE_COMPLETE');
  expect(attributes()).toEqual([{ FilterPolicy: '{"kind":["walk"]}', FilterPolicyScope: 'MessageBody' }]);
  expect(cloud.deploy(subscribed(''))).toBe('UPDATE_COMPLETE');
  expect(attributes()).toEqual([{ FilterPolicy: '{}', FilterPolicyScope: 'MessageAttributes' }]);
});
