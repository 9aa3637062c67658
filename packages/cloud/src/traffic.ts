import { after, type Instant, MINUTE } from './instant.ts';
import type { Random } from './random.ts';

/** One request on its way to an API: what the caller sends. */
export interface TrafficRequest {
  readonly method: string;
  /** Without the stage: `/unicorns`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Where requests arrive, and what they ask. */
export interface Traffic {
  readonly apiId: string;
  readonly stage: string;
  /** The request with this index, from 0. */
  request(index: number): TrafficRequest;
  /** When the request with this index arrives; never earlier than the one before. Undefined: no more. */
  arrivesAt(index: number): Instant | undefined;
}

/** `requestsPerMinute` from `minute` on, counted from the traffic's start. */
export interface RateStep {
  readonly minute: number;
  readonly requestsPerMinute: number;
}

/**
 * Arrivals of a profile: evenly spaced, or a Poisson process with the same rate. The instant of a request is a
 * function of its index alone, so that it can be asked in any batch; asking goes forward, and is cheap then.
 */
export function arrivals(
  profile: readonly RateStep[],
  startAt: Instant,
  poisson: Random | undefined,
): Traffic['arrivesAt'] {
  let index = -1;
  let elapsedMs = 0;
  const advance = (): void => {
    index++;
    // The first evenly spaced request arrives half a gap after the start, so that none falls on a minute's edge.
    const gap = poisson ? -Math.log(1 - poisson.uniform('arrivals', index)) : index === 0 ? 0.5 : 1;
    let left = gap;
    while (left > 0) {
      const { rate, untilMs } = rateAt(profile, elapsedMs);
      const perMs = rate / MINUTE;
      const fits = perMs * (untilMs - elapsedMs);
      if (fits >= left || untilMs === Number.POSITIVE_INFINITY) {
        elapsedMs += perMs > 0 ? left / perMs : Number.POSITIVE_INFINITY;
        return;
      }
      left -= fits;
      elapsedMs = untilMs;
    }
  };
  return (wanted) => {
    if (wanted < index) throw new RangeError(`arrivals go forward: request ${wanted} was asked after ${index}`);
    while (index < wanted) advance();
    return Number.isFinite(elapsedMs) ? after(startAt, elapsedMs) : undefined;
  };
}

function rateAt(profile: readonly RateStep[], elapsedMs: number): { rate: number; untilMs: number } {
  let rate = 0;
  for (const step of profile) {
    const from = step.minute * MINUTE;
    if (from > elapsedMs) return { rate, untilMs: from };
    rate = step.requestsPerMinute;
  }
  return { rate, untilMs: Number.POSITIVE_INFINITY };
}
