import type { Effect } from './effects.ts';
import { after, type Instant, MINUTE } from './instant.ts';
import type { Random } from './random.ts';
import { receive } from './services/apigateway/index.ts';
import { invokeForTraffic } from './services/lambda/index.ts';
import type { World } from './world-state.ts';

/** One request on its way to an API: what the caller sends. */
export interface TrafficRequest {
  readonly method: string;
  /** Without the stage: `/unicorns`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Arriving {
  /** When the request with this index, from 0, arrives; never earlier than the one before. Undefined: no more. */
  arrivesAt(index: number): Instant | undefined;
}

/** Requests to an API, through its gateway. */
export interface ApiTraffic extends Arriving {
  readonly apiId: string;
  readonly stage: string;
  /** The request with this index. */
  request(index: number): TrafficRequest;
}

/** lambda:Invoke, RequestResponse, by callers who need no gateway. */
export interface InvokeTraffic extends Arriving {
  /** The function that the call with this index goes to, and by which qualifier. */
  target(index: number): { readonly functionName: string; readonly qualifier: string };
  /** The event, as JSON text. */
  readonly event: string;
}

export type Traffic = ApiTraffic | InvokeTraffic;

/** An address of the documentation range (RFC 5737): nobody's. */
const CALLER_IP = '203.0.113.10';

/**
 * What the request with this index does. Changes nothing by itself, so that many can be asked ahead, in the order of their
 * arrival; `ahead` carries what each has taken of its API's limits.
 */
export function arrive(
  world: World,
  traffic: Traffic,
  index: number,
  requestId: string,
  now: Instant,
  ahead: Map<string, number>,
): Effect[] {
  if ('apiId' in traffic) {
    const { apiId, stage } = traffic;
    return receive(
      world,
      { ...traffic.request(index), apiId, stage, index, requestId, sourceIp: CALLER_IP },
      now,
      ahead,
    );
  }
  return invokeForTraffic(world, { ...traffic.target(index), payload: traffic.event, index, requestId }, now);
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
