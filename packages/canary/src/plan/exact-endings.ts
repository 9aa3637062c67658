/**
 * How deployments end, exactly: a walk over minutes whose states are those of all gates' machines together. Gates
 * that see the same requests are dependent, so a minute's marks are drawn jointly, from one class of counts.
 *
 * The walk goes by the minute of the data, not of the evaluation. Every gate reads minute k between its delay and its
 * delay plus a minute after the end of k, so with equal delays the gates that turn at minute k always stop the
 * deployment before any that turn at k + 1.
 */
import { countedSymbols } from './counted-symbols.ts';
import { type Ending, withMore } from './ending.ts';
import { delayOf, exactGate, type ExactGate } from './exact-gate.ts';
import { Frontier } from './frontier.ts';
import { jointSymbols } from './joint-symbols.ts';
import { type MachineProduct, machineProduct } from './machine-product.ts';
import type { MinuteSymbols, Shown } from './minute-symbols.ts';
import { type Course, MinuteTable } from './minute-table.ts';
import type { Configuration, Gate, PlanInput } from './plan-input.ts';
import { minuteEnd, type Position, positions, stopAt } from './positions.ts';
import { expectedIn, type RequestKind } from './request-kinds.ts';

/** More states than this are left to simulation. */
const MOST_STATES = 20_000;
const NEGLIGIBLE = 1e-16;
/** The chance of a silence that the odds of a sliding window do not know of. */
const MOST_SILENCE = 1e-10;

/** Can these gates be treated exactly, together? Undefined if not. */
export function exactWalk(
  gates: readonly Gate[],
  kinds: readonly RequestKind[],
  input: PlanInput,
  minutes = new MinuteTable(input),
): Walk | undefined {
  const exact = gates.flatMap((gate) => exactGate(gate, kinds) ?? []);
  if (exact.length < gates.length) return undefined;
  // What never turns need not be walked with.
  const able = exact.filter(({ isMute }) => !isMute);
  if (new Set(able.map(({ gate }) => delayOf(gate))).size > 1) return undefined;
  const symbols = countedSymbols(able, kinds) ?? jointSymbols(able, kinds);
  return symbols && new Walk(able, symbols, kinds, input, minutes);
}

type Mode = 'before' | 'watching' | 'off';

export class Walk {
  readonly #gates: readonly ExactGate[];
  readonly #symbols: MinuteSymbols;
  readonly #kinds: readonly RequestKind[];
  readonly #input: PlanInput;
  readonly #minutes: MinuteTable;
  readonly #hitShare: number;
  /** By sort of minute; null: it takes too much. */
  readonly #shown: (Shown | null | undefined)[] = [];
  readonly #products = new Map<string, MachineProduct | undefined>();

  constructor(
    gates: readonly ExactGate[],
    symbols: MinuteSymbols,
    kinds: readonly RequestKind[],
    input: PlanInput,
    minutes: MinuteTable,
  ) {
    this.#gates = gates;
    this.#symbols = symbols;
    this.#kinds = kinds;
    this.#input = input;
    this.#minutes = minutes;
    this.#hitShare = kinds.reduce((sum, { isHit, shareAfter }) => sum + (isHit ? shareAfter : 0), 0);
  }

  /** All endings of a deployment; their probabilities sum to 1. Undefined when the alarms ask or remember too much. */
  endings(configuration: Configuration): readonly Ending[] | undefined {
    const course = this.#minutes.course(configuration);
    const all = positions(
      this.#input,
      this.#gates.map(({ gate }) => gate),
    );
    const out: Ending[] = [];
    if (this.#gates.length === 0) return [this.#promoted(course)];
    for (const position of all) {
      const product = this.#product(position);
      if (product === undefined || this.#silence(course, position) > MOST_SILENCE) return undefined;
      if (!this.#walk(course, position, product, 1 / all.length, out)) return undefined;
    }
    return out;
  }

  /** Nothing can stop it. */
  #promoted({ exposure }: Course): Ending {
    const hits = this.#hits(exposure, 0, exposure.completesSeconds + this.#input.noticedAfterSeconds);
    return { stopSeconds: undefined, gate: undefined, moments: withMore([1, 0, 0], hits) };
  }

  #product({ gates }: Position): MachineProduct | undefined {
    const key = gates.map(({ late }) => late).join();
    if (!this.#products.has(key)) {
      const machines = this.#gates.map(({ machine }, g) => machine(gates[g]?.late ?? 0));
      this.#products.set(key, machineProduct(machines, MOST_STATES));
    }
    return this.#products.get(key);
  }

  /** The probability that a window of several minutes has no datapoint, after there have been some, is at most this. */
  #silence({ exposure }: Course, position: Position): number {
    let most = 0;
    this.#gates.forEach(({ rule, seesOld, windowMinutes }, g) => {
      if (windowMinutes === 0 || rule === undefined) return;
      const points = this.#kinds.filter((kind) => rule.isPoint(kind));
      const span = 60 * (windowMinutes - (position.gates[g]?.late ?? 0));
      const endSeconds = exposure.completesSeconds + this.#input.timing.shiftToEndSeconds;
      for (let k = this.#firstMinute(); minuteEnd(position, k) <= endSeconds; k++) {
        const until = minuteEnd(position, k);
        if (seesOld || until - span > 0) most += Math.exp(-expectedIn(points, exposure.between(until - span, until)));
      }
    });
    return most;
  }

  /** False when some minute takes too much. */
  #walk(course: Course, position: Position, product: MachineProduct, share: number, out: Ending[]): boolean {
    const { timing, noticedAfterSeconds } = this.#input;
    const { exposure } = course;
    const { shiftSecond } = position;
    const endSeconds = exposure.completesSeconds + timing.shiftToEndSeconds;
    const startsAt = -timing.startToShiftSeconds;
    const gateCount = this.#gates.length;
    const turnsAt = new Float64Array(gateCount);
    const stops = new Float64Array(gateCount);
    const modes: Mode[] = [];
    // Slot 0: nobody. Slots from 1: stopped by that gate. Slots after those: in ALARM at the start.
    const stopped = new Float64Array(3 * (2 * gateCount + 1));
    let states = new Frontier(product.size);
    let next = new Frontier(product.size);
    states.add(product.start, share, 0, 0);
    let hasBegun = false;
    let k = this.#firstMinute();
    for (; ; k++) {
      const end = minuteEnd(position, k);
      let watching = 0;
      let off = 0;
      for (let g = 0; g < gateCount; g++) {
        const { second = 0, late = 0 } = position.gates[g] ?? {};
        const at = end + 60 * late + second;
        const stop = stopAt(at, timing);
        turnsAt[g] = at;
        stops[g] = stop;
        modes[g] = at <= startsAt ? 'before' : stop > endSeconds + 1e-9 ? 'off' : 'watching';
        if (modes[g] === 'watching') watching++;
        if (modes[g] === 'off') off++;
      }
      if (off === gateCount || states.mass < NEGLIGIBLE) break;
      const isFirst: boolean = !hasBegun && watching > 0;
      hasBegun ||= isFirst;
      const isPlain = watching === gateCount && !isFirst;
      const shown = this.#shownIn(course.sortOf(shiftSecond, k));
      if (shown === null) return false;
      stopped.fill(0);
      let anyStopped = false;
      for (const state of states.active) {
        const p = states.moments[3 * state] ?? 0;
        const p1 = states.moments[3 * state + 1] ?? 0;
        const p2 = states.moments[3 * state + 2] ?? 0;
        for (let i = 0; i < shown.symbols.length; i++) {
          const q = shown.moments[3 * i] ?? 0;
          if (p * q < NEGLIGIBLE) continue;
          const q1 = shown.moments[3 * i + 1] ?? 0;
          const q2 = shown.moments[3 * i + 2] ?? 0;
          const symbols = shown.symbols[i] ?? 0;
          const to = isPlain ? product.step(state, symbols) : this.#stepApart(product, state, symbols, modes);
          const slot = isPlain
            ? product.alarms(to) === 0
              ? 0
              : 1 + firstOf(product.alarms(to), turnsAt)
            : this.#slot(product, state, to, modes, isFirst, turnsAt);
          if (slot === 0) next.add(to, p * q, p * q1 + p1 * q, p * q2 + 2 * p1 * q1 + p2 * q);
          else {
            anyStopped = true;
            stopped[3 * slot] = (stopped[3 * slot] ?? 0) + p * q;
            stopped[3 * slot + 1] = (stopped[3 * slot + 1] ?? 0) + p * q1 + p1 * q;
            stopped[3 * slot + 2] = (stopped[3 * slot + 2] ?? 0) + p * q2 + 2 * p1 * q1 + p2 * q;
          }
        }
      }
      for (let slot = 1; anyStopped && slot <= 2 * gateCount; slot++) {
        const moments = [stopped[3 * slot] ?? 0, stopped[3 * slot + 1] ?? 0, stopped[3 * slot + 2] ?? 0] as const;
        if (moments[0] === 0) continue;
        const g = (slot - 1) % gateCount;
        const isAtStart = slot > gateCount;
        const stop = isAtStart ? startsAt : (stops[g] ?? end);
        const more = isAtStart ? 0 : this.#hits(exposure, end, stop + timing.stopToBackSeconds);
        out.push({ stopSeconds: stop, gate: this.#gates[g]?.gate.name, moments: withMore(moments, more) });
      }
      [states, next] = [next, states];
      next.clear();
    }
    const rest = this.#hits(exposure, minuteEnd(position, k - 1), exposure.completesSeconds + noticedAfterSeconds);
    for (const state of states.active)
      out.push({ stopSeconds: undefined, gate: undefined, moments: withMore(states.at(state), rest) });
    return true;
  }

  /** Enough minutes before the first shift to fill what the alarms remember, where they had data at all. */
  #firstMinute(): number {
    const early = 4 + Math.ceil(this.#input.timing.startToShiftSeconds / 60);
    const remembered = this.#gates.map(({ gate, seesOld, windowMinutes }) =>
      seesOld ? Math.max(gate.rangePeriods, windowMinutes) + 2 : 0,
    );
    return -early - Math.max(0, ...remembered);
  }

  /** A step in which some gates rest: an alarm of the new version's own is not evaluated before the start. */
  #stepApart(product: MachineProduct, state: number, symbols: number, modes: readonly Mode[]): number {
    return product.stepSome(
      state,
      symbols,
      (g) => modes[g] === 'watching' || (modes[g] === 'before' && this.#gates[g]?.seesOld === true),
    );
  }

  #slot(
    product: MachineProduct,
    from: number,
    to: number,
    modes: readonly Mode[],
    isFirst: boolean,
    turnsAt: Float64Array,
  ): number {
    const gateCount = this.#gates.length;
    if (isFirst)
      for (let g = 0; g < gateCount; g++) {
        const before = modes[g] === 'before' ? to : from;
        if ((product.alarms(before) & (1 << g)) !== 0) return 1 + gateCount + g;
      }
    let turned = 0;
    for (let g = 0; g < gateCount; g++) if (modes[g] === 'watching') turned |= product.alarms(to) & (1 << g);
    return turned === 0 ? 0 : 1 + firstOf(turned, turnsAt);
  }

  #hits(exposure: Course['exposure'], from: number, until: number): number {
    return until > from ? exposure.between(from, until).newAfter * this.#hitShare : 0;
  }

  #shownIn(sort: number): Shown | null {
    return (this.#shown[sort] ??= this.#symbols(this.#minutes.minute(sort)) ?? null);
  }
}

/** Of the gates in a set of bits, the one that turned first. */
function firstOf(turned: number, turnsAt: Float64Array): number {
  let first = 0;
  let at = Number.POSITIVE_INFINITY;
  for (let g = 0; g < turnsAt.length; g++) {
    const own = turnsAt[g] ?? 0;
    if ((turned & (1 << g)) !== 0 && own < at) {
      first = g;
      at = own;
    }
  }
  return first;
}
