import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { Reply } from '../../service.ts';
import type { World } from '../../world-state.ts';
import { DEPLOYMENT_POLL_MS, settleMs } from './pace.ts';
import type { ResourceStep, Step } from './resources/resource-type.ts';
import { RESOURCE_TYPES } from './resources/index.ts';
import { resourceEvent } from './stack-event.ts';
import type { InFlight, Outcome, Stack, StackResource } from './state.ts';

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
  const kind = stack.operation?.kind;
  const step: ResourceStep = {
    ...inFlight,
    stackName: stack.name,
    stackId: stack.id,
    now,
    throughCodeDeploy: kind === 'update' && stack.operation?.phase === 'apply',
  };
  return type.next(world, step);
}

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
  const ready = { ...inFlight, outcome: { physicalId, ref, attributes } };
  const initiated = resourceEvent(world, stack, shown(ready), 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
  return [
    { type: 'cloudformation.ResourceInFlight', stackName: stack.name, inFlight: ready },
    ...(inFlight.action === 'create' ? [initiated] : []),
    {
      type: 'wake',
      at: after(now, inFlight.deploymentId === undefined ? settleMs(inFlight.type) : 0),
      wake: { service: 'cloudformation', type: 'resourceReady', stackName: stack.name, logicalId: inFlight.logicalId },
    },
  ];
}

/** An API call of a resource has been answered. */
export function stepReplied(world: World, stack: Stack, inFlight: InFlight, reply: Reply, now: Instant): Effect[] {
  if (!reply.ok && !(inFlight.action === 'delete' && /NotFound|DoesNotExist/.test(reply.code))) {
    return failResource(world, stack, inFlight, refusal(world, inFlight, reply), now);
  }
  const answer: Reply = reply.ok ? reply : { ok: true, output: {} };
  const next = { ...inFlight, replies: [...inFlight.replies, answer] };
  return [
    { type: 'cloudformation.ResourceInFlight', stackName: stack.name, inFlight: next },
    ...takeStep(world, stack, next, now),
  ];
}

/** Source: codedeploy reference 4.3 (T2) for the form; the code is CloudFormation's own word for the error. */
function refusal(world: World, inFlight: InFlight, { code, message }: { code: string; message: string }): string {
  const service = inFlight.type.split('::')[1] ?? '';
  const token = world.random.uuid('request tokens', `${world.applied}:${inFlight.logicalId}`);
  const handlerCode = /AlreadyExists|Conflict/.test(code)
    ? 'AlreadyExists'
    : /NotFound|DoesNotExist/.test(code)
      ? 'NotFound'
      : /AccessDenied/.test(code)
        ? 'AccessDenied'
        : 'InvalidRequest';
  return `Resource handler returned message: "${message} (Service: ${service}, Status Code: 400, Request ID: ${token})" (RequestToken: ${token}, HandlerErrorCode: ${handlerCode})`;
}

export function failResource(world: World, stack: Stack, inFlight: InFlight, reason: string, now: Instant): Effect[] {
  const verb = inFlight.action === 'create' ? 'CREATE' : inFlight.action === 'delete' ? 'DELETE' : 'UPDATE';
  const others = [...(stack.operation?.inFlight.values() ?? [])].filter(
    (each) => each.logicalId !== inFlight.logicalId && each.outcome === undefined,
  );
  return [
    { type: 'cloudformation.ResourceSettled', stackName: stack.name, logicalId: inFlight.logicalId, result: 'failed' },
    resourceEvent(world, stack, shown(inFlight), `${verb}_FAILED`, reason),
    // Whatever else is under way is given up (SAM#351).
    ...others.flatMap((other): Effect[] => [
      { type: 'cloudformation.ResourceSettled', stackName: stack.name, logicalId: other.logicalId, result: 'failed' },
      resourceEvent(
        world,
        stack,
        shown(other),
        `${other.action === 'create' ? 'CREATE' : 'UPDATE'}_FAILED`,
        `Resource ${other.action === 'create' ? 'creation' : 'update'} cancelled`,
      ),
    ]),
    { type: 'wake', at: now, wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name } },
  ];
}

/** The resource has settled: it is the stack's now, or gone. */
export function settleResource(world: World, stack: Stack, inFlight: InFlight, now: Instant): Effect[] {
  const { logicalId, action, outcome, previous, restores, type, properties, deletionPolicy } = inFlight;
  if (outcome === undefined) return [];
  const next: Effect = {
    type: 'wake',
    at: now,
    wake: { service: 'cloudformation', type: 'proceed', stackName: stack.name },
  };
  if (action === 'delete') {
    const current = stack.resources.get(logicalId)?.physicalId === previous?.physicalId;
    return [
      {
        type: 'cloudformation.ResourceSettled',
        stackName: stack.name,
        logicalId,
        result: current ? 'removed' : 'kept',
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
    status: `${verb}_COMPLETE`,
    updatedAt: now,
  };
  const replaced =
    previous !== undefined &&
    (action === 'replace' || restores !== undefined) &&
    previous.physicalId !== outcome.physicalId;
  return [
    {
      type: 'cloudformation.ResourceSettled',
      stackName: stack.name,
      logicalId,
      result: 'done',
      resource,
      ...(replaced && { disposal: previous }),
    },
    resourceEvent(world, stack, shown(inFlight), `${verb}_COMPLETE`),
    next,
  ];
}
