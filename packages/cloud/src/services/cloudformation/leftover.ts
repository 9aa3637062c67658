import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { stepOf } from './resource-step.ts';
import { RESOURCE_TYPES } from './resources/index.ts';
import type { InFlight, Stack, StackResource } from './state.ts';

/** What a creation that did not come to its end has made so far; the rollback deletes it. */
export function leftover(world: World, stack: Stack, inFlight: InFlight, now: Instant): StackResource | undefined {
  const { logicalId, type, action, properties, deletionPolicy, updateReplacePolicy, replies, outcome } = inFlight;
  if (action !== 'create' && action !== 'replace') return undefined;
  const physicalId =
    outcome?.physicalId ??
    (replies.length === 0 ? undefined : RESOURCE_TYPES.get(type)?.made?.(world, stepOf(stack, inFlight, now)));
  if (physicalId === undefined) return undefined;
  const status = action === 'create' ? 'CREATE_FAILED' : 'UPDATE_FAILED';
  const identity = { physicalId, ref: outcome?.ref ?? physicalId, attributes: outcome?.attributes ?? {} };
  return { logicalId, type, ...identity, properties, deletionPolicy, updateReplacePolicy, status, updatedAt: now };
}
