/** What can be asked about change sets, by AWS's names. Source: CFN API reference (D), codedeploy reference 4.5, 4.6. */
import type {
  CreateChangeSetInput,
  DeleteChangeSetInput,
  DescribeChangeSetInput,
  ExecuteChangeSetInput,
  ListChangeSetsInput,
} from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import { arn, type World } from '../../world-state.ts';
import { stackNamed } from './begin-operation.ts';
import { checkCapabilityNames } from './capabilities.ts';
import { changeSetsOf, createChangeSet, deleted, executeChangeSet } from './change-set.ts';
import { pageOf } from './page.ts';
import { requestedTemplate, tagsOf } from './requested-template.ts';
import { shownParameters } from './shown-parameters.ts';
import type { ChangeSet } from './state.ts';
import { refuseUnsupportedSettings } from './unsupported-settings.ts';

const stackArn = (world: World, name = '*'): string =>
  name.startsWith('arn:') ? name : arn(world, 'cloudformation', `stack/${name}/*`);

interface NamesChangeSet {
  readonly ChangeSetName?: string | undefined;
  readonly StackName?: string | undefined;
}

function requireChangeSet(world: World, { ChangeSetName: name = '', StackName: stack }: NamesChangeSet): ChangeSet {
  const { changeSets } = world.cloudformation;
  if (!name.startsWith('arn:') && stack === undefined)
    throw new AwsError('ValidationError', 'StackName must be specified if ChangeSetName is not specified as an ARN.');
  const found = name.startsWith('arn:')
    ? changeSets.get(name)
    : changeSetsOf(world, stackNamed(world, stack ?? '').name).find((it) => it.name === name);
  if (found === undefined) throw new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
  return found;
}

const NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

const CreateChangeSet = operation<CreateChangeSetInput>({
  action: 'cloudformation:CreateChangeSet',
  resource: (world, { StackName }) => stackArn(world, StackName),
  run(world, input, { now }) {
    const { ChangeSetName: name = '', StackName: nameOrId = '', ChangeSetType: kind = 'UPDATE', Capabilities } = input;
    const stackName = nameOrId.startsWith('arn:') ? (nameOrId.split('/')[1] ?? '') : nameOrId;
    checkName(name, 'changeSetName');
    checkName(stackName, 'stackName');
    checkCapabilityNames(Capabilities ?? []);
    if (kind === 'IMPORT') throw notInSlice('ChangeSetType IMPORT');
    refuseUnsupportedSettings(input);
    if (input.IncludeNestedStacks === true) throw notInSlice('IncludeNestedStacks');
    const previous = world.cloudformation.stacks.get(stackName);
    if (previous !== undefined && changeSetsOf(world, stackName).some((it) => it.name === name))
      throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists`);
    const settings = {
      tags: input.Tags === undefined ? (previous?.tags ?? {}) : tagsOf(input.Tags),
      capabilities: Capabilities ?? [],
    };
    const compiled = requestedTemplate(world, { ...input, stackName }, now, previous);
    const request = { name, stackName, kind, compiled, settings, description: input.Description };
    const { changeSet, effects } = createChangeSet(world, request, now);
    return { output: { Id: changeSet.id, StackId: changeSet.stackId }, effects };
  },
});

function checkName(name: string, member: string): void {
  if (NAME.test(name)) return;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
  );
}

const notInSlice = (what: string): AwsError =>
  new AwsError('NotImplemented', `${what} is outside the slice. See docs/slice.md.`, 501);

const summary = (it: ChangeSet) => ({
  StackId: it.stackId,
  StackName: it.stackName,
  ChangeSetId: it.id,
  ChangeSetName: it.name,
  ExecutionStatus: it.executionStatus,
  Status: it.status,
  ...(it.statusReason !== undefined && { StatusReason: it.statusReason }),
  CreationTime: new Date(it.createdAt),
  ...(it.description !== undefined && { Description: it.description }),
  IncludeNestedStacks: false,
});

const CHANGES_PER_PAGE = 100;

const DescribeChangeSet = operation<DescribeChangeSetInput>({
  action: 'cloudformation:DescribeChangeSet',
  resource: (world, { StackName }) => stackArn(world, StackName),
  run(world, input) {
    const changeSet = requireChangeSet(world, input);
    const { compiled, settings } = changeSet;
    const { items, next } = pageOf(changeSet.changes, input.NextToken, CHANGES_PER_PAGE);
    return {
      output: {
        ...summary(changeSet),
        ...next,
        Parameters: shownParameters(compiled),
        Capabilities: settings.capabilities,
        Tags: Object.entries(settings.tags).map(([Key, Value]) => ({ Key, Value })),
        Changes: items.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
        NotificationARNs: [],
        RollbackConfiguration: {},
      },
      effects: [],
    };
  },
});

const ExecuteChangeSet = operation<ExecuteChangeSetInput>({
  action: 'cloudformation:ExecuteChangeSet',
  resource: (world, { StackName }) => stackArn(world, StackName),
  run: (world, input, { now }) => ({
    output: {},
    effects: executeChangeSet(
      world,
      requireChangeSet(world, input),
      {
        disableRollback: input.DisableRollback ?? false,
        retainExceptOnCreate: input.RetainExceptOnCreate ?? false,
      },
      now,
    ),
  }),
});

/** Deleting one that is not there succeeds. */
const DeleteChangeSet = operation<DeleteChangeSetInput>({
  action: 'cloudformation:DeleteChangeSet',
  resource: (world, { StackName }) => stackArn(world, StackName),
  run(world, input) {
    try {
      return { output: {}, effects: [deleted(requireChangeSet(world, input))] };
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ChangeSetNotFound') return { output: {}, effects: [] };
      throw error;
    }
  },
});

const ListChangeSets = operation<ListChangeSetsInput>({
  action: 'cloudformation:ListChangeSets',
  resource: (world, { StackName }) => stackArn(world, StackName),
  run(world, { StackName, NextToken }) {
    const { items, next } = pageOf(changeSetsOf(world, stackNamed(world, StackName ?? '').name), NextToken, 100);
    return { output: { Summaries: items.map(summary), ...next }, effects: [] };
  },
});

export const changeSetOperations = {
  CreateChangeSet,
  DeleteChangeSet,
  DescribeChangeSet,
  ExecuteChangeSet,
  ListChangeSets,
};
