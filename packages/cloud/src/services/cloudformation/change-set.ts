/** The life of a change set: pending, looked at, carried out or thrown away. Source: codedeploy reference 4.5. */
import { AwsError } from '../../aws-error.ts';
import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import { arn, type World } from '../../world-state.ts';
import {
  begin,
  changesNothing,
  failureOptions,
  newStackId,
  NO_UPDATES,
  refuseWhileBusy,
  type StackRequest,
  updateStack,
} from './begin-operation.ts';
import { missingCapability } from './capabilities.ts';
import { describeChanges } from './describe-changes.ts';
import { adoptExternalRoles } from './external-roles.ts';
import { CHANGE_SET_MS } from './pace.ts';
import { hasTransform } from './requested-template.ts';
import { stackEvent } from './stack-event.ts';
import type { ChangeSet, Stack } from './state.ts';
import type { CompiledTemplate } from './template/index.ts';

export interface ChangeSetRequest extends Pick<ChangeSet, 'name' | 'stackName' | 'kind' | 'compiled' | 'settings'> {
  readonly description?: string | undefined;
}

/** Answered after CHANGE_SET_MS. A change set for a stack that is not there yet makes an empty one to review. */
export function createChangeSet(
  world: World,
  { description, ...request }: ChangeSetRequest,
  now: Instant,
): { readonly changeSet: ChangeSet; readonly effects: Effect[] } {
  const { name, stackName, compiled, settings } = request;
  const existing = world.cloudformation.stacks.get(stackName);
  checkKind(existing, request);
  const stackId = existing?.id ?? newStackId(world, stackName);
  const missing = hasTransform(compiled.text) ? undefined : missingCapability(compiled, settings.capabilities);
  // What a transform makes is looked at later: there the same ends in a change set that has failed.
  if (missing !== undefined) throw new AwsError('InsufficientCapabilitiesException', missing);
  const id = arn(
    world,
    'cloudformation',
    `changeSet/${name}/${world.random.uuid('ids', `${world.applied}:change set ${name}`)}`,
  );
  const changeSet: ChangeSet = {
    ...request,
    ...(description !== undefined && { description }),
    id,
    stackId,
    createdAt: now,
    status: 'CREATE_PENDING',
    executionStatus: 'UNAVAILABLE',
    changes: [],
  };
  const wake = { service: 'cloudformation', type: 'changeSetReady', stackName, changeSetId: id } as const;
  const review: Effect[] = [
    { type: 'cloudformation.StackCreated', stackName, stackId, compiled: NO_TEMPLATE, tags: {} },
    stackEvent(world, { name: stackName, id: stackId }, 'REVIEW_IN_PROGRESS', 'User Initiated'),
  ];
  return {
    changeSet,
    effects: [
      ...(existing === undefined ? review : []),
      { type: 'cloudformation.ChangeSetPut', stackName, changeSet },
      { type: 'wake', at: after(now, CHANGE_SET_MS), wake },
    ],
  };
}

function checkKind(existing: Stack | undefined, { name, stackName, kind }: ChangeSetRequest): void {
  if (kind === 'UPDATE') {
    if (existing === undefined) throw new AwsError('ValidationError', `Stack [${stackName}] does not exist`);
    refuseWhileBusy(existing);
  } else if (existing !== undefined && existing.status !== 'REVIEW_IN_PROGRESS')
    throw new AwsError(
      'ValidationError',
      `Stack [${stackName}] already exists and cannot be created again with the changeSet [${name}].`,
    );
}

/** A stack under review has no template. */
const NO_TEMPLATE: CompiledTemplate = {
  fileName: 'template',
  text: '',
  resources: new Map(),
  order: [],
  outputs: [],
  parameters: {},
  conditions: {},
  skipped: [],
  metadata: {},
  imports: [],
  warnings: [],
  transformed: {},
  lines: new Map(),
};

/** A pending change set has been looked at. */
export function changeSetReady(world: World, changeSetId: string): Effect[] {
  const changeSet = world.cloudformation.changeSets.get(changeSetId);
  const stack = changeSet && world.cloudformation.stacks.get(changeSet.stackName);
  if (changeSet === undefined || stack === undefined || changeSet.status !== 'CREATE_PENDING') return [];
  const { stackName } = changeSet;
  return [
    { type: 'cloudformation.ChangeSetPut', stackName, changeSet: { ...changeSet, ...lookedAt(stack, changeSet) } },
  ];
}

/** Source of the two texts for «no changes»: aws-cdk#10650, takomo#112 (O): the second where there is a transform. */
function lookedAt(stack: Stack, { kind, compiled, settings, executionStatus }: ChangeSet): Partial<ChangeSet> {
  const isTransformed = hasTransform(compiled.text);
  const missing = missingCapability(compiled, settings.capabilities);
  if (missing !== undefined) return { status: 'FAILED', statusReason: missing };
  if (kind === 'UPDATE' && changesNothing(stack, compiled, settings.tags)) {
    const statusReason = isTransformed
      ? NO_UPDATES
      : "The submitted information didn't contain changes. Submit different information to create a change set.";
    return { status: 'FAILED', statusReason };
  }
  const changes = describeChanges(stack, compiled);
  return {
    status: 'CREATE_COMPLETE',
    ...(executionStatus === 'UNAVAILABLE' && { executionStatus: 'AVAILABLE' }),
    changes,
  };
}

type FailureOptions = Pick<StackRequest, 'disableRollback' | 'retainExceptOnCreate'>;

/** The stack operation begins, and with it all change sets of the stack are gone. */
export function executeChangeSet(
  world: World,
  changeSet: ChangeSet,
  onFailure: FailureOptions,
  now: Instant,
): Effect[] {
  const { id, stackName, status, executionStatus, compiled, settings, kind } = changeSet;
  if (executionStatus !== 'AVAILABLE') {
    const current = executionStatus === 'OBSOLETE' ? `execution status of [OBSOLETE]` : `status of [${status}]`;
    throw new AwsError('InvalidChangeSetStatus', `ChangeSet [${id}] cannot be executed in its current ${current}`);
  }
  const stack = world.cloudformation.stacks.get(stackName);
  if (stack === undefined) throw new AwsError('ValidationError', `Stack [${stackName}] does not exist`);
  const operation =
    kind === 'UPDATE'
      ? updateStack(world, { stackName, compiled, ...settings, ...onFailure }, now)
      : createReviewed(world, stack, changeSet, onFailure, now);
  return [
    ...adoptExternalRoles(world, compiled, now),
    ...changeSetsOf(world, stackName).map((it): Effect => deleted(it)),
    ...operation,
  ];
}

function createReviewed(
  world: World,
  stack: Stack,
  { compiled, settings }: ChangeSet,
  onFailure: FailureOptions,
  now: Instant,
): Effect[] {
  if (stack.status !== 'REVIEW_IN_PROGRESS')
    throw new AwsError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  const { name: stackName } = stack;
  const waiting = new Set(compiled.order);
  return [
    { type: 'cloudformation.OperationChanged', stackName, operation: undefined, compiled, settings },
    ...begin(
      world,
      stack,
      'create',
      { target: compiled, before: new Map(), waiting, ...failureOptions(onFailure) },
      now,
    ),
  ];
}

export const changeSetsOf = (world: World, stackName: string): readonly ChangeSet[] =>
  [...world.cloudformation.changeSets.values()].filter((it) => it.stackName === stackName);

/** What was proposed for a stack that is now updated by other means. Source: the API reference of DescribeChangeSet (D). */
export const outdated = (world: World, stackName: string): readonly Effect[] =>
  changeSetsOf(world, stackName)
    .filter(({ status }) => status !== 'FAILED')
    .map((it) => ({
      type: 'cloudformation.ChangeSetPut',
      stackName,
      changeSet: { ...it, executionStatus: 'OBSOLETE' },
    }));

export const deleted = ({ id, stackName }: ChangeSet): Effect => ({
  type: 'cloudformation.ChangeSetDeleted',
  stackName,
  changeSetId: id,
});
