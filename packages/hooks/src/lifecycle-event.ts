import type { LifecycleEvent } from './cloud.ts';

/** Reads CodeDeploy's payload, `{DeploymentId, LifecycleEventHookExecutionId}`; throws when it is none, as there is nothing to report on. */
export function readLifecycleEvent(payload: unknown): LifecycleEvent {
  const deploymentId = member(payload, 'DeploymentId');
  const executionId = member(payload, 'LifecycleEventHookExecutionId');
  if (typeof deploymentId !== 'string' || typeof executionId !== 'string') {
    throw new Error(
      'The event holds no DeploymentId and LifecycleEventHookExecutionId: only CodeDeploy can start this hook.',
    );
  }
  return { deploymentId, executionId };
}

export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
