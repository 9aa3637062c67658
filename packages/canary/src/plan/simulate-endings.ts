/**
 * How simulated deployments end: counts are drawn minute by minute, and the embedded cloud's own alarm code says what
 * follows. For alarms that cannot be treated exactly: sliding windows of several minutes, averages, percentiles, math.
 */
import { alarmRule, decideState, type DecisionRule, isBreaching, type Mark } from '@unicorns/cloud';
import { MARKS } from './alarm-machine.ts';
import { countingRule } from './counting-rule.ts';
import { drawBinomial, type Draw, drawFrom, drawPoisson } from './draw-counts.ts';
import { ExposureOverTime } from './exposure.ts';
import type { Configuration, Gate, PlanInput } from './plan-input.ts';
import { pointValues } from './point-values.ts';
import { minuteEnd, type Position, positions, stopAt } from './positions.ts';
import type { RequestKind } from './request-kinds.ts';

/** One simulated deployment; stops by all gates, and by those before `extra` alone. */
export interface Run {
  readonly stopSeconds: number | undefined;
  readonly gate: string | undefined;
  readonly hits: number;
}

export interface SimulatedRuns {
  readonly all: Run;
  /** The same deployment without the gates from `extraFrom` on. */
  readonly without: Run;
}

/** Simulates deployments with all gates, and tells how each would have ended without the gates from `extraFrom` on. */
export function simulateEndings(
  gates: readonly Gate[],
  kinds: readonly RequestKind[],
  input: PlanInput,
  configuration: Configuration,
  extraFrom = 0,
): readonly SimulatedRuns[] {
  const exposure = new ExposureOverTime(configuration, input);
  const places = positions(input, gates);
  const memory = Math.max(...gates.map((gate) => gate.rangePeriods * periodMinutes(gate)), 0);
  const seesOld = gates.some(({ sources }) => sources.some(({ sees }) => sees === 'both' || sees === 'old'));
  const firstMinute = -4 - Math.ceil(input.timing.startToShiftSeconds / 60) - (seesOld ? memory : 0);
  const simulated = gates.map((gate) => new SimulatedGate(gate, kinds));
  const minutes = new Map<string, readonly MinuteRates[]>();
  const out: SimulatedRuns[] = [];
  for (let run = 0; run < input.runs; run++) {
    const place = run % places.length;
    const position = places[place];
    if (position === undefined) break;
    const key = String(place);
    const rates = minutes.get(key) ?? ratesOf(exposure, position, firstMinute, kinds, input);
    minutes.set(key, rates);
    const draw = drawFrom(input.seed, run);
    const counts = new CountsOverTime(rates, kinds.length, draw);
    const one = new OneRun(simulated, position, exposure, input, counts, firstMinute);
    const without = one.first(0, extraFrom, Number.POSITIVE_INFINITY);
    const extra = one.first(extraFrom, gates.length, without?.at ?? Number.POSITIVE_INFINITY);
    const first = extra !== undefined && extra.at < (without?.at ?? Number.POSITIVE_INFINITY) ? extra : without;
    out.push({ all: one.ending(first, kinds), without: one.ending(without, kinds) });
  }
  return out;
}

const periodMinutes = ({ alarm }: Gate): number => Math.max(1, Math.round(alarm.watches.periodSeconds / 60));

/** What a minute's counts are drawn from. */
type MinuteRates =
  | { readonly type: 'poisson'; readonly means: Float64Array }
  | {
      readonly type: 'even';
      readonly stretches: readonly { readonly requests: number; readonly shares: Float64Array }[];
    };

function ratesOf(
  exposure: ExposureOverTime,
  position: Position,
  firstMinute: number,
  kinds: readonly RequestKind[],
  input: PlanInput,
): readonly MinuteRates[] {
  const lastMinute = Math.ceil(
    (exposure.completesSeconds + input.timing.shiftToEndSeconds + position.shiftSecond) / 60,
  );
  return Array.from({ length: lastMinute - firstMinute + 1 }, (_, i): MinuteRates => {
    const end = minuteEnd(position, firstMinute + i);
    if (input.traffic.arrivals === 'even')
      return {
        type: 'even',
        stretches: exposure.stretches(end - 60, end).map(({ requests, weight, faultIsOn }) => ({
          requests,
          shares: Float64Array.from(kinds, (kind) => {
            const share = faultIsOn && kind.version === 'new' ? kind.shareAfter : kind.shareBefore;
            return (kind.version === 'new' ? weight : 1 - weight) * share;
          }),
        })),
      };
    const { newBefore, newAfter, old } = exposure.between(end - 60, end);
    const means = Float64Array.from(kinds, ({ version, shareBefore, shareAfter }) =>
      version === 'new' ? newBefore * shareBefore + newAfter * shareAfter : old * shareBefore,
    );
    return { type: 'poisson', means };
  });
}

/** Counts by minute and kind, drawn when first asked for; sums over minutes by differences. */
class CountsOverTime {
  readonly #rates: readonly MinuteRates[];
  readonly #kinds: number;
  readonly #draw: Draw;
  /** `#sums[i * kinds + kind]`: all before minute i. */
  readonly #sums: Float64Array;
  #drawn = 0;

  constructor(rates: readonly MinuteRates[], kinds: number, draw: Draw) {
    this.#rates = rates;
    this.#kinds = kinds;
    this.#draw = draw;
    this.#sums = new Float64Array((rates.length + 1) * kinds);
  }

  get kinds(): number {
    return this.#kinds;
  }

  get length(): number {
    return this.#rates.length;
  }

  /** Requests of a kind in the minutes [from, until), by their place from the first minute on. */
  between(kind: number, from: number, until: number): number {
    const last = Math.min(Math.max(until, 0), this.#rates.length);
    while (this.#drawn < last) this.#drawMinute();
    const first = Math.min(Math.max(from, 0), last);
    return (this.#sums[last * this.#kinds + kind] ?? 0) - (this.#sums[first * this.#kinds + kind] ?? 0);
  }

  #drawMinute(): void {
    const rates = this.#rates[this.#drawn];
    const from = this.#drawn * this.#kinds;
    const to = from + this.#kinds;
    for (let kind = 0; kind < this.#kinds; kind++) {
      const count = rates?.type === 'poisson' ? drawPoisson(rates.means[kind] ?? 0, this.#draw) : 0;
      this.#sums[to + kind] = (this.#sums[from + kind] ?? 0) + count;
    }
    if (rates?.type === 'even')
      for (const { requests, shares } of rates.stretches) {
        let left = requests;
        let rest = 1;
        shares.forEach((share, kind) => {
          const count = drawBinomial(left, Math.min(1, share / rest), this.#draw);
          this.#sums[to + kind] = (this.#sums[to + kind] ?? 0) + count;
          left -= count;
          rest -= share;
        });
      }
    this.#drawn++;
  }
}

/** An alarm in a simulation: marks from counts, states from marks. */
class SimulatedGate {
  readonly gate: Gate;
  readonly periodMinutes: number;
  /** Its past matters: it had data before the deployment. */
  readonly seesOld: boolean;
  readonly #rule: DecisionRule;
  readonly #marksOf: (windows: readonly Float64Array[]) => readonly number[];
  readonly #decided = new Map<number, State>();

  constructor(gate: Gate, kinds: readonly RequestKind[]) {
    this.gate = gate;
    this.periodMinutes = periodMinutes(gate);
    this.seesOld = gate.sources.some(({ sees }) => sees === 'both' || sees === 'old');
    this.#rule = alarmRule(gate.alarm);
    this.#marksOf = marksOf(gate, kinds);
  }

  marks(windows: readonly Float64Array[]): readonly number[] {
    return this.#marksOf(windows);
  }

  /** `range`: places in MARKS, oldest first. */
  decide(range: readonly number[], state: State): State {
    if (range.length > 24)
      return STATES.indexOf(decideState(range.map(markAt), this.#rule, STATES[state] ?? 'OK')) as State;
    const key = range.reduce((sum, mark) => sum * 3 + mark, 0) * 3 + state;
    let decided = this.#decided.get(key);
    if (decided === undefined) {
      decided = STATES.indexOf(decideState(range.map(markAt), this.#rule, STATES[state] ?? 'OK')) as State;
      this.#decided.set(key, decided);
    }
    return decided;
  }
}

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
const ALARM = 1;
type State = 0 | 1 | 2;
const markAt = (mark: number): Mark => MARKS[mark] ?? 'missing';

function marksOf(gate: Gate, kinds: readonly RequestKind[]): (windows: readonly Float64Array[]) => readonly number[] {
  const rule = countingRule(gate, kinds);
  if (rule !== undefined) {
    const counts = kinds.map((kind) => rule.counts(kind));
    const points = kinds.map((kind) => rule.isPoint(kind));
    return (windows) =>
      windows.map((window) => {
        let events = 0;
        let samples = 0;
        for (let i = 0; i < counts.length; i++) {
          if (counts[i] === true) events += window[i] ?? 0;
          if (points[i] === true) samples += window[i] ?? 0;
        }
        return samples === 0 ? 0 : events >= rule.limit === rule.breachesFromLimit ? 2 : 1;
      });
  }
  const { comparisonOperator, threshold } = gate.alarm;
  const values = pointValues(gate, kinds);
  return (windows) =>
    values(windows).map((value) =>
      value === undefined ? 0 : isBreaching(value, comparisonOperator, threshold) ? 2 : 1,
    );
}

interface Stop {
  /** When its alarm turned. */
  readonly turnedAt: number;
  readonly at: number;
  readonly gate: string;
}

/** Alarms of one run are evaluated for so many minutes at a time: most runs with a fault end in the first few. */
const CHUNK = 8;

class OneRun {
  readonly #gates: readonly SimulatedGate[];
  readonly #position: Position;
  readonly #exposure: ExposureOverTime;
  readonly #input: PlanInput;
  readonly #counts: CountsOverTime;
  readonly #firstMinute: number;

  constructor(
    gates: readonly SimulatedGate[],
    position: Position,
    exposure: ExposureOverTime,
    input: PlanInput,
    counts: CountsOverTime,
    firstMinute: number,
  ) {
    this.#gates = gates;
    this.#position = position;
    this.#exposure = exposure;
    this.#input = input;
    this.#counts = counts;
    this.#firstMinute = firstMinute;
  }

  /** The first stop by one of the gates [from, until), if it comes before `before`. */
  first(from: number, until: number, before: number): Stop | undefined {
    let first: Stop | undefined;
    for (let g = from; g < until; g++) {
      const stop = this.#stopOf(g, Math.min(before, first?.at ?? Number.POSITIVE_INFINITY));
      if (
        stop !== undefined &&
        (first === undefined || stop.at < first.at || (stop.at === first.at && stop.turnedAt < first.turnedAt))
      )
        first = stop;
    }
    return first;
  }

  #stopOf(g: number, before: number): Stop | undefined {
    const gate = this.#gates[g];
    const place = this.#position.gates[g];
    if (gate === undefined || place === undefined) return undefined;
    const { timing } = this.#input;
    const endSeconds = this.#exposure.completesSeconds + timing.shiftToEndSeconds;
    const startsAt = -timing.startToShiftSeconds;
    let state: State = 2;
    let hasBegun = false;
    for (let chunk = 0; chunk < this.#counts.length; chunk += CHUNK) {
      const ranges = this.#ranges(gate, place.late, chunk, Math.min(chunk + CHUNK, this.#counts.length));
      for (const [i, range] of ranges.entries()) {
        const turnsAt = minuteEnd(this.#position, this.#firstMinute + chunk + i) + 60 * place.late + place.second;
        const stop = stopAt(turnsAt, timing);
        const isBefore = turnsAt <= startsAt;
        if (isBefore && !gate.seesOld) continue;
        if (!isBefore && !hasBegun) {
          hasBegun = true;
          if (state === ALARM) return { at: startsAt, turnedAt: startsAt, gate: gate.gate.name };
        }
        if (stop > endSeconds + 1e-9 || stop > before) return undefined;
        state = gate.decide(range, state);
        if (!isBefore && state === ALARM) return { at: stop, turnedAt: turnsAt, gate: gate.gate.name };
      }
    }
    return undefined;
  }

  /** The evaluation range of each minute [from, until): the newest visible minute is that one, `late` more are open. */
  #ranges(gate: SimulatedGate, late: number, from: number, until: number): readonly (readonly number[])[] {
    const { periodMinutes: length } = gate;
    const { rangePeriods } = gate.gate;
    // Whole periods, by the minute they end with; the open ones at the newest edge apart.
    const open = Math.ceil(late / length);
    const whole = this.#marksEnding(
      gate,
      from + late - (rangePeriods - 1) * length,
      until + late - open * length,
      length,
      0,
    );
    const edges = Array.from({ length: open }, (_, j) =>
      this.#marksEnding(gate, from + late - j * length, until + late - j * length, length, late - j * length),
    );
    const wholeFrom = from + late - (rangePeriods - 1) * length;
    return Array.from({ length: until - from }, (_, i) =>
      Array.from({ length: rangePeriods }, (__, p) => {
        const j = rangePeriods - 1 - p;
        if (j < open) return edges[j]?.[i] ?? 0;
        return whole[from + i + late - j * length - wholeFrom] ?? 0;
      }),
    );
  }

  /** Marks of the periods that end with the minutes [from, until), without their newest `missing` minutes. */
  #marksEnding(gate: SimulatedGate, from: number, until: number, length: number, missing: number): readonly number[] {
    const windows: Float64Array[] = [];
    const { kinds } = this.#counts;
    for (let end = from; end < until; end++) {
      const window = new Float64Array(kinds);
      for (let kind = 0; kind < kinds; kind++)
        window[kind] = missing >= length ? 0 : this.#counts.between(kind, end - length + 1, end + 1 - missing);
      windows.push(window);
    }
    return gate.marks(windows);
  }

  /** The hits until the alias is back; after the drawn minutes, and within the one of the stop, their mean. */
  ending(stop: Stop | undefined, kinds: readonly RequestKind[]): Run {
    const { timing, noticedAfterSeconds } = this.#input;
    const until =
      stop === undefined ? this.#exposure.completesSeconds + noticedAfterSeconds : stop.at + timing.stopToBackSeconds;
    const minutes = Math.max(
      0,
      Math.min(Math.floor((until + this.#position.shiftSecond) / 60) - this.#firstMinute, this.#counts.length),
    );
    let hits = 0;
    let share = 0;
    kinds.forEach((kind, i) => {
      if (!kind.isHit) return;
      hits += this.#counts.between(i, 0, minutes);
      share += kind.shareAfter;
    });
    const from = minuteEnd(this.#position, this.#firstMinute + minutes - 1);
    if (until > from) hits += this.#exposure.between(Math.max(0, from), until).newAfter * share;
    return { stopSeconds: stop?.at, gate: stop?.gate, hits: until <= 0 ? 0 : hits };
  }
}
