import { after, arrivals, type Cloud, createRandom, UserError } from '@unicorns/cloud';
import { type Endpoint, findEndpoint } from '../rehearse/find-endpoint.ts';
import type { TrafficPlan } from '../rehearse/rehearsal.ts';

/**
 * Requests arrive as planned, beside those of real callers, as soon as a stack has an API with a route to call; until
 * then nothing is there to be called. Gives what ends the waiting.
 */
export function sendTraffic(cloud: Cloud, plan: TrafficPlan, seed: number, tell: (line: string) => void): () => void {
  const unsubscribe = cloud.journal.subscribe(({ effect }) => {
    if (effect.type !== 'cloudformation.StackEvent' || effect.status !== 'CREATE_COMPLETE') return;
    if (effect.logicalId === effect.stackName) begin(effect.stackName);
  });
  function begin(stackName: string): void {
    const endpoint = endpointOf(cloud, stackName);
    if (endpoint === undefined) return;
    unsubscribe();
    const { apiId, stage, path } = endpoint;
    const request = { method: 'GET', path, headers: { Accept: 'application/json', 'User-Agent': 'serve' }, query: {} };
    const poisson = plan.isPoisson ? createRandom(seed) : undefined;
    const arrivesAt = arrivals(plan.profile, after(cloud.now, 0), poisson);
    cloud.send({ apiId, stage, request: () => request, arrivesAt });
    tell(`Requests arrive at GET /${stage}${path} of the API ${apiId} from now on.`);
  }
  for (const name of cloud.world.cloudformation.stacks.keys()) begin(name);
  return unsubscribe;
}

/** Undefined for a stack that has no API, or no route without parameters. */
function endpointOf(cloud: Cloud, stackName: string): Endpoint | undefined {
  const stack = cloud.world.cloudformation.stacks.get(stackName);
  if (stack === undefined) return undefined;
  try {
    return findEndpoint(stack, stackName, undefined);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
