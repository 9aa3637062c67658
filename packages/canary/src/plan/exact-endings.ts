/**
 * How deployments end, exactly: a walk over minutes whose states are those of all gates' machines together. Gates
 * that see the same requests are dependent, so a minute's marks are drawn jointly, from one class of counts.
 *
 * The walk goes by the minute of the data, not of the evaluation. Every gate reads minute k between its delay and its
 * delay plus a minute after the end of k, so with equal delays the gates that turn at minute k always stop the
 * deployment before any that turn at k + 1.
 */
import { alarmRule } from '@unicorns/cloud';
import { alarmMachine, type AlarmMachine } from './alarm-machine.ts';
import { add, type ClassDistribution, CountClasses, type Counter, type Moments } from './count-classes.ts';
import { type CountingRule, countingRule } from './counting-rule.ts';
import { type Ending, withMore } from './ending.ts';
import { ExposureOverTime } from './exposure.ts';
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
}

/** More classes or states than this are left to simulation. */
const MOST_CLASSES = 1_024;
const MOST_STATES = 20_000;
const NEGLIGIBLE = 1e-16;

/** Can these gates be treated exactly, together? Undefined if not. */
export function exactWalk(gates: readonly Gate[], kinds: readonly RequestKind[], input: PlanInput): Walk | undefined {
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
    const rule = isMinutely(gate) ? countingRule(gate, kinds) : undefined;
    if (rule === undefined) return undefined;
    exact.push({
      gate,
      rule,
      eventCounter: counterOf(rule.counts, rule.limit),
      pointCounter: counterOf(rule.isPoint, 1),
      seesOld: kinds.some((kind) => kind.version === 'old' && rule.isPoint(kind)),
    });
  }
  if (new Set(gates.map(delayOf)).size > 1) return undefined;
  const classes = new CountClasses(counters, kinds);
  return classes.size > MOST_CLASSES ? undefined : new Walk(exact, classes, kinds, input);
}

const delayOf = (gate: Gate): number => Math.max(0, ...gate.sources.map(({ delaySeconds }) => delaySeconds));

/** Periods of a minute, evaluated every minute; and CodeDeploy looks before the alarm can change its mind. */
const isMinutely = ({ alarm }: Gate): boolean =>
  alarm.watches.periodSeconds === 60 && alarm.evaluateLowSampleCountPercentile !== 'ignore';

/** What a minute of one class shows to the gates. */
interface Shown {
  /** By gate: a place in MARKS. */
  readonly marks: readonly number[];
  readonly moments: Moments;
}

type Mode = 'before' | 'watching' | 'off';

export class Walk {
  readonly #gates: readonly ExactGate[];
  readonly #classes: CountClasses;
  readonly #input: PlanInput;
  readonly #hitShare: number;
  readonly #shown = new Map<string, readonly Shown[]>();
  readonly #machines = new Map<string, AlarmMachine | undefined>();

  constructor(gates: readonly ExactGate[], classes: CountClasses, kinds: readonly RequestKind[], input: PlanInput) {
    this.#gates = gates;
    this.#classes = classes;
    this.#input = input;
    this.#hitShare = kinds.reduce((sum, { isHit, shareAfter }) => sum + (isHit ? shareAfter : 0), 0);
  }

  /** All endings of a deployment; their probabilities sum to 1. Undefined when the alarms remember too much. */
  endings(configuration: Configuration): readonly Ending[] | undefined {
    const exposure = new ExposureOverTime(configuration, this.#input);
    const all = positions(
      this.#input,
      this.#gates.map(({ gate }) => gate),
    );
    const out: Ending[] = [];
    for (const position of all) {
      const machines = this.#gates.map((gate, g) => this.#machine(gate, g, position.gates[g]?.late ?? 0));
      if (machines.some((machine) => machine === undefined)) return undefined;
      const known = machines.filter((machine) => machine !== undefined);
      if (known.reduce((product, { states }) => product * states, 1) > MOST_STATES) return undefined;
      out.push(...this.#walk(exposure, position, known, 1 / all.length));
    }
    return out;
  }

  #machine({ gate, seesOld }: ExactGate, g: number, late: number): AlarmMachine | undefined {
    const key = `${g} ${late}`;
    if (!this.#machines.has(key))
      this.#machines.set(key, alarmMachine(alarmRule(gate.alarm), gate.rangePeriods, late, !seesOld));
    return this.#machines.get(key);
  }

  #walk(
    exposure: ExposureOverTime,
    position: Position,
    machines: readonly AlarmMachine[],
    share: number,
  ): readonly Ending[] {
    const { timing, noticedAfterSeconds } = this.#input;
    const endSeconds = exposure.completesSeconds + timing.shiftToEndSeconds;
    const strides = stridesOf(machines);
    const out: Ending[] = [];
    let states = new Map<number, Moments>([[startOf(machines, strides), [share, 0, 0]]]);
    let hasBegun = false;
    let k = this.#firstMinute();
    for (; ; k++) {
      const end = minuteEnd(position, k);
      const turnsAt = position.gates.map(({ second, late }) => end + 60 * late + second);
      const stops = turnsAt.map((at) => stopAt(at, timing));
      const modes = turnsAt.map((at, g): Mode => {
        if (at <= -timing.startToShiftSeconds) return 'before';
        return (stops[g] ?? 0) > endSeconds + 1e-9 ? 'off' : 'watching';
      });
      if (modes.every((mode) => mode === 'off')) break;
      const isFirst: boolean = !hasBegun && modes.includes('watching');
      hasBegun ||= isFirst;
      const next = new Map<number, Moments>();
      const stopped = new Map<number, Moments>();
      for (const [state, before] of states)
        for (const { marks, moments } of this.#shownIn(exposure, end - 60, end)) {
          const together = times(before, moments);
          if (together[0] < NEGLIGIBLE) continue;
          const step = this.#step(state, marks, modes, machines, strides, turnsAt, isFirst);
          add(step.first === undefined ? next : stopped, step.first ?? step.state, together);
        }
      for (const [g, moments] of stopped) {
        if (g < 0) {
          out.push({ stopSeconds: -timing.startToShiftSeconds, gate: this.#gates[-g - 1]?.gate.name, moments });
          continue;
        }
        const stop = stops[g] ?? end;
        const more = this.#hits(exposure, end, stop + timing.stopToBackSeconds);
        out.push({ stopSeconds: stop, gate: this.#gates[g]?.gate.name, moments: withMore(moments, more) });
      }
      states = next;
    }
    const rest = this.#hits(exposure, minuteEnd(position, k - 1), exposure.completesSeconds + noticedAfterSeconds);
    for (const moments of states.values())
      out.push({ stopSeconds: undefined, gate: undefined, moments: withMore(moments, rest) });
    return out;
  }

  /** Enough minutes before the first shift to fill what the alarms remember, where they had data at all. */
  #firstMinute(): number {
    const early = 4 + Math.ceil(this.#input.timing.startToShiftSeconds / 60);
    const remembered = this.#gates.map(({ gate, seesOld }) => (seesOld ? gate.rangePeriods + 2 : 0));
    return -early - Math.max(0, ...remembered);
  }

  /** `first`: the gate that stops the deployment; −1 − gate when it was in ALARM at the start. */
  #step(
    state: number,
    marks: readonly number[],
    modes: readonly Mode[],
    machines: readonly AlarmMachine[],
    strides: readonly number[],
    turnsAt: readonly number[],
    isFirst: boolean,
  ): { readonly state: number; readonly first: number | undefined } {
    let to = 0;
    let first: number | undefined;
    let firstAt = Number.POSITIVE_INFINITY;
    let atStart: number | undefined;
    for (let g = 0; g < machines.length; g++) {
      const machine = machines[g];
      const stride = strides[g] ?? 1;
      if (machine === undefined) continue;
      const own = Math.floor(state / stride) % machine.states;
      // An alarm of the new version's own is made with it, and has not been evaluated before the start.
      const rests = modes[g] === 'off' || (modes[g] === 'before' && this.#gates[g]?.seesOld !== true);
      const then = rests ? own : (machine.next[own * 3 + (marks[g] ?? 0)] ?? 0);
      to += then * stride;
      if (isFirst && machine.isAlarm[modes[g] === 'before' ? then : own] === 1) atStart ??= -1 - g;
      if (modes[g] === 'watching' && machine.isAlarm[then] === 1 && (turnsAt[g] ?? 0) < firstAt) {
        first = g;
        firstAt = turnsAt[g] ?? 0;
      }
    }
    return { state: to, first: atStart ?? first };
  }

  #hits(exposure: ExposureOverTime, from: number, until: number): number {
    return until > from ? exposure.between(from, until).newAfter * this.#hitShare : 0;
  }

  /** The marks of a minute, jointly; remembered, because most minutes are like another. */
  #shownIn(exposure: ExposureOverTime, from: number, until: number): readonly Shown[] {
    const isEven = this.#input.traffic.arrivals === 'even';
    const seen = isEven ? exposure.stretches(from, until) : exposure.between(from, until);
    const key = isEven
      ? JSON.stringify(seen)
      : Object.values(seen as object)
          .map((n: number) => n.toPrecision(9))
          .join();
    let shown = this.#shown.get(key);
    if (shown === undefined) {
      shown = this.#show(
        isEven
          ? this.#classes.even(exposure.stretches(from, until))
          : this.#classes.poisson(exposure.between(from, until)),
      );
      this.#shown.set(key, shown);
    }
    return shown;
  }

  #show(distribution: ClassDistribution): readonly Shown[] {
    const byMarks = new Map<number, Moments>();
    for (const [index, moments] of distribution) {
      let key = 0;
      for (let g = this.#gates.length - 1; g >= 0; g--) key = key * 3 + this.#markOf(index, g);
      add(byMarks, key, moments);
    }
    return [...byMarks].map(([key, moments]) => ({
      marks: this.#gates.map((_, g) => Math.floor(key / 3 ** g) % 3),
      moments,
    }));
  }

  #markOf(index: number, g: number): number {
    const gate = this.#gates[g];
    if (gate === undefined || this.#classes.countIn(index, gate.pointCounter) === 0) return 0;
    const isFar = this.#classes.countIn(index, gate.eventCounter) >= gate.rule.limit;
    return isFar === gate.rule.breachesFromLimit ? 2 : 1;
  }
}

function stridesOf(machines: readonly AlarmMachine[]): readonly number[] {
  let size = 1;
  return machines.map(({ states }) => {
    const stride = size;
    size *= states;
    return stride;
  });
}

const startOf = (machines: readonly AlarmMachine[], strides: readonly number[]): number =>
  machines.reduce((sum, { start }, g) => sum + start * (strides[g] ?? 1), 0);

const times = ([p, p1, p2]: Moments, [q, q1, q2]: Moments): Moments => [
  p * q,
  p * q1 + p1 * q,
  p * q2 + 2 * p1 * q1 + p2 * q,
];
