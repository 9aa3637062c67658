/**
 * How deployments end, exactly: a walk over minutes whose states are those of all gates' machines together. Gates
 * that see the same requests are dependent, so a minute's marks are drawn jointly, from one class of counts.
 *
 * The walk goes by the minute of the data, not of the evaluation. Every gate reads minute k between its delay and its
 * delay plus a minute after the end of k, so with equal delays the gates that turn at minute k always stop the
 * deployment before any that turn at k + 1; which of those of one minute is first, their seconds say (FirstToTurn).
 */
import { countedSymbols } from './counted-symbols.ts';
import type { Exposure, Moments } from './count-classes.ts';
import { type Ending, withMore } from './ending.ts';
import { delayOf, exactGate, type ExactGate } from './exact-gate.ts';
import { FirstToTurn } from './first-to-turn.ts';
import { type Follower, followerOf, type Joining, NEVER_JOINS } from './follower.ts';
import { jointSymbols } from './joint-symbols.ts';
import { type MachineProduct, machineProduct } from './machine-product.ts';
import type { MinuteSymbols, Shown } from './minute-symbols.ts';
import { type Course, MinuteTable } from './minute-table.ts';
import type { Configuration, Gate, PlanInput } from './plan-input.ts';
import { minuteEnd, type Position, positions, type Reading } from './positions.ts';
import { expectedIn, type RequestKind } from './request-kinds.ts';
import { Stepper, tellsLate, tellsStart } from './stepper.ts';
import { StopTally } from './stop-tally.ts';
import type { TurnedSets } from './turned-sets.ts';

/** More states, or gates, than this are left to simulation. */
const MOST_STATES = 20_000;
const MOST_GATES = 12;
const NEGLIGIBLE = 1e-16;
/** The chance of a silence that the odds of a sliding window do not know of. */
const MOST_SILENCE = 1e-10;
/** Where less than this is at stake, nobody asks whether a follower would have been first. */
const NOBODY_ASKS = 1e-5;

/** Can these gates be treated exactly, together? Undefined if not. One of them may be a follower of another. */
export function exactWalk(
  gates: readonly Gate[],
  kinds: readonly RequestKind[],
  input: PlanInput,
  minutes = new MinuteTable(input),
): Walk | undefined {
  const exact = gates.flatMap((gate) => exactGate(gate, kinds) ?? []);
  // What never turns need not be walked with.
  const able = exact.filter(({ isMute }) => !isMute);
  const [other, ...more] = gates.filter((gate) => !exact.some((it) => it.gate === gate));
  const follower = other && input.traffic.arrivals === 'poisson' ? followerOf(other, able, kinds) : undefined;
  if (more.length > 0 || (other !== undefined && follower === undefined)) return undefined;
  if (able.length > MOST_GATES || new Set(able.map(({ gate }) => delayOf(gate))).size > 1) return undefined;
  const symbols = countedSymbols(able, kinds) ?? jointSymbols(able, kinds);
  return symbols && new Walk(able, follower, symbols, kinds, input, minutes);
}

export class Walk {
  readonly #gates: readonly ExactGate[];
  readonly #follower: Follower | undefined;
  readonly #symbols: MinuteSymbols;
  readonly #kinds: readonly RequestKind[];
  readonly #input: PlanInput;
  readonly #minutes: MinuteTable;
  readonly #hitShare: number;
  readonly #placed: readonly Placement[];
  /** By gate: it is in another state when it was looked at before the start. */
  readonly #tellsStart: readonly boolean[];
  /** By sort of minute; null: it takes too much. */
  readonly #shown: (Shown | null | undefined)[] = [];
  /** By late minutes and the piece of time. */
  readonly #joinings: Map<Course, (Joining | undefined)[]>[] = [];
  readonly #products = new Map<string, MachineProduct | undefined>();

  constructor(
    gates: readonly ExactGate[],
    follower: Follower | undefined,
    symbols: MinuteSymbols,
    kinds: readonly RequestKind[],
    input: PlanInput,
    minutes: MinuteTable,
  ) {
    this.#gates = gates;
    this.#follower = follower;
    this.#symbols = symbols;
    this.#kinds = kinds;
    this.#input = input;
    this.#minutes = minutes;
    this.#hitShare = kinds.reduce((sum, { isHit, shareAfter }) => sum + (isHit ? shareAfter : 0), 0);
    this.#tellsStart = gates.map(tellsStart);
    this.#placed = this.#positions();
  }

  /** All endings of a deployment; their probabilities sum to 1. Undefined when the alarms ask or remember too much. */
  endings(configuration: Configuration): readonly Ending[] | undefined {
    const course = this.#minutes.course(configuration);
    if (this.#gates.length === 0) return [this.#promoted(course)];
    const names = [...this.#gates.map(({ gate }) => gate.name), this.#follower?.gate.name ?? ''];
    const tally = new StopTally(names, this.#input.timing);
    for (const placed of this.#placed) {
      const product = this.#product(placed.position);
      if (product === undefined || this.#silence(course, placed.position) > MOST_SILENCE) return undefined;
      if (!this.#walk(course, placed, product, tally)) return undefined;
    }
    return tally.endings();
  }

  #positions(): readonly Placement[] {
    const placed = this.#gates.map((own, g) => ({
      gate: own.gate,
      tellsLate: tellsLate(own),
      tellsStart: this.#tellsStart[g] === true,
    }));
    const { timing } = this.#input;
    const followers = this.#followerReadings();
    return positions(this.#input, placed).map((position) => ({
      position,
      alone: new FirstToTurn(position, timing),
      joiners: followers.map((it) => ({ ...it, firsts: new FirstToTurn(position, timing, [it.reading]) })),
    }));
  }

  #followerReadings(): readonly { readonly reading: Reading; readonly share: number }[] {
    if (this.#follower === undefined) return [];
    const own = { gate: this.#follower.gate, tellsLate: true, tellsStart: false };
    return positions(this.#input, [own], 1).map(({ gates: [reading = { late: 0, lags: [] }], share }) => ({
      reading,
      share,
    }));
  }

  /** Nothing can stop it. */
  #promoted(course: Course): Ending {
    const hits = this.#hits(course, 0, this.#livesUntil(course));
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
  #walk(course: Course, placed: Placement, product: MachineProduct, tally: StopTally): boolean {
    const { position } = placed;
    const { timing } = this.#input;
    const endSeconds = course.exposure.completesSeconds + timing.shiftToEndSeconds;
    const stepper = new Stepper(product, this.#gates, this.#tellsStart, position, -timing.startToShiftSeconds);
    let k = this.#firstMinute();
    for (; minuteEnd(position, k) + placed.alone.soonestSeconds <= endSeconds + 1e-9; k++) {
      if (stepper.states.mass < NEGLIGIBLE) break;
      const shown = this.#shownIn(course.sortOf(position.shiftSecond, k));
      if (shown === null) return false;
      stepper.step(k, shown);
      for (const [gates, moments] of stepper.atStart.taken())
        tally.add(-timing.startToShiftSeconds, 31 - Math.clz32(gates & -gates), moments);
      if (!this.#stop(course, placed, k, stepper.turned, tally)) return false;
    }
    const rest = this.#hits(course, minuteEnd(position, k - 1), this.#livesUntil(course));
    const { states } = stepper;
    for (const state of states.active) tally.add(undefined, 0, states.at(state), 1, rest);
    return true;
  }

  /** Gates have turned at minute k: who is first, and is it in time? False when a follower takes too much. */
  #stop(course: Course, placed: Placement, k: number, turned: TurnedSets, tally: StopTally): boolean {
    const { timing } = this.#input;
    const { exposure } = course;
    const endSeconds = exposure.completesSeconds + timing.shiftToEndSeconds;
    const end = minuteEnd(placed.position, k);
    const isHarmful = this.#hitShare > 0;
    const before = isHarmful ? exposure.faultyUntil(end) : 0;
    for (const [gates, moments] of turned.taken()) {
      const parts = this.#joined(course, placed, k, gates, moments);
      if (parts === undefined) return false;
      for (const part of parts)
        for (const { gate, stopSeconds, share } of part.firsts.among(part.gates, k)) {
          if (share * part.moments[0] < NEGLIGIBLE) continue;
          const stop = end + stopSeconds;
          const isOver = stop > endSeconds + 1e-9;
          const until = isOver ? this.#livesUntil(course) : stop + timing.stopToBackSeconds;
          const more = isHarmful ? Math.max(0, exposure.faultyUntil(until) - before) * this.#hitShare : 0;
          tally.add(isOver ? undefined : stop, gate, part.moments, share, more);
        }
    }
    return true;
  }

  /** The same, with the follower among them where it turns too. */
  #joined(course: Course, placed: Placement, k: number, gates: number, moments: Moments): readonly Part[] | undefined {
    const { position, alone, joiners } = placed;
    const follower = this.#follower;
    const minute = this.#minutes.minute(course.sortOf(position.shiftSecond, k));
    const isLed = follower !== undefined && ((gates >> follower.leader) & 1) === 1;
    if (!isLed || minute.type === 'even' || moments[0] * follower.mostShare(minute.exposure) < NOBODY_ASKS)
      return [{ firsts: alone, gates, moments }];
    const end = minuteEnd(position, k);
    const parts: Part[] = [];
    for (const { reading, share, firsts } of joiners) {
      const joining = this.#joining(follower, course, minute.exposure, end, reading.late);
      if (joining === undefined) return undefined;
      const [with_, without] = parted(scaled(moments, share), joining);
      if (with_[0] > 0) parts.push({ firsts, gates: gates | (1 << this.#gates.length), moments: with_ });
      parts.push({ firsts: alone, gates, moments: without });
    }
    return parts;
  }

  #joining(follower: Follower, course: Course, minute: Exposure, end: number, late: number): Joining | undefined {
    const from = end - 60 * (follower.windowMinutes - late);
    if (from >= end) return NEVER_JOINS;
    const piece = course.exposure.pieceOf(from, end);
    if (piece === undefined) return follower.joins(minute, course.exposure.between(from, end));
    // Nothing changes in it: so it is in the next minutes.
    const known = (this.#joinings[late] ??= new Map());
    let all = known.get(course);
    if (all === undefined) known.set(course, (all = []));
    if (!(piece + 1 in all)) all[piece + 1] = follower.joins(minute, course.exposure.between(from, end));
    return all[piece + 1];
  }

  /** Enough minutes before the first shift to fill what the alarms remember, where they had data at all. */
  #firstMinute(): number {
    const early = 4 + Math.ceil(this.#input.timing.startToShiftSeconds / 60);
    const remembered = this.#gates.map(({ gate, seesOld, windowMinutes }) =>
      seesOld ? Math.max(gate.rangePeriods, windowMinutes) + 2 : 0,
    );
    return -early - Math.max(0, ...remembered);
  }

  #livesUntil({ exposure }: Course): number {
    return exposure.completesSeconds + this.#input.noticedAfterSeconds;
  }

  #hits({ exposure }: Course, from: number, until: number): number {
    return until > from ? (exposure.faultyUntil(until) - exposure.faultyUntil(from)) * this.#hitShare : 0;
  }

  #shownIn(sort: number): Shown | null {
    return (this.#shown[sort] ??= this.#symbols(this.#minutes.minute(sort)) ?? null);
  }
}

/** One position, with all that is the same in it for all configurations. */
interface Placement {
  readonly position: Position;
  readonly alone: FirstToTurn;
  /** The follower's seconds, by how many minutes have not arrived at them. */
  readonly joiners: readonly { readonly reading: Reading; readonly share: number; readonly firsts: FirstToTurn }[];
}

/** Some of the deployments in which gates have turned, and who is first in them. */
interface Part {
  readonly firsts: FirstToTurn;
  readonly gates: number;
  readonly moments: Moments;
}

const scaled = ([p, first, second]: Moments, share: number): Moments => [p * share, first * share, second * share];

/** Those in which the follower has turned too, and the others. */
function parted([p, first, second]: Moments, joining: Joining): readonly [Moments, Moments] {
  const own = p * joining.share;
  if (own === 0)
    return [
      [0, 0, 0],
      [p, first, second],
    ];
  const mean = first / p;
  const variance = Math.max(0, second / p - mean * mean);
  const [ownMean, ownVariance] = [Math.max(0, mean + joining.meanShift), Math.max(0, variance + joining.varianceShift)];
  const both: Moments = [own, own * ownMean, own * (ownVariance + ownMean * ownMean)];
  return [both, [p - own, Math.max(0, first - both[1]), Math.max(0, second - both[2])]];
}
