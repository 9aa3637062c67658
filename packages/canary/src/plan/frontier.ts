import type { Moments } from './count-classes.ts';

/** States and their moments, in arrays that are used again for every minute. */
export class Frontier {
  /** By state: probability, E[hits], E[hits²]. */
  readonly moments: Float64Array;
  readonly active: number[] = [];
  mass = 0;

  constructor(size: number) {
    this.moments = new Float64Array(3 * size);
  }

  at(state: number): Moments {
    const at = 3 * state;
    return [this.moments[at] ?? 0, this.moments[at + 1] ?? 0, this.moments[at + 2] ?? 0];
  }

  add(state: number, probability: number, hits: number, hitsSquared: number): void {
    const at = 3 * state;
    const before = this.moments[at] ?? 0;
    if (before === 0) this.active.push(state);
    this.moments[at] = before + probability;
    this.moments[at + 1] = (this.moments[at + 1] ?? 0) + hits;
    this.moments[at + 2] = (this.moments[at + 2] ?? 0) + hitsSquared;
    this.mass += probability;
  }

  clear(): void {
    for (const state of this.active) {
      this.moments[3 * state] = 0;
      this.moments[3 * state + 1] = 0;
      this.moments[3 * state + 2] = 0;
    }
    this.active.length = 0;
    this.mass = 0;
  }
}
