/**
 * How deployments end, exactly: a walk over minutes whose states are those of all gates' machines together. Gates
 * that see the same requests are dependent, so a minute's marks are drawn jointly, from one class of counts.
 *
 * The walk goes by the minute of the data, not of the evaluation. Every gate reads minute k between its delay and its
 * delay plus a minute after the end of k, so with equal delays the gates that turn at minute k always stop the
 * deployment before any that turn at k + 1.
 */
import { alarmRule } from '@unicorns/cloud';
import { alarmMachine } from './alarm-machine.ts';
import { Frontier } from './frontier.ts';
import { type MachineProduct, machineProduct } from './machine-product.ts';
import { add, type ClassDistribution, CountClasses, type Counter, type Moments } from './count-classes.ts';
import { type CountingRule, countingRule } from './counting-rule.ts';
import { type Ending, withMore } from './ending.ts';
import { type Course, MinuteTable } from './minute-table.ts';
import type { Configuration, Gate, PlanInput } from './plan-input.ts';
import { minuteEnd, type Position, positions, stopAt } from './positions.ts';
import type { RequestKind } from './request-kinds.ts';

/** A gate whose odds can be had exactly. */
interface ExactGate {
  readonly gate: Gate;
  readonly rule: CountingRule;
  readonly eventCounter: number;
  readonly pointCounter: number;
  /** Its past matters: it had data before the deployment. */
  readonly seesOld: boolean;
  /** No request that occurs counts. */
  readonly neverCounts: boolean;
  /** It turns with the first minute that has what it counts, and waits until then. */
  readonly isSliding: boolean;
}

/** More classes or states than this are left to simulation. */
const MOST_CLASSES = 1_024;
const MOST_STATES = 20_000;
const NEGLIGIBLE = 1e-16;

/** Can these gates be treated exactly, together? Undefined if not. */
export function exactWalk(
  gates: readonly Gate[],
  kinds: readonly RequestKind[],
  input: PlanInput,
  minutes = new MinuteTable(input),
): Walk | undefined {
  const counters: Counter[] = [];
  const keys = new Map<string, number>();
  const counterOf = (counts: Counter['counts'], cap: number): number => {
    const key = `${kinds.map((kind) => Number(counts(kind))).join('')} ${cap}`;
    const known = keys.get(key);
    if (known !== undefined) return known;
    keys.set(key, counters.length);
    return counters.push({ counts, cap }) - 1;
  };
  const exact: ExactGate[] = [];
  for (const gate of gates) {
    const rule = isBlind(gate) ? NEVER : countingRule(gate, kinds);
    if (rule === undefined || !(isBlind(gate) || isMinutely(gate) || turnsAtFirst(gate, rule, kinds))) return undefined;
    const isSliding = !isMinutely(gate) && !isBlind(gate);
    exact.push({
      gate,
      rule,
      isSliding,
      eventCounter: counterOf(rule.counts, rule.limit),
      pointCounter: counterOf(rule.isPoint, 1),
      neverCounts: !kinds.some((kind) => rule.counts(kind)),
      seesOld: kinds.some((kind) => kind.version === 'old' && rule.isPoint(kind)),
    });
  }
  if (new Set(gates.map(delayOf)).size > 1) return undefined;
  const classes = new CountClasses(counters, kinds);
  return classes.size > MOST_CLASSES ? undefined : new Walk(exact, classes, kinds, input, minutes);
}

const delayOf = (gate: Gate): number => Math.max(0, ...gate.sources.map(({ delaySeconds }) => delaySeconds));

/** Periods of a minute, evaluated every minute; and CodeDeploy looks before the alarm can change its mind. */
const isMinutely = ({ alarm }: Gate): boolean =>
  alarm.watches.periodSeconds === 60 && alarm.evaluateLowSampleCountPercentile !== 'ignore';

/** No metric of it gets data: its periods are missing, whatever their length. */
const isBlind = ({ sources }: Gate): boolean => sources.every(({ sees }) => sees === 'none');
const NEVER: CountingRule = { counts: () => false, isPoint: () => false, limit: 1, breachesFromLimit: true };

/**
 * Periods of several minutes slide, so that one request is in many of them. But where one is enough to breach and one
 * period to turn, the alarm turns with the first minute that has one: nothing has to be remembered, if there was none
 * before the deployment.
 */
function turnsAtFirst(
  gate: Gate,
  { counts, limit, breachesFromLimit }: CountingRule,
  kinds: readonly RequestKind[],
): boolean {
  const { alarm } = gate;
  const { periodSeconds } = alarm.watches;
  return (
    periodSeconds > 60 &&
    periodSeconds % 60 === 0 &&
    alarm.evaluationPeriods === 1 &&
    limit === 1 &&
    breachesFromLimit &&
    alarm.treatMissingData !== 'breaching' &&
    alarm.evaluateLowSampleCountPercentile !== 'ignore' &&
    delayOf(gate) <= periodSeconds - 60 &&
    !kinds.some((kind) => kind.version === 'old' && kind.shareBefore > 0 && counts(kind))
  );
}

/** What a sort of minute shows to the gates: marks of all gates as one number in base 3, and their moments. */
interface Shown {
  readonly marks: Int32Array;
  /** Probability, E[hits], E[hits²], one after the other. */
  readonly moments: Float64Array;
}

/** No request that occurs can make a period breach, nor can silence. */
const isMute = ({ rule, neverCounts, gate }: ExactGate): boolean =>
  neverCounts && rule.limit > 0 && rule.breachesFromLimit && gate.alarm.treatMissingData !== 'breaching';

type Mode = 'before' | 'watching' | 'off';

export class Walk {
  readonly #gates: readonly ExactGate[];
  readonly #classes: CountClasses;
  readonly #input: PlanInput;
  readonly #minutes: MinuteTable;
  readonly #hitShare: number;
  /** By sort of minute. */
  readonly #shown: (Shown | undefined)[] = [];
  readonly #products = new Map<string, MachineProduct | undefined>();

  constructor(
    gates: readonly ExactGate[],
    classes: CountClasses,
    kinds: readonly RequestKind[],
    input: PlanInput,
    minutes: MinuteTable,
  ) {
    this.#gates = gates;
    this.#classes = classes;
    this.#input = input;
    this.#minutes = minutes;
    this.#hitShare = kinds.reduce((sum, { isHit, shareAfter }) => sum + (isHit ? shareAfter : 0), 0);
  }

  /** All endings of a deployment; their probabilities sum to 1. Undefined when the alarms remember too much. */
  endings(configuration: Configuration): readonly Ending[] | undefined {
    const course = this.#minutes.course(configuration);
    const all = positions(
      this.#input,
      this.#gates.map(({ gate }) => gate),
    );
    const out: Ending[] = [];
    if (this.#gates.every(isMute)) return [this.#promoted(course)];
    for (const position of all) {
      const product = this.#product(position);
      if (product === undefined) return undefined;
      this.#walk(course, position, product, 1 / all.length, out);
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
      const machines = this.#gates.map(({ gate, seesOld, isSliding }, g) =>
        isSliding
          ? alarmMachine({ evaluationPeriods: 1, treatMissingData: 'notBreaching' }, 1, 0, true)
          : alarmMachine(alarmRule(gate.alarm), gate.rangePeriods, gates[g]?.late ?? 0, !seesOld),
      );
      this.#products.set(key, machineProduct(machines, MOST_STATES));
    }
    return this.#products.get(key);
  }

  #walk(course: Course, position: Position, product: MachineProduct, share: number, out: Ending[]): void {
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
      stopped.fill(0);
      let anyStopped = false;
      for (const state of states.active) {
        const p = states.moments[3 * state] ?? 0;
        const p1 = states.moments[3 * state + 1] ?? 0;
        const p2 = states.moments[3 * state + 2] ?? 0;
        for (let i = 0; i < shown.marks.length; i++) {
          const q = shown.moments[3 * i] ?? 0;
          if (p * q < NEGLIGIBLE) continue;
          const q1 = shown.moments[3 * i + 1] ?? 0;
          const q2 = shown.moments[3 * i + 2] ?? 0;
          const marks = shown.marks[i] ?? 0;
          const to = isPlain ? product.step(state, marks) : this.#stepApart(product, state, marks, modes);
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
  }

  /** Enough minutes before the first shift to fill what the alarms remember, where they had data at all. */
  #firstMinute(): number {
    const early = 4 + Math.ceil(this.#input.timing.startToShiftSeconds / 60);
    const remembered = this.#gates.map(({ gate, seesOld }) => (seesOld ? gate.rangePeriods + 2 : 0));
    return -early - Math.max(0, ...remembered);
  }

  /** A step in which some gates rest: an alarm of the new version's own is not evaluated before the start. */
  #stepApart(product: MachineProduct, state: number, marks: number, modes: readonly Mode[]): number {
    return product.stepSome(
      state,
      marks,
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

  #shownIn(sort: number): Shown {
    return (this.#shown[sort] ??= this.#show(sort));
  }

  #show(sort: number): Shown {
    const minute = this.#minutes.minute(sort);
    const distribution: ClassDistribution =
      minute.type === 'even' ? this.#classes.even(minute.stretches) : this.#classes.poisson(minute.exposure);
    const byMarks = new Map<number, Moments>();
    for (const [index, moments] of distribution) {
      let key = 0;
      for (let g = this.#gates.length - 1; g >= 0; g--) key = key * 3 + this.#markOf(index, g);
      add(byMarks, key, moments);
    }
    return { marks: Int32Array.from(byMarks.keys()), moments: Float64Array.from([...byMarks.values()].flat()) };
  }

  #markOf(index: number, g: number): number {
    const gate = this.#gates[g];
    if (gate === undefined || this.#classes.countIn(index, gate.pointCounter) === 0) return 0;
    const isFar = this.#classes.countIn(index, gate.eventCounter) >= gate.rule.limit;
    return isFar === gate.rule.breachesFromLimit ? 2 : 1;
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
