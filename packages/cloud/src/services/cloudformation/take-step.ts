import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { Reply } from '../../service.ts';
import type { World } from '../../world-state.ts';
import { DEPLOYMENT_POLL_MS, settleMs } from './pace.ts';
import type { ResourceStep, Step } from './resources/resource-type.ts';
import { RESOURCE_TYPES } from './resources/index.ts';
import { resourceEvent } from './stack-event.ts';
import { isSuperseded } from './superseded.ts';
import type { InFlight, Outcome, Stack, StackOperation, StackResource } from './state.ts';

/** Asks the resource's type what comes next, and does it. */
export function takeStep(world: World, stack: Stack, inFlight: InFlight, now: Instant): Effect[] {
  return carryOut(world, stack, inFlight, nextStep(world, stack, inFlight, now), now);
}

function nextStep(world: World, stack: Stack, inFlight: InFlight, now: Instant): Step {
  if (inFlight.restores) {
    const { physicalId, ref, attributes } = inFlight.restores;
    return { type: 'done', physicalId, ref, attributes };
  }
  const type = RESOURCE_TYPES.get(inFlight.type);
  if (type === undefined) throw new Error(`no resource type ${inFlight.type}`);
  const { named = '' } = type;
  const name = inFlight.properties[named];
  if (inFlight.action === 'replace' && typeof name === 'string' && name === inFlight.previous?.properties[named])
    return { type: 'failed', reason: customNamed(name) };
  return type.next(world, stepOf(stack, inFlight, now));
}

/** CloudFormation's own words; the new resource would need the name while the old one has it. */
const customNamed = (name: string): string =>
  `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`;

const stepOf = (stack: Stack, inFlight: InFlight, now: Instant): ResourceStep => ({
  ...inFlight,
  stackName: stack.name,
  stackId: stack.id,
  now,
  throughCodeDeploy: stack.operation?.kind === 'update' && stack.operation.phase === 'apply',
});

function carryOut(world: World, stack: Stack, inFlight: InFlight, step: Step, now: Instant): Effect[] {
  const { logicalId } = inFlight;
  switch (step.type) {
    case 'call': {
      const replyTo = { service: 'cloudformation', type: 'step', stackName: stack.name, logicalId } as const;
      const { service, operation, input } = step;
      return [{ type: 'call', as: { type: 'root' }, service, operation, input, replyTo }];
    }
    case 'awaitDeployment': {
      const { deploymentId } = step;
      const wake = { service: 'cloudformation', type: 'pollDeployment', stackName: stack.name, logicalId } as const;
      return [
        { type: 'cloudformation.ResourceInFlight', stackName: stack.name, inFlight: { ...inFlight, deploymentId } },
        resourceEvent(
          world,
          stack,
          shown(inFlight),
          'UPDATE_IN_PROGRESS',
          `CodeDeploy deployment started: ${deploymentId}`,
        ),
        { type: 'wake', at: after(now, DEPLOYMENT_POLL_MS), wake },
      ];
    }
    case 'done':
      return stabilise(world, stack, inFlight, step, now);
    case 'failed':
      return failResource(world, stack, inFlight, step.reason, now);
    default:
      return step satisfies never;
  }
}

const shown = ({ logicalId, type, previous, outcome }: InFlight) => ({
  logicalId,
  type,
  physicalId: outcome?.physicalId ?? previous?.physicalId ?? '',
});

/** The calls are made; the resource is complete when it has settled. */
function stabilise(
  world: World,
  stack: Stack,
  inFlight: InFlight,
  { physicalId, ref, attributes }: Outcome,
  now: Instant,
): Effect[] {
  const readyAt = after(now, inFlight.deploymentId === undefined ? settleMs(inFlight.type) : 0);
  const ready = { ...inFlight, outcome: { physicalId, ref, attributes }, readyAt };
  const creates = inFlight.action === 'create' || inFlight.action === 'replace';
  const verb = inFlight.action === 'create' ? 'CREATE' : 'UPDATE';
  const initiated = resourceEvent(world, stack, shown(ready), `${verb}_IN_PROGRESS`, 'Resource creation Initiated');
  return [
    { type: 'cloudformation.ResourceInFlight', stackName: stack.name, inFlight: ready },
    ...(creates ? [initiated] : []),
    {
      type: 'wake',
      at: readyAt,
      wake: { service: 'cloudformation', type: 'resourceReady', stackName: stack.name, logicalId: inFlight.logicalId },
    },
  ];
}

/** An API call of a resource has been answered. */
export function stepReplied(world: World, stack: Stack, inFlight: InFlight, reply: Reply, now: Instant): Effect[] {
  if (!reply.ok && !isGoneAnyway(stack, inFlight, reply)) {
    return failResource(world, stack, inFlight, refusal(world, inFlight, reply), now);
  }
  const answer: Reply = reply.ok ? reply : { ok: true, output: {} };
  const next = { ...inFlight, replies: [...inFlight.replies, answer] };
  return [
    { type: 'cloudformation.ResourceInFlight', stackName: stack.name, inFlight: next },
    ...takeStep(world, stack, next, now),
  ];
}

/** What is to be deleted may be gone; and of what a half-done update has added to a role, part may not be there. */
function isGoneAnyway(
  { operation }: Stack,
  { action, previous }: InFlight,
  { code, message }: { readonly code: string; readonly message: string },
): boolean {
  if (action === 'delete') return /NotFound|DoesNotExist|NoSuch/.test(code);
  const half = operation?.kind === 'rollbackUpdate' && previous?.status === 'UPDATE_FAILED';
  return half && code === 'NoSuchEntity' && /policy/i.test(message);
}

/**
 * Source: codedeploy reference 4.3 (T2) for the form; the code is CloudFormation's own word for the error. A second
 * deployment of one group has words of its own (3.6, SAM#291 (I)).
 */
function refusal(world: World, inFlight: InFlight, { code, message }: { code: string; message: string }): string {
  if (code === 'DeploymentLimitExceededException') return 'A conflicting deployment is in progress';
  const service = inFlight.type.split('::')[1] ?? '';
  const token = world.random.uuid('request tokens', `${world.applied}:${inFlight.logicalId}`);
  const handlerCode = /AlreadyExists|Conflict/.test(code)
    ? 'AlreadyExists'
    : /NotFound|DoesNotExist|NoSuch/.test(code)
      ? 'NotFound'
      : /AccessDenied/.test(code)
        ? 'AccessDenied'
        : 'InvalidRequest';
  return `Resource handler returned message: "${message} (Service: ${service}, Status Code: 400, Request ID: ${token})" (RequestToken: ${token}, HandlerErrorCode: ${handlerCode})`;
}

/** A resource has failed; whatever else is under way is given up (SAM#351 (I), assumption `given-up-alias`). */
export function failResource(world: World, stack: Stack, inFlight: InFlight, reason: string, now: Instant): Effect[] {
  const others = [...(stack.operation?.inFlight.values() ?? [])].filter(
    (each) => each.logicalId !== inFlight.logicalId,
  );
  return [
    ...failure(world, stack, inFlight, reason, now),
    ...others.flatMap((other) =>
      failure(world, stack, other, `Resource ${other.action === 'create' ? 'creation' : 'update'} cancelled`, now),
    ),
    { type: 'wake', at: now, wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name } },
  ];
}

function failure(world: World, stack: Stack, inFlight: InFlight, reason: string, now: Instant): Effect[] {
  const { logicalId, action } = inFlight;
  const verb = action === 'create' ? 'CREATE' : action === 'delete' ? 'DELETE' : 'UPDATE';
  const left = leftover(world, stack, inFlight, now);
  const half = halfUpdated(inFlight, now);
  const settled = { type: 'cloudformation.ResourceSettled', stackName: stack.name, logicalId } as const;
  // An update does not fail for what it could not remove: the stack forgets it.
  const forgotten = action === 'delete' && stack.operation !== undefined && isForgotten(stack.operation, logicalId);
  return [
    { ...settled, result: 'failed', ...(left && { leftover: left }), ...(half && { resource: half }) },
    ...(forgotten ? [{ ...settled, result: 'removed' } as const] : []),
    resourceEvent(world, stack, shown(inFlight), `${verb}_FAILED`, reason),
  ];
}

const isForgotten = ({ kind, target }: StackOperation, logicalId: string): boolean =>
  (kind === 'update' || kind === 'rollbackUpdate') && !target.resources.has(logicalId);

/** An update that was given up has changed something: the rollback starts from what it was told. */
function halfUpdated({ action, previous, properties, replies, outcome }: InFlight, now: Instant) {
  if (action !== 'update' || previous === undefined) return undefined;
  if (outcome === undefined && replies.length === 0) return undefined;
  return { ...previous, properties, status: 'UPDATE_FAILED', updatedAt: now } as const;
}

/** What a creation that did not come to its end has made so far; the rollback deletes it. */
function leftover(world: World, stack: Stack, inFlight: InFlight, now: Instant): StackResource | undefined {
  const { logicalId, type, action, properties, deletionPolicy, updateReplacePolicy, replies, outcome } = inFlight;
  if (action !== 'create' && action !== 'replace') return undefined;
  const physicalId =
    outcome?.physicalId ??
    (replies.length === 0 ? undefined : RESOURCE_TYPES.get(type)?.made?.(world, stepOf(stack, inFlight, now)));
  if (physicalId === undefined) return undefined;
  const status = action === 'create' ? 'CREATE_FAILED' : 'UPDATE_FAILED';
  const identity = { physicalId, ref: outcome?.ref ?? physicalId, attributes: outcome?.attributes ?? {} };
  return { logicalId, type, ...identity, properties, deletionPolicy, updateReplacePolicy, status, updatedAt: now };
}

/** The resource has settled: it is the stack's now, or gone. */
export function settleResource(world: World, stack: Stack, inFlight: InFlight, now: Instant): Effect[] {
  const { logicalId, action, outcome, previous, type, properties } = inFlight;
  const { deletionPolicy, updateReplacePolicy } = inFlight;
  // The wake may be that of an earlier turn of the same resource, which was given up.
  if (outcome === undefined || inFlight.readyAt !== now) return [];
  const next: Effect = {
    type: 'wake',
    at: now,
    wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name },
  };
  if (action === 'delete') {
    const superseded = stack.operation !== undefined && isSuperseded(stack.operation, logicalId);
    return [
      {
        type: 'cloudformation.ResourceSettled',
        stackName: stack.name,
        logicalId,
        result: superseded ? 'kept' : 'removed',
      },
      resourceEvent(world, stack, shown(inFlight), 'DELETE_COMPLETE'),
      next,
    ];
  }
  const verb = action === 'create' ? 'CREATE' : 'UPDATE';
  const resource: StackResource = {
    logicalId,
    type,
    ...outcome,
    properties,
    deletionPolicy,
    updateReplacePolicy,
    status: `${verb}_COMPLETE`,
    updatedAt: now,
  };
  const replaced = action === 'replace' || stack.operation?.replaced?.has(logicalId) === true;
  return [
    {
      type: 'cloudformation.ResourceSettled',
      stackName: stack.name,
      logicalId,
      result: 'done',
      resource,
      ...(replaced && previous && { disposal: previous }),
    },
    resourceEvent(world, stack, shown(inFlight), `${verb}_COMPLETE`),
    next,
  ];
}
