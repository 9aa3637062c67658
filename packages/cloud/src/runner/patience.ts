/**
 * How long code may run in real time before it counts as an endless loop. What is meant is CPU time: on a machine that
 * is busy elsewhere a thread gets a share of a core only, and has to be given as much longer. Without it, whether a
 * healthy handler is cut off would depend on the machine's load.
 */
export class Patience {
  readonly #endlessMs: number;
  /** Real time per CPU time, as seen lately; 1 on a machine of one's own. */
  #slowness: number;

  /** `wallMs` and `cpuMs`: what the thread has taken so far, to be put up. */
  constructor(endlessMs: number, wallMs: number, cpuMs: number) {
    this.#endlessMs = endlessMs;
    this.#slowness = wallMs / Math.max(cpuMs, 1);
  }

  /** A stretch of work that waited for nothing. Short ones say nothing. */
  saw(wallMs: number, cpuMs: number): void {
    if (wallMs < SHORT_MS) return;
    const now = wallMs / Math.max(cpuMs, 1);
    this.#slowness = now > this.#slowness ? now : this.#slowness * FORGETS + now * (1 - FORGETS);
  }

  get limitMs(): number {
    if (this.#slowness <= ORDINARY) return this.#endlessMs;
    return Math.round(this.#endlessMs * Math.min(MOST, MARGIN * this.#slowness));
  }
}

/** Less says nothing. */
export const SHORT_MS = 5;
const ORDINARY = 1.5;
const MARGIN = 3;
const MOST = 40;
const FORGETS = 0.9;
