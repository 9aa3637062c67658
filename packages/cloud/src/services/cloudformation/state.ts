import type { Instant } from '../../instant.ts';
import type { Reply } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import type { CompiledTemplate } from './template/index.ts';

export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_FAILED'
  | 'DELETE_COMPLETE';

export type ResourceStatus =
  | `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`
  | 'DELETE_SKIPPED';

/** A resource as the stack has it: its resolved properties and what Ref and GetAtt give. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly status: ResourceStatus;
  readonly updatedAt: Instant;
}

/** A resource being created, updated or deleted, and the answers its API calls have had so far. */
export interface InFlight {
  readonly logicalId: string;
  readonly type: string;
  readonly action: 'create' | 'update' | 'replace' | 'delete';
  readonly properties: Readonly<Record<string, unknown>>;
  readonly updatePolicy: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  /** How often this logical id has been created, or replaced, before: a made-up name differs each time. */
  readonly attempt: number;
  readonly previous?: StackResource;
  /** In a rollback: the resource that takes its place again as it is, without a call. */
  readonly restores?: StackResource;
  readonly replies: readonly Reply[];
  /** The CodeDeploy deployment that an alias update waits for. */
  readonly deploymentId?: string;
  readonly rollbackSeen?: boolean;
  /** The calls are made; the resource settles when its time has passed, at `readyAt`. */
  readonly outcome?: Outcome;
  readonly readyAt?: Instant;
}

export interface Outcome {
  readonly physicalId: string;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export type OperationKind = 'create' | 'update' | 'rollbackCreate' | 'rollbackUpdate' | 'delete';

/**
 * A stack operation under way. `clear` removes what failed creations of the operation before have left behind,
 * `apply` brings resources to the template, `cleanup` removes what is left over.
 */
export interface StackOperation {
  readonly kind: OperationKind;
  readonly phase: 'clear' | 'apply' | 'cleanup';
  /** Nothing is taken up before. */
  readonly startsAt: Instant;
  readonly target: CompiledTemplate;
  /** Where an update goes back to. */
  readonly fallback?: CompiledTemplate;
  /** The resources as they were when the update began. */
  readonly before: ReadonlyMap<string, StackResource>;
  /** Logical ids whose turn has not come. */
  readonly waiting: ReadonlySet<string>;
  readonly inFlight: ReadonlyMap<string, InFlight>;
  /** Logical ids that this operation (or the update it rolls back) has created, changed or tried to. */
  readonly touched: ReadonlySet<string>;
  readonly failed: readonly string[];
  /** To be deleted in the cleanup; while a template is applied, what has been replaced. */
  readonly disposals: readonly StackResource[];
  /** What failed creations have left behind: the rollback deletes it. */
  readonly leftovers: readonly StackResource[];
  /** In a rollback: logical ids that the update had replaced; the old resource still exists. */
  readonly replaced?: ReadonlySet<string>;
  /** What the stack is called and allowed when the operation has succeeded. */
  readonly settings?: StackSettings;
  /** A failure leaves everything as it is. */
  readonly disableRollback?: boolean;
  /** What CreateStack was told to do instead of a rollback. */
  readonly onFailure?: 'DELETE' | 'DO_NOTHING';
  /** A rollback deletes what was created, also what is to be retained otherwise. */
  readonly retainExceptOnCreate?: boolean;
  /** By CancelUpdateStack. */
  readonly cancelled?: boolean;
}

export interface StackSettings {
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
}

export interface StackEvent {
  readonly eventId: string;
  readonly at: Instant;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
}

export interface Stack {
  readonly name: string;
  readonly id: string;
  readonly status: StackStatus;
  /** Of the status it has now. */
  readonly statusReason?: string | undefined;
  readonly createdAt: Instant;
  /** When it was last updated, or made of what had been reviewed. */
  readonly updatedAt?: Instant;
  readonly deletedAt?: Instant;
  readonly compiled: CompiledTemplate;
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly outputs: readonly StackOutput[];
  readonly events: readonly StackEvent[];
  readonly operation: StackOperation | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  /** A rollback that could not be finished, for ContinueUpdateRollback. */
  readonly stuck?: StackOperation;
  /** What has failed and was not rolled back: the next operation starts from it. */
  readonly stayed?: StackOperation;
}

/** A request to create or update a stack, looked at before it is carried out. Source: codedeploy reference 4.5. */
export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly kind: 'CREATE' | 'UPDATE';
  readonly description?: string;
  readonly createdAt: Instant;
  readonly compiled: CompiledTemplate;
  readonly settings: StackSettings;
  readonly status: 'CREATE_PENDING' | 'CREATE_COMPLETE' | 'FAILED';
  readonly statusReason?: string;
  /** Obsolete: the stack has been updated by other means since. */
  readonly executionStatus: 'UNAVAILABLE' | 'AVAILABLE' | 'OBSOLETE';
  readonly changes: readonly ResourceChange[];
}

/** As DescribeChangeSet shows it. */
export interface ResourceChange {
  readonly Action: 'Add' | 'Modify' | 'Remove';
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
  readonly Replacement?: 'True' | 'False' | 'Conditional';
  readonly PolicyAction?: 'Delete' | 'Retain' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
  readonly Scope: readonly ('Properties' | 'Tags')[];
  readonly Details: readonly PropertyChange[];
}

export interface PropertyChange {
  readonly Target: {
    readonly Attribute: 'Properties' | 'Tags';
    readonly Name?: string;
    readonly RequiresRecreation: 'Always' | 'Never';
  };
  /** Dynamic: what is referred to may turn out as it was. */
  readonly Evaluation: 'Static' | 'Dynamic';
  readonly ChangeSource: 'DirectModification' | 'ResourceReference' | 'ResourceAttribute';
  readonly CausingEntity?: string;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

export interface CloudFormationState {
  /** By name; a deleted stack leaves its name. */
  readonly stacks: Map<string, Stack>;
  readonly deleted: Stack[];
  /** By ARN. */
  readonly changeSets: Map<string, ChangeSet>;
}

interface OfStack {
  readonly stackName: string;
}

export type CloudFormationFact =
  | (OfStack & {
      readonly type: 'cloudformation.StackCreated';
      readonly stackId: string;
      readonly compiled: CompiledTemplate;
      readonly tags: Readonly<Record<string, string>>;
      readonly capabilities?: readonly string[];
    })
  | (OfStack & {
      readonly type: 'cloudformation.OperationChanged';
      readonly operation: StackOperation | undefined;
      readonly compiled?: CompiledTemplate;
      readonly settings?: StackSettings;
      readonly stuck?: StackOperation;
      readonly stayed?: StackOperation;
    })
  /** An event as DescribeStackEvents shows it; one about the stack itself sets its status. */
  | (OfStack & { readonly type: 'cloudformation.StackEvent'; readonly stackId: string } & Omit<StackEvent, 'at'>)
  | (OfStack & { readonly type: 'cloudformation.ResourceInFlight'; readonly inFlight: InFlight })
  | (OfStack & {
      readonly type: 'cloudformation.ResourceSettled';
      readonly logicalId: string;
      /** `kept`: nothing to do, or deletion skipped with the resource still known; `removed`: the stack no longer has it. */
      readonly result: 'done' | 'kept' | 'failed' | 'removed';
      readonly resource?: StackResource;
      /** What a replacement left behind, for the cleanup. */
      readonly disposal?: StackResource;
      /** What a failed creation left behind, for the rollback. */
      readonly leftover?: StackResource;
    })
  | (OfStack & { readonly type: 'cloudformation.OutputsResolved'; readonly outputs: readonly StackOutput[] })
  | (OfStack & { readonly type: 'cloudformation.ChangeSetPut'; readonly changeSet: ChangeSet })
  | (OfStack & { readonly type: 'cloudformation.ChangeSetDeleted'; readonly changeSetId: string })
  | (OfStack & { readonly type: 'cloudformation.StackDeleted' });

export type CloudFormationWake = { readonly service: 'cloudformation'; readonly stackName: string } & (
  | { readonly type: 'proceed' }
  | { readonly type: 'resourceReady'; readonly logicalId: string }
  | { readonly type: 'pollDeployment'; readonly logicalId: string }
  | { readonly type: 'stepDue'; readonly logicalId: string }
  | { readonly type: 'changeSetReady'; readonly changeSetId: string }
);

export type CloudFormationReplyTo = {
  readonly service: 'cloudformation';
  readonly stackName: string;
  readonly logicalId: string;
} & ({ readonly type: 'step' } | { readonly type: 'deployment' });

export const initialCloudFormation = (): CloudFormationState => ({
  stacks: new Map(),
  deleted: [],
  changeSets: new Map(),
});

const STACK = 'AWS::CloudFormation::Stack';

/** Folds a fact. No decision is taken here. */
export function applyCloudFormation(world: World, fact: CloudFormationFact, at: Instant): void {
  const { stacks, deleted, changeSets } = world.cloudformation;
  if (fact.type === 'cloudformation.StackCreated') {
    stacks.set(fact.stackName, {
      name: fact.stackName,
      id: fact.stackId,
      status: 'REVIEW_IN_PROGRESS',
      createdAt: at,
      compiled: fact.compiled,
      resources: new Map(),
      outputs: [],
      events: [],
      operation: undefined,
      tags: fact.tags,
      capabilities: fact.capabilities ?? [],
    });
    return;
  }
  if (fact.type === 'cloudformation.ChangeSetPut') {
    changeSets.set(fact.changeSet.id, fact.changeSet);
    return;
  }
  if (fact.type === 'cloudformation.ChangeSetDeleted') {
    changeSets.delete(fact.changeSetId);
    return;
  }
  const stack = stacks.get(fact.stackName);
  if (stack === undefined) throw new Error(`no stack ${fact.stackName} to apply ${fact.type} to`);
  if (fact.type === 'cloudformation.StackDeleted') {
    stacks.delete(stack.name);
    deleted.push({ ...stack, deletedAt: at });
    for (const { id, stackName } of changeSets.values()) if (stackName === stack.name) changeSets.delete(id);
    return;
  }
  stacks.set(stack.name, { ...stack, ...changed(stack, fact, at) });
}

type StackChange = Exclude<
  CloudFormationFact,
  {
    type:
      | 'cloudformation.StackCreated'
      | 'cloudformation.StackDeleted'
      | 'cloudformation.ChangeSetPut'
      | 'cloudformation.ChangeSetDeleted';
  }
>;

function changed(stack: Stack, fact: StackChange, at: Instant): Partial<Stack> {
  switch (fact.type) {
    case 'cloudformation.OperationChanged':
      return {
        operation: fact.operation,
        ...(fact.compiled && { compiled: fact.compiled }),
        ...fact.settings,
        ...(fact.stuck && { stuck: fact.stuck }),
        ...(fact.stayed && { stayed: fact.stayed }),
      };
    case 'cloudformation.StackEvent': {
      const { type: _type, stackName: _name, stackId: _id, ...event } = fact;
      const events = [...stack.events, { ...event, at }];
      if (fact.resourceType !== STACK) return { events };
      return {
        events,
        status: fact.status as StackStatus,
        statusReason: fact.reason,
        ...(isUpdate(stack, fact.status) && { updatedAt: at }),
      };
    }
    case 'cloudformation.ResourceInFlight': {
      const operation = inOperation(stack);
      const inFlight = new Map(operation.inFlight).set(fact.inFlight.logicalId, fact.inFlight);
      if (operation.phase === 'clear') return { operation: { ...operation, inFlight } };
      const waiting = new Set(operation.waiting);
      waiting.delete(fact.inFlight.logicalId);
      const touched = new Set(operation.touched).add(fact.inFlight.logicalId);
      return { operation: { ...operation, waiting, inFlight, touched } };
    }
    case 'cloudformation.ResourceSettled':
      return settled(stack, fact);
    case 'cloudformation.OutputsResolved':
      return { outputs: fact.outputs };
    default:
      return fact satisfies never;
  }
}

const isUpdate = ({ events }: Stack, status: string): boolean =>
  status === 'UPDATE_IN_PROGRESS' || (status === 'CREATE_IN_PROGRESS' && events.length > 0);

function settled(stack: Stack, fact: Extract<StackChange, { type: 'cloudformation.ResourceSettled' }>): Partial<Stack> {
  const operation = inOperation(stack);
  const waiting = new Set(operation.waiting);
  if (operation.phase !== 'clear') waiting.delete(fact.logicalId);
  const inFlight = new Map(operation.inFlight);
  inFlight.delete(fact.logicalId);
  const failed = fact.result === 'failed' ? [...operation.failed, fact.logicalId] : operation.failed;
  const disposals = fact.disposal ? [...operation.disposals, fact.disposal] : operation.disposals;
  const leftovers = fact.leftover ? [...operation.leftovers, fact.leftover] : operation.leftovers;
  const resources = new Map(stack.resources);
  if (fact.result === 'removed') resources.delete(fact.logicalId);
  else if (fact.resource) resources.set(fact.logicalId, fact.resource);
  return { operation: { ...operation, waiting, inFlight, failed, disposals, leftovers }, resources };
}

function inOperation(stack: Stack): StackOperation {
  if (stack.operation === undefined) throw new Error(`stack ${stack.name} has no operation under way`);
  return stack.operation;
}
