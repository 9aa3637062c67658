import { AwsError } from '../../aws-error.ts';
import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { PREDEFINED } from './deployment-configurations.ts';
import { CREATED_TO_STARTED_MS } from './pace.ts';
import {
  type Deployment,
  type DeploymentGroup,
  type LambdaTarget,
  LIFECYCLE_EVENTS,
  type LifecycleEventName,
} from './state.ts';
import type { TrafficRouting } from './traffic-shift.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `d-` and nine upper-case letters or digits. Source: codedeploy reference 3.7 (O). */
export const newDeploymentId = (world: World, label: string): string =>
  `d-${world.random.text('deployment ids', `${world.applied}:${label}`, 9, ALPHABET)}`;

/** The routing of a predefined or custom configuration. */
export function routingOf(world: World, configName: string): TrafficRouting {
  const routing = PREDEFINED.get(configName) ?? world.codedeploy.configs.get(configName)?.routing;
  if (routing === undefined) {
    throw new AwsError(
      'DeploymentConfigDoesNotExistException',
      `No Deployment Configuration found for name: ${configName}`,
    );
  }
  return routing;
}

export interface DeploymentRequest {
  readonly group: DeploymentGroup;
  readonly configName: string;
  readonly creator: Deployment['creator'];
  readonly target: LambdaTarget;
  readonly hooks: Deployment['hooks'];
  readonly overrides?: Deployment['overrides'];
  readonly description?: string | undefined;
  readonly rollback?: NonNullable<Deployment['rollback']>;
}

/**
 * A new deployment and the wake that starts it. One deployment at a time per group.
 * Source: codedeploy reference 3.6.
 */
export function createDeployment(
  world: World,
  request: DeploymentRequest,
  now: Instant,
): { id: string; effects: Effect[] } {
  const { group, configName, creator, target, hooks, overrides = {}, description, rollback } = request;
  const running = runningDeployment(world, group);
  if (running !== undefined && creator === 'user') {
    throw new AwsError(
      'DeploymentLimitExceededException',
      `The Deployment Group '${group.name}' already has an active Deployment '${running.id}'`,
    );
  }
  const id = newDeploymentId(world, group.name);
  const deployment: Deployment = {
    id,
    applicationName: group.applicationName,
    groupName: group.name,
    group,
    overrides,
    ...(description !== undefined && { description }),
    deploymentConfigName: configName,
    routing: routingOf(world, configName),
    creator,
    target,
    hooks,
    createdAt: now,
    status: 'Created',
    lifecycle: LIFECYCLE_EVENTS.map((name: LifecycleEventName) => ({ name, status: 'Pending' })),
    hookExecutions: [],
    weightPercent: 0,
    ...(rollback && { rollback }),
  };
  const start = { service: 'codedeploy', type: 'start', deploymentId: id } as const;
  return {
    id,
    effects: [
      { type: 'codedeploy.DeploymentCreated', deployment },
      { type: 'wake', at: after(now, CREATED_TO_STARTED_MS), wake: start },
    ],
  };
}

/** The deployment of a group that has not ended. */
export function runningDeployment(world: World, group: DeploymentGroup): Deployment | undefined {
  for (const deployment of world.codedeploy.deployments.values()) {
    const ofGroup = deployment.applicationName === group.applicationName && deployment.groupName === group.name;
    if (ofGroup && (deployment.status === 'Created' || deployment.status === 'InProgress')) return deployment;
  }
  return undefined;
}

/** The group as it is now, or was before it was deleted, with what the deployment overrides. */
export function groupOf(world: World, deployment: Deployment): DeploymentGroup {
  const group = world.codedeploy.applications.get(deployment.applicationName)?.groups.get(deployment.groupName);
  return { ...(group ?? deployment.group), ...deployment.overrides };
}
