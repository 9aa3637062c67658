/** What can be asked of CloudFormation, by AWS's names. Source: codedeploy reference 4.5, 4.6. */
import type {
  CreateStackInput,
  DeleteStackInput,
  DescribeStackEventsInput,
  DescribeStackResourceInput,
  DescribeStackResourcesInput,
  DescribeStacksInput,
  GetTemplateInput,
  ListStackResourcesInput,
  ListStacksInput,
  UpdateStackInput,
} from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { operation, type Operation } from '../../contract.ts';
import { arn, type World } from '../../world-state.ts';
import { createStack, deleteStack, refuseWhileBusy, stackNamed, updateStack } from './begin-operation.ts';
import { checkCapabilities } from './capabilities.ts';
import { outdated } from './change-set.ts';
import { changeSetOperations } from './change-set-operations.ts';
import { CancelUpdateStack } from './cancel-update.ts';
import { ContinueUpdateRollback } from './continue-rollback.ts';
import { exportOperations } from './export-operations.ts';
import { adoptExternalRoles } from './external-roles.ts';
import { pageOf } from './page.ts';
import { hasTransform, requestedTemplate, tagsOf } from './requested-template.ts';
import { shownParameters } from './shown-parameters.ts';
import type { Stack } from './state.ts';
import { summaryOperations } from './template-summary.ts';
import { RollbackStack } from './rollback-stack.ts';
import { resourceSummaries } from './resource-summaries.ts';
import { refuseUnsupportedSettings } from './unsupported-settings.ts';

const stackArn = (world: World, name = '*'): string =>
  name.startsWith('arn:') ? name : arn(world, 'cloudformation', `stack/${name}/*`);

function shown(stack: Stack) {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: new Date(stack.createdAt),
    ...(stack.updatedAt !== undefined && { LastUpdatedTime: new Date(stack.updatedAt) }),
    ...(stack.deletedAt !== undefined && { DeletionTime: new Date(stack.deletedAt) }),
    StackStatus: stack.status,
    ...(stack.statusReason !== undefined && { StackStatusReason: stack.statusReason }),
    DisableRollback: false,
    Parameters: shownParameters(stack.compiled),
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      ...(description !== undefined && { Description: description }),
      ...(exportName !== undefined && { ExportName: exportName }),
    })),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    NotificationARNs: [],
    Capabilities: stack.capabilities,
    RollbackConfiguration: {},
    EnableTerminationProtection: false,
  };
}

const CreateStack = operation<CreateStackInput>({
  action: 'cloudformation:CreateStack',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, input, { now }) {
    const { StackName: stackName = '', Capabilities: capabilities = [] } = input;
    refuseUnsupportedSettings(input);
    const compiled = requestedTemplate(world, { ...input, stackName }, now);
    checkCapabilities(compiled, capabilities, hasTransform(compiled.text));
    const { DisableRollback: disableRollback, OnFailure, RetainExceptOnCreate: retainExceptOnCreate = false } = input;
    if (disableRollback !== undefined && OnFailure !== undefined)
      throw new AwsError('ValidationError', 'Either DisableRollback or OnFailure can be specified, not both.');
    const request = {
      stackName,
      compiled,
      tags: tagsOf(input.Tags),
      capabilities,
      retainExceptOnCreate,
      ...(disableRollback !== undefined && { disableRollback }),
      ...((OnFailure === 'DELETE' || OnFailure === 'DO_NOTHING') && { onFailure: OnFailure }),
    };
    const effects = createStack(world, request, now);
    const created = effects.find((effect) => effect.type === 'cloudformation.StackCreated');
    return {
      output: { StackId: created?.stackId },
      effects: [...adoptExternalRoles(world, compiled, now), ...effects],
    };
  },
});

const UpdateStack = operation<UpdateStackInput>({
  action: 'cloudformation:UpdateStack',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, input, { now }) {
    refuseUnsupportedSettings(input);
    const stack = stackNamed(world, input.StackName ?? '');
    refuseWhileBusy(stack);
    const compiled = requestedTemplate(world, { ...input, stackName: stack.name }, now, stack);
    const { Capabilities: capabilities = [], DisableRollback: disableRollback = false } = input;
    const { RetainExceptOnCreate: retainExceptOnCreate = false } = input;
    checkCapabilities(compiled, capabilities, hasTransform(compiled.text));
    const tags = input.Tags === undefined ? stack.tags : tagsOf(input.Tags);
    const request = { stackName: stack.name, compiled, tags, capabilities, disableRollback, retainExceptOnCreate };
    const effects = [...updateStack(world, request, now), ...outdated(world, stack.name)];
    return { output: { StackId: stack.id }, effects: [...adoptExternalRoles(world, compiled, now), ...effects] };
  },
});

const DeleteStack = operation<DeleteStackInput>({
  action: 'cloudformation:DeleteStack',
  resource: (world, input) => stackArn(world, input.StackName),
  run: (world, input, { now }) => ({
    output: {},
    effects: deleteStack(world, input.StackName ?? '', now, input.RetainResources),
  }),
});

const DescribeStacks = operation<DescribeStacksInput>({
  action: 'cloudformation:DescribeStacks',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, input) {
    const stacks =
      input.StackName === undefined
        ? [...world.cloudformation.stacks.values()]
        : [deletedStack(world, input.StackName) ?? stackNamed(world, input.StackName)];
    return { output: { Stacks: stacks.map(shown) }, effects: [] };
  },
});

/** A stack that is gone is found by its ARN. */
const deletedStack = (world: World, id: string): Stack | undefined =>
  world.cloudformation.deleted.find((each) => each.id === id);

const EVENTS_PER_PAGE = 100;

/** Newest first, as AWS gives them. */
const DescribeStackEvents = operation<DescribeStackEventsInput>({
  action: 'cloudformation:DescribeStackEvents',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, input) {
    const name = input.StackName ?? '';
    const stack = deletedStack(world, name) ?? stackNamed(world, name);
    const { items, next } = pageOf(stack.events.toReversed(), input.NextToken, EVENTS_PER_PAGE);
    const StackEvents = items.map((event) => ({
      StackId: stack.id,
      EventId: event.eventId,
      StackName: stack.name,
      LogicalResourceId: event.logicalId,
      PhysicalResourceId: event.physicalId,
      ResourceType: event.resourceType,
      Timestamp: new Date(event.at),
      ResourceStatus: event.status,
      ...(event.reason !== undefined && { ResourceStatusReason: event.reason }),
    }));
    return { output: { StackEvents, ...next }, effects: [] };
  },
});

/** Of a stack, or of the stack that has the resource with this physical id: all of its resources then. Source: the API reference of DescribeStackResources (D). */
const DescribeStackResources = operation<DescribeStackResourcesInput>({
  action: 'cloudformation:DescribeStackResources',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, { StackName, LogicalResourceId: wanted, PhysicalResourceId: physicalId }) {
    const stack = physicalId === undefined ? stackNamed(world, StackName ?? '') : stackWith(world, physicalId);
    const StackResources = resourceSummaries(stack).filter(
      (each) => wanted === undefined || each.LogicalResourceId === wanted,
    );
    return { output: { StackResources }, effects: [] };
  },
});

function stackWith(world: World, physicalId: string): Stack {
  for (const stack of world.cloudformation.stacks.values()) {
    if ([...stack.resources.values()].some((each) => each.physicalId === physicalId)) return stack;
  }
  throw new AwsError('ValidationError', `Stack for ${physicalId} does not exist`);
}

const DescribeStackResource = operation<DescribeStackResourceInput>({
  action: 'cloudformation:DescribeStackResource',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, { StackName, LogicalResourceId }) {
    const stack = stackNamed(world, StackName ?? '');
    const StackResourceDetail = resourceSummaries(stack).find((it) => it.LogicalResourceId === LogicalResourceId);
    if (StackResourceDetail === undefined)
      throw new AwsError('ValidationError', `Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
    return { output: { StackResourceDetail }, effects: [] };
  },
});

const ListStackResources = operation<ListStackResourcesInput>({
  action: 'cloudformation:ListStackResources',
  resource: (world, input) => stackArn(world, input.StackName),
  run: (world, input) => ({
    output: { StackResourceSummaries: resourceSummaries(stackNamed(world, input.StackName ?? '')) },
    effects: [],
  }),
});

const ListStacks = operation<ListStacksInput>({
  action: 'cloudformation:ListStacks',
  resource: () => '*',
  run(world, input) {
    const all = [...world.cloudformation.stacks.values(), ...world.cloudformation.deleted];
    const wanted = input.StackStatusFilter as readonly string[] | undefined;
    const StackSummaries = all
      .filter((stack) => wanted === undefined || wanted.length === 0 || wanted.includes(stack.status))
      .map(({ id, name, createdAt, status }) => ({
        StackId: id,
        StackName: name,
        CreationTime: new Date(createdAt),
        StackStatus: status,
      }));
    return { output: { StackSummaries }, effects: [] };
  },
});

const GetTemplate = operation<GetTemplateInput>({
  action: 'cloudformation:GetTemplate',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, input) {
    const { compiled: template } = stackNamed(world, input.StackName ?? '');
    const TemplateBody = input.TemplateStage === 'Processed' ? JSON.stringify(template.transformed) : template.text;
    return { output: { TemplateBody, StagesAvailable: ['Original', 'Processed'] }, effects: [] };
  },
});

export const operations: Readonly<Record<string, Operation>> = {
  ...changeSetOperations,
  ...summaryOperations,
  ...exportOperations,
  CancelUpdateStack,
  ContinueUpdateRollback,
  CreateStack,
  DeleteStack,
  DescribeStackEvents,
  DescribeStackResource,
  DescribeStackResources,
  DescribeStacks,
  GetTemplate,
  ListStackResources,
  ListStacks,
  RollbackStack,
  UpdateStack,
};
