/**
 * How a deployment ends before its time, and what follows. The event in progress reads Failed, the later ones
 * Skipped; automatic rollback is a second deployment that jumps back to the old version without hooks.
 * Source: codedeploy reference 3.1, 3.5 (T1, T3–T6).
 */
import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { groupOf, newDeploymentId } from './create-deployment.ts';
import { eventChanged } from './lifecycle-events.ts';
import { CREATED_TO_STARTED_MS, ROLLBACK_CREATED_AFTER_MS } from './pace.ts';
import {
  type AutoRollbackEvent,
  type Deployment,
  type ErrorCode,
  type ErrorInformation,
  LIFECYCLE_EVENTS,
} from './state.ts';

export function endEarly(
  world: World,
  deployment: Deployment,
  status: 'Failed' | 'Stopped',
  error: ErrorInformation,
  now: Instant,
  wantsRollback = wanted(world, deployment, error.code),
): Effect[] {
  // Whatever a stop asks for: what goes back is not itself rolled back.
  const rollBack = wantsRollback && deployment.creator !== 'codeDeployRollback';
  return [
    ...deployment.lifecycle.flatMap((event): Effect[] => {
      if (event.status === 'InProgress') return [eventChanged(deployment, event.name, 'Failed')];
      return event.status === 'Pending' ? [eventChanged(deployment, event.name, 'Skipped')] : [];
    }),
    { type: 'codedeploy.DeploymentEnded', deploymentId: deployment.id, status, error },
    ...(rollBack ? rollback(world, deployment, now) : []),
  ];
}

function wanted(world: World, deployment: Deployment, code: ErrorCode): boolean {
  const { enabled, events } = groupOf(world, deployment).autoRollback;
  return enabled && events.includes(rollbackEventOf(code));
}

function rollbackEventOf(code: ErrorCode): AutoRollbackEvent {
  if (code === 'ALARM_ACTIVE') return 'DEPLOYMENT_STOP_ON_ALARM';
  return code === 'MANUAL_STOP' ? 'DEPLOYMENT_STOP_ON_REQUEST' : 'DEPLOYMENT_FAILURE';
}

/**
 * The second deployment: AllAtOnce back to the old version, no hooks, and the alarm that is still in ALARM
 * does not stop it (3.5.3–3.5.6).
 */
function rollback(world: World, failed: Deployment, now: Instant): Effect[] {
  const id = newDeploymentId(world, `rollback of ${failed.id}`);
  const { currentVersion, targetVersion } = failed.target;
  const deployment: Deployment = {
    id,
    applicationName: failed.applicationName,
    groupName: failed.groupName,
    group: failed.group,
    overrides: failed.overrides,
    deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    routing: { type: 'AllAtOnce' },
    creator: 'codeDeployRollback',
    target: { ...failed.target, currentVersion: targetVersion, targetVersion: currentVersion },
    hooks: {},
    createdAt: now,
    status: 'Created',
    lifecycle: LIFECYCLE_EVENTS.map((name) => ({ name, status: 'Pending' })),
    hookExecutions: [],
    weightPercent: 0,
    rollback: {
      deploymentId: failed.id,
      role: 'rollsBack',
      message: `Deployment ${id} is triggered to roll back deployment ${failed.id}.`,
    },
  };
  return [
    {
      type: 'codedeploy.RollbackTriggered',
      deploymentId: failed.id,
      rollbackDeploymentId: id,
      message: `Deployment ${failed.id} terminated. Automatic rollback is triggered with a DeploymentId ${id}.`,
    },
    { type: 'codedeploy.DeploymentCreated', deployment },
    {
      type: 'wake',
      at: after(now, ROLLBACK_CREATED_AFTER_MS + CREATED_TO_STARTED_MS),
      wake: { service: 'codedeploy', type: 'start', deploymentId: id },
    },
  ];
}

/** AfterAllowTraffic succeeded. */
export const endWell = (deployment: Deployment): Effect[] => [
  { type: 'codedeploy.DeploymentEnded', deploymentId: deployment.id, status: 'Succeeded' },
];
