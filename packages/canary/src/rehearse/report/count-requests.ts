import type { Fact } from '@unicorns/cloud';
import type { Requests } from './events.ts';

type RequestServed = Extract<Fact, { type: 'apigateway.RequestServed' }>;

/** A caller who got a 5xx, or waited for longer than the SLA. */
export const isHit = ({ status, latencyMs }: Pick<RequestServed, 'status' | 'latencyMs'>, slaMs: number): boolean =>
  status >= 500 || latencyMs > slaMs;

/** Counts answers as they come, in constant memory. */
export class RequestCounter {
  readonly #slaMs: number;
  readonly #byStatus = new Map<number, number>();
  #count = 0;
  #slow = 0;
  #slowestMs = 0;

  constructor(slaMs: number) {
    this.#slaMs = slaMs;
  }

  add({ status, latencyMs }: Pick<RequestServed, 'status' | 'latencyMs'>): void {
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
      byStatus: [...this.#byStatus].toSorted(([a], [b]) => a - b),
      slowerThanSla: this.#slow,
      slowestMs: Math.round(this.#slowestMs),
    };
  }
}

export function addRequests(one: Requests, other: Requests): Requests {
  const byStatus = new Map(one.byStatus);
  for (const [status, count] of other.byStatus) byStatus.set(status, (byStatus.get(status) ?? 0) + count);
  return {
    count: one.count + other.count,
    byStatus: [...byStatus].toSorted(([a], [b]) => a - b),
    slowerThanSla: one.slowerThanSla + other.slowerThanSla,
    slowestMs: Math.max(one.slowestMs, other.slowestMs),
  };
}
