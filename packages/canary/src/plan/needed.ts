/** Two questions the other way round: what is the smallest fault that is caught, and what traffic would it take? */
import { exactDetection } from './plan.ts';
import type { Configuration, PlanInput } from './plan-input.ts';

/** Detection never falls as the searched number grows; it is found to within this much of itself. */
const PRECISION = 0.01;

export interface Needed {
  /** The smallest share of faulty requests that is caught with the wanted probability; undefined: not even all of them. */
  readonly smallestShare: number | undefined;
  /** Requests a minute from which the planned fault is; undefined: no traffic is enough. */
  readonly requestsPerMinute: number | undefined;
}

/** By the gates whose odds are exact; the others can only add to them. */
export function needed(input: PlanInput, wanted: number): (configuration: Configuration) => Needed {
  const { fault, traffic } = input;
  return (configuration) => ({
    smallestShare: smallest(
      1e-6,
      1,
      (share) => exactDetection({ ...input, fault: { ...fault, share } })(configuration).caught >= wanted,
    ),
    requestsPerMinute: smallest(
      0.01,
      1e9,
      (requestsPerMinute) =>
        exactDetection({ ...input, traffic: { ...traffic, profile: [{ minute: 0, requestsPerMinute }] } })(
          configuration,
        ).caught >= wanted,
    ),
  });
}

function smallest(from: number, until: number, isEnough: (value: number) => boolean): number | undefined {
  if (!isEnough(until)) return undefined;
  if (isEnough(from)) return from;
  let [low, high] = [Math.log(from), Math.log(until)];
  while (high - low > PRECISION) {
    const middle = (low + high) / 2;
    if (isEnough(Math.exp(middle))) high = middle;
    else low = middle;
  }
  return Math.exp(high);
}
