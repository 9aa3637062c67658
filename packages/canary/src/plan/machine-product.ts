import type { AlarmMachine } from './alarm-machine.ts';

/** Several alarms as one machine. The symbols of all of them are one number, the first alarm's its last digit. */
export interface MachineProduct {
  readonly start: number;
  readonly size: number;
  readonly step: (state: number, symbols: number) => number;
  /** A step of some of them; the others stay as they are. */
  readonly stepSome: (state: number, symbols: number, moves: (machine: number) => boolean) => number;
  /** The alarms that are in ALARM, as bits. */
  readonly alarms: (state: number) => number;
}

/** More than this many next states are not written down beforehand. */
const MOST_WRITTEN = 1 << 18;

/** What the symbols of each alarm are multiplied with when they become one number. */
export const digitStrides = (symbols: readonly number[]): readonly number[] =>
  symbols.map((_, g) => symbols.slice(0, g).reduce((product, each) => product * each, 1));

/** Undefined when one of them is, or when together they have more than `mostStates`. */
export function machineProduct(
  machines: readonly (AlarmMachine | undefined)[],
  mostStates: number,
): MachineProduct | undefined {
  const known = machines.filter((machine) => machine !== undefined);
  const size = known.reduce((product, { states }) => product * states, 1);
  if (known.length < machines.length || size > mostStates || known.length > 20) return undefined;
  const strides = known.map((_, g) => known.slice(0, g).reduce((product, { states }) => product * states, 1));
  const ownState = (state: number, g: number): number =>
    Math.floor(state / (strides[g] ?? 1)) % (known[g]?.states ?? 1);
  const digits = digitStrides(known.map(({ symbols }) => symbols));
  const stepSome: MachineProduct['stepSome'] = (state, symbols, moves) =>
    known.reduce((to, machine, g) => {
      const own = ownState(state, g);
      const symbol = Math.floor(symbols / (digits[g] ?? 1)) % machine.symbols;
      const then = moves(g) ? (machine.next[own * machine.symbols + symbol] ?? 0) : own;
      return to + then * (strides[g] ?? 1);
    }, 0);
  const alarms = Int32Array.from({ length: size }, (_, state) =>
    known.reduce((bits, { isAlarm }, g) => bits | ((isAlarm[ownState(state, g)] ?? 0) << g), 0),
  );
  const inputs = known.reduce((product, { symbols }) => product * symbols, 1);
  const written = size * inputs <= MOST_WRITTEN ? new Int32Array(size * inputs).fill(-1) : undefined;
  const always = (): boolean => true;
  return {
    start: known.reduce((sum, { start }, g) => sum + start * (strides[g] ?? 1), 0),
    size,
    step(state, symbols) {
      if (written === undefined) return stepSome(state, symbols, always);
      const at = state * inputs + symbols;
      const to = written[at] ?? -1;
      return to >= 0 ? to : (written[at] = stepSome(state, symbols, always));
    },
    stepSome,
    alarms: (state) => alarms[state] ?? 0,
  };
}
