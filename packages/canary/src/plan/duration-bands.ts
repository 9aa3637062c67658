/** The durations of healthy requests, cut into bands so narrow that no gate tells two of one band apart. */
import { parseStatistic } from '@unicorns/cloud/inspect';
import type { Gate, Noise } from './plan-input.ts';
import { normalAbove } from './tail-probabilities.ts';

export interface Band {
  /** The mean of its durations: it stands for all of them. */
  readonly durationMs: number;
  readonly share: number;
  /** Are there any others? */
  readonly isSpread: boolean;
}

const NEGLIGIBLE = 1e-15;
/** Steps of a fifth of a standard deviation, out to four: for gates that do arithmetic with durations. */
const STEPS = Array.from({ length: 41 }, (_, i) => (i - 20) / 5);

export function durationBands(noise: Noise, gates: readonly Gate[]): readonly Band[] {
  const sigma = sigmaOf(noise);
  if (sigma === 0) return [{ durationMs: noise.medianMs, share: 1, isSpread: false }];
  const steps = gates.some(countsWithDurations) ? STEPS.map((z) => noise.medianMs * Math.exp(z * sigma)) : [];
  const cuts = [...new Set([...thresholds(gates), ...steps])].toSorted((a, b) => a - b);
  const edges = [0, ...cuts, Number.POSITIVE_INFINITY];
  return edges.slice(0, -1).flatMap((low, i) => {
    const high = edges[i + 1] ?? Number.POSITIVE_INFINITY;
    const share = slowerThan(low, noise) - slowerThan(high, noise);
    return share < NEGLIGIBLE ? [] : [{ durationMs: meanBetween(low, high, noise, share), share, isSpread: true }];
  });
}

/** Every duration that an alarm compares with. */
function thresholds(gates: readonly Gate[]): readonly number[] {
  return gates.flatMap(({ alarm, sources }) =>
    sources.some((source) => source.sample('good') === 'duration') && alarm.threshold > 0 ? [alarm.threshold] : [],
  );
}

/** More than a question of which requests are slower than the threshold. */
function countsWithDurations({ alarm: { watches }, sources }: Gate): boolean {
  const queries = watches.type === 'stat' ? [{ type: 'stat' as const, id: '', stat: watches.stat }] : watches.queries;
  return queries.some((query) => {
    const source = sources.find(({ id }) => id === query.id);
    if (query.type !== 'stat' || source?.sample('good') !== 'duration') return false;
    const type = parseStatistic(query.stat)?.type;
    if (type === 'SampleCount') return false;
    return watches.type === 'math' || !(type === 'percentile' || type === 'Maximum' || type === 'Minimum');
  });
}

/** The mean of a lognormal law between two of its values, never on an edge: alarms compare with those. */
function meanBetween(low: number, high: number, noise: Noise, share: number): number {
  const sigma = sigmaOf(noise);
  // Weighted with itself, a lognormal law is the same one further up.
  const shifted = { medianMs: noise.medianMs * Math.exp(sigma * sigma), p99Ms: noise.p99Ms * Math.exp(sigma * sigma) };
  const weighted = slowerThan(low, { ...noise, ...shifted }) - slowerThan(high, { ...noise, ...shifted });
  const mean = (noise.medianMs * Math.exp((sigma * sigma) / 2) * weighted) / share;
  const [least, most] = [low * 1.000001, high === Number.POSITIVE_INFINITY ? high : high * 0.999999];
  return Math.min(Math.max(mean, least), most);
}

/** The share of healthy requests that take longer. */
export function slowerThan(ms: number, noise: Noise): number {
  const sigma = sigmaOf(noise);
  if (ms <= 0) return 1;
  if (ms === Number.POSITIVE_INFINITY) return 0;
  if (sigma === 0) return noise.medianMs > ms ? 1 : 0;
  return normalAbove(Math.log(ms / noise.medianMs) / sigma);
}

/** Of the logarithms; 0: all take the same time. */
const sigmaOf = ({ medianMs, p99Ms }: Noise): number =>
  p99Ms <= medianMs ? 0 : Math.log(p99Ms / medianMs) / 2.3263478740408408;
