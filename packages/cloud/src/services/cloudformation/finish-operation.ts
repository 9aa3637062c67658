/**
 * What follows when a phase of a stack operation is over. Source: codedeploy reference 4.2, 4.3 and 4.5 for the
 * order of states and the words.
 */
import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import { UserError } from '../../user-error.ts';
import type { World } from '../../world-state.ts';
import { begin } from './begin-operation.ts';
import { exportConflict } from './exports.ts';
import { CLEANUP_MS } from './pace.ts';
import { neededFirst } from './needed-first.ts';
import { stackEvent } from './stack-event.ts';
import { again } from './start-resource.ts';
import { attributesOf } from './stack-attributes.ts';
import type { Stack, StackOperation, StackResource, StackSettings } from './state.ts';
import { type CompiledTemplate, resolveOutputs } from './template/index.ts';

export function finishPhase(world: World, stack: Stack, now: Instant): Effect[] {
  const { operation } = stack;
  if (operation === undefined) return [];
  const isOff = operation.failed.length > 0 || operation.cancelled === true;
  if (isOff && !isCleanup(operation)) return failed(world, stack, operation, now);
  switch (operation.phase) {
    case 'clear':
      return [
        { type: 'cloudformation.OperationChanged', stackName: stack.name, operation: { ...operation, phase: 'apply' } },
        again(stack, now),
      ];
    case 'apply':
      return applied(world, stack, operation, now);
    case 'cleanup':
      return cleaned(world, stack, operation);
    default:
      return operation.phase satisfies never;
  }
}

/** What could not be removed after an update, or after its rollback, fails neither. */
const isCleanup = ({ kind, phase }: StackOperation): boolean =>
  phase === 'cleanup' && (kind === 'update' || kind === 'rollbackUpdate');

/** Creations and updates are listed apart. Source of the words: T2, serverless#1745 (I). */
function failedTo({ failed: ids, before }: StackOperation): string {
  const created = ids.filter((id) => !before.has(id));
  const updated = ids.filter((id) => before.has(id));
  const part = (verb: string, names: readonly string[]): string =>
    names.length === 0 ? '' : `The following resource(s) failed to ${verb}: [${names.join(', ')}]. `;
  return part('create', created) + part('update', updated);
}

const dependantsFirst = (resources: readonly StackResource[], { order }: CompiledTemplate): StackResource[] =>
  neededFirst(resources, order).toReversed();

/** Everything is as the template says; what is left over is removed next, dependants first. */
function applied(world: World, stack: Stack, operation: StackOperation, now: Instant): Effect[] {
  const { target, kind } = operation;
  const resolved = outputsOf(stack, target);
  if (resolved instanceof UserError) return failed(world, stack, operation, now, resolved.message);
  const conflict = exportConflict(world, stack, resolved);
  if (conflict !== undefined) return failed(world, stack, operation, now, conflict);
  const gone = [...stack.resources.values()].filter((each) => !target.resources.has(each.logicalId));
  const before = operation.fallback ?? target;
  const disposals = dependantsFirst([...operation.leftovers, ...operation.disposals, ...gone], before);
  const outputs: Effect = {
    type: 'cloudformation.OutputsResolved',
    stackName: stack.name,
    outputs: resolved,
  };
  if (kind === 'create') {
    return [outputs, ended(stack, target), stackEvent(world, stack, 'CREATE_COMPLETE')];
  }
  const status =
    kind === 'update' ? 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' : 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
  return [
    outputs,
    stackEvent(world, stack, status),
    ...cleanUp(stack, { ...operation, phase: 'cleanup', disposals }, now),
  ];
}

/** An output may ask for an attribute that its resource turns out not to have. */
function outputsOf(stack: Stack, target: CompiledTemplate) {
  try {
    return resolveOutputs(target, (id) => attributesOf(stack, id));
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const cleanUp = (stack: Stack, operation: StackOperation, now: Instant): Effect[] => [
  { type: 'cloudformation.OperationChanged', stackName: stack.name, operation },
  {
    type: 'wake',
    at: after(now, CLEANUP_MS),
    wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name },
  },
];

const ended = (stack: Stack, compiled?: Stack['compiled'], settings?: StackSettings): Effect => ({
  type: 'cloudformation.OperationChanged',
  stackName: stack.name,
  operation: undefined,
  ...(compiled && { compiled }),
  ...(settings && { settings }),
});

/** The words are AWS's, seen in stack events. */
const leftBehind = ({ operation }: Stack): string | undefined =>
  operation === undefined || operation.failed.length === 0
    ? undefined
    : 'Update successful. One or more resources could not be deleted.';

function cleaned(world: World, stack: Stack, { kind, target, settings }: StackOperation): Effect[] {
  switch (kind) {
    case 'update':
      return [ended(stack, target, settings), stackEvent(world, stack, 'UPDATE_COMPLETE', leftBehind(stack))];
    case 'rollbackUpdate':
      return [ended(stack, target), stackEvent(world, stack, 'UPDATE_ROLLBACK_COMPLETE')];
    case 'create':
    case 'rollbackCreate':
      return [ended(stack), stackEvent(world, stack, 'ROLLBACK_COMPLETE')];
    case 'delete':
      return [
        ended(stack),
        stackEvent(world, stack, 'DELETE_COMPLETE'),
        { type: 'cloudformation.StackDeleted', stackName: stack.name },
      ];
    default:
      return kind satisfies never;
  }
}

function failed(world: World, stack: Stack, operation: StackOperation, now: Instant, because?: string): Effect[] {
  const names = operation.failed.join(', ');
  const reason = because ?? failedTo(operation);
  if (operation.disableRollback === true && operation.cancelled !== true)
    return stays(world, stack, operation, because);
  switch (operation.kind) {
    case 'create': {
      const isDeleted = operation.onFailure === 'DELETE';
      const what = because ?? `The following resource(s) failed to create: [${names}].`;
      const why = `${what.replace(/\.?$/, '.')} ${isDeleted ? 'Delete' : 'Rollback'} requested by user.`;
      return begin(
        world,
        stack,
        isDeleted ? 'delete' : 'rollbackCreate',
        rolledBackCreation(stack, operation),
        now,
        why,
      );
    }
    case 'update':
      return begin(world, stack, 'rollbackUpdate', rolledBackUpdate(stack, operation), now, reason || undefined);
    case 'rollbackUpdate':
      return [
        { type: 'cloudformation.OperationChanged', stackName: stack.name, operation: undefined, stuck: operation },
        stackEvent(world, stack, 'UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${names}]. `),
      ];
    case 'rollbackCreate':
    case 'delete':
      return [
        ended(stack),
        stackEvent(
          world,
          stack,
          operation.kind === 'delete' ? 'DELETE_FAILED' : 'ROLLBACK_FAILED',
          `The following resource(s) failed to delete: [${names}]. `,
        ),
      ];
    default:
      return operation.kind satisfies never;
  }
}

const kept = ({ retainExceptOnCreate, onFailure }: StackOperation) => ({
  ...(retainExceptOnCreate !== undefined && { retainExceptOnCreate }),
  ...(onFailure !== undefined && { onFailure }),
});

/** All that a creation has made goes, dependants first. */
export const rolledBackCreation = (stack: Stack, operation: StackOperation) => ({
  target: operation.target,
  before: operation.before,
  waiting: new Set<string>(),
  phase: 'cleanup' as const,
  disposals: dependantsFirst([...operation.leftovers, ...stack.resources.values()], operation.target),
  ...kept(operation),
});

/** What an update has touched becomes what it was before. */
export function rolledBackUpdate(stack: Stack, operation: StackOperation) {
  const target = operation.fallback ?? stack.compiled;
  return {
    target,
    before: operation.before,
    waiting: new Set(target.order.filter((id) => operation.touched.has(id))),
    leftovers: [...operation.leftovers, ...replacements(operation)],
    replaced: new Set(operation.disposals.map((each) => each.logicalId)),
    ...kept(operation),
  };
}

/** What has replaced a resource and was replaced in its turn, where more than one update is rolled back. */
const replacements = ({ before, disposals }: StackOperation): StackResource[] =>
  disposals.filter(({ logicalId, physicalId }) => before.get(logicalId)?.physicalId !== physicalId);

/** With DisableRollback everything stays as far as it came. Source: codedeploy reference 4.3. */
function stays(world: World, stack: Stack, operation: StackOperation, because?: string): Effect[] {
  const { kind, target } = operation;
  return [
    {
      type: 'cloudformation.OperationChanged',
      stackName: stack.name,
      operation: undefined,
      compiled: target,
      stayed: operation,
    },
    stackEvent(world, stack, kind === 'create' ? 'CREATE_FAILED' : 'UPDATE_FAILED', because ?? failedTo(operation)),
  ];
}
