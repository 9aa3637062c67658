import type { Instant } from '../../instant.ts';
import type { ResourceStep } from './resources/resource-type.ts';
import type { InFlight, Stack } from './state.ts';

/** A resource under way as its type sees it. */
export const stepOf = (stack: Stack, inFlight: InFlight, now: Instant): ResourceStep => ({
  ...inFlight,
  stackName: stack.name,
  stackId: stack.id,
  now,
  throughCodeDeploy: stack.operation?.kind === 'update' && stack.operation.phase === 'apply',
});

/** A resource under way as events show it. */
export const shown = ({ logicalId, type, previous, outcome }: InFlight) => ({
  logicalId,
  type,
  physicalId: outcome?.physicalId ?? previous?.physicalId ?? '',
});
