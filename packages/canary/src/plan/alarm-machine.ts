/**
 * An alarm as a machine: its state is what it remembers, its input one symbol a minute. Built from the embedded cloud's
 * own `decideState`, then reduced to the states that can be told apart, so that several alarms fit into one product.
 */
import { decideState, type DecisionRule, type Mark } from '@unicorns/cloud/inspect';

export const MARKS = ['missing', 'ok', 'breaching', 'thin'] as const satisfies readonly Mark[];

export interface AlarmMachine {
  readonly start: number;
  readonly states: number;
  /** How many there are: marks by their place in MARKS, or counts of a minute. */
  readonly symbols: number;
  /** `next[state * symbols + symbol]`. */
  readonly next: Int32Array;
  readonly isAlarm: Uint8Array;
}

type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What an alarm remembers, before it is reduced. */
interface Raw<Past> {
  readonly past: readonly Past[];
  readonly state: State;
}

/** More states than this are left to simulation, and fewer of them where each takes long to step from. */
const MOST_STATES = 3_000;
const MOST_REMEMBERED = 200_000;

/**
 * `rangePeriods` periods of a minute each are looked at, of which the newest `late` have not arrived yet.
 * `staysInAlarm`: CodeDeploy has stopped the deployment by then, so what the alarm does next tells nothing.
 * `symbols`: 4 where points can be thin, else 3. Undefined when the alarm remembers too much.
 */
export function alarmMachine(
  rule: DecisionRule,
  rangePeriods: number,
  late: number,
  staysInAlarm: boolean,
  symbols = 3,
): AlarmMachine | undefined {
  const unseen = Array.from({ length: late }, (): Mark => 'missing');
  const remembered = Math.max(0, rangePeriods - late);
  const marks = MARKS.slice(0, symbols);
  const start: Raw<Mark> = {
    past: Array.from({ length: remembered }, (): Mark => 'missing'),
    state: 'INSUFFICIENT_DATA',
  };
  return explored(start, symbols, staysInAlarm, ({ past, state }, symbol) => {
    const seen = remembered === 0 ? [] : [...past.slice(1), marks[symbol] ?? 'missing'];
    return {
      past: newestReal(seen, rule.evaluationPeriods),
      state: decideState([...seen, ...unseen], rule, state),
    };
  });
}

/** Behind the N newest real points nothing counts any more, now or later: what is older may as well be missing. */
function newestReal(marks: readonly Mark[], evaluationPeriods: number): readonly Mark[] {
  let real = 0;
  return marks
    .toReversed()
    .map((mark): Mark => (mark === 'missing' || real++ < evaluationPeriods ? mark : 'missing'))
    .toReversed();
}

/**
 * An alarm on one period of several minutes, of which the newest `minutes` have arrived. Its symbols are counts of a
 * minute, no further than to `limit`. There has to be a datapoint in every window: silence would bring older ones up.
 */
export function slidingMachine(
  rule: DecisionRule,
  minutes: number,
  limit: number,
  breachesFromLimit: boolean,
  staysInAlarm: boolean,
): AlarmMachine | undefined {
  const start: Raw<number> = { past: Array.from({ length: minutes - 1 }, () => 0), state: 'OK' };
  return explored(start, limit + 1, staysInAlarm, ({ past, state }, symbol) => {
    const window = [...past, symbol];
    const isFar = window.reduce((sum, count) => sum + count, 0) >= limit;
    return {
      past: cappedSums(window.slice(1), limit),
      state: decideState([isFar === breachesFromLimit ? 'breaching' : 'ok'], rule, state),
    };
  });
}

/** Counts of which no sum up to the newest exceeds the limit: what is above it no window ever tells. */
function cappedSums(counts: readonly number[], limit: number): readonly number[] {
  let left = limit;
  return counts
    .toReversed()
    .map((count) => {
      const told = Math.min(count, left);
      left -= told;
      return told;
    })
    .toReversed();
}

function explored<Past>(
  start: Raw<Past>,
  symbols: number,
  staysInAlarm: boolean,
  step: (from: Raw<Past>, symbol: number) => Raw<Past>,
): AlarmMachine | undefined {
  const raws = [start];
  const known = new Map<string, number>([[keyOf(start), 0]]);
  const next: number[] = [];
  for (let at = 0; at < raws.length; at++) {
    const from = raws[at] as Raw<Past>;
    for (let symbol = 0; symbol < symbols; symbol++) {
      const to = staysInAlarm && from.state === 'ALARM' ? from : step(from, symbol);
      // Nothing of its past tells what is in ALARM for good from what else is.
      const key = staysInAlarm && to.state === 'ALARM' ? 'ALARM' : keyOf(to);
      let index = known.get(key);
      if (index === undefined) {
        index = raws.push(to) - 1;
        known.set(key, index);
      }
      next.push(index);
    }
    if (raws.length > Math.min(MOST_STATES, MOST_REMEMBERED / start.past.length)) return undefined;
  }
  return reduced(
    next,
    raws.map(({ state }) => (state === 'ALARM' ? 1 : 0)),
    symbols,
  );
}

const keyOf = ({ past, state }: Raw<unknown>): string => `${state === 'INSUFFICIENT_DATA' ? '' : state} ${past.join()}`;

/** Moore's partition refinement: states are one when no sequence of symbols tells them apart. */
function reduced(next: readonly number[], isAlarm: readonly number[], symbols: number): AlarmMachine {
  let block = [...isAlarm];
  let count = new Set(block).size;
  for (;;) {
    const signatures = new Map<string, number>();
    block = block.map((own, state) => {
      let signature = String(own);
      for (let symbol = 0; symbol < symbols; symbol++)
        signature += `,${String(block[next[state * symbols + symbol] ?? 0])}`;
      const index = signatures.get(signature) ?? signatures.size;
      signatures.set(signature, index);
      return index;
    });
    if (signatures.size === count) break;
    count = signatures.size;
  }
  const out = new Int32Array(count * symbols);
  const alarms = new Uint8Array(count);
  block.forEach((own, state) => {
    alarms[own] = isAlarm[state] ?? 0;
    for (let symbol = 0; symbol < symbols; symbol++)
      out[own * symbols + symbol] = block[next[state * symbols + symbol] ?? 0] ?? 0;
  });
  return { start: block[0] ?? 0, states: count, symbols, next: out, isAlarm: alarms };
}
