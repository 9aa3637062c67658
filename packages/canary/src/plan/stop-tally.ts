/** Endings of a deployment, added up over all positions: CodeDeploy looks at the same instants in all of them. */
import type { Moments } from './count-classes.ts';
import type { Ending } from './ending.ts';
import type { Timing } from './plan-input.ts';

export class StopTally {
  readonly #gates: readonly string[];
  readonly #timing: Timing;
  /** By CodeDeploy's looks from the start on: moments by gate. Where it looks all the time, by instants as they come. */
  readonly #looks: (Float64Array | undefined)[] = [];
  readonly #instants: number[] = [];
  readonly #places = new Map<number, number>();
  readonly #promoted = new Float64Array(3);

  constructor(gates: readonly string[], timing: Timing) {
    this.#gates = gates;
    this.#timing = timing;
  }

  /** A share of such deployments, with `more` requests hit on average; without an instant they are promoted. */
  add(stopSeconds: number | undefined, gate: number, [p, first, second]: Moments, share = 1, more = 0): void {
    const all = stopSeconds === undefined ? this.#promoted : this.#at(stopSeconds);
    const at = stopSeconds === undefined ? 0 : 3 * gate;
    all[at] = (all[at] ?? 0) + share * p;
    all[at + 1] = (all[at + 1] ?? 0) + share * (first + more * p);
    all[at + 2] = (all[at + 2] ?? 0) + share * (second + 2 * more * first + (more * more + more) * p);
  }

  #at(stopSeconds: number): Float64Array {
    const place = this.#placeOf(stopSeconds);
    const known = this.#looks[place];
    if (known) return known;
    this.#instants[place] = stopSeconds;
    return (this.#looks[place] = new Float64Array(3 * this.#gates.length));
  }

  #placeOf(stopSeconds: number): number {
    const { alarmPollSeconds, startToShiftSeconds } = this.#timing;
    if (alarmPollSeconds > 0) return Math.round((stopSeconds + startToShiftSeconds) / alarmPollSeconds);
    let place = this.#places.get(stopSeconds);
    if (place === undefined) this.#places.set(stopSeconds, (place = this.#places.size));
    return place;
  }

  /** Their probabilities sum to 1. */
  endings(): readonly Ending[] {
    const out: Ending[] = [];
    this.#looks.forEach((all, look) =>
      this.#gates.forEach((gate, g) => {
        const moments = [all?.[3 * g] ?? 0, all?.[3 * g + 1] ?? 0, all?.[3 * g + 2] ?? 0] as const;
        if (moments[0] !== 0) out.push({ stopSeconds: this.#instants[look], gate, moments });
      }),
    );
    const [p = 0, first = 0, second = 0] = this.#promoted;
    return [...out, { stopSeconds: undefined, gate: undefined, moments: [p, first, second] }];
  }
}
