import type { Fact, Instant } from '@unicorns/cloud';
import type { Requests, Status } from './events.ts';

/** What a caller got, and after how long. */
export interface Answer {
  readonly status: Status;
  readonly latencyMs: number;
}

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

/** Of a fact that brings a caller an answer. Hooks and whoever else invokes a function are no callers. */
export function answerOf(fact: Fact, at: Instant): Answer | undefined {
  switch (fact.type) {
    case 'apigateway.RequestServed':
      return fact;
    case 'lambda.InvocationEnded':
      return fact.source.type === 'traffic' ? { status: statusOf(fact), latencyMs: at - fact.startedAt } : undefined;
    case 'lambda.InvocationThrottled':
      return fact.source.type === 'traffic' ? { status: 'throttled', latencyMs: 0 } : undefined;
    case 'lambda.InvocationRefused':
      return { status: fact.code, latencyMs: 0 };
    default:
      return undefined;
  }
}

/** An answer made for a gateway says itself whether it is a good one. */
function statusOf({ outcome, payload }: Of<'lambda.InvocationEnded'>): Status {
  if (outcome !== 'success') return 'function error';
  if (!payload.includes('"statusCode"')) return 'ok';
  const answer: unknown = JSON.parse(payload);
  const status = typeof answer === 'object' && answer !== null && 'statusCode' in answer ? answer.statusCode : 'ok';
  return typeof status === 'number' ? status : 'ok';
}

/** A caller who got a 5xx or no answer of the function's, or waited for longer than the SLA. */
export const isHit = ({ status, latencyMs }: Answer, slaMs: number): boolean =>
  (typeof status === 'number' ? status >= 500 : status !== 'ok') || latencyMs > slaMs;

/** Counts answers as they come, in constant memory. */
export class RequestCounter {
  readonly #slaMs: number;
  readonly #byStatus = new Map<Status, number>();
  #count = 0;
  #slow = 0;
  #slowestMs = 0;

  constructor(slaMs: number) {
    this.#slaMs = slaMs;
  }

  add({ status, latencyMs }: Answer): void {
    this.#count++;
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    if (latencyMs > this.#slaMs) this.#slow++;
    this.#slowestMs = Math.max(this.#slowestMs, latencyMs);
  }

  get count(): number {
    return this.#count;
  }

  get requests(): Requests {
    return {
      count: this.#count,
      byStatus: inOrder(this.#byStatus),
      slowerThanSla: this.#slow,
      slowestMs: Math.round(this.#slowestMs),
    };
  }
}

/** Numbers first. */
const inOrder = (byStatus: ReadonlyMap<Status, number>): Requests['byStatus'] =>
  [...byStatus].toSorted(([a], [b]) =>
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : typeof a === typeof b
        ? a < b
          ? -1
          : 1
        : typeof a === 'number'
          ? -1
          : 1,
  );

export function addRequests(one: Requests, other: Requests): Requests {
  const byStatus = new Map(one.byStatus);
  for (const [status, count] of other.byStatus) byStatus.set(status, (byStatus.get(status) ?? 0) + count);
  return {
    count: one.count + other.count,
    byStatus: inOrder(byStatus),
    slowerThanSla: one.slowerThanSla + other.slowerThanSla,
    slowestMs: Math.max(one.slowestMs, other.slowestMs),
  };
}
