import type { Environment } from './environment.ts';

/** How long an unused environment is kept. AWS keeps them for an undocumented while; this bounds memory. */
const IDLE_LIFE_MS = 15 * 60_000;

/**
 * The environments of one image between invocations. Busy ones (ended, but later than the arrival that asks) wait in
 * a heap by the instant at which they become free; free ones lie on a stack, the most recently used on top. Those of
 * provisioned concurrency lie on another, are taken first, and never become stale.
 */
export class FreeEnvironments {
  readonly #busy: Environment[] = [];
  readonly #free: Environment[] = [];
  readonly #provisioned: Environment[] = [];
  readonly #onStale: (environment: Environment) => void;

  constructor(onStale: (environment: Environment) => void) {
    this.#onStale = onStale;
  }

  /** An environment whose invocation has ended. */
  add(environment: Environment): void {
    const heap = this.#busy;
    let i = heap.length;
    heap.push(environment);
    while (i > 0) {
      const up = (i - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || !sooner(environment, parent)) break;
      heap[i] = parent;
      i = up;
    }
    heap[i] = environment;
  }

  /** The environment that serves an arrival at `at`, if one is free; it leaves the collection. */
  take(at: number): Environment | undefined {
    for (let first = this.#busy[0]; first !== undefined && first.busyUntil <= at; first = this.#busy[0]) {
      this.#removeFirst();
      (first.isProvisioned ? this.#provisioned : this.#free).push(first);
    }
    const taken = this.#provisioned.pop() ?? this.#free.pop();
    let stale = 0;
    while ((this.#free[stale]?.busyUntil ?? Infinity) < at - IDLE_LIFE_MS) stale++;
    if (stale > 0) for (const old of this.#free.splice(0, stale)) this.#onStale(old);
    return taken;
  }

  *[Symbol.iterator](): Generator<Environment> {
    yield* this.#provisioned;
    yield* this.#free;
    yield* this.#busy;
  }

  /** Takes out what is provisioned beyond so many, the least recently used first. */
  removeProvisioned(keep: number): readonly Environment[] {
    const all = [...this.#provisioned, ...this.#busy.filter(({ isProvisioned }) => isProvisioned)];
    const surplus = new Set(all.slice(0, Math.max(0, all.length - keep)));
    if (surplus.size === 0) return [];
    const busy = this.#busy.splice(0).filter((one) => !surplus.has(one));
    for (const one of busy) this.add(one);
    this.#provisioned.splice(0, this.#provisioned.length, ...this.#provisioned.filter((one) => !surplus.has(one)));
    return [...surplus];
  }

  #removeFirst(): void {
    const heap = this.#busy;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      const left = heap[2 * i + 1];
      const right = heap[2 * i + 2];
      const child = right !== undefined && left !== undefined && sooner(right, left) ? right : left;
      if (child === undefined || !sooner(child, last)) break;
      heap[i] = child;
      i = child === right ? 2 * i + 2 : 2 * i + 1;
    }
    heap[i] = last;
  }
}

const sooner = (a: Environment, b: Environment): boolean =>
  a.busyUntil < b.busyUntil || (a.busyUntil === b.busyUntil && a.index < b.index);
