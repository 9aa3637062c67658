import type { AlarmMachine } from './alarm-machine.ts';

/** Several alarms as one machine. Marks of all of them are one number in base 3, the first alarm's last digit. */
export interface MachineProduct {
  readonly start: number;
  readonly size: number;
  readonly step: (state: number, marks: number) => number;
  /** A step of some of them; the others stay as they are. */
  readonly stepSome: (state: number, marks: number, moves: (machine: number) => boolean) => number;
  /** The alarms that are in ALARM, as bits. */
  readonly alarms: (state: number) => number;
}

/** More than this many next states are not written down beforehand. */
const MOST_WRITTEN = 1 << 18;

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
  const stepSome: MachineProduct['stepSome'] = (state, marks, moves) =>
    known.reduce((to, { next }, g) => {
      const own = ownState(state, g);
      const then = moves(g) ? (next[own * 3 + (Math.floor(marks / 3 ** g) % 3)] ?? 0) : own;
      return to + then * (strides[g] ?? 1);
    }, 0);
  const alarms = Int32Array.from({ length: size }, (_, state) =>
    known.reduce((bits, { isAlarm }, g) => bits | ((isAlarm[ownState(state, g)] ?? 0) << g), 0),
  );
  const marksCount = 3 ** known.length;
  const written = size * marksCount <= MOST_WRITTEN ? new Int32Array(size * marksCount).fill(-1) : undefined;
  const always = (): boolean => true;
  return {
    start: known.reduce((sum, { start }, g) => sum + start * (strides[g] ?? 1), 0),
    size,
    step(state, marks) {
      if (written === undefined) return stepSome(state, marks, always);
      const at = state * marksCount + marks;
      const to = written[at] ?? -1;
      return to >= 0 ? to : (written[at] = stepSome(state, marks, always));
    },
    stepSome,
    alarms: (state) => alarms[state] ?? 0,
  };
}
