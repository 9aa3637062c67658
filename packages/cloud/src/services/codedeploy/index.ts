/** CodeDeploy for the Lambda platform: the reference service, which the other rooms imitate. */
import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { Reply, Service } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { currentAliasSeen, shift, shifted } from './allow-traffic.ts';
import {
  beginDeployment,
  beginLifecycleEvent,
  completeLifecycleEvent,
  hookInvoked,
  hookTimedOut,
} from './lifecycle-events.ts';
import { operations } from './operations.ts';
import { applyCodeDeploy, type CodeDeployReplyTo, type CodeDeployWake, type Deployment } from './state.ts';
import { endEarly, endWell } from './stop-deployment.ts';
import { alarmsSeen, lookAtAlarms, nextLook, watches } from './watch-alarms.ts';

/** A deployment that still runs; the wakes and replies of an ended one mean nothing. */
function running(world: World, deploymentId: string): Deployment | undefined {
  const deployment = world.codedeploy.deployments.get(deploymentId);
  return deployment?.completedAt === undefined ? deployment : undefined;
}

/** Source of the codes: the model's ErrorInformation (S), for what is deleted after a deployment was created and before it started. */
function startDeployment(world: World, deployment: Deployment, now: Instant): readonly Effect[] {
  const application = world.codedeploy.applications.get(deployment.applicationName);
  if (application === undefined) return endEarly(world, deployment, 'Failed', MISSING.application, now, false);
  if (!application.groups.has(deployment.groupName))
    return endEarly(world, deployment, 'Failed', MISSING.group, now, false);
  // A rollback does not wait for quiet alarms (codedeploy reference 3.5.5).
  return deployment.creator === 'codeDeployRollback'
    ? beginDeployment(deployment, now)
    : lookAtAlarms(world, deployment, 'start', now);
}

const MISSING = {
  application: { code: 'APPLICATION_MISSING', message: 'The application was missing.' },
  group: { code: 'DEPLOYMENT_GROUP_MISSING', message: 'The deployment group was missing.' },
} as const;

function wake(world: World, it: CodeDeployWake, now: Instant): readonly Effect[] {
  const deployment = running(world, it.deploymentId);
  if (deployment === undefined) return [];
  switch (it.type) {
    case 'start':
      return startDeployment(world, deployment, now);
    case 'lifecycleEvent':
      return beginLifecycleEvent(world, deployment, it.event, now);
    case 'hookTimeout':
      return hookTimedOut(world, deployment, it.executionId, now);
    case 'shift':
      return shift(world, deployment, it.step);
    case 'allowTrafficComplete':
      return completeLifecycleEvent(deployment, 'AllowTraffic', now);
    case 'pollAlarms':
      return watches(world, deployment)
        ? lookAtAlarms(world, deployment, 'poll', now)
        : [nextLook(world, deployment, now)];
    case 'end':
      return endWell(deployment);
    default:
      return it satisfies never;
  }
}

function replied(world: World, to: CodeDeployReplyTo, reply: Reply, now: Instant): readonly Effect[] {
  const deployment = running(world, to.deploymentId);
  if (deployment === undefined) return [];
  switch (to.type) {
    case 'alarms':
      return alarmsSeen(world, deployment, to.when, reply, now);
    case 'hookInvoked':
      return hookInvoked(world, deployment, to, reply, now);
    case 'currentAlias':
      return currentAliasSeen(world, deployment, reply, now);
    case 'shifted':
      return shifted(world, deployment, to, reply, now);
    default:
      return to satisfies never;
  }
}

export const service: Service = { name: 'codedeploy', apply: applyCodeDeploy, wake, replied, operations };

export { readAppSpec, writeAppSpec } from './app-spec.ts';
export { customRouting, PREDEFINED } from './deployment-configurations.ts';
export { DEPLOYMENT_PACE } from './pace.ts';
export { type Shift, type ShiftSchedule, shiftSchedule, type TrafficRouting } from './traffic-shift.ts';
export type { CodeDeployFact, CodeDeployState, Deployment, DeploymentGroup, LifecycleEventName } from './state.ts';
export { initialCodeDeploy } from './state.ts';
