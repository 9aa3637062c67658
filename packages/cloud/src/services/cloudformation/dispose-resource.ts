import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { resourceEvent } from './stack-event.ts';
import { again, startResource } from './start-resource.ts';
import type { InFlight, Stack, StackOperation, StackResource } from './state.ts';
import { isSuperseded } from './superseded.ts';

/** A resource is deleted, or left where it is and forgotten, as its policies say. */
export function disposeResource(world: World, stack: Stack, resource: StackResource, now: Instant): Effect[] {
  const { logicalId, type, properties, deletionPolicy, updateReplacePolicy } = resource;
  const operation = stack.operation;
  if (operation === undefined) return [];
  const rest = withoutFirst(operation);
  const taken: Effect = { type: 'cloudformation.OperationChanged', stackName: stack.name, operation: rest };
  const policy = isSuperseded(operation, logicalId) ? replacePolicy(operation, resource) : deletionPolicy;
  const result = isSuperseded(operation, logicalId) ? 'kept' : 'removed';
  if (isRetained(operation, policy)) {
    return [
      taken,
      { type: 'cloudformation.ResourceSettled', stackName: stack.name, logicalId, result },
      resourceEvent(world, stack, resource, 'DELETE_SKIPPED'),
      again(stack, now),
    ];
  }
  const inFlight: InFlight = {
    logicalId,
    type,
    action: 'delete',
    properties,
    updatePolicy: {},
    deletionPolicy,
    updateReplacePolicy,
    attempt: 0,
    previous: resource,
    replies: [],
  };
  return [taken, ...startResource(world, stack, inFlight, now)];
}

/** What is deleted because it has not come to be, or because it is to be as if it never had. */
const isCreation = ({ kind, phase, onFailure }: StackOperation): boolean =>
  kind.startsWith('rollback') || phase === 'clear' || onFailure === 'DELETE';

/** Source: CFNG:aws-attribute-deletionpolicy, CFN API: RetainExceptOnCreate (D). */
function isRetained(operation: StackOperation, policy: string): boolean {
  if (isCreation(operation)) return policy === 'Retain' && operation.retainExceptOnCreate !== true;
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}

const withoutFirst = (operation: StackOperation): StackOperation =>
  operation.phase === 'clear'
    ? { ...operation, leftovers: operation.leftovers.slice(1) }
    : { ...operation, disposals: operation.disposals.slice(1) };

/** UpdateReplacePolicy, not DeletionPolicy, says what becomes of a resource that was replaced. Source: CFNG:aws-attribute-updatereplacepolicy (D). */
const replacePolicy = (
  { kind, phase }: StackOperation,
  { deletionPolicy, updateReplacePolicy }: StackResource,
): string => {
  if (phase === 'clear') return deletionPolicy;
  return kind === 'update' ? updateReplacePolicy : 'Delete';
};
