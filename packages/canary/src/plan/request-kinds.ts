/** Requests sorted into kinds, so fine that every gate counts a kind whole or not at all. */
import { normalAbove } from './tail-probabilities.ts';
import { type FaultModel, type Noise, OUTCOMES, type Outcome } from './plan-input.ts';

export interface RequestKind {
  readonly version: 'new' | 'old';
  readonly outcome: Outcome;
  /** A duration that stands for all of this kind: no threshold lies between any two of them. */
  readonly durationMs: number;
  /** Share of its version's requests, before the fault begins and after. */
  readonly shareBefore: number;
  readonly shareAfter: number;
  /** The caller got what the fault does. */
  readonly isHit: boolean;
}

const NEGLIGIBLE = 1e-15;

/** All kinds that occur. `cutsMs`: the durations that some gate tells apart, ascending. */
export function requestKinds(fault: FaultModel, noise: Noise, cutsMs: readonly number[]): readonly RequestKind[] {
  const bands = durationBands(noise, cutsMs);
  return (['new', 'old'] as const).flatMap((version) =>
    OUTCOMES.flatMap((outcome) => {
      const shareBefore = healthyShare(outcome, noise);
      const faulty = version === 'new' ? fault.share : 0;
      const shareAfter = shareBefore * (1 - faulty) + (outcome === fault.kind ? faulty : 0);
      if (shareAfter < NEGLIGIBLE && shareBefore < NEGLIGIBLE) return [];
      const isHit = version === 'new' && outcome === fault.kind && fault.share > 0;
      const kind = { version, outcome, isHit };
      if (outcome === 'slow') return [{ ...kind, durationMs: fault.slowMs, shareBefore, shareAfter }];
      return bands.map(({ durationMs, share }) => ({
        ...kind,
        durationMs,
        shareBefore: shareBefore * share,
        shareAfter: shareAfter * share,
      }));
    }),
  );
}

function healthyShare(outcome: Outcome, { statusShare, throwShare }: Noise): number {
  switch (outcome) {
    case 'good':
      return 1 - statusShare - throwShare;
    case 'status':
      return statusShare;
    case 'throw':
      return throwShare;
    case 'slow':
    case 'empty':
      return 0;
    default:
      return outcome satisfies never;
  }
}

interface Band {
  readonly durationMs: number;
  readonly share: number;
}

/** The lognormal durations cut at the thresholds; each band stands at the geometric middle of its edges. */
function durationBands(noise: Noise, cutsMs: readonly number[]): readonly Band[] {
  const edges = [0, ...cutsMs, Number.POSITIVE_INFINITY];
  return edges.slice(0, -1).flatMap((low, i) => {
    const high = edges[i + 1] ?? Number.POSITIVE_INFINITY;
    const share = slowerThan(low, noise) - slowerThan(high, noise);
    return share < NEGLIGIBLE ? [] : [{ durationMs: middle(low, high, noise.medianMs), share }];
  });
}

function middle(low: number, high: number, medianMs: number): number {
  if (high === Number.POSITIVE_INFINITY) return low === 0 ? medianMs : low * 1.5;
  return low === 0 ? Math.min(medianMs, high / 2) : Math.sqrt(low * high);
}

/** The share of healthy requests that take longer. */
export function slowerThan(ms: number, { medianMs, p99Ms }: Noise): number {
  if (ms <= 0) return 1;
  if (ms === Number.POSITIVE_INFINITY) return 0;
  if (p99Ms <= medianMs) return medianMs > ms ? 1 : 0;
  const sigma = Math.log(p99Ms / medianMs) / 2.3263478740408408;
  return normalAbove(Math.log(ms / medianMs) / sigma);
}
