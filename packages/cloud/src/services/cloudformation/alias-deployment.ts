/**
 * An alias whose version changes is moved by CodeDeploy, and CloudFormation waits for the whole deployment,
 * asking now and then. Source: codedeploy reference 4.2, 4.3 (T2, T3).
 */
import type { Effect } from '../../effects.ts';
import { after, type Instant, SECOND } from '../../instant.ts';
import type { Reply } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { failResource } from './fail-resource.ts';
import { DEPLOYMENT_POLL_MS } from './pace.ts';
import { resourceEvent } from './stack-event.ts';
import type { InFlight, Stack } from './state.ts';
import { takeStep } from './take-step.ts';

export function askForDeployment(stack: Stack, inFlight: InFlight): Effect[] {
  if (inFlight.deploymentId === undefined) return [];
  return [
    {
      type: 'call',
      as: { type: 'root' },
      service: 'codedeploy',
      operation: 'GetDeployment',
      input: { deploymentId: inFlight.deploymentId },
      replyTo: { service: 'cloudformation', type: 'deployment', stackName: stack.name, logicalId: inFlight.logicalId },
    },
  ];
}

interface DeploymentSeen {
  readonly deploymentInfo?: {
    readonly status?: string;
    readonly errorInformation?: { readonly message?: string };
    readonly rollbackInfo?: { readonly rollbackDeploymentId?: string };
  };
}

export function deploymentSeen(world: World, stack: Stack, inFlight: InFlight, reply: Reply, now: Instant): Effect[] {
  if (!reply.ok) return failResource(world, stack, inFlight, reply.message, now);
  const { status, errorInformation, rollbackInfo } = (reply.output as DeploymentSeen).deploymentInfo ?? {};
  const poll = (ms: number): Effect => ({
    type: 'wake',
    at: after(now, ms),
    wake: { service: 'cloudformation', type: 'pollDeployment', stackName: stack.name, logicalId: inFlight.logicalId },
  });
  if (status === 'Succeeded') {
    const next = { ...inFlight, replies: [...inFlight.replies, reply] };
    return [
      { type: 'cloudformation.ResourceInFlight', stackName: stack.name, inFlight: next },
      ...takeStep(world, stack, next, now),
    ];
  }
  if (status !== 'Failed' && status !== 'Stopped') return [poll(DEPLOYMENT_POLL_MS)];
  const rollbackId = rollbackInfo?.rollbackDeploymentId;
  if (rollbackId !== undefined && inFlight.rollbackSeen !== true) {
    return [
      { type: 'cloudformation.ResourceInFlight', stackName: stack.name, inFlight: { ...inFlight, rollbackSeen: true } },
      resourceEvent(
        world,
        stack,
        { logicalId: inFlight.logicalId, type: inFlight.type, physicalId: inFlight.previous?.physicalId ?? '' },
        'UPDATE_IN_PROGRESS',
        `CodeDeploy rollback deployment started: ${rollbackId}`,
      ),
      poll(SECOND),
    ];
  }
  const rollback = rollbackId === undefined ? undefined : world.codedeploy.deployments.get(rollbackId);
  if (rollback !== undefined && rollback.completedAt === undefined) return [poll(SECOND)];
  const token = world.random.uuid('request tokens', `${world.applied}:${inFlight.logicalId}`);
  const reason = `Resource handler returned message: "${inFlight.deploymentId ?? ''} failed. ${errorInformation?.message ?? ''}" (RequestToken: ${token}, HandlerErrorCode: InternalFailure)`;
  return failResource(world, stack, inFlight, reason, now);
}
