/**
 * What a stack operation does next: every resource whose dependencies are settled starts at once; when nothing
 * waits and nothing is in flight, the phase is over.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import { UserError } from '../../user-error.ts';
import type { World } from '../../world-state.ts';
import { disposeResource } from './dispose-resource.ts';
import { failResource } from './fail-resource.ts';
import { finishPhase } from './finish-operation.ts';
import { RESOURCE_TYPES } from './resources/index.ts';
import { attributesOf } from './stack-attributes.ts';
import { again, REPLACES, startResource } from './start-resource.ts';
import type { InFlight, Stack, StackOperation, StackResource } from './state.ts';
import {
  type CompiledResource,
  type CompiledTemplate,
  type Lookup,
  resolveProperties,
  resolveUpdatePolicy,
} from './template/index.ts';

/** Takes the next resource, or ends the phase. Each effect list starts one; the wake that follows takes another. */
export function proceed(world: World, stack: Stack, now: Instant): Effect[] {
  const { operation } = stack;
  if (operation === undefined || now < operation.startsAt) return [];
  const hasFailed = operation.failed.length > 0;
  const isOff = operation.cancelled === true || (hasFailed && operation.disableRollback !== true);
  if (isOff && operation.phase !== 'cleanup')
    return operation.inFlight.size === 0 ? finishPhase(world, stack, now) : [];
  const next = operation.phase === 'apply' ? readyToApply(operation) : readyToDispose(operation);
  if (next !== undefined) return next(world, stack, now);
  if (operation.inFlight.size > 0) return [];
  const isOver = operation.phase !== 'apply' || hasFailed || operation.waiting.size === 0;
  return isOver ? finishPhase(world, stack, now) : [];
}

type Start = (world: World, stack: Stack, now: Instant) => Effect[];

function readyToApply(operation: StackOperation): Start | undefined {
  for (const logicalId of operation.target.order) {
    if (!operation.waiting.has(logicalId)) continue;
    const resource = operation.target.resources.get(logicalId);
    if (resource === undefined) continue;
    const open = resource.order.some(
      (id) => operation.waiting.has(id) || operation.inFlight.has(id) || operation.failed.includes(id),
    );
    if (!open) return (world, stack, now) => applyResource(world, stack, logicalId, resource, now);
  }
  return undefined;
}

/** Cleanup removes one resource after the other, dependants first. */
function readyToDispose({ phase, leftovers, disposals, inFlight }: StackOperation): Start | undefined {
  const resource = (phase === 'clear' ? leftovers : disposals)[0];
  if (resource === undefined || inFlight.size > 0) return undefined;
  return (world, stack, now) => disposeResource(world, stack, resource, now);
}

function applyResource(
  world: World,
  stack: Stack,
  logicalId: string,
  resource: CompiledResource,
  now: Instant,
): Effect[] {
  const operation = stack.operation;
  if (operation === undefined) return [];
  const lookup = (id: string) => attributesOf(stack, id);
  const resolved = resolvedParts(resource, lookup, operation.target);
  if (resolved instanceof UserError) return refuseResource(world, stack, resource, resolved, now);
  const { properties, updatePolicy } = resolved;
  const present = stack.resources.get(logicalId);
  const forced = operation.kind === 'rollbackUpdate';
  if (
    present !== undefined &&
    present.status !== 'UPDATE_FAILED' &&
    !forced &&
    present.type === resource.type &&
    isDeepStrictEqual(present.properties, properties)
  ) {
    // A policy that changes alone is no update; it comes into force all the same.
    const { deletionPolicy, updateReplacePolicy } = resource;
    const kept = { ...present, deletionPolicy, updateReplacePolicy };
    return [
      { type: 'cloudformation.ResourceSettled', stackName: stack.name, logicalId, result: 'kept', resource: kept },
      again(stack, now),
    ];
  }
  const restores = restored(operation, present, logicalId, properties);
  const action = actionFor(resource.type, present, properties, restores);
  const inFlight: InFlight = {
    logicalId,
    type: resource.type,
    action,
    properties,
    updatePolicy,
    deletionPolicy: resource.deletionPolicy,
    updateReplacePolicy: resource.updateReplacePolicy,
    attempt: attempts(stack, logicalId, action),
    ...(present && { previous: present }),
    ...(restores && { restores }),
    replies: [],
  };
  return [...startResource(world, stack, inFlight, now), again(stack, now)];
}

/** What a reference asks for may turn out not to be there when the resource that it names is made. */
function resolvedParts(resource: CompiledResource, lookup: Lookup, target: CompiledTemplate) {
  try {
    return {
      properties: resolveProperties(resource, lookup, target),
      updatePolicy: resolveUpdatePolicy(resource, lookup, target),
    };
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function refuseResource(
  world: World,
  stack: Stack,
  { logicalId, type, deletionPolicy, updateReplacePolicy }: CompiledResource,
  { message }: UserError,
  now: Instant,
): Effect[] {
  const previous = stack.resources.get(logicalId);
  const action = previous === undefined ? 'create' : 'update';
  const inFlight: InFlight = {
    logicalId,
    type,
    action,
    properties: {},
    updatePolicy: {},
    deletionPolicy,
    updateReplacePolicy,
    attempt: 0,
    ...(previous && { previous }),
    replies: [],
  };
  return [
    { type: 'cloudformation.ResourceInFlight', stackName: stack.name, inFlight },
    ...failResource(world, stack, inFlight, message, now),
  ];
}

/**
 * In a rollback: the resource that is taken as it is, because a replacement has left it where it was, or because
 * the update had not come to change it.
 */
function restored(
  operation: StackOperation,
  present: StackResource | undefined,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
): StackResource | undefined {
  if (operation.kind !== 'rollbackUpdate') return undefined;
  if (operation.replaced?.has(logicalId) === true) return operation.before.get(logicalId);
  const untouched = present?.status !== 'UPDATE_FAILED' && isDeepStrictEqual(present?.properties, properties);
  return untouched ? present : undefined;
}

/** How often the stack has started this before, as its events tell. */
function attempts(stack: Stack, logicalId: string, action: InFlight['action']): number {
  if (action !== 'create' && action !== 'replace') return 0;
  const [status, reason] = action === 'create' ? ['CREATE_IN_PROGRESS', undefined] : ['UPDATE_IN_PROGRESS', REPLACES];
  return stack.events.filter(
    (event) => event.logicalId === logicalId && event.status === status && event.reason === reason,
  ).length;
}

function actionFor(
  type: string,
  present: StackResource | undefined,
  properties: Readonly<Record<string, unknown>>,
  restores: StackResource | undefined,
): InFlight['action'] {
  if (present === undefined) return 'create';
  if (restores !== undefined) return 'update';
  const replacedBy = RESOURCE_TYPES.get(type)?.replacedBy ?? [];
  const replaces =
    present.type !== type || replacedBy.some((name) => !isDeepStrictEqual(present.properties[name], properties[name]));
  return replaces ? 'replace' : 'update';
}
