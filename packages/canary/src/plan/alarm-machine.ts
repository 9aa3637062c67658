/**
 * An alarm as a machine: its state is what it remembers, its input one mark a minute. Built from the embedded cloud's
 * own `decideState`, then reduced to the states that can be told apart, so that several alarms fit into one product.
 */
import { decideState, type DecisionRule, type Mark } from '@unicorns/cloud';

export const MARKS = ['missing', 'ok', 'breaching'] as const satisfies readonly Mark[];

export interface AlarmMachine {
  readonly start: number;
  readonly states: number;
  /** `next[state * 3 + mark]`, marks by their place in MARKS. */
  readonly next: Int32Array;
  readonly isAlarm: Uint8Array;
}

interface Raw {
  readonly marks: readonly Mark[];
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
}

/** More states than this are left to simulation. */
const MOST_STATES = 3_000;

/**
 * `rangePeriods` periods of a minute each are looked at, of which the newest `late` have not arrived yet.
 * `staysInAlarm`: CodeDeploy has stopped the deployment by then, so what the alarm does next tells nothing.
 * Undefined when the alarm remembers too much.
 */
export function alarmMachine(
  rule: DecisionRule,
  rangePeriods: number,
  late: number,
  staysInAlarm: boolean,
): AlarmMachine | undefined {
  const unseen = Array.from({ length: late }, (): Mark => 'missing');
  const remembered = Math.max(0, rangePeriods - late);
  const raws: Raw[] = [
    { marks: Array.from({ length: remembered }, (): Mark => 'missing'), state: 'INSUFFICIENT_DATA' },
  ];
  const known = new Map<string, number>([[keyOf(raws[0] as Raw), 0]]);
  const next: number[] = [];
  for (let at = 0; at < raws.length; at++) {
    const from = raws[at] as Raw;
    for (const mark of MARKS) {
      const marks = remembered === 0 ? [] : [...from.marks.slice(1), mark];
      const state = decideState([...marks, ...unseen], rule, from.state);
      const to: Raw = staysInAlarm && from.state === 'ALARM' ? from : { marks, state };
      const key = keyOf(to);
      let index = known.get(key);
      if (index === undefined) {
        index = raws.length;
        known.set(key, index);
        raws.push(to);
      }
      next.push(index);
    }
    if (raws.length > MOST_STATES) return undefined;
  }
  return reduced(
    next,
    raws.map(({ state }) => (state === 'ALARM' ? 1 : 0)),
  );
}

const keyOf = ({ marks, state }: Raw): string =>
  state === 'ALARM' || state === 'OK' ? `${state[0] ?? ''}${marks.join()}` : marks.join();

/** Moore's partition refinement: states are one when no sequence of marks tells them apart. */
function reduced(next: readonly number[], isAlarm: readonly number[]): AlarmMachine {
  let block = [...isAlarm];
  let count = new Set(block).size;
  for (;;) {
    const signatures = new Map<string, number>();
    const refined = block.map((own, state) => {
      const signature = [own, ...MARKS.map((_, mark) => block[next[state * 3 + mark] ?? 0])].join();
      const index = signatures.get(signature) ?? signatures.size;
      signatures.set(signature, index);
      return index;
    });
    block = refined;
    if (signatures.size === count) break;
    count = signatures.size;
  }
  const out = new Int32Array(count * 3);
  const alarms = new Uint8Array(count);
  block.forEach((own, state) => {
    alarms[own] = isAlarm[state] ?? 0;
    for (let mark = 0; mark < 3; mark++) out[own * 3 + mark] = block[next[state * 3 + mark] ?? 0] ?? 0;
  });
  return { start: block[0] ?? 0, states: count, next: out, isAlarm: alarms };
}
