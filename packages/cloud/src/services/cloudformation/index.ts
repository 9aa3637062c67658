/** CloudFormation: templates become stacks; stacks are created, updated, rolled back and deleted. */
import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { Reply, Service } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { askForDeployment, deploymentSeen } from './alias-deployment.ts';
import { changeSetReady } from './change-set.ts';
import { operations } from './operations.ts';
import { proceed } from './proceed.ts';
import { applyCloudFormation, type CloudFormationReplyTo, type CloudFormationWake } from './state.ts';
import { settleResource } from './settle-resource.ts';
import { stepReplied, takeStep } from './take-step.ts';

function wake(world: World, it: CloudFormationWake, now: Instant): readonly Effect[] {
  const stack = world.cloudformation.stacks.get(it.stackName);
  if (it.type === 'changeSetReady') return changeSetReady(world, it.changeSetId);
  if (stack?.operation === undefined) return [];
  if (it.type === 'proceed') return proceed(world, stack, now);
  const inFlight = stack.operation.inFlight.get(it.logicalId);
  if (inFlight === undefined) return [];
  if (it.type === 'stepDue') return takeStep(world, stack, inFlight, now, true);
  return it.type === 'resourceReady' ? settleResource(world, stack, inFlight, now) : askForDeployment(stack, inFlight);
}

function replied(world: World, to: CloudFormationReplyTo, reply: Reply, now: Instant): readonly Effect[] {
  const stack = world.cloudformation.stacks.get(to.stackName);
  const inFlight = stack?.operation?.inFlight.get(to.logicalId);
  if (stack === undefined || inFlight === undefined) return [];
  return to.type === 'step'
    ? stepReplied(world, stack, inFlight, reply, now)
    : deploymentSeen(world, stack, inFlight, reply, now);
}

export const service: Service = { name: 'cloudformation', apply: applyCloudFormation, wake, replied, operations };

export {
  changedIds,
  changesNothing,
  createStack,
  deleteStack,
  NO_UPDATES,
  stackNamed,
  updateStack,
} from './begin-operation.ts';
export { exportsOf } from './exports.ts';
export { adoptExternalRoles } from './external-roles.ts';
export { refuseUnknown } from './refuse-unknown.ts';
export { unknownAttributes } from './unknown-attributes.ts';
export { attributesOf } from './resources/attributes.ts';
export { alarmInput, PROPERTIES, RESOURCE_TYPES } from './resources/index.ts';
export { initialCloudFormation } from './state.ts';
export type {
  CloudFormationFact,
  CloudFormationState,
  Stack,
  StackEvent,
  StackOutput,
  StackResource,
} from './state.ts';
export { type CompiledTemplate, compileTemplate, SERVERLESS_TYPES, TEMPLATE_SLICE } from './template/index.ts';
export type { CompileInput } from './template/index.ts';
export * from './inspect.ts';
export { UNSUPPORTED_SETTINGS } from './unsupported-settings.ts';
