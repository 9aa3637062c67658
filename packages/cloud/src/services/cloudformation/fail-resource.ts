import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { leftover } from './leftover.ts';
import { shown } from './resource-step.ts';
import { resourceEvent } from './stack-event.ts';
import type { InFlight, Stack, StackOperation } from './state.ts';

/**
 * A resource has failed; whatever else is under way is given up (SAM#351 (I), assumption `given-up-alias`), unless
 * nothing is to be rolled back: then a failure in one path does not affect the others (CFNG:stack-failure-options, D).
 */
export function failResource(world: World, stack: Stack, inFlight: InFlight, reason: string, now: Instant): Effect[] {
  const { operation } = stack;
  const others = [...((operation?.disableRollback === true ? undefined : operation?.inFlight.values()) ?? [])].filter(
    (each) => each.logicalId !== inFlight.logicalId,
  );
  return [
    ...failure(world, stack, inFlight, reason, now),
    ...others.flatMap((other) => cancelled(world, stack, other, now)),
    { type: 'wake', at: now, wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name } },
  ];
}

/** CancelUpdateStack: whatever is under way is given up, and what follows is as after a failure. */
export const cancelResources = (world: World, stack: Stack, now: Instant): Effect[] =>
  [...(stack.operation?.inFlight.values() ?? [])].flatMap((it) => cancelled(world, stack, it, now));

const cancelled = (world: World, stack: Stack, inFlight: InFlight, now: Instant): Effect[] =>
  failure(world, stack, inFlight, `Resource ${inFlight.action === 'create' ? 'creation' : 'update'} cancelled`, now);

function failure(world: World, stack: Stack, inFlight: InFlight, reason: string, now: Instant): Effect[] {
  const { logicalId, action } = inFlight;
  const verb = action === 'create' ? 'CREATE' : action === 'delete' ? 'DELETE' : 'UPDATE';
  const left = leftover(world, stack, inFlight, now);
  const half = halfUpdated(inFlight, now);
  const settled = { type: 'cloudformation.ResourceSettled', stackName: stack.name, logicalId } as const;
  // An update does not fail for what it could not remove: the stack forgets it.
  const forgotten = action === 'delete' && stack.operation !== undefined && isForgotten(stack.operation, logicalId);
  return [
    { ...settled, result: 'failed', ...(left && { leftover: left }), ...(half && { resource: half }) },
    ...(forgotten ? [{ ...settled, result: 'removed' } as const] : []),
    resourceEvent(world, stack, shown(inFlight), `${verb}_FAILED`, reason),
  ];
}

const isForgotten = ({ kind, target }: StackOperation, logicalId: string): boolean =>
  (kind === 'update' || kind === 'rollbackUpdate') && !target.resources.has(logicalId);

/**
 * An update that was given up has changed something: the rollback starts from what it was told. An alias that was
 * being shifted is still what it was before; CodeDeploy sees to that.
 */
function halfUpdated({ action, previous, properties, replies, outcome, deploymentId }: InFlight, now: Instant) {
  if (action !== 'update' || previous === undefined) return undefined;
  if (outcome === undefined && replies.length === 0) return undefined;
  const told = deploymentId === undefined ? properties : previous.properties;
  return { ...previous, properties: told, status: 'UPDATE_FAILED', updatedAt: now } as const;
}
