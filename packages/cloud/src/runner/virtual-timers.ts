import type { VirtualClock } from './virtual-clock.ts';

const LONGEST_DELAY_MS = 2 ** 31 - 1;

type Callback = (...args: unknown[]) => unknown;
/** What a timer does; it is given what `this` is in the callback. */
export type TimerRun = (self: unknown) => unknown;

/** What setTimeout and setInterval return: Node's `Timeout`, as far as programs use it. */
export class VirtualTimeout {
  dueMs: number;
  readonly delayMs: number;
  readonly repeats: boolean;
  readonly id: number;
  readonly run: () => unknown;
  readonly #timers: VirtualTimers;
  #holdsLoop = true;

  constructor(timers: VirtualTimers, id: number, delayMs: number, repeats: boolean, run: () => unknown, nowMs: number) {
    this.#timers = timers;
    this.id = id;
    this.delayMs = delayMs;
    this.repeats = repeats;
    this.run = run;
    this.dueMs = nowMs + delayMs;
  }

  ref(): this {
    this.#holdsLoop = true;
    return this;
  }
  unref(): this {
    this.#holdsLoop = false;
    return this;
  }
  hasRef(): boolean {
    return this.#holdsLoop;
  }
  refresh(): this {
    this.#timers.renew(this);
    return this;
  }
  close(): this {
    this.#timers.clear(this);
    return this;
  }
  [Symbol.toPrimitive](): number {
    return this.id;
  }
  [Symbol.dispose](): void {
    this.close();
  }
}

/** What setImmediate returns. */
export class VirtualImmediate {
  readonly run: () => unknown;
  readonly #timers: VirtualTimers;
  #holdsLoop = true;

  constructor(timers: VirtualTimers, run: () => unknown) {
    this.#timers = timers;
    this.run = run;
  }
  ref(): this {
    this.#holdsLoop = true;
    return this;
  }
  unref(): this {
    this.#holdsLoop = false;
    return this;
  }
  hasRef(): boolean {
    return this.#holdsLoop;
  }
  [Symbol.dispose](): void {
    this.#timers.clearImmediate(this);
  }
}

/** Delays follow Node: anything that is not between 1 and 2³¹ − 1 counts as 1 ms. */
const delayOf = (delay: unknown): number => {
  const ms = Number(delay ?? 1);
  return ms >= 1 && ms <= LONGEST_DELAY_MS ? Math.trunc(ms) : 1;
};

export function needsFunction(callback: unknown): asserts callback is Callback {
  if (typeof callback === 'function') return;
  const error = new TypeError(`The "callback" argument must be of type function. Received ${String(callback)}`);
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
}

/** The timers of one environment. They fire when the environment's event loop has nothing else to do. */
export class VirtualTimers {
  readonly #clock: VirtualClock;
  readonly #timeouts = new Map<number, VirtualTimeout>();
  #immediates: VirtualImmediate[] = [];
  #nextId = 1;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  set(run: TimerRun, delay: unknown, repeats: boolean): VirtualTimeout {
    const own = (): unknown => run(timeout);
    const timeout = new VirtualTimeout(this, this.#nextId++, delayOf(delay), repeats, own, this.#clock.nowMs);
    this.#timeouts.set(timeout.id, timeout);
    return timeout;
  }

  /** Takes what setTimeout returned, or its id as a number or text; anything else is ignored, as in Node. */
  clear(timeout: unknown): void {
    if (timeout === undefined) return;
    if (timeout instanceof VirtualTimeout) this.#timeouts.delete(timeout.id);
    else if (timeout instanceof VirtualImmediate) this.clearImmediate(timeout);
    else if (typeof timeout === 'number' || typeof timeout === 'string') this.#timeouts.delete(Number(timeout));
  }

  renew(timeout: VirtualTimeout): void {
    timeout.dueMs = this.#clock.nowMs + timeout.delayMs;
    this.#timeouts.set(timeout.id, timeout);
  }

  setImmediate(run: TimerRun): VirtualImmediate {
    const immediate = new VirtualImmediate(this, () => run(immediate));
    this.#immediates.push(immediate);
    return immediate;
  }

  clearImmediate(immediate: unknown): void {
    this.#immediates = this.#immediates.filter((one) => one !== immediate);
  }

  /** Takes what is due now, if anything: the earliest timer, else the oldest immediate. */
  takeDue(): (() => unknown) | undefined {
    if (this.isEmpty) return undefined;
    const timeout = this.#earliest();
    if (timeout !== undefined && timeout.dueMs <= this.#clock.nowMs) return this.#take(timeout);
    return this.#immediates.shift()?.run;
  }

  /** How many turns are due now. */
  countDue(): number {
    let count = this.#immediates.length;
    for (const { dueMs } of this.#timeouts.values()) if (dueMs <= this.#clock.nowMs) count++;
    return count;
  }

  /** When the loop goes on by itself; undefined when nothing holds it. Unreferenced timers before that still fire. */
  get nextDueMs(): number | undefined {
    let held = false;
    for (const timeout of this.#timeouts.values()) held ||= timeout.hasRef();
    return held ? this.#earliest()?.dueMs : undefined;
  }

  get isEmpty(): boolean {
    return this.#timeouts.size === 0 && this.#immediates.length === 0;
  }

  #earliest(): VirtualTimeout | undefined {
    let earliest: VirtualTimeout | undefined;
    for (const timeout of this.#timeouts.values())
      if (earliest === undefined || timeout.dueMs < earliest.dueMs) earliest = timeout;
    return earliest;
  }

  #take(timeout: VirtualTimeout): () => unknown {
    if (timeout.repeats) timeout.dueMs = this.#clock.nowMs + timeout.delayMs;
    else this.#timeouts.delete(timeout.id);
    return timeout.run;
  }
}
