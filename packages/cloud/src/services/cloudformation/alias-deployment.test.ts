/**
 * How a deployment of an alias ends, row by row of the table in codedeploy reference 3.1, and what goes wrong around
 * it (section 5).
 */
import { expect, test } from '@jest/globals';
import type { Deployment } from '../codedeploy/index.ts';
import { hook, type Release, release } from './release.fixture.ts';
import { type Behaviour, clock, StackCloud } from './stack-cloud.fixture.ts';

const MINUTE = 60_000;
const PRE = 'CodeDeployHook_Pre';
const POST = 'CodeDeployHook_Post';
const HOOKS: Release = { pre: '!Ref Pre', post: '!Ref Post', more: hook('Pre') + hook('Post') };
const WELL: Behaviour = { reports: 'Succeeded' };

/** A cloud whose first release is live; both hooks report success unless told otherwise. */
function live(first: Release = {}, behaviours: Readonly<Record<string, Behaviour>> = {}): StackCloud {
  const cloud = new StackCloud();
  for (const [name, each] of Object.entries({ [PRE]: WELL, [POST]: WELL, ...behaviours }))
    cloud.behaviours.set(name, each);
  expect(cloud.deploy(release(first))).toBe('CREATE_COMPLETE');
  return cloud;
}

const shifting = (cloud: StackCloud): void => cloud.advanceUntil((fact) => fact.type === 'codedeploy.TrafficShifted');
const events = ({ lifecycle }: Deployment): string => lifecycle.map(({ status }) => status).join(' ');
const seconds = ({ createdAt, completedAt }: Deployment): number => ((completedAt ?? Number.NaN) - createdAt) / 1_000;

const ALARM =
  'One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <errors>';
const HOOK_FAILED = 'The deployment failed because one or more of the lifecycle event validation functions failed.';
const HOOK_SILENT =
  'The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one hour after a deployment hook is invoked.';
const NO_PERMISSION =
  /^The IAM role arn:aws:iam::123456789012:role\/app-CodeDeployServiceRole-\w{12} does not give you permission to perform operations in the following AWS service: AWSLambda\. /;
const ELSEWHERE =
  'The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration. The Lambda function alias version does not match the current version in AppSpec file.';

interface Row {
  readonly outcome: string;
  readonly release?: Release;
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  /** What happens after the deployment has been asked for. */
  readonly happens?: (cloud: StackCloud) => void;
  readonly before?: (cloud: StackCloud) => void;
  readonly lifecycle: string;
  readonly status: Deployment['status'];
  readonly error: readonly [code: string, text: string | RegExp];
  readonly lasts: readonly [from: number, to: number];
}

const ROWS: readonly Row[] = [
  {
    outcome: 'alarm during the shift',
    happens(cloud) {
      shifting(cloud);
      cloud.alarm('errors', 'ALARM');
    },
    lifecycle: 'Succeeded Failed Skipped',
    status: 'Stopped',
    error: ['ALARM_ACTIVE', ALARM],
    lasts: [4, 20],
  },
  {
    outcome: 'alarm while the pre hook runs',
    behaviours: { [PRE]: { reports: 'Succeeded', afterMs: 5 * MINUTE } },
    happens(cloud) {
      cloud.advanceUntil((fact) => fact.type === 'codedeploy.HookInvoked');
      cloud.alarm('errors', 'ALARM');
    },
    lifecycle: 'Failed Skipped Skipped',
    status: 'Stopped',
    error: ['ALARM_ACTIVE', ALARM],
    lasts: [2, 20],
  },
  {
    outcome: 'post hook reports Failed',
    behaviours: { [POST]: { reports: 'Failed' } },
    lifecycle: 'Succeeded Succeeded Failed',
    status: 'Failed',
    error: ['HOOK_EXECUTION_FAILURE', HOOK_FAILED],
    lasts: [302, 308],
  },
  {
    outcome: 'pre hook reports Failed',
    behaviours: { [PRE]: { reports: 'Failed' } },
    lifecycle: 'Failed Skipped Skipped',
    status: 'Failed',
    error: ['HOOK_EXECUTION_FAILURE', HOOK_FAILED],
    lasts: [2, 5],
  },
  {
    outcome: 'alarm already in ALARM',
    before: (cloud) => cloud.alarm('errors', 'ALARM'),
    lifecycle: 'Skipped Skipped Skipped',
    status: 'Stopped',
    error: ['ALARM_ACTIVE', ALARM],
    lasts: [0.5, 1],
  },
  {
    outcome: 'hook outside the managed policy',
    release: { pre: '!Ref Pre', more: hook('Pre', 'check') },
    behaviours: { check: WELL },
    lifecycle: 'Failed Skipped Skipped',
    status: 'Failed',
    error: ['IAM_ROLE_PERMISSIONS', NO_PERMISSION],
    lasts: [1, 3],
  },
  {
    outcome: 'hook never reports',
    behaviours: { [PRE]: {} },
    lifecycle: 'Failed Skipped Skipped',
    status: 'Failed',
    error: ['TIMEOUT', HOOK_SILENT],
    lasts: [3_600, 3_604],
  },
  {
    outcome: 'alias is not where the AppSpec says',
    behaviours: { [PRE]: { reports: 'Succeeded', afterMs: MINUTE } },
    happens(cloud) {
      cloud.advanceUntil((fact) => fact.type === 'codedeploy.HookInvoked');
      cloud.call('lambda', 'UpdateAlias', { FunctionName: 'list', Name: 'live', FunctionVersion: '2' });
    },
    lifecycle: 'Succeeded Failed Skipped',
    status: 'Failed',
    error: ['INVALID_LAMBDA_CONFIGURATION', ELSEWHERE],
    lasts: [60, 66],
  },
  {
    outcome: 'user stop',
    happens(cloud) {
      shifting(cloud);
      cloud.call('codedeploy', 'StopDeployment', { deploymentId: cloud.deployments[0]?.id });
    },
    lifecycle: 'Succeeded Failed Skipped',
    status: 'Stopped',
    error: ['MANUAL_STOP', 'The deployment was stopped by a user.'],
    lasts: [3, 5],
  },
  {
    outcome: 'all at once, with an alarm of before',
    release: { ...HOOKS, type: 'AllAtOnce' },
    before: (cloud) => cloud.alarm('errors', 'ALARM'),
    lifecycle: 'Skipped Skipped Skipped',
    status: 'Stopped',
    error: ['ALARM_ACTIVE', ALARM],
    lasts: [0.5, 1],
  },
  {
    outcome: 'alarm is deleted during the deployment',
    happens(cloud) {
      shifting(cloud);
      cloud.call('cloudwatch', 'DeleteAlarms', { AlarmNames: ['errors'] });
    },
    lifecycle: 'Succeeded Failed Skipped',
    status: 'Stopped',
    error: ['INTERNAL_ERROR', /could not be read, because they do not exist: <errors>$/],
    lasts: [4, 20],
  },
  {
    outcome: 'hook that is not there',
    release: { pre: 'CodeDeployHook_Gone' },
    lifecycle: 'Failed Skipped Skipped',
    status: 'Failed',
    error: ['INVALID_LAMBDA_CONFIGURATION', /^Function not found: .*CodeDeployHook_Gone/],
    lasts: [1, 3],
  },
  {
    outcome: 'alarms cannot be read by the role',
    happens(cloud) {
      shifting(cloud);
      const role = [...cloud.world.iam.roles.keys()].find((name) => name.includes('CodeDeployServiceRole'));
      const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda';
      cloud.call('iam', 'DetachRolePolicy', { RoleName: role, PolicyArn });
    },
    lifecycle: 'Succeeded Failed Skipped',
    status: 'Stopped',
    error: ['IAM_ROLE_PERMISSIONS', /AWS service: AmazonCloudWatch\. /],
    lasts: [4, 20],
  },
];

test.each(ROWS)('outcome: $outcome', (row) => {
  const { lifecycle, status, error, lasts } = row;
  const made = row.release ?? HOOKS;
  const cloud = live(made, row.behaviours);
  row.before?.(cloud);
  cloud.begin(release({ ...made, code: 'two' }));
  row.happens?.(cloud);
  const ends = cloud.settle();
  const [deployment] = cloud.deployments;
  if (deployment === undefined) throw new Error('no deployment');
  expect([deployment.creator, events(deployment), deployment.status]).toEqual(['user', lifecycle, status]);
  expect(seconds(deployment)).toBeGreaterThan(lasts[0]);
  expect(seconds(deployment)).toBeLessThan(lasts[1]);
  expect(deployment.error?.code).toBe(error[0]);
  expect(deployment.error?.message).toMatch(error[1]);
  const failed = cloud.told.find((line) => line.startsWith('FnAliaslive UPDATE_FAILED'));
  expect(failed).toContain(
    `"d-… failed. ${deployment.error?.message ?? ''}" (RequestToken: …, HandlerErrorCode: Internal`,
  );
  expect([ends, cloud.alias('list')]).toEqual([expect.stringMatching(/^UPDATE_ROLLBACK_(COMPLETE|FAILED)$/), '1']);
});

test('outcome: success', () => {
  const cloud = live(HOOKS);
  expect(cloud.deploy(release({ ...HOOKS, code: 'two' }))).toBe('UPDATE_COMPLETE');
  const [deployment, ...others] = cloud.deployments;
  if (deployment === undefined) throw new Error('no deployment');
  expect([events(deployment), deployment.status, deployment.error]).toEqual([
    'Succeeded Succeeded Succeeded',
    'Succeeded',
    undefined,
  ]);
  expect([Math.round(seconds(deployment)), others, cloud.alias('list')]).toEqual([304, [], '2']);
});

test('a rollback is a second deployment: its rows read Succeeded, it has no hooks, and ends about two seconds later', () => {
  const cloud = live(HOOKS);
  cloud.begin(release({ ...HOOKS, code: 'two' }));
  shifting(cloud);
  cloud.alarm('errors', 'ALARM');
  cloud.settle();
  const [stopped, rollback] = cloud.deployments;
  if (stopped === undefined || rollback === undefined) throw new Error('no rollback');
  expect([events(rollback), rollback.status, rollback.creator, rollback.deploymentConfigName, rollback.hooks]).toEqual([
    'Succeeded Succeeded Succeeded',
    'Succeeded',
    'codeDeployRollback',
    'CodeDeployDefault.LambdaAllAtOnce',
    {},
  ]);
  expect(seconds(rollback)).toBeGreaterThan(1);
  expect(seconds(rollback)).toBeLessThan(2.5);
  expect([stopped.rollback?.message, rollback.rollback?.message]).toEqual([
    `Deployment ${stopped.id} terminated. Automatic rollback is triggered with a DeploymentId ${rollback.id}.`,
    `Deployment ${rollback.id} is triggered to roll back deployment ${stopped.id}.`,
  ]);
});

test('a hook without the permission to report is refused and costs an hour', () => {
  const more = hook('Pre', PRE, false);
  const cloud = live({ pre: '!Ref Pre', more });
  expect(cloud.deploy(release({ pre: '!Ref Pre', more, code: 'two' }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.refusals).toContain('PutLifecycleEventHookExecutionStatus AccessDeniedException');
  expect(cloud.deployments[0]?.error?.code).toBe('TIMEOUT');
});

test('a hook that throws is tried three times by Lambda, unnoticed by CodeDeploy, and costs an hour', () => {
  const cloud = live(HOOKS, { [PRE]: { outcome: 'error' } });
  expect(cloud.deploy(release({ ...HOOKS, code: 'two' }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  const tries = cloud.facts.filter(({ fact }) => fact.type === 'lambda.InvocationStarted' && fact.functionName === PRE);
  const first = tries[0]?.at ?? 0;
  expect(tries.map(({ at }) => Math.round((at - first) / MINUTE))).toEqual([0, 1, 3]);
  expect(cloud.deployments[0]?.error?.code).toBe('TIMEOUT');
});

test('a report that comes after the hour is too late', () => {
  const cloud = live(HOOKS, { [PRE]: { reports: 'Succeeded', afterMs: 61 * MINUTE } });
  expect(cloud.deploy(release({ ...HOOKS, code: 'two' }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  cloud.advance(5 * MINUTE);
  expect(cloud.refusals).toContain('PutLifecycleEventHookExecutionStatus LifecycleEventAlreadyCompletedException');
  expect(cloud.alias('list')).toBe('1');
});

test('an alarm that keeps its name keeps its ALARM when it is re-pointed, and blocks the fix (P2, P3)', () => {
  const cloud = live();
  cloud.begin(release({ code: 'two' }));
  shifting(cloud);
  cloud.alarm('errors', 'ALARM');
  cloud.settle();
  const state = () => cloud.world.cloudwatch.alarms.get('errors')?.stateValue;
  expect(state()).toBe('ALARM');
  cloud.begin(release({ code: 'fix' }));
  cloud.advanceUntil((fact) => fact.type === 'cloudwatch.AlarmPut');
  expect(state()).toBe('ALARM');
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.deployments.at(-2)).toMatchObject({ status: 'Stopped', error: { code: 'ALARM_ACTIVE' } });
  cloud.alarm('errors', 'OK');
  expect(cloud.deploy(release({ code: 'another fix' }))).toBe('UPDATE_COMPLETE');
});

test('removing Alarms leaves the old alarms active (P16)', () => {
  const cloud = live();
  cloud.alarm('errors', 'ALARM');
  expect(cloud.deploy(release({ code: 'two', alarms: '' }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.deployments[0]?.error?.code).toBe('ALARM_ACTIVE');
});

test('a stop without rollback leaves two versions; CloudFormation clears the weights, and the next release goes live', () => {
  const cloud = live();
  cloud.begin(release({ code: 'two' }));
  shifting(cloud);
  cloud.call('codedeploy', 'StopDeployment', { deploymentId: cloud.deployments[0]?.id, autoRollbackEnabled: false });
  expect(cloud.alias('list')).toBe('1, 2: 0.1');
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told.some((line) => line.includes('rollback deployment'))).toBe(false);
  expect(cloud.alias('list')).toBe('1');
  expect(cloud.deploy(release({ code: 'three' }))).toBe('UPDATE_COMPLETE');
});

/** Asks CodeDeploy itself for a deployment of `list`. */
function deployBy(
  cloud: StackCloud,
  from: string,
  to: string,
  more: object = {},
  whileShifting?: (deploymentId: string) => void,
): Deployment {
  const [application] = cloud.world.codedeploy.applications.values();
  const [group] = application?.groups.keys() ?? [];
  const Properties = { Name: 'list', Alias: 'live', CurrentVersion: from, TargetVersion: to };
  const content = JSON.stringify({ version: 0, Resources: [{ list: { Type: 'AWS::Lambda::Function', Properties } }] });
  const revision = { revisionType: 'AppSpecContent', appSpecContent: { content } };
  const names = { applicationName: application?.name, deploymentGroupName: group };
  const { deploymentId } = cloud.call('codedeploy', 'CreateDeployment', { ...names, revision, ...more });
  if (whileShifting !== undefined) {
    shifting(cloud);
    whileShifting(String(deploymentId));
  }
  cloud.advance(10 * MINUTE);
  const deployment = cloud.world.codedeploy.deployments.get(String(deploymentId));
  if (deployment === undefined) throw new Error('no deployment');
  return deployment;
}

test('deployments fail while an alias shares traffic between two versions (P18)', () => {
  const cloud = live();
  cloud.deploy(release({ code: 'two' }));
  const weights = (AdditionalVersionWeights: object) =>
    cloud.call('lambda', 'UpdateAlias', {
      FunctionName: 'list',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights },
    });
  weights({ '1': 0.1 });
  const failed = deployBy(cloud, '2', '1', { autoRollbackConfiguration: { enabled: false } });
  expect([failed.status, failed.error?.code, cloud.alias('list')]).toEqual([
    'Failed',
    'INVALID_LAMBDA_CONFIGURATION',
    '2, 1: 0.1',
  ]);
  weights({});
  expect([deployBy(cloud, '2', '1').status, cloud.alias('list')]).toEqual(['Succeeded', '1']);
});

test('a deployment may override the alarms of its group: so an old alarm does not block the fix (3.4.6)', () => {
  const cloud = live();
  cloud.deploy(release({ code: 'two' }));
  cloud.alarm('errors', 'ALARM');
  expect(deployBy(cloud, '2', '1').error?.code).toBe('ALARM_ACTIVE');
  const overriding = { overrideAlarmConfiguration: { enabled: false, alarms: [] } };
  expect(deployBy(cloud, '2', '1', overriding).status).toBe('Succeeded');
});

test('a deployment outlives its group: it can still be asked for', () => {
  const cloud = live();
  cloud.deploy(release({ code: 'two' }));
  const [deployment] = cloud.deployments;
  cloud.remove();
  const { deploymentInfo } = cloud.call('codedeploy', 'GetDeployment', { deploymentId: deployment?.id });
  expect(deploymentInfo).toMatchObject({ status: 'Succeeded', autoRollbackConfiguration: { enabled: true } });
});

const OTHER = `
Other:
  Type: AWS::Serverless::Function
  Properties:
    FunctionName: other
    CodeUri: CODE
    Handler: index.handler
    Runtime: nodejs24.x
    AutoPublishAlias: live
    DeploymentPreference: { Type: TYPE }
`;
const two = (code: string, type = 'Canary10Percent5Minutes'): string =>
  release({ code, more: OTHER.replace('CODE', code).replace('TYPE', type) });

/** What the group of the stack's function is told besides. */
function setGroup(cloud: StackCloud, more: object): void {
  const [application] = cloud.world.codedeploy.applications.values();
  const [group] = application?.groups.keys() ?? [];
  const names = { applicationName: application?.name, currentDeploymentGroupName: group };
  cloud.call('codedeploy', 'UpdateDeploymentGroup', { ...names, ...more });
}

test('an alarm without data does not stop a deployment (3.4.4)', () => {
  const cloud = live();
  cloud.alarm('errors', 'INSUFFICIENT_DATA');
  cloud.begin(release({ code: 'two' }));
  shifting(cloud);
  cloud.alarm('errors', 'INSUFFICIENT_DATA');
  expect([cloud.settle(), cloud.alias('list')]).toEqual(['UPDATE_COMPLETE', '2']);
});

test('a group may ignore that alarms cannot be read (3.4.5)', () => {
  const cloud = live();
  const alarms = [{ name: 'errors' }, { name: 'gone' }];
  setGroup(cloud, { alarmConfiguration: { enabled: true, alarms, ignorePollAlarmFailure: false } });
  expect(cloud.deploy(release({ code: 'two' }))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.deployments[0]?.error?.message).toContain('<gone>');
  setGroup(cloud, { alarmConfiguration: { enabled: true, alarms, ignorePollAlarmFailure: true } });
  expect([cloud.deploy(release({ code: 'three' })), cloud.alias('list')]).toEqual(['UPDATE_COMPLETE', '3']);
});

test('a group that ignores its alarms is not stopped by one (3.4.6)', () => {
  const cloud = live();
  cloud.alarm('errors', 'ALARM');
  setGroup(cloud, { alarmConfiguration: { enabled: false, alarms: [{ name: 'errors' }] } });
  expect([cloud.deploy(release({ code: 'two' })), cloud.alias('list')]).toEqual(['UPDATE_COMPLETE', '2']);
});

test('a group that rolls back on failures and alarms leaves a stop as it is (3.5.2, the group of T3)', () => {
  const events = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'];
  const cloud = live();
  setGroup(cloud, { autoRollbackConfiguration: { enabled: true, events } });
  cloud.deploy(release({ code: 'two' }));
  const stopped = deployBy(cloud, '2', '1', {}, (deploymentId) =>
    cloud.call('codedeploy', 'StopDeployment', { deploymentId }),
  );
  expect([stopped.status, stopped.rollback, cloud.alias('list')]).toEqual(['Stopped', undefined, '2, 1: 0.1']);
  cloud.call('lambda', 'UpdateAlias', {
    FunctionName: 'list',
    Name: 'live',
    RoutingConfig: { AdditionalVersionWeights: {} },
  });
  const alarmed = deployBy(cloud, '2', '1', {}, () => cloud.alarm('errors', 'ALARM'));
  expect([alarmed.status, alarmed.rollback?.role, cloud.alias('list')]).toEqual(['Stopped', 'rolledBackBy', '2']);
});

test('one function may be both hooks, and is asked with an id of its own each time (3.3.4)', () => {
  const both: Release = { pre: '!Ref Pre', post: '!Ref Pre', more: hook('Pre') };
  const cloud = live(both);
  expect(cloud.deploy(release({ ...both, code: 'two' }))).toBe('UPDATE_COMPLETE');
  const executions = cloud.deployments[0]?.hookExecutions ?? [];
  expect(executions.map(({ event, functionName }) => [event, functionName])).toEqual([
    ['BeforeAllowTraffic', PRE],
    ['AfterAllowTraffic', PRE],
  ]);
  expect(new Set(executions.map(({ id }) => id)).size).toBe(2);
});

test('the first hook runs while all callers have the old version, the second when all have the new one (3.3.5)', () => {
  const cloud = live(HOOKS);
  const seen: string[] = [];
  cloud.begin(release({ ...HOOKS, code: 'two' }));
  for (const _ of ['pre', 'post']) {
    cloud.advanceUntil((fact) => fact.type === 'codedeploy.HookInvoked');
    seen.push(cloud.alias('list'));
  }
  expect([seen, cloud.settle()]).toEqual([['1', '2'], 'UPDATE_COMPLETE']);
});

test('a report counts once, for its own execution, and says Succeeded or Failed (3.3.6)', () => {
  const cloud = live(HOOKS, { [PRE]: { reports: 'Succeeded', afterMs: 5 * MINUTE } });
  cloud.begin(release({ ...HOOKS, code: 'two' }));
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.HookInvoked');
  const [deployment] = cloud.deployments;
  const report = (status: string, lifecycleEventHookExecutionId = deployment?.hookExecutions[0]?.id) => {
    try {
      const input = { deploymentId: deployment?.id, lifecycleEventHookExecutionId, status };
      return cloud.call('codedeploy', 'PutLifecycleEventHookExecutionStatus', input);
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  };
  for (const status of ['Pending', 'InProgress', 'Skipped', 'Unknown'])
    expect(report(status)).toBe('InvalidLifecycleEventHookExecutionStatusException');
  expect(report('Succeeded', 'another')).toBe('InvalidLifecycleEventHookExecutionIdException');
  expect(report('Succeeded')).toEqual({ lifecycleEventHookExecutionId: deployment?.hookExecutions[0]?.id });
  expect(report('Failed')).toBe('LifecycleEventAlreadyCompletedException');
  expect(cloud.settle()).toBe('UPDATE_COMPLETE');
});

test('with DisableRollback the stack stays where it failed, and CodeDeploy has set the alias back (4.3)', () => {
  const cloud = live();
  cloud.begin(release({ code: 'two' }), {}, { disableRollback: true });
  shifting(cloud);
  cloud.alarm('errors', 'ALARM');
  expect([cloud.settle(), cloud.alias('list')]).toEqual(['UPDATE_FAILED', '1']);
  expect(cloud.told.at(-1)).toBe('app UPDATE_FAILED The following resource(s) failed to update: [FnAliaslive]. ');
});

test('old versions go where the template says so, and nothing is left to go back to (4.4.4)', () => {
  const properties = 'VersionDeletionPolicy: Delete';
  const cloud = live({ properties });
  expect(cloud.deploy(release({ properties, code: 'two' }))).toBe('UPDATE_COMPLETE');
  expect(cloud.toldShortly.slice(-3)).toEqual([
    'FnVersion DELETE_IN_PROGRESS',
    'FnVersion DELETE_COMPLETE',
    'app UPDATE_COMPLETE',
  ]);
  expect([...(cloud.world.lambda.functions.get('list')?.versions.keys() ?? [])]).toEqual(['2']);
});

test('two functions of a stack are deployed side by side', () => {
  const cloud = new StackCloud();
  cloud.deploy(two('one'));
  expect(cloud.deploy(two('two'))).toBe('UPDATE_COMPLETE');
  const [first, second] = cloud.deployments;
  expect(Math.abs((first?.createdAt ?? 0) - (second?.createdAt ?? Infinity))).toBeLessThan(MINUTE);
  expect([cloud.alias('list'), cloud.alias('other')]).toEqual(['2', '2']);
});

test('of two deployments one fails: the other alias is given up, but its deployment goes on (SAM#351, SAM#291)', () => {
  const cloud = new StackCloud();
  cloud.deploy(two('one', 'Canary10Percent30Minutes'));
  cloud.begin(two('two', 'Canary10Percent30Minutes'));
  shifting(cloud);
  cloud.alarm('errors', 'ALARM');
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told).toContain('OtherAliaslive UPDATE_FAILED Resource update cancelled');
  expect([cloud.alias('list'), cloud.alias('other')]).toEqual(['1', '1']);
  cloud.alarm('errors', 'OK');
  expect(cloud.deploy(two('three', 'Canary10Percent30Minutes'))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told).toContain('OtherAliaslive UPDATE_FAILED A conflicting deployment is in progress');
  cloud.advance(35 * MINUTE);
  expect([cloud.alias('list'), cloud.alias('other')]).toEqual(['1', '2']);
  expect(cloud.deploy(two('four', 'Canary10Percent30Minutes'))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told.find((line) => line.includes('does not match the current version in AppSpec file'))).toBeDefined();
});

test('a linear configuration shifts at the start of each increment', () => {
  const cloud = live({ type: 'Linear10PercentEvery1Minute' });
  cloud.deploy(release({ type: 'Linear10PercentEvery1Minute', code: 'two' }));
  const shifts = cloud.facts.flatMap(({ at, fact }) =>
    fact.type === 'codedeploy.TrafficShifted' ? [[fact.weightPercent, clock(at)] as const] : [],
  );
  expect(shifts.map(([percent]) => percent)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  expect(new Set(shifts.map(([, at]) => at.slice(6))).size).toBe(1);
});
