import type { Milestone } from './milestones.ts';

/** One milestone, on both sides or on one. Times are milliseconds since the zero of its own side. */
export interface Row {
  readonly what: string;
  /** When it was, as recorded; with `expectedAfterMs`, after that and not after this. */
  readonly expectedMs?: number;
  readonly expectedAfterMs?: number;
  /** When it was in the rehearsal. */
  readonly gotMs?: number;
  /** How much later the rehearsal was; 0 within the time in which nobody looked. Undefined where one side is missing. */
  readonly deltaMs?: number;
}

export interface Comparison {
  /** The milestone from which both sides count. */
  readonly zero: string;
  /** In the order of the recording; what was only rehearsed stands where it happened. */
  readonly rows: readonly Row[];
  readonly onBoth: number;
  readonly onlyRecorded: number;
  readonly onlyRehearsed: number;
  /** The row with the largest difference. */
  readonly largest?: Row;
}

/** CodeDeploy's own beginning is the same on both sides; what CloudFormation needs before it is its own business. */
const ZEROS = ['deployment created', 'stack UPDATE_IN_PROGRESS', 'stack CREATE_IN_PROGRESS'];

/**
 * Compares two tellings of the same release, milestone by milestone: the nth of a name on one side with the nth on the
 * other. Undefined when there is no milestone on both sides from which to count.
 */
export function compare(recorded: readonly Milestone[], rehearsed: readonly Milestone[]): Comparison | undefined {
  const zero = ZEROS.find((what) => [recorded, rehearsed].every((side) => side.some((each) => each.what === what)));
  if (zero === undefined) return undefined;
  const [expected, got] = [counted(recorded, zero), counted(rehearsed, zero)];
  const rows = [...new Set([...expected.keys(), ...got.keys()])]
    .map((key) => rowOf(expected.get(key), got.get(key)))
    .toSorted((a, b) => timeOf(a) - timeOf(b));
  const both = rows.filter(({ deltaMs }) => deltaMs !== undefined);
  const largest = both.toSorted((a, b) => Math.abs(b.deltaMs ?? 0) - Math.abs(a.deltaMs ?? 0))[0];
  return {
    zero,
    rows,
    onBoth: both.length,
    onlyRecorded: rows.filter(({ gotMs }) => gotMs === undefined).length,
    onlyRehearsed: rows.filter(({ expectedMs }) => expectedMs === undefined).length,
    ...(largest && { largest }),
  };
}

/** Milliseconds from zero on, by name and number of the milestone. */
function counted(milestones: readonly Milestone[], zero: string): ReadonlyMap<string, Milestone> {
  const zeroAt = milestones.find(({ what }) => what === zero)?.at ?? 0;
  const times = new Map<string, number>();
  return new Map(
    milestones.map(({ what, at, since }) => {
      const time = (times.get(what) ?? 0) + 1;
      times.set(what, time);
      return [
        `${what} ${time}`,
        { what, at: at - zeroAt, ...(since !== undefined && { since: since - zeroAt }) },
      ] as const;
    }),
  );
}

/** At least one of the two is there. */
function rowOf(expected: Milestone | undefined, got: Milestone | undefined): Row {
  return {
    what: expected?.what ?? got?.what ?? '',
    ...(expected && { expectedMs: expected.at }),
    ...(expected?.since !== undefined && { expectedAfterMs: expected.since }),
    ...(got && { gotMs: got.at }),
    ...(expected && got && { deltaMs: deltaOf(expected, got.at) }),
  };
}

function deltaOf({ at, since = at }: Milestone, got: number): number {
  if (got > at) return got - at;
  return got < since ? got - since : 0;
}

const timeOf = ({ expectedMs, gotMs }: Row): number => expectedMs ?? gotMs ?? 0;
