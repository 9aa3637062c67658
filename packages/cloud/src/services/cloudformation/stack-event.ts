import type { Effect } from '../../effects.ts';
import type { World } from '../../world-state.ts';
import type { Stack } from './state.ts';

export const STACK_TYPE = 'AWS::CloudFormation::Stack';

/** An event about a resource of a stack, as DescribeStackEvents shows it. */
export function resourceEvent(
  world: World,
  stack: Pick<Stack, 'name' | 'id'>,
  resource: { readonly logicalId: string; readonly type: string; readonly physicalId: string },
  status: string,
  reason?: string,
): Effect {
  return {
    type: 'cloudformation.StackEvent',
    stackName: stack.name,
    stackId: stack.id,
    eventId: `${resource.logicalId}-${world.random.uuid('stack events', `${world.applied}:${resource.logicalId}:${status}:${reason ?? ''}`)}`,
    logicalId: resource.logicalId,
    physicalId: resource.physicalId,
    resourceType: resource.type,
    status,
    ...(reason !== undefined && { reason }),
  };
}

/** An event about the stack itself; it sets the stack's status. */
export const stackEvent = (world: World, stack: Pick<Stack, 'name' | 'id'>, status: string, reason?: string): Effect =>
  resourceEvent(world, stack, { logicalId: stack.name, type: STACK_TYPE, physicalId: stack.id }, status, reason);
