/**
 * What ordinary computing takes on Lambda, which virtual time does not measure: drawn per environment and per
 * request from the seed, lognormal as such times are. Waiting is not modelled; it is the virtual time the handler saw.
 */
import type { Random } from '../random.ts';

/** Start of a Node environment with a bundle of some tens of kilobytes. */
const INIT_MEDIAN_MS = 180;
const INIT_SIGMA = 0.15;
const COMPUTE_MEDIAN_MS = 2.5;
const COMPUTE_SIGMA = 0.35;
/** The first invocation of an environment runs cold code. */
const FIRST_FACTOR = 6;

const lognormal = (medianMs: number, sigma: number, normal: number): number => medianMs * Math.exp(sigma * normal);
const hundredths = (ms: number): number => Math.round(ms * 100) / 100;

/** Milliseconds, to two decimals, as REPORT shows them. */
export const modelledInitMs = (random: Random, environmentKey: string): number =>
  hundredths(lognormal(INIT_MEDIAN_MS, INIT_SIGMA, random.normal('init', environmentKey)));

/** What chance has to say of a request, a standard normal deviate. */
export const computeChance = (random: Random, requestId: string): number => random.normal('compute', requestId);

export const modelledComputeMs = (chance: number, isFirst: boolean): number =>
  hundredths(lognormal(COMPUTE_MEDIAN_MS * (isFirst ? FIRST_FACTOR : 1), COMPUTE_SIGMA, chance));

/** Megabytes that a Node environment holds: about 70 to 90, never more than it was given. */
export const modelledMemoryMb = (random: Random, environmentKey: string, memoryMb: number): number =>
  Math.min(memoryMb, 70 + Math.floor(20 * random.uniform('memory', environmentKey)));
