import { MINUTE } from '../../instant.ts';

/** How a deployment configuration moves traffic. Percentages are whole numbers, intervals whole minutes. */
export type TrafficRouting =
  | { readonly type: 'TimeBasedCanary'; readonly canaryPercentage: number; readonly canaryInterval: number }
  | { readonly type: 'TimeBasedLinear'; readonly linearPercentage: number; readonly linearInterval: number }
  | { readonly type: 'AllAtOnce' };

/** The new version has `weightPercent` of the traffic from `afterMs` after the first shift. */
export interface Shift {
  readonly afterMs: number;
  readonly weightPercent: number;
}

export interface ShiftSchedule {
  /** The first shift is at 0, the last one reaches 100. */
  readonly shifts: readonly Shift[];
  /** AllowTraffic is over this long after the first shift. */
  readonly completesAfterMs: number;
}

/**
 * When AllowTraffic gives the new version how much. The first share moves at once; a canary moves all the
 * rest one interval later; a linear configuration adds a step at the start of each increment, the last
 * step taking the remainder.
 *
 * Source: codedeploy reference 2.3 (captures T1, T3, T7 for canary; T8 and the model text of
 * TimeBasedLinear for linear). The guides count n intervals for n linear steps (100 minutes for
 * Every10Minutes); `linearIntervals: 'n'` follows them by holding the last step for one more interval (assumption `linear-intervals`).
 */
export function shiftSchedule(routing: TrafficRouting, linearIntervals: 'n-1' | 'n' = 'n-1'): ShiftSchedule {
  switch (routing.type) {
    case 'AllAtOnce':
      return { shifts: [{ afterMs: 0, weightPercent: 100 }], completesAfterMs: 0 };
    case 'TimeBasedCanary': {
      const bakeMs = routing.canaryInterval * MINUTE;
      return {
        shifts: [
          { afterMs: 0, weightPercent: routing.canaryPercentage },
          { afterMs: bakeMs, weightPercent: 100 },
        ],
        completesAfterMs: bakeMs,
      };
    }
    case 'TimeBasedLinear': {
      const steps = Math.ceil(100 / routing.linearPercentage);
      const intervalMs = routing.linearInterval * MINUTE;
      const shifts = Array.from({ length: steps }, (_, k) => ({
        afterMs: k * intervalMs,
        weightPercent: Math.min(100, (k + 1) * routing.linearPercentage),
      }));
      return { shifts, completesAfterMs: (linearIntervals === 'n' ? steps : steps - 1) * intervalMs };
    }
    default:
      return routing satisfies never;
  }
}
