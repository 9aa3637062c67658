/** An alarm in simulated deployments: marks from counts, states from marks, by the embedded cloud's own `decideState`. */
import { alarmRule, decideState, type DecisionRule, isBreaching, type Mark } from '@unicorns/cloud';
import { MARKS } from './alarm-machine.ts';
import { type CountingRule, countingRule, sampleOf } from './counting-rule.ts';
import { type BoxMark, boxMark, UNDECIDED } from './box-marks.ts';
import { CanBreach } from './can-breach.ts';
import type { Box } from './enclosure.ts';
import type { KindColumns } from './kind-columns.ts';
import type { Gate } from './plan-input.ts';
import { type Periods, pointValues } from './point-values.ts';
import type { RequestKind } from './request-kinds.ts';

/** Minutes at a time. */
export const CHUNK = 8;

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export const ALARM = 1;
/** A place in STATES. */
export type StateIndex = number;
export const NO_DATA_YET: StateIndex = 2;

/** With more sorts of requests than this the alarm is simply asked. */
const MOST_SORTS = 10;

export const periodMinutes = ({ alarm }: Gate): number => Math.max(1, Math.round(alarm.watches.periodSeconds / 60));

export class SimulatedGate {
  readonly gate: Gate;
  /** Its past matters: it had data before the deployment. */
  readonly seesOld: boolean;
  readonly #rule: DecisionRule;
  readonly #length: number;
  /** Marks of whole sets of periods at once, for alarms that are more than a count. */
  readonly #marksOf: ((periods: Periods) => Uint8Array) | undefined;
  readonly #counted: CountedKinds | undefined;
  /** Kinds that the gate does not tell apart, by their places. */
  readonly #alike: readonly (readonly number[])[];
  readonly #canBreach: CanBreach;
  readonly #decided = new Map<number | string, StateIndex>();

  constructor(gate: Gate, kinds: readonly RequestKind[]) {
    this.gate = gate;
    this.seesOld = gate.sources.some(({ sees }) => sees === 'both' || sees === 'old');
    this.#rule = alarmRule(gate.alarm);
    this.#length = periodMinutes(gate);
    const rule = countingRule(gate, kinds);
    this.#alike = alikeTo(gate, kinds);
    const examples = this.#alike.flatMap(([first = 0]) => kinds.slice(first, first + 1));
    const boxes = boxMark(gate, examples, rule);
    this.#canBreach = new CanBreach(boxes, examples.length);
    if (rule === undefined) this.#marksOf = valueMarks(gate, examples, boxes);
    else
      this.#counted = {
        rule,
        counts: kinds.flatMap((kind, i) => (rule.counts(kind) ? [i] : [])),
        points: kinds.flatMap((kind, i) => (rule.isPoint(kind) ? [i] : [])),
      };
  }

  /**
   * The states of this alarm in one set of deployments: a function of the run, the place of the newest visible minute
   * in the grid and the state before.
   */
  over(
    columns: KindColumns,
    lateOf: (run: number) => number,
    running: ReadonlySet<number>,
  ): (run: number, at: number, before: StateIndex) => StateIndex {
    const { rangePeriods } = this.gate;
    const { evaluationPeriods } = this.#rule;
    const markAt =
      this.#marksOf === undefined
        ? this.#countedMarks(columns)
        : this.#valueMarks(columns, lateOf, running, this.#marksOf);
    const marks: number[] = [];
    return (run, at, before) => {
      const late = lateOf(run);
      marks.length = 0;
      let real = 0;
      // Behind the N newest real points nothing counts any more: what is older may as well be missing.
      for (let j = 0; j < rangePeriods && real < evaluationPeriods; j++) {
        const mark = markAt(run, at, late, j);
        if (mark !== 0) real++;
        marks.push(mark);
      }
      return this.#decide(marks, before);
    };
  }

  #countedMarks(columns: KindColumns): MarkAt {
    const { rule, counts, points } = this.#counted ?? { rule: undefined, counts: [], points: [] };
    if (rule === undefined) return () => 0;
    const { limit, breachesFromLimit } = rule;
    const length = this.#length;
    const none = new Float64Array(columns.grid.minutes + 1);
    const sheetOf = (kinds: readonly number[]): ((run: number) => Float64Array) => {
      const sheets: (Float64Array | undefined)[] = [];
      return (run) => (sheets[run] ??= summed(kinds.map((kind) => columns.sums(kind, run))) ?? none);
    };
    const [eventsOf, samplesOf] = [sheetOf(counts), sheetOf(points)];
    return (run, at, late, j) => {
      const end = at + 1 + late - j * length;
      const from = Math.max(0, end - length);
      const until = Math.min(end, at + 1);
      if (until <= from) return 0;
      const [events, samples] = [eventsOf(run), samplesOf(run)];
      if (samples[until] === samples[from]) return 0;
      return (events[until] ?? 0) - (events[from] ?? 0) >= limit === breachesFromLimit ? 2 : 1;
    };
  }

  /**
   * Can the alarm turn at all in a deployment that has requests of these kinds and of no others? Where it waits for
   * requests of some sort and none ever comes, its state never has to be asked for.
   */
  mayTurn(hasAny: (kind: number) => boolean): boolean {
    if (this.#rule.treatMissingData === 'breaching' || this.#alike.length > MOST_SORTS) return true;
    return this.#canBreach.with(this.#alike.reduce((sorts, kinds, i) => sorts | (Number(kinds.some(hasAny)) << i), 0));
  }

  /** Does it matter whether there are requests of this kind? */
  sees(kind: number): boolean {
    return this.#alike.some((kinds) => kinds.includes(kind));
  }

  /**
   * Whole periods by the minute they end with, and the open ones at the newest edge. Made when first asked for, some
   * minutes at a time and only for deployments that still run.
   */
  #valueMarks(
    columns: KindColumns,
    lateOf: (run: number) => number,
    running: ReadonlySet<number>,
    marksOf: (periods: Periods) => Uint8Array,
  ): MarkAt {
    const sheet = (missingOf: (run: number) => number): ((run: number, at: number) => number) => {
      const { minutes } = columns.grid;
      const marks: (Uint8Array | undefined)[] = [];
      const isDone: boolean[] = [];
      return (run, at) => {
        if (at < 0) return 0;
        const chunk = Math.floor(at / CHUNK);
        if (isDone[chunk] !== true) {
          isDone[chunk] = true;
          const now = [...running];
          for (const each of now) marks[each] ??= new Uint8Array(minutes);
          this.#fill(marks, columns, chunk * CHUNK, missingOf, now, marksOf);
        }
        return marks[run]?.[at] ?? 0;
      };
    };
    const whole = sheet(() => 0);
    const open = new Map<number, ReturnType<typeof sheet>>();
    return (run, at, late, j) => {
      const missing = late - j * this.#length;
      if (missing <= 0) return whole(run, at + missing);
      let edge = open.get(j);
      if (edge === undefined) {
        edge = sheet((each) => Math.max(0, lateOf(each) - j * this.#length));
        open.set(j, edge);
      }
      return edge(run, at);
    };
  }

  /** The marks of CHUNK minutes: of the period whose newest visible minute each is, some minutes short. */
  #fill(
    marks: readonly (Uint8Array | undefined)[],
    { grid, sums }: KindColumns,
    from: number,
    missingOf: (run: number) => number,
    runs: readonly number[],
    marksOf: (periods: Periods) => Uint8Array,
  ): void {
    const { minutes } = grid;
    const width = Math.min(CHUNK, minutes - from);
    const length = runs.length * width;
    const spans = runs.map((run) => this.#length - missingOf(run));
    const columns = this.#alike.map((kinds) => {
      const out = new Float64Array(length);
      for (let r = 0; r < runs.length; r++) {
        const span = spans[r] ?? 0;
        if (span <= 0) continue;
        for (const kind of kinds) {
          const column = sums(kind, runs[r] ?? 0);
          for (let i = 0; i < width; i++) {
            const at = r * width + i;
            const before = column[Math.max(0, from + i + 1 - span)] ?? 0;
            out[at] = (out[at] ?? 0) + (column[from + i + 1] ?? 0) - before;
          }
        }
      }
      return out;
    });
    const made = marksOf({ length, columns });
    for (let r = 0; r < runs.length; r++) marks[runs[r] ?? 0]?.set(made.subarray(r * width, (r + 1) * width), from);
  }

  /** `newestFirst`: places in MARKS; what is older than those is missing. */
  #decide(newestFirst: readonly number[], before: StateIndex): StateIndex {
    const key = keyOf(newestFirst, before);
    const known = this.#decided.get(key);
    if (known !== undefined) return known;
    const { rangePeriods } = this.gate;
    const range = Array.from(
      { length: rangePeriods },
      (_, i): Mark => MARKS[newestFirst[rangePeriods - 1 - i] ?? 0] ?? 'missing',
    );
    const decided = STATES.indexOf(decideState(range, this.#rule, STATES[before] ?? 'OK'));
    this.#decided.set(key, decided);
    return decided;
  }
}

/** So many marks and a state are told apart by one whole number; more of them by a text. */
const MOST_DIGITS = 24;

function keyOf(marks: readonly number[], before: StateIndex): number | string {
  if (marks.length > MOST_DIGITS) return `${before}${marks.join('')}`;
  let [key, place] = [before, STATES.length];
  for (const mark of marks) {
    key += mark * place;
    place *= MARKS.length;
  }
  return key;
}

function alikeTo({ sources }: Gate, kinds: readonly RequestKind[]): readonly (readonly number[])[] {
  const needsTraffic = sources.some(({ defaultValue }) => defaultValue !== undefined);
  const seen = [...kinds.keys()].filter(
    (i) => needsTraffic || sources.some((source) => kinds[i] && sampleOf(source, kinds[i]) !== undefined),
  );
  return [...Map.groupBy(seen, (i) => sources.map((source) => kinds[i] && sampleOf(source, kinds[i])).join()).values()];
}

/** The columns added up; undefined for none. */
function summed(columns: readonly (Float64Array | undefined)[]): Float64Array | undefined {
  const [first, ...others] = columns;
  if (first === undefined || others.length === 0) return first;
  const out = first.slice();
  for (const column of others) for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + (column?.[i] ?? 0);
  return out;
}

/** A place in MARKS: of the period that lies `j` periods back from the newest, which is short of `late` minutes. */
type MarkAt = (run: number, at: number, late: number, j: number) => number;

interface CountedKinds {
  readonly rule: CountingRule;
  readonly counts: readonly number[];
  readonly points: readonly number[];
}

function valueMarks(
  gate: Gate,
  kinds: readonly RequestKind[],
  boxes: BoxMark | undefined,
): (periods: Periods) => Uint8Array {
  const { comparisonOperator, threshold } = gate.alarm;
  const { fewestSamples = 0 } = alarmRule(gate.alarm);
  const valuesOf = pointValues(gate, kinds);
  const [source] = gate.sources;
  const samples = kinds.flatMap((kind, i) => (source && sampleOf(source, kind) !== undefined ? [i] : []));
  return (periods) => {
    const alike = boxes === undefined ? UNDECIDED : boxes(boxAround(periods));
    if (alike !== UNDECIDED) return new Uint8Array(periods.length).fill(alike);
    const values = valuesOf(periods);
    const out = new Uint8Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === undefined) continue;
      const isThin =
        fewestSamples > 0 && samples.reduce((sum, k) => sum + (periods.columns[k]?.[i] ?? 0), 0) < fewestSamples;
      out[i] = isThin ? 3 : isBreaching(value, comparisonOperator, threshold) ? 2 : 1;
    }
    return out;
  };
}

/** The counts of all periods lie in it. */
function boxAround({ columns }: Periods): Box {
  const low: number[] = [];
  const high: number[] = [];
  for (const column of columns) {
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (const count of column) {
      if (count < least) least = count;
      if (count > most) most = count;
    }
    low.push(least);
    high.push(most);
  }
  return { low, high };
}
