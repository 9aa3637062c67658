/**
 * Nobody knows beforehand at which second of the minute traffic first shifts, nor at which second each alarm is looked
 * at. Every second is as likely as the others. Over the alarms' seconds the odds are summed up, one by one; over the
 * shift's, on which they hang smoothly, four points stand for all (positions.test.ts: to a tenth of a percent point).
 */
import type { Gate, PlanInput, Timing } from './plan-input.ts';

/** When a gate reads a minute of data. */
export interface Reading {
  /** How many of the newest minutes have not arrived by then. */
  readonly late: number;
  /** Seconds from the minute's end, each as likely as the others. */
  readonly lags: readonly number[];
}

/** Where the clock's minutes lie against the deployment, and when each gate reads them. */
export interface Position {
  /** The second of the minute at which traffic first shifts. */
  readonly shiftSecond: number;
  readonly share: number;
  /** By gate. */
  readonly gates: readonly Reading[];
}

/** A gate, and what of its second its odds hang on besides the instant at which it turns. */
export interface Placed {
  readonly gate: Gate;
  /** How many minutes have not arrived makes a difference to it. */
  readonly tellsLate: boolean;
  /** So does the minute from which on it is looked at. */
  readonly tellsStart: boolean;
}

/** One for each of CodeDeploy's looks at the alarms in a minute: between them the odds hardly bend. */
const SPREAD = 4;
const SECONDS = Array.from({ length: 60 }, (_, second) => second);
/** More combinations of readings than this are represented by so many of them. */
const MOST_COMBINED = 8;
/** Odd, and so coprime to MOST_COMBINED: the gates' readings are combined differently. */
const STRIDES = [3, 5, 7, 1];

/** `shifts`: points of the minute that stand for all seconds of the first shift. */
export function positions({ timing }: PlanInput, gates: readonly Placed[], shifts = SPREAD): readonly Position[] {
  const { seconds } = timing;
  if (seconds !== 'spread') {
    const readings = gates.map(({ gate }) => readingOf(gate, seconds.alarm(gate.name)));
    return [{ shiftSecond: seconds.shift, share: 1, gates: readings }];
  }
  return Array.from({ length: shifts }, (_, i) => ((i + 0.5) * 60) / shifts).flatMap((shiftSecond) =>
    combined(gates.map((it) => readingsOf(it, shiftSecond, timing))).map((it) => ({
      shiftSecond,
      share: it.share / shifts,
      gates: it.readings,
    })),
  );
}

function readingOf({ sources }: Gate, second: number): Reading {
  const delay = Math.max(0, ...sources.map(({ delaySeconds }) => delaySeconds));
  const late = Math.max(0, Math.ceil((delay - second) / 60));
  return { late, lags: [60 * late + second] };
}

/** All seconds of a gate, cut into those that are alike to it. */
function readingsOf({ gate, tellsLate, tellsStart }: Placed, shiftSecond: number, timing: Timing): readonly Reading[] {
  const all = SECONDS.map((second) => readingOf(gate, second));
  const alike = Map.groupBy(all, ({ late, lags: [lag = 0] }) => {
    const missed = Math.floor((shiftSecond - timing.startToShiftSeconds - lag) / 60);
    return `${tellsLate ? late : ''} ${tellsStart ? missed : ''}`;
  });
  return [...alike.values()].map((some) => ({ late: some[0]?.late ?? 0, lags: some.flatMap(({ lags }) => lags) }));
}

interface Combination {
  readonly share: number;
  readonly readings: readonly Reading[];
}

function combined(gates: readonly (readonly Reading[])[]): readonly Combination[] {
  const count = gates.reduce((product, { length }) => product * length, 1);
  if (count > MOST_COMBINED) return Array.from({ length: MOST_COMBINED }, (_, i) => representative(gates, i));
  let all: readonly Combination[] = [{ share: 1, readings: [] }];
  for (const own of gates)
    all = all.flatMap(({ share, readings }) =>
      own.map((it) => ({ share: (share * it.lags.length) / SECONDS.length, readings: [...readings, it] })),
    );
  return all;
}

function representative(gates: readonly (readonly Reading[])[], i: number): Combination {
  const readings = gates.map((own, g) => {
    const step = (i * (STRIDES[g % STRIDES.length] ?? 1) + 3 * g + 4) % MOST_COMBINED;
    let left = ((step + 0.5) / MOST_COMBINED) * SECONDS.length;
    return own.find(({ lags }) => (left -= lags.length) < 0) ?? { late: 0, lags: [0] };
  });
  return { share: 1 / MOST_COMBINED, readings };
}

/** One position of a simulated deployment: a point of the shift's, and each gate's own second. */
export interface DrawnPosition {
  readonly shiftSecond: number;
  readonly gates: readonly { readonly second: number; readonly late: number }[];
}

/** As many as there are points of the shift. */
export const shiftSeconds = ({ timing: { seconds } }: PlanInput): readonly number[] =>
  seconds === 'spread' ? Array.from({ length: SPREAD }, (_, i) => ((i + 0.5) * 60) / SPREAD) : [seconds.shift];

/** Each gate's second in one simulated deployment: evenly spread from run to run, and for each gate differently. */
export function drawnSeconds({ timing: { seconds } }: PlanInput, gates: readonly Gate[], run: number) {
  return gates.map((gate, g) => {
    const second =
      seconds === 'spread'
        ? Math.floor(60 * ((0.5 + run * (RATIOS[g % RATIOS.length] ?? 0) + g / 7) % 1))
        : seconds.alarm(gate.name);
    return { second, late: readingOf(gate, second).late };
  });
}

/** Fractions of square roots of primes: multiples of them fill a square, and a cube, evenly. */
const RATIOS = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29].map((prime) => Math.sqrt(prime) % 1);

/** The end of data minute `k`, in seconds from the first shift. */
export const minuteEnd = ({ shiftSecond }: { readonly shiftSecond: number }, k: number): number =>
  60 * (k + 1) - shiftSecond;

/** When CodeDeploy acts on an alarm that turned at `at`: its next look. */
export function stopAt(at: number, { alarmPollSeconds, startToShiftSeconds }: Timing): number {
  if (alarmPollSeconds <= 0) return at;
  const looks = Math.ceil((at + startToShiftSeconds) / alarmPollSeconds - 1e-9);
  return looks * alarmPollSeconds - startToShiftSeconds;
}
