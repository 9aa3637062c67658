import {
  after,
  arrivals,
  type Cloud,
  createRandom,
  type Random,
  type Traffic,
  type TrafficRequest,
} from '@unicorns/cloud';
import type { TrafficPlan } from '../rehearsal.ts';
import type { Callers, RouteShare } from './callers.ts';

export interface Sender {
  readonly seed: number;
  readonly userAgent: string;
}

/** Requests arrive as planned from now on. */
export function sendRequests(cloud: Cloud, callers: Callers, plan: TrafficPlan, { seed, userAgent }: Sender): void {
  const random = createRandom(seed);
  const arrivesAt = arrivals(plan.profile, after(cloud.now, 0), plan.isPoisson ? random : undefined);
  cloud.send({ ...destination(callers, random, userAgent), arrivesAt } as Traffic);
}

function destination(callers: Callers, random: Random, userAgent: string) {
  if (callers.type === 'api') {
    const { apiId, stage, routes } = callers;
    const requests = routes.map((route) => requestOf(route, userAgent));
    const shares = routes.map(({ share }) => share);
    return { apiId, stage, request: drawing(requests, shares, random) };
  }
  const { aliases, event } = callers;
  return {
    target: drawing(
      aliases,
      aliases.map(() => 1 / aliases.length),
      random,
    ),
    event,
  };
}

const requestOf = ({ method, path, query }: RouteShare, userAgent: string): TrafficRequest => ({
  method,
  path,
  headers: { Accept: 'application/json', 'User-Agent': userAgent },
  query,
});

/** Which one a request goes to is drawn by its index, so that no pattern of arrivals meets a pattern of routes. */
function drawing<T>(all: readonly T[], shares: readonly number[], random: Random): (index: number) => T {
  const [first, ...rest] = all;
  if (first === undefined) throw new Error('there is nowhere to go');
  if (rest.length === 0) return () => first;
  return (index) => {
    let left = random.uniform('routes', index);
    return all.find((_one, at) => (left -= shares[at] ?? 0) < 0) ?? first;
  };
}
