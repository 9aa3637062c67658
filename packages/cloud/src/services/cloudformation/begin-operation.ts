/**
 * The beginning of a stack operation: what the whole document gets wrong is said before anything moves, and a
 * document that changes nothing is refused in AWS's words.
 */
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../aws-error.ts';
import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import { type Problem, UserError } from '../../user-error.ts';
import { arn, type World } from '../../world-state.ts';
import { FIRST_RESOURCE_MS } from './pace.ts';
import { neededFirst } from './needed-first.ts';
import { RESOURCE_TYPES } from './resources/index.ts';
import { stackEvent } from './stack-event.ts';
import type { OperationKind, Stack, StackOperation } from './state.ts';
import { type CompiledTemplate, resolveProperties } from './template/index.ts';
import { attributesOf } from './stack-attributes.ts';

export interface StackRequest {
  readonly stackName: string;
  readonly compiled: CompiledTemplate;
  readonly tags?: Readonly<Record<string, string>>;
}

/** «No updates are to be performed.» is AWS's answer to a template that changes nothing. */
export const NO_UPDATES = 'No updates are to be performed.';

/** Refuses every resource of a type that is neither emulated nor recorded, all at once, with file and line. */
export function refuseUnknownTypes(compiled: CompiledTemplate, fileName: string): void {
  const problems: Problem[] = [];
  for (const [logicalId, { type, line }] of compiled.resources) {
    if (RESOURCE_TYPES.has(type)) continue;
    problems.push({
      message: `The resource "${logicalId}" has the type ${type}, which is neither emulated nor recorded. See docs/slice.md#resource-types.`,
      file: fileName,
      ...(line !== undefined && { line }),
    });
  }
  if (problems.length > 0) throw new UserError(problems);
}

export function createStack(world: World, { stackName, compiled, tags = {} }: StackRequest, now: Instant): Effect[] {
  const existing = world.cloudformation.stacks.get(stackName);
  if (existing !== undefined) throw new AwsError('AlreadyExistsException', `Stack [${stackName}] already exists`);
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${stackName}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*`,
    );
  }
  const stackId = arn(
    world,
    'cloudformation',
    `stack/${stackName}/${world.random.uuid('stack ids', `${world.applied}:${stackName}`)}`,
  );
  const created: Effect = { type: 'cloudformation.StackCreated', stackName, stackId, compiled, tags };
  const waiting = new Set(compiled.order);
  return [
    created,
    ...begin(world, { name: stackName, id: stackId }, 'create', { target: compiled, before: new Map(), waiting }, now),
  ];
}

export function updateStack(world: World, { stackName, compiled }: StackRequest, now: Instant): Effect[] {
  const stack = stackNamed(world, stackName);
  refuseWhileBusy(stack);
  if (changedIds(stack, compiled).size === 0) throw new AwsError('ValidationError', NO_UPDATES);
  const operation = {
    target: compiled,
    fallback: stack.compiled,
    before: stack.resources,
    waiting: new Set(compiled.order),
  };
  return begin(world, stack, 'update', operation, now);
}

export function deleteStack(world: World, stackName: string, now: Instant): Effect[] {
  const stack = world.cloudformation.stacks.get(stackName);
  if (stack === undefined) return [];
  refuseWhileBusy(stack);
  const disposals = neededFirst([...stack.resources.values()], stack.compiled.order)
    .toReversed();
  const operation = {
    target: stack.compiled,
    before: stack.resources,
    waiting: new Set<string>(),
    disposals,
    phase: 'cleanup' as const,
  };
  return begin(world, stack, 'delete', operation, now);
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
  reason = 'User Initiated',
): Effect[] {
  const operation: StackOperation = {
    kind,
    phase: 'apply',
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
      at: after(now, FIRST_RESOURCE_MS),
      wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name },
    },
  ];
}

export function stackNamed(world: World, nameOrId: string): Stack {
  const name = nameOrId.startsWith('arn:') ? (nameOrId.split('/')[1] ?? '') : nameOrId;
  const stack = world.cloudformation.stacks.get(name);
  if (stack === undefined) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  return stack;
}

function refuseWhileBusy(stack: Stack): void {
  if (stack.operation === undefined && stack.status !== 'ROLLBACK_COMPLETE') return;
  throw new AwsError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
}

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
      present.type === resource.type &&
      isDeepStrictEqual(resolveProperties(resource, lookup, compiled), present.properties);
    if (!same) changed.add(logicalId);
  }
  for (const logicalId of stack.resources.keys()) if (!compiled.resources.has(logicalId)) changed.add(logicalId);
  return changed;
}
