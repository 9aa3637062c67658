import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { resourceEvent } from './stack-event.ts';
import type { InFlight, Stack } from './state.ts';
import { takeStep } from './take-step.ts';

/** CloudFormation's words for a replacement. */
export const REPLACES = 'Requested update requires the creation of a new physical resource; hence creating one.';

const VERB = { create: 'CREATE', update: 'UPDATE', replace: 'UPDATE', delete: 'DELETE' } as const;

/** A resource's turn has come: its event, and its first step. */
export function startResource(world: World, stack: Stack, inFlight: InFlight, now: Instant): Effect[] {
  const { logicalId, type, action, previous } = inFlight;
  const shown = { logicalId, type, physicalId: previous?.physicalId ?? '' };
  return [
    resourceEvent(world, stack, shown, `${VERB[action]}_IN_PROGRESS`, action === 'replace' ? REPLACES : undefined),
    { type: 'cloudformation.ResourceInFlight', stackName: stack.name, inFlight },
    ...takeStep(world, stack, inFlight, now),
  ];
}

/** The wake that takes the next resource. */
export const again = (stack: Stack, now: Instant): Effect => ({
  type: 'wake',
  at: now,
  wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name },
});
