import type { Moments } from './count-classes.ts';

/** One way in which a deployment can end, with its probability and the requests hit by then. */
export interface Ending {
  /** When CodeDeploy stopped it, in seconds from the first shift; undefined: promoted. */
  readonly stopSeconds: number | undefined;
  /** The gate that was first. */
  readonly gate: string | undefined;
  readonly moments: Moments;
}

/** Moments of `hits + Poisson(mean)`. */
export const withMore = ([p, first, second]: Moments, mean: number): Moments => [
  p,
  first + mean * p,
  second + 2 * mean * first + (mean * mean + mean) * p,
];
