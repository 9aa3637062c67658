/** Thrown into handler code that must not go on: its environment has ended. User code that catches it stays ended. */
export class EnvironmentEnded extends Error {
  override name = 'EnvironmentEnded';
}

/** Clock reads in one turn that cost nothing: ordinary code measures the time it waited, not its own reading. */
const FREE_READS = 64;
const FIRST_STEP_MS = 0.001;
const LONGEST_STEP_MS = 1;

/**
 * The clock of one environment, in virtual milliseconds since the epoch, with fractions. It stands still while code
 * runs and jumps when code waits. So that loops which only watch the clock end, reads move it: the first 64 of a
 * turn are free, then each moves it by a step that doubles every 64 reads, from 1 µs to 1 ms. A loop that waits
 * for 1.5 s ends after about 2,100 reads.
 */
export class VirtualClock {
  readonly originMs: number;
  /** Reads that reach this instant call `onDeadline`, which throws. */
  deadlineMs = Infinity;
  onDeadline: () => void = () => undefined;
  #nowMs: number;
  #reads = 0;
  #stepMs = FIRST_STEP_MS;

  constructor(originMs: number) {
    this.originMs = originMs;
    this.#nowMs = originMs;
  }

  /** The time, without moving it. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The time as handler code reads it. */
  read(): number {
    if (++this.#reads > FREE_READS) {
      if (this.#reads % FREE_READS === 0) this.#stepMs = Math.min(this.#stepMs * 2, LONGEST_STEP_MS);
      this.#nowMs += this.#stepMs;
    }
    if (this.#nowMs >= this.deadlineMs) this.onDeadline();
    return this.#nowMs;
  }

  /** Code sleeps without yielding; for ever where it is past the deadline. */
  sleep(ms: number): void {
    this.moveTo(Math.min(this.#nowMs + ms, this.deadlineMs));
    if (this.#nowMs >= this.deadlineMs) this.onDeadline();
  }

  /** A new turn of the event loop: reads are free again. */
  turn(): void {
    this.#reads = 0;
    this.#stepMs = FIRST_STEP_MS;
  }

  /** Never back. */
  moveTo(ms: number): void {
    if (ms > this.#nowMs) this.#nowMs = ms;
  }
}
