/** All gates' machines in one position, minute by minute: which states they are in, and which of them have turned. */
import type { ExactGate } from './exact-gate.ts';
import { Frontier } from './frontier.ts';
import type { MachineProduct } from './machine-product.ts';
import type { Shown } from './minute-symbols.ts';
import { minuteEnd, type Position } from './positions.ts';
import { TurnedSets } from './turned-sets.ts';

const NEGLIGIBLE = 1e-16;

/** Is the gate another machine when one more minute has not arrived? */
export function tellsLate({ machine }: ExactGate): boolean {
  const [some, other] = [machine(0), machine(1)];
  if (some === undefined || other === undefined) return true;
  return some.states !== other.states || some.next.some((to, i) => to !== other.next[i]);
}

/** Does it matter to the gate from when on it is looked at? Not if it has no data yet, and silence changes nothing. */
export function tellsStart({ machine, seesOld }: ExactGate): boolean {
  const known = machine(0);
  return seesOld || known === undefined || known.next[known.start * known.symbols] !== known.start;
}

type Mode = 'before' | 'watching';

export class Stepper {
  readonly #product: MachineProduct;
  readonly #gates: readonly ExactGate[];
  readonly #tellsStart: readonly boolean[];
  readonly #position: Position;
  readonly #startsAt: number;
  #hasBegun: boolean;
  #modes: readonly Mode[];
  /** The deployments that go on. */
  states: Frontier;
  #next: Frontier;
  /** Gates that turned with the last minute, and those that were in ALARM when the deployment began. */
  readonly turned = new TurnedSets();
  readonly atStart = new TurnedSets();

  constructor(
    product: MachineProduct,
    gates: readonly ExactGate[],
    tellStart: readonly boolean[],
    position: Position,
    startsAt: number,
  ) {
    this.#product = product;
    this.#gates = gates;
    this.#tellsStart = tellStart;
    this.#position = position;
    this.#startsAt = startsAt;
    this.#hasBegun = !tellStart.includes(true);
    this.#modes = gates.map(() => 'watching');
    this.states = new Frontier(product.size);
    this.#next = new Frontier(product.size);
    this.states.add(product.start, position.share, 0, 0);
  }

  step(k: number, shown: Shown): void {
    if (this.#hasBegun) this.#stepAll(shown);
    else this.#stepApart(shown, k);
    [this.states, this.#next] = [this.#next, this.states];
    this.#next.clear();
  }

  #stepAll(shown: Shown): void {
    const { states, turned } = this;
    const [product, next] = [this.#product, this.#next];
    for (const state of states.active) {
      const p = states.moments[3 * state] ?? 0;
      const p1 = states.moments[3 * state + 1] ?? 0;
      const p2 = states.moments[3 * state + 2] ?? 0;
      for (let i = 0; i < shown.symbols.length; i++) {
        const q = shown.moments[3 * i] ?? 0;
        if (p * q < NEGLIGIBLE) continue;
        const q1 = shown.moments[3 * i + 1] ?? 0;
        const q2 = shown.moments[3 * i + 2] ?? 0;
        const to = product.step(state, shown.symbols[i] ?? 0);
        const gates = product.alarms(to);
        if (gates === 0) next.add(to, p * q, p * q1 + p1 * q, p * q2 + 2 * p1 * q1 + p2 * q);
        else turned.add(gates, p * q, p * q1 + p1 * q, p * q2 + 2 * p1 * q1 + p2 * q);
      }
    }
  }

  /** Some gates are not looked at yet: an alarm of the new version's own is not evaluated before the start. */
  #stepApart(shown: Shown, k: number): void {
    const end = minuteEnd(this.#position, k);
    this.#modes = this.#gates.map((_gate, g) => {
      const lag = this.#position.gates[g]?.lags[0] ?? 0;
      return this.#tellsStart[g] === true && end + lag <= this.#startsAt ? 'before' : 'watching';
    });
    const isFirst = this.#modes.some((mode, g) => mode === 'watching' && this.#tellsStart[g] === true);
    for (const state of this.states.active) {
      const [p, p1, p2] = this.states.at(state);
      for (let i = 0; i < shown.symbols.length; i++) {
        const [q = 0, q1 = 0, q2 = 0] = shown.moments.subarray(3 * i, 3 * i + 3);
        if (p * q < NEGLIGIBLE) continue;
        const to = this.#product.stepSome(state, shown.symbols[i] ?? 0, (g) => this.#isMoved(g));
        this.#into(state, to, isFirst)(p * q, p * q1 + p1 * q, p * q2 + 2 * p1 * q1 + p2 * q);
      }
    }
    // All gates read a minute within sixty seconds of each other.
    this.#hasBegun = isFirst;
  }

  #isMoved(g: number): boolean {
    return this.#modes[g] === 'watching' || this.#gates[g]?.seesOld === true;
  }

  #into(from: number, to: number, isFirst: boolean): (p: number, hits: number, hitsSquared: number) => void {
    const { turned, atStart } = this;
    const early = isFirst ? this.#alarms((g) => (this.#modes[g] === 'before' ? to : from)) : 0;
    if (early !== 0) return (...moments) => atStart.add(early, ...moments);
    const now = this.#alarms((g) => (this.#modes[g] === 'watching' ? to : this.#product.start));
    if (now !== 0) return (...moments) => turned.add(now, ...moments);
    return (...moments) => this.#next.add(to, ...moments);
  }

  /** The gates that are in ALARM, each in a state of its own. */
  #alarms(stateOf: (gate: number) => number): number {
    return this.#gates.reduce((bits, _gate, g) => bits | (this.#product.alarms(stateOf(g)) & (1 << g)), 0);
  }
}
