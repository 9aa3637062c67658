import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { Reply } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { failResource } from './fail-resource.ts';
import { DEPLOYMENT_POLL_MS, settleMs } from './pace.ts';
import { shown, stepOf } from './resource-step.ts';
import type { Step } from './resources/resource-type.ts';
import { RESOURCE_TYPES } from './resources/index.ts';
import { resourceEvent } from './stack-event.ts';
import type { InFlight, Outcome, Stack } from './state.ts';
import { takenName } from './taken-name.ts';

/** Asks the resource's type what comes next, and does it. `isDue`: what was to come later comes now. */
export function takeStep(world: World, stack: Stack, inFlight: InFlight, now: Instant, isDue = false): Effect[] {
  const step = nextStep(world, stack, inFlight, now);
  if (step.type !== 'call' || step.afterMs === undefined || isDue) return carryOut(world, stack, inFlight, step, now);
  const { logicalId } = inFlight;
  const wake = { service: 'cloudformation', type: 'stepDue', stackName: stack.name, logicalId } as const;
  return [{ type: 'wake', at: after(now, step.afterMs), wake }];
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
  const isNew = inFlight.action === 'create' || inFlight.action === 'replace';
  const taken = isNew ? takenName(world, stack, inFlight) : undefined;
  if (taken !== undefined) return { type: 'failed', reason: taken };
  return type.next(world, stepOf(stack, inFlight, now));
}

/** CloudFormation's own words; the new resource would need the name while the old one has it. */
const customNamed = (name: string): string =>
  `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`;

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
