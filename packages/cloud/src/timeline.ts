import type { Instant } from './instant.ts';
import { PriorityQueue } from './priority-queue.ts';

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
  readonly #wakes = new PriorityQueue<Entry<W>>(earlier);
  /** Those of the wakes that are not aside. */
  readonly #decisive = new PriorityQueue<Entry<W>>(earlier);
  readonly #isAside: (wake: W) => boolean;

  /** `isAside` tells wakes that `nextDecisiveDue` leaves out. */
  constructor(start: Instant, isAside: (wake: W) => boolean = () => false) {
    this.#now = start;
    this.#isAside = isAside;
  }

  get now(): Instant {
    return this.#now;
  }

  get nextDue(): Instant | undefined {
    return this.#wakes.peek()?.due;
  }

  get nextDecisiveDue(): Instant | undefined {
    return this.#decisive.peek()?.due;
  }

  /** Whether the next wake is aside: it cannot concern what is under way. */
  get nextIsAside(): boolean {
    const next = this.#wakes.peek();
    return next !== undefined && next !== this.#decisive.peek();
  }

  get size(): number {
    return this.#wakes.size;
  }

  /** Adds a wake. One due in the past is a bug of the caller, never silently moved. */
  schedule(due: Instant, wake: W): void {
    if (due < this.#now) {
      throw new RangeError(`a wake is due at ${due}, before the current time ${this.#now}: ${JSON.stringify(wake)}`);
    }
    const entry = { due, seq: this.#seq++, wake };
    this.#wakes.push(entry);
    if (!this.#isAside(wake)) this.#decisive.push(entry);
  }

  /** Moves the clock to the next wake and hands it out. */
  take(): W | undefined {
    const first = this.#wakes.pop();
    if (first === undefined) return undefined;
    if (this.#decisive.peek() === first) this.#decisive.pop();
    this.#now = first.due;
    return first.wake;
  }

  /** Moves the clock forward where nothing happens; never past a wake and never back. */
  moveTo(at: Instant): void {
    const due = this.nextDue;
    if (due !== undefined && due < at) {
      throw new RangeError(`the clock cannot move to ${at} past a wake that is due at ${due}`);
    }
    if (at > this.#now) this.#now = at;
  }
}

const earlier = (a: Entry<unknown>, b: Entry<unknown>): boolean => a.due < b.due || (a.due === b.due && a.seq < b.seq);
