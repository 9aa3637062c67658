/** Two questions the other way round: what is the smallest fault that is caught, and what traffic would it take? */
import { type Detected, detection, type Interval } from './plan.ts';
import type { Configuration, PlanInput } from './plan-input.ts';

/** Detection never falls as the searched number grows; it is found to within this much of itself. */
const PRECISION = 0.01;
/** Fewer simulated deployments could not say that more than 95 % are caught. */
const FEWEST_RUNS = 200;

export interface Needed {
  /** The smallest share of faulty requests that is caught with the wanted probability; undefined: not even all of them. */
  readonly smallestShare: number | undefined;
  /** Requests a minute from which the planned fault is; undefined: no traffic is enough. */
  readonly requestsPerMinute: number | undefined;
  /** Where chance has come in: between which numbers it lies; no upper end: so many deployments cannot say. */
  readonly smallestShareInterval?: NeededInterval;
  readonly requestsPerMinuteInterval?: NeededInterval;
}

export type NeededInterval = readonly [low: number, high: number | undefined];

/** By all gates together; where they are simulated, the same drawn deployments answer for every number tried. */
export function needed(given: PlanInput, wanted: number): (configuration: Configuration) => Needed {
  const input = { ...given, runs: Math.max(given.runs, FEWEST_RUNS) };
  const { fault, traffic } = input;
  const byShare = kept((share) => detection({ ...input, fault: { ...fault, share } }));
  const byTraffic = kept((requestsPerMinute) =>
    detection({ ...input, traffic: { ...traffic, profile: [{ minute: 0, requestsPerMinute }] } }),
  );
  return (configuration) => {
    const share = searched(1e-6, 1, wanted, (value) => byShare(value)(configuration));
    const requests = searched(0.01, 1e9, wanted, (value) => byTraffic(value)(configuration));
    return {
      smallestShare: share.value,
      requestsPerMinute: requests.value,
      ...(share.interval && { smallestShareInterval: share.interval }),
      ...(requests.interval && { requestsPerMinuteInterval: requests.interval }),
    };
  };
}

/** All configurations ask for some numbers, the first of each search. */
function kept<T>(make: (value: number) => T): (value: number) => T {
  const known = new Map<number, T>();
  return (value) => {
    let made = known.get(value);
    if (made === undefined) known.set(value, (made = make(value)));
    return made;
  };
}

interface Searched {
  readonly value: number | undefined;
  readonly interval?: NeededInterval;
}

/** Where the odds are simulated, also the numbers from which they may be enough, and from which they surely are. */
function searched(from: number, until: number, wanted: number, at: (value: number) => Detected): Searched {
  const known = kept(at);
  let isExact = true;
  const bound = (value: number): Interval => {
    const { caught, caughtInterval } = known(value);
    isExact &&= caughtInterval === undefined;
    return caughtInterval ?? [caught, caught];
  };
  const value = smallest(from, until, (it) => (bound(it), known(it).caught >= wanted));
  if (isExact) return { value };
  const low = smallest(from, until, (it) => bound(it)[1] >= wanted);
  const high = smallest(from, until, (it) => bound(it)[0] >= wanted);
  return low === undefined ? { value } : { value, interval: [low, high] };
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
