/** What CodeDeploy does not take for a setting, and what it lets pass. Source: the errors of each operation in the model (S). */
import { expect, test } from '@jest/globals';
import { AwsError } from '../../aws-error.ts';
import { release } from '../cloudformation/release.fixture.ts';
import { StackCloud } from '../cloudformation/stack-cloud.fixture.ts';

const ROLE = 'arn:aws:iam::123456789012:role/deployer';
const GROUP = { applicationName: 'app', deploymentGroupName: 'group', serviceRoleArn: ROLE };
const TRIGGER = {
  triggerName: 't',
  triggerTargetArn: 'arn:aws:sns:us-east-1:123456789012:t',
  triggerEvents: ['DeploymentStop'],
};
const CONFIG = { computePlatform: 'Lambda', trafficRoutingConfig: { type: 'AllAtOnce' } };
const LONG = 'n'.repeat(101);

function cloudWithGroup(): StackCloud {
  const cloud = new StackCloud();
  cloud.call('codedeploy', 'CreateApplication', { applicationName: 'app', computePlatform: 'Lambda' });
  cloud.call('codedeploy', 'CreateDeploymentGroup', GROUP);
  return cloud;
}

function codeOf(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  return 'taken';
}

const update = (more: object): [string, object] => [
  'UpdateDeploymentGroup',
  { applicationName: 'app', currentDeploymentGroupName: 'group', ...more },
];
const rollback = (autoRollbackConfiguration: object) => update({ autoRollbackConfiguration });
const trigger = (more: object) => update({ triggerConfigurations: [{ ...TRIGGER, ...more }] });

test.each<[string, string, readonly [string, object]]>([
  ['InvalidAutoRollbackConfigException', 'a rollback for no event', rollback({ enabled: true, events: [] })],
  ['InvalidAutoRollbackConfigException', 'an unknown event', rollback({ enabled: true, events: ['DEPLOYMENT'] })],
  ['taken', 'no rollback for no event', rollback({ enabled: false })],
  ['InvalidTriggerConfigException', 'an unknown trigger event', trigger({ triggerEvents: ['InstanceStop'] })],
  ['InvalidTriggerConfigException', 'a trigger for nothing', trigger({ triggerEvents: [] })],
  ['InvalidTriggerConfigException', 'a trigger without a topic', trigger({ triggerTargetArn: undefined })],
  ['taken', 'a trigger', trigger({})],
  ['InvalidRoleException', 'a role that is no ARN', update({ serviceRoleArn: 'deployer' })],
  [
    'InvalidRoleException',
    'no role at all',
    ['CreateDeploymentGroup', { ...GROUP, deploymentGroupName: 'b', serviceRoleArn: 'x' }],
  ],
  [
    'InvalidDeploymentGroupNameException',
    'a long name of a group',
    ['CreateDeploymentGroup', { ...GROUP, deploymentGroupName: LONG }],
  ],
  [
    'InvalidApplicationNameException',
    'a long name of an application',
    ['CreateApplication', { applicationName: LONG, computePlatform: 'Lambda' }],
  ],
  ['ApplicationNameRequiredException', 'the deletion of no application', ['DeleteApplication', {}]],
  ['taken', 'the deletion of an application that is not there', ['DeleteApplication', { applicationName: 'none' }]],
  [
    'DeploymentGroupNameRequiredException',
    'the deletion of no group',
    ['DeleteDeploymentGroup', { applicationName: 'app' }],
  ],
  [
    'taken',
    'the deletion of a group that is not there',
    ['DeleteDeploymentGroup', { applicationName: 'none', deploymentGroupName: 'none' }],
  ],
  ['DeploymentConfigNameRequiredException', 'the deletion of no configuration', ['DeleteDeploymentConfig', {}]],
  ['DeploymentConfigNameRequiredException', 'no configuration', ['GetDeploymentConfig', {}]],
  ['InvalidDeploymentStatusException', 'an unknown status', ['ListDeployments', { includeOnlyStatuses: ['Done'] }]],
  ['taken', 'a status that Lambda does not have', ['ListDeployments', { includeOnlyStatuses: ['Baking'] }]],
  [
    'InvalidTimeRangeException',
    'a time before its time',
    ['ListDeployments', { createTimeRange: { start: new Date(2), end: new Date(1) } }],
  ],
  ['DeploymentIdRequiredException', 'no deployments', ['BatchGetDeployments', { deploymentIds: [] }]],
])('%s answers %s', (code, _what, [operation, input]) => {
  const cloud = cloudWithGroup();
  expect(codeOf(() => cloud.call('codedeploy', operation, input))).toBe(code);
});

test('an account has two hundred configurations of its own at most', () => {
  const cloud = new StackCloud();
  const create = (n: number): string =>
    codeOf(() => cloud.call('codedeploy', 'CreateDeploymentConfig', { ...CONFIG, deploymentConfigName: `own-${n}` }));
  const codes = Array.from({ length: 201 }, (_, n) => create(n));
  expect([codes.indexOf('DeploymentConfigLimitExceededException'), new Set(codes.slice(0, 200))]).toEqual([
    200,
    new Set(['taken']),
  ]);
});

function shifting(): StackCloud {
  const cloud = new StackCloud();
  cloud.deploy(release());
  cloud.begin(release({ code: 'two' }));
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.TrafficShifted');
  return cloud;
}

test.each<[string, string, (id: string, target: string) => readonly [string, object]]>([
  ['DeploymentTargetIdRequiredException', 'no target', (deploymentId) => ['GetDeploymentTarget', { deploymentId }]],
  [
    'DeploymentTargetDoesNotExistException',
    'another target',
    (deploymentId) => ['GetDeploymentTarget', { deploymentId, targetId: 'x' }],
  ],
  [
    'DeploymentTargetIdRequiredException',
    'none of the targets',
    (deploymentId) => ['BatchGetDeploymentTargets', { deploymentId, targetIds: [] }],
  ],
  [
    'DeploymentTargetDoesNotExistException',
    'others',
    (deploymentId) => ['BatchGetDeploymentTargets', { deploymentId, targetIds: ['x'] }],
  ],
  [
    'DeploymentTargetListSizeExceededException',
    'more than there are',
    (deploymentId, target) => ['BatchGetDeploymentTargets', { deploymentId, targetIds: [target, 'x'] }],
  ],
  [
    'taken',
    'its target',
    (deploymentId, target) => ['BatchGetDeploymentTargets', { deploymentId, targetIds: [target] }],
  ],
])('%s answers who asks a deployment for %s', (code, _what, ask) => {
  const cloud = shifting();
  const deploymentId = cloud.deployments[0]?.id ?? '';
  const { targetIds } = cloud.call('codedeploy', 'ListDeploymentTargets', { deploymentId });
  const [operation, input] = ask(deploymentId, (targetIds as string[])[0] ?? '');
  expect(codeOf(() => cloud.call('codedeploy', operation, input))).toBe(code);
});

test('a rollback that is stopped is not itself rolled back, whatever the stop asks for', () => {
  const cloud = shifting();
  cloud.alarm('errors', 'ALARM');
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.RollbackTriggered');
  const rollbackId = cloud.deployments[1]?.id;
  cloud.call('codedeploy', 'StopDeployment', { deploymentId: rollbackId, autoRollbackEnabled: true });
  cloud.settle();
  expect(cloud.deployments.map(({ creator, status }) => `${creator} ${status}`)).toEqual([
    'user Stopped',
    'codeDeployRollback Stopped',
  ]);
  expect(cloud.deployments[1]?.rollback).toMatchObject({ role: 'rollsBack', deploymentId: cloud.deployments[0]?.id });
  expect(cloud.alias('list')).toBe('1');
});

test('a description may have 256 characters', () => {
  const cloud = cloudWithGroup();
  const Properties = { Name: 'list', Alias: 'live', CurrentVersion: '1', TargetVersion: '2' };
  const content = JSON.stringify({ version: 0, Resources: [{ list: { Type: 'AWS::Lambda::Function', Properties } }] });
  const revision = { revisionType: 'AppSpecContent', appSpecContent: { content } };
  const names = { applicationName: 'app', deploymentGroupName: 'group' };
  const create = (description: string) =>
    codeOf(() => cloud.call('codedeploy', 'CreateDeployment', { ...names, revision, description }));
  expect([create('d'.repeat(257)), create('d'.repeat(256))]).toEqual(['DescriptionTooLongException', 'taken']);
});
