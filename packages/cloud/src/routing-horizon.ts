/**
 * How far ahead requests may be routed. Most wakes neither start an invocation nor change where a request goes: they
 * count samples, answer what is overdue, or look at an alarm. A batch of requests may reach past those; each request
 * and each wake still takes effect at its own instant.
 */
import type { Wake } from './effects.ts';
import { mayEver } from './services/iam/index.ts';
import { executionRole } from './services/lambda/index.ts';
import { SERVICES } from './world.ts';
import type { World } from './world-state.ts';

/**
 * Whether nothing that follows from the wake, whatever the state, can touch an alias, a function or an invocation. An
 * alarm that turns tells topics, which deliver to nobody; CodeDeploy learns of it by a poll of its own. Should a topic
 * come to invoke functions, evaluations are no longer aside.
 */
export function isAside(wake: Wake): boolean {
  switch (wake.service) {
    case 'apigateway':
    case 'cloudwatch':
    case 'logs':
      return true;
    case 'lambda':
      return wake.type === 'sendMetrics';
    case 'cloudformation':
    case 'codedeploy':
      return false;
    default:
      return wake satisfies never;
  }
}

/** What starts an invocation, or changes where one goes: all that these services do but to tell. */
const REACHING: readonly string[] = SERVICES.filter(({ name }) =>
  ['cloudformation', 'codedeploy', 'lambda'].includes(name),
)
  .flatMap(({ operations }) => Object.values(operations).map(({ action }) => action))
  .filter((action) => !/:(?:BatchGet|Describe|Get|List|Validate)/.test(action));

/** Whether code of this version could start an invocation or change where one goes, as far as its role lets it. */
export const mayReachInvocations = (world: World, functionName: string, version: string): boolean =>
  mayEver(world, executionRole(world, functionName, version), REACHING);
