import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { Reply } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { completeLifecycleEvent } from './lifecycle-events.ts';
import { invalidConfiguration, lambdaRefused, serviceRole } from './service-role.ts';
import type { Deployment } from './state.ts';
import { endEarly } from './stop-deployment.ts';
import { shiftSchedule } from './traffic-shift.ts';

/** AllowTraffic begins with a look at the alias: it has to be where the AppSpec says (codedeploy reference 3.8). */
export function allowTraffic(world: World, deployment: Deployment): Effect[] {
  const { functionName, alias } = deployment.target;
  return [
    {
      type: 'call',
      as: serviceRole(world, deployment),
      service: 'lambda',
      operation: 'GetAlias',
      input: { FunctionName: functionName, Name: alias },
      replyTo: { service: 'codedeploy', type: 'currentAlias', deploymentId: deployment.id },
    },
  ];
}

interface AliasSeen {
  readonly FunctionVersion?: string;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
}

/** The alias has been read. A rollback moves it whatever it says. */
export function currentAliasSeen(world: World, deployment: Deployment, reply: Reply, now: Instant): Effect[] {
  if (!reply.ok) return endEarly(world, deployment, 'Failed', lambdaRefused(world, deployment, reply), now);
  if (deployment.creator === 'codeDeployRollback') return shift(world, deployment, 0);
  const { FunctionVersion, RoutingConfig } = reply.output as AliasSeen;
  if (FunctionVersion !== deployment.target.currentVersion)
    return endEarly(world, deployment, 'Failed', invalidConfiguration('elsewhere'), now);
  // A stop without rollback leaves two versions behind, and every later deployment fails (3.5.8, P18).
  if (Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0)
    return endEarly(world, deployment, 'Failed', invalidConfiguration('shared'), now);
  return shift(world, deployment, 0);
}

/**
 * One step of the schedule. While traffic is shared the alias keeps the old FunctionVersion and the new one is
 * an additional weight; the last step swaps FunctionVersion and clears the weights (T1, T7).
 */
export function shift(world: World, deployment: Deployment, step: number): Effect[] {
  const { functionName, alias, currentVersion, targetVersion } = deployment.target;
  const weightPercent = scheduleOf(world, deployment).shifts[step]?.weightPercent ?? 100;
  const routing =
    weightPercent === 100
      ? { FunctionVersion: targetVersion, RoutingConfig: { AdditionalVersionWeights: {} } }
      : {
          FunctionVersion: currentVersion,
          RoutingConfig: { AdditionalVersionWeights: { [targetVersion]: weightPercent / 100 } },
        };
  return [
    {
      type: 'call',
      as: serviceRole(world, deployment),
      service: 'lambda',
      operation: 'UpdateAlias',
      input: { FunctionName: functionName, Name: alias, ...routing },
      replyTo: { service: 'codedeploy', type: 'shifted', deploymentId: deployment.id, step, weightPercent },
    },
  ];
}

/** Lambda moved the alias: the next step is due by the schedule, or AllowTraffic is over. */
export function shifted(
  world: World,
  deployment: Deployment,
  { step, weightPercent }: { step: number; weightPercent: number },
  reply: Reply,
  now: Instant,
): Effect[] {
  if (!reply.ok) return endEarly(world, deployment, 'Failed', lambdaRefused(world, deployment, reply), now);
  const { shifts, completesAfterMs } = scheduleOf(world, deployment);
  const firstShiftAt = deployment.shiftedAt ?? now;
  const moved: Effect = {
    type: 'codedeploy.TrafficShifted',
    deploymentId: deployment.id,
    target: deployment.target,
    weightPercent,
  };
  const next = shifts[step + 1];
  if (next !== undefined) {
    const wake = { service: 'codedeploy', type: 'shift', deploymentId: deployment.id, step: step + 1 } as const;
    return [moved, { type: 'wake', at: after(firstShiftAt, next.afterMs), wake }];
  }
  const over = after(firstShiftAt, completesAfterMs);
  if (over <= now) return [moved, ...completeLifecycleEvent(deployment, 'AllowTraffic', now)];
  const wake = { service: 'codedeploy', type: 'allowTrafficComplete', deploymentId: deployment.id } as const;
  return [moved, { type: 'wake', at: over, wake }];
}

const scheduleOf = (world: World, deployment: Deployment) =>
  shiftSchedule(deployment.routing, world.assumptions.linearIntervals);
