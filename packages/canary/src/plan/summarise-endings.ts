import { add, type Moments } from './count-classes.ts';
import type { Ending } from './ending.ts';
import { normalAbove } from './tail-probabilities.ts';

export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
}

export interface Summary {
  /** P(stopped before the new version had everything). */
  readonly caught: number;
  /** P(stopped at all): also in the last seconds, at 100 %. */
  readonly rolledBack: number;
  /** Seconds from the fault to CodeDeploy's stop, of those that are caught; undefined when none is. */
  readonly detectSeconds: Quantiles | undefined;
  /** Requests hit until the alias is back, or people have brought it back. */
  readonly hits: { readonly mean: number; readonly p95: number };
  /** By gate: P(it was the one that stopped the deployment). */
  readonly stoppedBy: Readonly<Record<string, number>>;
}

export function summarise(endings: readonly Ending[], fullSeconds: number, faultFromSeconds: number): Summary {
  let caught = 0;
  let rolledBack = 0;
  let mean = 0;
  const stoppedBy: Record<string, number> = {};
  const times: (readonly [seconds: number, probability: number])[] = [];
  const parts = new Map<number, Moments>();
  for (const { stopSeconds, gate = '', moments } of endings) {
    const [probability, hits] = moments;
    mean += hits;
    add(parts, stopSeconds === undefined ? Number.POSITIVE_INFINITY : Math.floor(stopSeconds / 60), moments);
    if (stopSeconds === undefined) continue;
    rolledBack += probability;
    stoppedBy[gate] = (stoppedBy[gate] ?? 0) + probability;
    if (stopSeconds > fullSeconds + 1e-9) continue;
    caught += probability;
    times.push([Math.max(0, stopSeconds - faultFromSeconds), probability]);
  }
  times.sort((a, b) => a[0] - b[0]);
  return {
    caught: clamp(caught),
    rolledBack: clamp(rolledBack),
    detectSeconds:
      caught < 1e-12 ? undefined : { p50: quantileOf(times, 0.5 * caught), p95: quantileOf(times, 0.95 * caught) },
    hits: { mean: Math.max(0, mean), p95: hitsQuantile([...parts.values()], 0.95) },
    stoppedBy,
  };
}

const clamp = (p: number): number => Math.min(1, Math.max(0, p));

function quantileOf(times: readonly (readonly [number, number])[], wanted: number): number {
  let sum = 0;
  for (const [seconds, probability] of times) {
    sum += probability;
    if (sum >= wanted - 1e-12) return seconds;
  }
  return times.at(-1)?.[0] ?? 0;
}

/**
 * The smallest count that so many deployments do not exceed. Each part of the mixture (deployments that stop in the
 * same minute) is taken as a gamma law with the part's exact mean and variance.
 */
function hitsQuantile(parts: readonly Moments[], wanted: number): number {
  const laws = parts
    .filter(([probability]) => probability > 1e-9)
    .map(([probability, first, second]) => {
      const mean = first / probability;
      return { probability, mean, variance: Math.max(0, second / probability - mean * mean) };
    });
  const below = (x: number): number =>
    laws.reduce((sum, { probability, mean, variance }) => sum + probability * gammaBelow(x + 0.5, mean, variance), 0);
  let high = 1;
  while (below(high) < wanted && high < 1e15) high *= 2;
  if (below(0) >= wanted) return 0;
  let low = 0;
  for (let i = 0; i < 40 && high - low > Math.max(0.5, high * 1e-4); i++) {
    const middle = (low + high) / 2;
    if (below(middle) >= wanted) high = middle;
    else low = middle;
  }
  return Math.round(high);
}

/** The cube root of a gamma variable is nearly normal (Wilson and Hilferty, 1931). */
function gammaBelow(x: number, mean: number, variance: number): number {
  if (mean <= 1e-9) return x >= 0 ? 1 : 0;
  if (variance < 1e-9 * mean) return x >= mean ? 1 : 0;
  const spread = variance / (mean * mean) / 9;
  return 1 - normalAbove((Math.cbrt(x / mean) - (1 - spread)) / Math.sqrt(spread));
}
