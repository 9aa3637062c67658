/**
 * Results of the runner whose own instants have not come yet, in order of (end, beginning, sequence). Those of a traffic's
 * requests are told apart: all that follows from them is an answer, logs and samples, never another invocation.
 */
import type { Instant } from './instant.ts';
import { PriorityQueue } from './priority-queue.ts';
import type { Settled } from './runner/index.ts';

/** Of what ends together the one that began first; numbers tell apart only what began together, too. */
function earlier(a: Settled, b: Settled): boolean {
  if (a.endedAt !== b.endedAt) return a.endedAt < b.endedAt;
  return a.startedAt === b.startedAt ? a.seq < b.seq : a.startedAt < b.startedAt;
}

/** Requests arrive behind all else in their instant. */
const comesBefore = (other: Settled, ofTraffic: Settled): boolean =>
  other.endedAt < ofTraffic.endedAt || (other.endedAt === ofTraffic.endedAt && other.startedAt <= ofTraffic.startedAt);

export class UnfoldedResults {
  readonly #ofTraffic = new PriorityQueue<Settled>(earlier);
  readonly #others = new PriorityQueue<Settled>(earlier);

  add(settled: Settled, isOfTraffic: boolean): void {
    (isOfTraffic ? this.#ofTraffic : this.#others).push(settled);
  }

  /** The earliest of all. */
  get next(): Settled | undefined {
    const [one, other] = [this.#ofTraffic.peek(), this.#others.peek()];
    if (one === undefined || other === undefined) return one ?? other;
    return comesBefore(other, one) ? other : one;
  }

  /** When the earliest ends of those that may have something started or someone go on. */
  get nextOtherEndsAt(): Instant | undefined {
    return this.#others.peek()?.endedAt;
  }

  take(): Settled | undefined {
    const { next } = this;
    return next === this.#others.peek() ? this.#others.pop() : this.#ofTraffic.pop();
  }
}
