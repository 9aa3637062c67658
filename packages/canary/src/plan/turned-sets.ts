import type { Moments } from './count-classes.ts';

/** Deployments in which gates have turned with a minute, by the set of those gates. */
export class TurnedSets {
  /** By the gates, as bits: probability, E[hits], E[hits²]. */
  readonly #moments: Float64Array[] = [];
  readonly #touched: number[] = [];

  add(gates: number, probability: number, hits: number, hitsSquared: number): void {
    const moments = (this.#moments[gates] ??= new Float64Array(3));
    const before = moments[0] ?? 0;
    if (before === 0) this.#touched.push(gates);
    moments[0] = before + probability;
    moments[1] = (moments[1] ?? 0) + hits;
    moments[2] = (moments[2] ?? 0) + hitsSquared;
  }

  /** All of them; then there are none. */
  taken(): readonly (readonly [gates: number, moments: Moments])[] {
    const all = this.#touched.map((gates) => {
      const moments = this.#moments[gates];
      const [p = 0, first = 0, second = 0] = moments ?? [];
      moments?.fill(0);
      return [gates, [p, first, second]] as const;
    });
    this.#touched.length = 0;
    return all;
  }
}
