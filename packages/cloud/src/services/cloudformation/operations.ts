/** What can be asked of CloudFormation, by AWS's names. Source: codedeploy reference 4.5, 4.6. */
import type {
  CreateStackInput,
  DeleteStackInput,
  DescribeStackEventsInput,
  DescribeStackResourcesInput,
  DescribeStacksInput,
  GetTemplateInput,
  ListStackResourcesInput,
  ListStacksInput,
  UpdateStackInput,
} from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { operation, type Operation } from '../../service.ts';
import { UserError } from '../../user-error.ts';
import { arn, type World } from '../../world-state.ts';
import { createStack, deleteStack, refuseUnknownTypes, stackNamed, updateStack } from './begin-operation.ts';
import type { Stack } from './state.ts';
import { type CompiledTemplate, compileTemplate } from './template/index.ts';

const stackArn = (world: World, name = '*'): string => arn(world, 'cloudformation', `stack/${name}/*`);

function shown(stack: Stack) {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: new Date(stack.createdAt),
    ...(stack.updatedAt !== undefined && { LastUpdatedTime: new Date(stack.updatedAt) }),
    StackStatus: stack.status,
    ...(stack.statusReason !== undefined && { StackStatusReason: stack.statusReason }),
    DisableRollback: false,
    Parameters: Object.entries(stack.compiled.parameters).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: Array.isArray(value) ? value.join(',') : String(value),
    })),
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      ...(description !== undefined && { Description: description }),
      ...(exportName !== undefined && { ExportName: exportName }),
    })),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    NotificationARNs: [],
    Capabilities: [],
    EnableTerminationProtection: false,
  };
}

/** A template that came over the API has been packaged: its code is in S3 already. */
function compiled(world: World, input: CreateStackInput | UpdateStackInput, previous?: Stack): CompiledTemplate {
  if (input.TemplateBody === undefined)
    throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
  const parameters: Record<string, string> = {};
  for (const { ParameterKey, ParameterValue, UsePreviousValue } of input.Parameters ?? []) {
    const value = UsePreviousValue === true ? previous?.compiled.parameters[ParameterKey ?? ''] : ParameterValue;
    if (ParameterKey !== undefined && value !== undefined)
      parameters[ParameterKey] = Array.isArray(value) ? value.join(',') : String(value);
  }
  try {
    const template = compileTemplate({
      text: input.TemplateBody,
      fileName: 'template',
      parameters,
      stackName: input.StackName ?? '',
      region: world.region,
      accountId: world.accountId,
      partition: world.partition,
      resolveCode(path) {
        throw new UserError(`The path ${path} is not in S3. Package the template first.`);
      },
    });
    refuseUnknownTypes(template, 'template');
    return template;
  } catch (error) {
    if (error instanceof UserError) throw new AwsError('ValidationError', `Template error: ${error.message}`);
    throw error;
  }
}

const CreateStack = operation<CreateStackInput>({
  action: 'cloudformation:CreateStack',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, input, { now }) {
    const tags = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
    const effects = createStack(
      world,
      { stackName: input.StackName ?? '', compiled: compiled(world, input), tags },
      now,
    );
    const created = effects.find((effect) => effect.type === 'cloudformation.StackCreated');
    return { output: { StackId: created?.stackId }, effects };
  },
});

const UpdateStack = operation<UpdateStackInput>({
  action: 'cloudformation:UpdateStack',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, input, { now }) {
    const stack = stackNamed(world, input.StackName ?? '');
    const effects = updateStack(world, { stackName: stack.name, compiled: compiled(world, input, stack) }, now);
    return { output: { StackId: stack.id }, effects };
  },
});

const DeleteStack = operation<DeleteStackInput>({
  action: 'cloudformation:DeleteStack',
  resource: (world, input) => stackArn(world, input.StackName),
  run: (world, input, { now }) => ({ output: {}, effects: deleteStack(world, input.StackName ?? '', now) }),
});

const DescribeStacks = operation<DescribeStacksInput>({
  action: 'cloudformation:DescribeStacks',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, input) {
    const deleted = world.cloudformation.deleted.find((each) => each.id === input.StackName);
    const stacks =
      input.StackName === undefined
        ? [...world.cloudformation.stacks.values()]
        : [deleted ?? stackNamed(world, input.StackName)];
    return { output: { Stacks: stacks.map(shown) }, effects: [] };
  },
});

/** Newest first, as AWS gives them. */
const DescribeStackEvents = operation<DescribeStackEventsInput>({
  action: 'cloudformation:DescribeStackEvents',
  resource: (world, input) => stackArn(world, input.StackName),
  run(world, input) {
    const stack = stackNamed(world, input.StackName ?? '');
    const StackEvents = stack.events.toReversed().map((event) => ({
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
    return { output: { StackEvents }, effects: [] };
  },
});

const resourceSummaries = (stack: Stack) =>
  [...stack.resources.values()].map((each) => ({
    LogicalResourceId: each.logicalId,
    PhysicalResourceId: each.physicalId,
    ResourceType: each.type,
    ResourceStatus: each.status,
    LastUpdatedTimestamp: new Date(each.updatedAt),
    Timestamp: new Date(each.updatedAt),
    StackName: stack.name,
    StackId: stack.id,
  }));

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
  CreateStack,
  DeleteStack,
  DescribeStackEvents,
  DescribeStackResources,
  DescribeStacks,
  GetTemplate,
  ListStackResources,
  ListStacks,
  UpdateStack,
};
