/** Requests sorted into kinds, so fine that every gate counts a kind whole or not at all. */
import type { Exposure } from './count-classes.ts';
import { durationBands } from './duration-bands.ts';
import { type Noise, OUTCOMES, type Outcome, type PlanInput } from './plan-input.ts';

export interface RequestKind {
  readonly version: 'new' | 'old';
  readonly outcome: Outcome;
  /** A duration that stands for all of this kind: no threshold lies between any two of them. */
  readonly durationMs: number;
  /** Not all of them are the same. */
  readonly isSpread: boolean;
  /** Share of its version's requests, before the fault begins and after. */
  readonly shareBefore: number;
  readonly shareAfter: number;
  /** The caller got what the fault does. */
  readonly isHit: boolean;
}

const NEGLIGIBLE = 1e-15;

/** All kinds that occur. */
export function requestKinds({
  fault,
  noise,
  gates,
}: Pick<PlanInput, 'fault' | 'noise' | 'gates'>): readonly RequestKind[] {
  const bands = durationBands(noise, gates);
  return (['new', 'old'] as const).flatMap((version) =>
    OUTCOMES.flatMap((outcome) => {
      const shareBefore = healthyShare(outcome, noise);
      const faulty = version === 'new' ? fault.share : 0;
      const shareAfter = shareBefore * (1 - faulty) + (outcome === fault.kind ? faulty : 0);
      if (shareAfter < NEGLIGIBLE && shareBefore < NEGLIGIBLE) return [];
      const isHit = version === 'new' && outcome === fault.kind && fault.share > 0;
      const kind = { version, outcome, isHit };
      if (outcome === 'slow') return [{ ...kind, durationMs: fault.slowMs, isSpread: false, shareBefore, shareAfter }];
      return bands.map(({ durationMs, isSpread, share }) => ({
        ...kind,
        durationMs,
        isSpread,
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

/** Expected requests of some kinds. */
export function expectedIn(kinds: readonly RequestKind[], { newBefore, newAfter, old }: Exposure): number {
  let sum = 0;
  for (const { version, shareBefore, shareAfter } of kinds)
    sum += version === 'new' ? newBefore * shareBefore + newAfter * shareAfter : old * shareBefore;
  return sum;
}
