import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { shown } from './resource-step.ts';
import { resourceEvent } from './stack-event.ts';
import type { InFlight, Stack, StackResource } from './state.ts';
import { isSuperseded } from './superseded.ts';

/** The resource has settled: it is the stack's now, or gone. */
export function settleResource(world: World, stack: Stack, inFlight: InFlight, now: Instant): Effect[] {
  const { logicalId, action, outcome, previous, type, properties } = inFlight;
  const { deletionPolicy, updateReplacePolicy } = inFlight;
  // The wake may be that of an earlier turn of the same resource, which was given up.
  if (outcome === undefined || inFlight.readyAt !== now) return [];
  const next: Effect = {
    type: 'wake',
    at: now,
    wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name },
  };
  if (action === 'delete') {
    const superseded = stack.operation !== undefined && isSuperseded(stack.operation, logicalId);
    return [
      {
        type: 'cloudformation.ResourceSettled',
        stackName: stack.name,
        logicalId,
        result: superseded ? 'kept' : 'removed',
      },
      resourceEvent(world, stack, shown(inFlight), 'DELETE_COMPLETE'),
      next,
    ];
  }
  const verb = action === 'create' ? 'CREATE' : 'UPDATE';
  const resource: StackResource = {
    logicalId,
    type,
    ...outcome,
    properties,
    deletionPolicy,
    updateReplacePolicy,
    status: `${verb}_COMPLETE`,
    updatedAt: now,
  };
  const replaced = action === 'replace' || stack.operation?.replaced?.has(logicalId) === true;
  return [
    {
      type: 'cloudformation.ResourceSettled',
      stackName: stack.name,
      logicalId,
      result: 'done',
      resource,
      ...(replaced && previous && { disposal: previous }),
    },
    resourceEvent(world, stack, shown(inFlight), `${verb}_COMPLETE`),
    next,
  ];
}
