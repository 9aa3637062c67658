/**
 * The beginning of a stack operation: what the whole document gets wrong is said before anything moves, and a
 * document that changes nothing is refused in AWS's words.
 */
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../aws-error.ts';
import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import { arn, type World } from '../../world-state.ts';
import { exportConflict } from './exports.ts';
import { FIRST_RESOURCE_MS } from './pace.ts';
import { leftover } from './leftover.ts';
import { neededFirst } from './needed-first.ts';
import { shown } from './resource-step.ts';
import { resourceEvent, stackEvent } from './stack-event.ts';
import type { OperationKind, Stack, StackOperation, StackResource } from './state.ts';
import { type CompiledTemplate, resolveProperties } from './template/index.ts';
import { attributesOf } from './stack-attributes.ts';

export interface StackRequest {
  readonly stackName: string;
  readonly compiled: CompiledTemplate;
  readonly tags?: Readonly<Record<string, string>>;
  readonly capabilities?: readonly string[];
  readonly disableRollback?: boolean;
  readonly onFailure?: StackOperation['onFailure'];
  readonly retainExceptOnCreate?: boolean;
}

/** «No updates are to be performed.» is AWS's answer to a template that changes nothing. */
export const NO_UPDATES = 'No updates are to be performed.';

export function createStack(world: World, request: StackRequest, now: Instant): Effect[] {
  const { stackName, compiled, tags = {}, capabilities = [] } = request;
  const existing = world.cloudformation.stacks.get(stackName);
  if (existing !== undefined) throw new AwsError('AlreadyExistsException', `Stack [${stackName}] already exists`);
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${stackName}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*`,
    );
  }
  const stackId = newStackId(world, stackName);
  const created: Effect = { type: 'cloudformation.StackCreated', stackName, stackId, compiled, tags, capabilities };
  const waiting = new Set(compiled.order);
  return [
    created,
    ...begin(
      world,
      { name: stackName, id: stackId },
      'create',
      { target: compiled, before: new Map(), waiting, ...failureOptions(request) },
      now,
    ),
  ];
}

/** What a request says of a failure, for its operation. */
export const failureOptions = ({
  disableRollback = false,
  onFailure,
  retainExceptOnCreate,
}: Pick<StackRequest, 'disableRollback' | 'onFailure' | 'retainExceptOnCreate'>) => ({
  disableRollback: disableRollback || onFailure === 'DO_NOTHING',
  ...(onFailure !== undefined && { onFailure }),
  ...(retainExceptOnCreate === true && { retainExceptOnCreate }),
});

export const newStackId = (world: World, stackName: string): string =>
  arn(world, 'cloudformation', `stack/${stackName}/${world.random.uuid('stack ids', `${world.applied}:${stackName}`)}`);

export function updateStack(world: World, request: StackRequest, now: Instant): Effect[] {
  const { stackName, compiled } = request;
  const stack = stackNamed(world, stackName);
  refuseWhileBusy(stack);
  refuseTypeChanges(stack, compiled);
  if (changesNothing(stack, compiled, request.tags)) throw new AwsError('ValidationError', NO_UPDATES);
  const operation = {
    target: compiled,
    fallback: stack.compiled,
    before: stack.resources,
    ...resumed(stack),
    waiting: new Set(compiled.order),
    settings: { tags: request.tags ?? stack.tags, capabilities: request.capabilities ?? stack.capabilities },
    ...failureOptions(request),
  };
  return begin(world, stack, 'update', operation, now);
}

/** The operation of a stack that has failed and was left as it was. */
export const notRolledBack = ({ status, stayed }: Stack): StackOperation | undefined =>
  status === 'CREATE_FAILED' || status === 'UPDATE_FAILED' ? stayed : undefined;

/**
 * What follows a failure that was not rolled back: first what failed creations have left goes, and a rollback goes
 * back to where the failed update began, the last stable state. Source: CFNG:stack-failure-options (D).
 */
function resumed(stack: Stack): Partial<StackOperation> {
  const stayed = notRolledBack(stack);
  if (stayed === undefined) return {};
  const { kind, fallback, before, touched, disposals, leftovers } = stayed;
  const since = kind === 'update' ? { fallback: fallback ?? stack.compiled, before, touched, disposals } : {};
  return { ...since, phase: 'clear', leftovers };
}

/** A logical id keeps its type. The words are CloudFormation's own. */
export function refuseTypeChanges({ resources }: Stack, compiled: CompiledTemplate): void {
  const changed = [...resources.values()].filter(
    ({ logicalId, type }) => (compiled.resources.get(logicalId)?.type ?? type) !== type,
  );
  if (changed.length === 0) return;
  const names = changed.map(({ logicalId }) => logicalId).join(', ');
  throw new AwsError(
    'ValidationError',
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${names}]`,
  );
}

/** `retained`: logical ids that stay where they are and are forgotten. Deleting a stack that is not there succeeds. */
export function deleteStack(world: World, nameOrId: string, now: Instant, retained: readonly string[] = []): Effect[] {
  const stack = world.cloudformation.stacks.get(nameOf(nameOrId));
  if (stack === undefined) return [];
  const { operation: current } = stack;
  if (current?.kind === 'delete') return [];
  if (current !== undefined && current.kind !== 'create' && current.kind !== 'rollbackCreate')
    throw new AwsError('ValidationError', `Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
  refuseRetained(stack, retained);
  const conflict = exportConflict(world, stack, []);
  // The stack stays as it is, and says why.
  if (conflict !== undefined) return [stackEvent(world, stack, stack.status, conflict)];
  const cancelled = cancel(world, stack, now);
  const { leftovers = [], disposals: replaced = [] } = notRolledBack(stack) ?? {};
  const left = [...leftovers, ...replaced, ...cancelled.leftovers, ...stack.resources.values()];
  const disposals = neededFirst(left, stack.compiled.order)
    .filter((it) => !retained.includes(it.logicalId))
    .toReversed();
  const operation = {
    target: stack.compiled,
    before: stack.resources,
    waiting: new Set<string>(),
    disposals,
    phase: 'cleanup' as const,
  };
  return [...cancelled.effects, ...begin(world, stack, 'delete', operation, now)];
}

/** A creation, or its rollback, that is given up for the stack to be deleted: what it was doing, and what that leaves. */
function cancel(world: World, stack: Stack, now: Instant): { effects: Effect[]; leftovers: StackResource[] } {
  const { operation } = stack;
  if (operation === undefined) return { effects: [], leftovers: [] };
  const inFlight = [...operation.inFlight.values()];
  const making = inFlight.filter(({ action }) => action === 'create');
  const made = making.flatMap((it) => leftover(world, stack, it, now) ?? []);
  const going = inFlight.flatMap(({ action, previous }) => (action === 'delete' ? (previous ?? []) : []));
  const left = [...operation.leftovers, ...operation.disposals, ...made, ...going];
  return {
    effects: making.map((it) => resourceEvent(world, stack, shown(it), 'CREATE_FAILED', 'Resource creation cancelled')),
    leftovers: left.filter(({ logicalId }) => !stack.resources.has(logicalId)),
  };
}

/** The words of both are CloudFormation's, as Eucalyptus and aws-nuke#270 have them. */
function refuseRetained({ id, status, resources }: Stack, retained: readonly string[]): void {
  if (retained.length === 0) return;
  if (status !== 'DELETE_FAILED')
    throw new AwsError(
      'ValidationError',
      `Invalid operation on stack ${id}. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
    );
  if (retained.some((logicalId) => !resources.has(logicalId)))
    throw new AwsError(
      'ValidationError',
      'The specified resources to retain must be in a valid state. Do not specify resources that are in the DELETE_COMPLETE state.',
    );
}

type Beginning = Pick<StackOperation, 'target' | 'before' | 'waiting'> & Partial<StackOperation>;

const FIRST_STATUS = {
  create: 'CREATE_IN_PROGRESS',
  update: 'UPDATE_IN_PROGRESS',
  delete: 'DELETE_IN_PROGRESS',
  rollbackCreate: 'ROLLBACK_IN_PROGRESS',
  rollbackUpdate: 'UPDATE_ROLLBACK_IN_PROGRESS',
} as const satisfies Record<OperationKind, string>;

/** Starts an operation: its status event, and the wake that takes the first resources. */
export function begin(
  world: World,
  stack: Pick<Stack, 'name' | 'id'>,
  kind: OperationKind,
  beginning: Beginning,
  now: Instant,
  reason: string | undefined = 'User Initiated',
): Effect[] {
  const operation: StackOperation = {
    kind,
    phase: 'apply',
    startsAt: after(now, FIRST_RESOURCE_MS),
    inFlight: new Map(),
    touched: new Set(),
    failed: [],
    disposals: [],
    leftovers: [],
    ...beginning,
  };
  return [
    { type: 'cloudformation.OperationChanged', stackName: stack.name, operation },
    stackEvent(world, stack, FIRST_STATUS[kind], reason),
    {
      type: 'wake',
      at: operation.startsAt,
      wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name },
    },
  ];
}

/** The name in a name or in a stack's ARN. */
const nameOf = (nameOrId: string): string => (nameOrId.startsWith('arn:') ? (nameOrId.split('/')[1] ?? '') : nameOrId);

export function stackNamed(world: World, nameOrId: string): Stack {
  const stack = world.cloudformation.stacks.get(nameOf(nameOrId));
  if (stack === undefined || (nameOrId.startsWith('arn:') && stack.id !== nameOrId))
    throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  return stack;
}

/** Only a stack that has come to a good rest is updated. Source: codedeploy reference 4.5. */
const UPDATABLE: readonly string[] = [
  'CREATE_COMPLETE',
  'CREATE_FAILED',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
];

export function refuseWhileBusy(stack: Stack): void {
  if (stack.status === 'CREATE_FAILED' && stack.stayed?.onFailure === 'DO_NOTHING')
    throw new AwsError(
      'ValidationError',
      'This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.',
    );
  if (stack.operation === undefined && UPDATABLE.includes(stack.status)) return;
  throw new AwsError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
}

/** Neither resources nor outputs nor tags would be different. What has failed and stayed is never as it should be. */
export const changesNothing = (stack: Stack, compiled: CompiledTemplate, tags: Stack['tags'] = stack.tags): boolean =>
  !stack.status.endsWith('E_FAILED') &&
  isDeepStrictEqual(stack.compiled.outputs, compiled.outputs) &&
  isDeepStrictEqual(stack.tags, tags) &&
  changedIds(stack, compiled).size === 0;

/** Logical ids that a template would add, change or remove, as far as can be told before it runs. */
export function changedIds(stack: Stack, compiled: CompiledTemplate): Set<string> {
  const changed = new Set<string>();
  const lookup = (logicalId: string) => attributesOf(stack, logicalId);
  for (const [logicalId, resource] of compiled.resources) {
    const present = stack.resources.get(logicalId);
    const asks = resource.order.some((id) => changed.has(id) || !stack.resources.has(id));
    const same =
      present !== undefined &&
      !asks &&
      present.status !== 'UPDATE_FAILED' &&
      present.type === resource.type &&
      isDeepStrictEqual(resolveProperties(resource, lookup, compiled), present.properties);
    if (!same) changed.add(logicalId);
  }
  for (const logicalId of stack.resources.keys()) if (!compiled.resources.has(logicalId)) changed.add(logicalId);
  return changed;
}
