import type { Instant } from './instant.ts';

interface Entry<W> {
  readonly due: Instant;
  readonly seq: number;
  readonly wake: W;
}

/**
 * Virtual time: wakes ordered by (due, sequence). A wake is a value, so that a timeline can be written
 * down and taken up again. It is the only thing that moves the clock.
 */
export class Timeline<W> {
  #now: Instant;
  #seq = 0;
  /** A binary heap by (due, seq). */
  readonly #heap: Entry<W>[] = [];

  constructor(start: Instant) {
    this.#now = start;
  }

  get now(): Instant {
    return this.#now;
  }

  get nextDue(): Instant | undefined {
    return this.#heap[0]?.due;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Adds a wake. One due in the past is a bug of the caller, never silently moved. */
  schedule(due: Instant, wake: W): void {
    if (due < this.#now)
      throw new RangeError(`a wake is due at ${due}, before the current time ${this.#now}: ${JSON.stringify(wake)}`);
    const heap = this.#heap;
    const entry = { due, seq: this.#seq++, wake };
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const up = (i - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || before(parent, entry)) break;
      heap[i] = parent;
      i = up;
    }
    heap[i] = entry;
  }

  /** Moves the clock to the next wake and hands it out. */
  take(): W | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length > 0) sink(heap, last);
    this.#now = first.due;
    return first.wake;
  }

  /** Moves the clock forward where nothing happens; never past a wake and never back. */
  moveTo(at: Instant): void {
    const due = this.nextDue;
    if (due !== undefined && due < at)
      throw new RangeError(`the clock cannot move to ${at} past a wake that is due at ${due}`);
    if (at > this.#now) this.#now = at;
  }
}

const before = (a: Entry<unknown>, b: Entry<unknown>): boolean => a.due < b.due || (a.due === b.due && a.seq < b.seq);

function sink<W>(heap: Entry<W>[], entry: Entry<W>): void {
  let i = 0;
  for (;;) {
    const left = heap[2 * i + 1];
    const right = heap[2 * i + 2];
    const child = right !== undefined && left !== undefined && before(right, left) ? right : left;
    if (child === undefined || before(entry, child)) break;
    heap[i] = child;
    i = child === right ? 2 * i + 2 : 2 * i + 1;
  }
  heap[i] = entry;
}
