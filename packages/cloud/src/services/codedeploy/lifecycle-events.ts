/**
 * The three lifecycle events of a Lambda deployment, one after the other. A hook runs once per event that has
 * one; CodeDeploy waits for PutLifecycleEventHookExecutionStatus and for nothing else.
 * Source: codedeploy reference 3.1 and 3.3.
 */
import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { Reply } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { allowTraffic } from './allow-traffic.ts';
import { BETWEEN_EVENTS_MS, HOOK_LIMIT_MS, LAST_EVENT_TO_END_MS, STARTED_TO_FIRST_EVENT_MS } from './pace.ts';
import { lambdaRefused, serviceRole } from './service-role.ts';
import { type Deployment, LIFECYCLE_EVENTS, type LifecycleEventName, type LifecycleEventStatus } from './state.ts';
import { endEarly } from './stop-deployment.ts';

/** The alarms are quiet: the deployment is on its way. */
export function beginDeployment(deployment: Deployment, now: Instant): Effect[] {
  const leadMs = deployment.creator === 'codeDeployRollback' ? BETWEEN_EVENTS_MS : STARTED_TO_FIRST_EVENT_MS;
  return [
    { type: 'codedeploy.DeploymentStarted', deploymentId: deployment.id },
    wakeEvent(deployment, 'BeforeAllowTraffic', after(now, leadMs)),
  ];
}

/** A lifecycle event's turn has come. */
export function beginLifecycleEvent(
  world: World,
  deployment: Deployment,
  event: LifecycleEventName,
  now: Instant,
): Effect[] {
  const inProgress = eventChanged(deployment, event, 'InProgress');
  if (event === 'AllowTraffic') return [inProgress, ...allowTraffic(world, deployment)];
  const hook = deployment.hooks[event];
  if (hook === undefined) return [inProgress, ...completeLifecycleEvent(deployment, event, now)];
  return [inProgress, ...invokeHook(world, deployment, event, hook)];
}

/** Succeeded; the next event follows, or the end. */
export function completeLifecycleEvent(deployment: Deployment, event: LifecycleEventName, now: Instant): Effect[] {
  const next = LIFECYCLE_EVENTS[LIFECYCLE_EVENTS.indexOf(event) + 1];
  const succeeded = eventChanged(deployment, event, 'Succeeded');
  if (next !== undefined) return [succeeded, wakeEvent(deployment, next, after(now, BETWEEN_EVENTS_MS))];
  const end = { service: 'codedeploy', type: 'end', deploymentId: deployment.id } as const;
  return [succeeded, { type: 'wake', at: after(now, LAST_EVENT_TO_END_MS), wake: end }];
}

/** Opaque, and base64 of a document that begins with `encryptedData` (T1). */
function newExecutionId(world: World, deployment: Deployment, event: LifecycleEventName): string {
  const bytes = (label: string, length: number): string =>
    Buffer.from(world.random.bytes(label, `${deployment.id}:${event}`, length)).toString('base64');
  const blob = { encryptedData: bytes('hook executions', 96), ivParameterSpec: bytes('hook vectors', 12) };
  return Buffer.from(JSON.stringify({ ...blob, materialSetSerial: 1 })).toString('base64');
}

/** The payload has exactly these two keys (3.3.1, T1); the invocation is asynchronous (3.3.2). */
function invokeHook(world: World, deployment: Deployment, event: LifecycleEventName, functionName: string): Effect[] {
  const executionId = newExecutionId(world, deployment, event);
  const payload = JSON.stringify({ DeploymentId: deployment.id, LifecycleEventHookExecutionId: executionId });
  return [
    {
      type: 'call',
      as: serviceRole(world, deployment),
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: functionName, InvocationType: 'Event', Payload: Buffer.from(payload) },
      replyTo: { service: 'codedeploy', type: 'hookInvoked', deploymentId: deployment.id, event, executionId },
    },
  ];
}

/** Lambda took the invocation, or would not: then the deployment fails at once (3.1, "hook not invocable"). */
export function hookInvoked(
  world: World,
  deployment: Deployment,
  { event, executionId }: { event: LifecycleEventName; executionId: string },
  reply: Reply,
  now: Instant,
): Effect[] {
  const functionName = deployment.hooks[event] ?? '';
  if (!reply.ok) return endEarly(world, deployment, 'Failed', lambdaRefused(world, deployment, reply), now);
  const timeout = { service: 'codedeploy', type: 'hookTimeout', deploymentId: deployment.id, executionId } as const;
  return [
    { type: 'codedeploy.HookInvoked', deploymentId: deployment.id, event, functionName, executionId },
    { type: 'wake', at: after(now, HOOK_LIMIT_MS), wake: timeout },
  ];
}

/** The hook reported through PutLifecycleEventHookExecutionStatus. */
export function hookReported(
  world: World,
  deployment: Deployment,
  { event, executionId }: { event: LifecycleEventName; executionId: string },
  status: 'Succeeded' | 'Failed',
  now: Instant,
): Effect[] {
  const reported: Effect = { type: 'codedeploy.HookReported', deploymentId: deployment.id, executionId, event, status };
  if (status === 'Succeeded') return [reported, ...completeLifecycleEvent(deployment, event, now)];
  const message = 'The deployment failed because one or more of the lifecycle event validation functions failed.';
  return [reported, ...endEarly(world, deployment, 'Failed', { code: 'HOOK_EXECUTION_FAILURE', message }, now)];
}

/** One hour without a report. The text is the ECS page's; the code is assumption `hook-silent-error-code`. */
export function hookTimedOut(world: World, deployment: Deployment, executionId: string, now: Instant): Effect[] {
  const execution = deployment.hookExecutions.find((each) => each.id === executionId);
  if (execution?.status !== 'InProgress') return [];
  const message =
    'The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one hour after a deployment hook is invoked.';
  return endEarly(world, deployment, 'Failed', { code: 'TIMEOUT', message }, now);
}

export const eventChanged = (
  deployment: Deployment,
  event: LifecycleEventName,
  status: LifecycleEventStatus,
): Effect => ({
  type: 'codedeploy.LifecycleEventChanged',
  deploymentId: deployment.id,
  event,
  status,
});

const wakeEvent = (deployment: Deployment, event: LifecycleEventName, at: Instant): Effect => ({
  type: 'wake',
  at,
  wake: { service: 'codedeploy', type: 'lifecycleEvent', deploymentId: deployment.id, event },
});
