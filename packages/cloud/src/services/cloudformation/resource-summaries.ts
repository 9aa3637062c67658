import { notRolledBack } from './begin-operation.ts';
import type { Stack, StackEvent } from './state.ts';

/** The resources of a stack as they are, and those that are being made or could not be, with the events that say so. */
export function resourceSummaries(stack: Stack) {
  const last = new Map(stack.events.map((event) => [event.logicalId, event]));
  const present = [...stack.resources.values()].map(({ logicalId, type, physicalId, status, updatedAt }) => {
    const event = last.get(logicalId);
    return event !== undefined && (isUnderWay(stack, logicalId) || hasFailed(stack, event))
      ? summary(stack, event)
      : summary(stack, { logicalId, resourceType: type, physicalId, status, at: updatedAt });
  });
  const missing = notMade(stack).flatMap((logicalId) => last.get(logicalId) ?? []);
  return [...present, ...missing.map((event) => summary(stack, event))];
}

const isUnderWay = ({ operation }: Stack, logicalId: string): boolean => operation?.inFlight.has(logicalId) === true;

const hasFailed = (stack: Stack, { status }: StackEvent): boolean =>
  stack.status.endsWith('_FAILED') && status.endsWith('_FAILED');

/** What is being made, and what has failed to be made while nothing is rolled back. */
function notMade(stack: Stack): readonly string[] {
  const operation = stack.operation ?? notRolledBack(stack);
  const ids = operation === undefined ? [] : [...operation.inFlight.keys(), ...operation.failed];
  return ids.filter((logicalId) => !stack.resources.has(logicalId));
}

const summary = (
  stack: Stack,
  { logicalId, physicalId, resourceType, status, reason, at }: Omit<StackEvent, 'eventId'>,
) => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: resourceType,
  ResourceStatus: status,
  ...(reason !== undefined && { ResourceStatusReason: reason }),
  LastUpdatedTimestamp: new Date(at),
  Timestamp: new Date(at),
  StackName: stack.name,
  StackId: stack.id,
});
