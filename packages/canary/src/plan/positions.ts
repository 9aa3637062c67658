import type { Gate, PlanInput, Timing } from './plan-input.ts';

/** Where the clock's minutes lie against the deployment, and at which second each gate is evaluated. */
export interface Position {
  /** The second of the minute at which traffic first shifts. */
  readonly shiftSecond: number;
  /** By gate: its second of the minute, and how many of the newest minutes have not arrived by then. */
  readonly gates: readonly { readonly second: number; readonly late: number }[];
}

const SPREAD = 8;
/** Coprime to SPREAD: each gate's seconds are spread over the minute, and differently from those of the others. */
const STRIDES = [3, 5, 7, 1];

/** Nobody knows the seconds beforehand: `spread` takes eight positions, each as likely as the others. */
export function positions({ timing }: PlanInput, gates: readonly Gate[]): readonly Position[] {
  const { seconds } = timing;
  if (seconds !== 'spread')
    return [{ shiftSecond: seconds.shift, gates: gates.map((gate) => placed(gate, seconds.alarm(gate.name))) }];
  return Array.from({ length: SPREAD }, (_, i) => ({
    shiftSecond: ((i + 0.5) * 60) / SPREAD,
    gates: gates.map((gate, g) => {
      const step = (i * (STRIDES[g % STRIDES.length] ?? 1) + 3 * g + 4) % SPREAD;
      return placed(gate, Math.floor(((step + 0.5) * 60) / SPREAD));
    }),
  }));
}

const placed = (gate: Gate, second: number) => {
  const delay = Math.max(0, ...gate.sources.map(({ delaySeconds }) => delaySeconds));
  return { second, late: Math.max(0, Math.ceil((delay - second) / 60)) };
};

/** The end of data minute `k`, in seconds from the first shift. */
export const minuteEnd = ({ shiftSecond }: Position, k: number): number => 60 * (k + 1) - shiftSecond;

/** When CodeDeploy acts on an alarm that turned at `at`: its next look. */
export function stopAt(at: number, { alarmPollSeconds, startToShiftSeconds }: Timing): number {
  if (alarmPollSeconds <= 0) return at;
  const looks = Math.ceil((at + startToShiftSeconds) / alarmPollSeconds - 1e-9);
  return looks * alarmPollSeconds - startToShiftSeconds;
}
