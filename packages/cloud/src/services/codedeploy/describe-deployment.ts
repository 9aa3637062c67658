/** Deployments in the shapes of the API. Source: codedeploy reference 3.7 (S, T1). */
import { createHash } from 'node:crypto';
import type { DeploymentInfo, DeploymentTarget } from '@aws-sdk/client-codedeploy';
import type { World } from '../../world-state.ts';
import { arn } from '../../world-state.ts';
import { writeAppSpec } from './app-spec.ts';
import { groupOf } from './create-deployment.ts';
import type { Deployment } from './state.ts';

/** Of the AppSpec; its content is never shown. Source: codedeploy reference 3.7 (S). */
const digestOf = ({ target, hooks }: Deployment): string =>
  createHash('sha256').update(writeAppSpec({ target, hooks })).digest('hex');

const date = (at: number): Date => new Date(at);

export function deploymentInfo(world: World, deployment: Deployment): DeploymentInfo {
  const group = groupOf(world, deployment);
  const { status, rollback } = deployment;
  const open = status === 'Created' || status === 'InProgress';
  return {
    applicationName: deployment.applicationName,
    deploymentGroupName: deployment.groupName,
    deploymentConfigName: deployment.deploymentConfigName,
    deploymentId: deployment.id,
    status,
    creator: deployment.creator,
    createTime: date(deployment.createdAt),
    ...(deployment.startedAt && { startTime: date(deployment.startedAt) }),
    ...(deployment.completedAt && { completeTime: date(deployment.completedAt) }),
    ...(deployment.description !== undefined && { description: deployment.description }),
    ...(deployment.overrides.alarms && {
      overrideAlarmConfiguration: {
        enabled: deployment.overrides.alarms.enabled,
        ignorePollAlarmFailure: deployment.overrides.alarms.ignorePollAlarmFailure,
        alarms: deployment.overrides.alarms.alarmNames.map((name) => ({ name })),
      },
    }),
    ...(deployment.error && { errorInformation: { ...deployment.error } }),
    deploymentOverview: {
      Pending: status === 'Created' ? 1 : 0,
      InProgress: status === 'InProgress' ? 1 : 0,
      Succeeded: status === 'Succeeded' ? 1 : 0,
      Failed: !open && status !== 'Succeeded' ? 1 : 0,
      Skipped: 0,
      Ready: 0,
    },
    autoRollbackConfiguration: { enabled: group.autoRollback.enabled, events: [...group.autoRollback.events] },
    ...(rollback && {
      rollbackInfo: {
        ...(rollback.role === 'rolledBackBy'
          ? { rollbackDeploymentId: rollback.deploymentId }
          : { rollbackTriggeringDeploymentId: rollback.deploymentId }),
        rollbackMessage: rollback.message,
      },
    }),
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: digestOf(deployment) } },
    computePlatform: 'Lambda',
    deploymentStatusMessages: [],
  };
}

/** The one target of a Lambda deployment. Its id's exact form is assumption `target-id`. */
export const targetId = ({ target }: Deployment): string => `${target.functionName}:${target.alias}`;

/** The target of a deployment that ended before any of its events reads Skipped, as they do. */
function targetStatus({
  status,
  lifecycle,
}: Deployment): 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped' {
  switch (status) {
    case 'Created':
      return 'Pending';
    case 'InProgress':
    case 'Succeeded':
      return status;
    case 'Failed':
    case 'Stopped':
      return lifecycle.every((event) => event.status === 'Skipped') ? 'Skipped' : 'Failed';
    default:
      return status satisfies never;
  }
}

export function deploymentTarget(world: World, deployment: Deployment): DeploymentTarget {
  const { target, lifecycle, weightPercent } = deployment;
  const times = lifecycle.flatMap((event) => [event.startedAt ?? 0, event.endedAt ?? 0]);
  return {
    deploymentTargetType: 'LambdaTarget',
    lambdaTarget: {
      deploymentId: deployment.id,
      targetId: targetId(deployment),
      targetArn: arn(world, 'lambda', `function:${target.functionName}`),
      status: targetStatus(deployment),
      lastUpdatedAt: date(Math.max(deployment.createdAt, ...times)),
      lifecycleEvents: lifecycle.map((event) => ({
        lifecycleEventName: event.name,
        status: event.status,
        ...(event.startedAt && { startTime: date(event.startedAt) }),
        ...(event.endedAt && { endTime: date(event.endedAt) }),
      })),
      lambdaFunctionInfo: {
        functionName: target.functionName,
        functionAlias: target.alias,
        currentVersion: target.currentVersion,
        targetVersion: target.targetVersion,
        targetVersionWeight: weightPercent / 100,
      },
    },
  };
}
