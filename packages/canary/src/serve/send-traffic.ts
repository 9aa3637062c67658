import { type Cloud, UserError } from '@unicorns/cloud';
import { type Callers, describeCallers } from '../rehearse/callers/callers.ts';
import { findCallersAfter } from '../rehearse/callers/find-callers.ts';
import { sendRequests } from '../rehearse/callers/send-requests.ts';
import type { TrafficPlan } from '../rehearse/rehearsal.ts';

/**
 * Requests arrive as planned, beside those of real callers, as soon as a stack has something to call; until
 * then nothing is there to be called. Gives what ends the waiting.
 */
export function sendTraffic(cloud: Cloud, plan: TrafficPlan, seed: number, tell: (line: string) => void): () => void {
  const unsubscribe = cloud.journal.subscribe(({ effect }) => {
    if (effect.type !== 'cloudformation.StackEvent' || effect.status !== 'CREATE_COMPLETE') return;
    if (effect.logicalId === effect.stackName) begin(effect.stackName);
  });
  function begin(stackName: string): void {
    const callers = callersOf(cloud, stackName);
    if (callers === undefined) return;
    unsubscribe();
    sendRequests(cloud, callers, plan, { seed, userAgent: 'serve' });
    const where = callers.type === 'api' ? ` of the API ${callers.apiId}` : '';
    tell(`Requests arrive from now on: ${describeCallers(callers)}${where}.`);
  }
  for (const name of cloud.world.cloudformation.stacks.keys()) begin(name);
  return unsubscribe;
}

/** Undefined for a stack in which nothing can be called without more being said. */
function callersOf(cloud: Cloud, stackName: string): Callers | undefined {
  const stack = cloud.world.cloudformation.stacks.get(stackName);
  if (stack === undefined) return undefined;
  try {
    return findCallersAfter(stack, undefined);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
