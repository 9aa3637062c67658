/**
 * Counts of many simulated deployments: by kind of request, deployment and minute. A kind is drawn for a deployment when
 * it is first asked for.
 */
import type { Course, Minute, MinuteTable } from './minute-table.ts';
import { drawBinomial, type Draw, drawFrom, drawPoisson } from './draw-counts.ts';
import { expectedIn, type RequestKind } from './request-kinds.ts';
import type { DrawnRun } from './strata.ts';

export interface Grid {
  /** Data minutes of a deployment, the first of which is `firstMinute`. */
  readonly minutes: number;
  readonly firstMinute: number;
}

export interface KindColumns {
  readonly grid: Grid;
  readonly kinds: number;
  /** Running sums of a kind in one deployment: the i-th are all before the i-th minute of the grid. */
  readonly sums: (kind: number, run: number) => Float64Array;
  /** Requests of a kind in the minutes [from, until) of a run, by their place in the grid; outside there are none. */
  readonly between: (kind: number, run: number, from: number, until: number) => number;
}

/** By position: the minutes of a deployment, and by kind the requests expected up to each of them. */
export interface PlaceMinutes {
  readonly minutes: readonly Minute[];
  readonly expected: readonly Float64Array[];
}

export function placeMinutes(
  { minutes, firstMinute }: Grid,
  kinds: readonly RequestKind[],
  table: MinuteTable,
  course: Course,
  shiftSecond: number,
): PlaceMinutes {
  const all = Array.from({ length: minutes }, (_, i) => table.minute(course.sortOf(shiftSecond, firstMinute + i)));
  return { minutes: all, expected: expectedSums(all, kinds) };
}

export function drawColumns(
  grid: Grid,
  kinds: readonly RequestKind[],
  places: readonly PlaceMinutes[],
  runs: readonly DrawnRun[],
  seed: number,
): KindColumns {
  const isEven = places.some(({ minutes }) => minutes.some(({ type }) => type === 'even'));
  const sums = isEven ? evenlyDrawn(kinds, places, runs, seed) : independentlyDrawn(kinds, places, runs, seed);
  return {
    grid,
    kinds: kinds.length,
    sums,
    between(kind, run, from, until) {
      if (until <= from || until <= 0) return 0;
      const column = sums(kind, run);
      return (column[Math.min(until, grid.minutes)] ?? 0) - (column[Math.max(from, 0)] ?? 0);
    },
  };
}

/** Kinds are independent of each other, and each is drawn from a stream of its own when somebody asks for it. */
function independentlyDrawn(
  kinds: readonly RequestKind[],
  places: readonly PlaceMinutes[],
  runs: readonly DrawnRun[],
  seed: number,
): KindColumns['sums'] {
  const columns: (Float64Array | undefined)[] = [];
  return (kind, run) => {
    const at = run * kinds.length + kind;
    const known = columns[at];
    if (known !== undefined) return known;
    const { place = 0, has = [] } = runs[run] ?? {};
    const means = places[place]?.expected[kind] ?? new Float64Array(1);
    return (columns[at] = drawColumn(means, has[kind], drawFrom(seed, at)));
  };
}

function drawColumn(means: Float64Array, hasAny: boolean | undefined, draw: Draw): Float64Array {
  const mean = means.at(-1) ?? 0;
  if (mean > FEW) return eachMinute(means, draw);
  const none = Math.exp(-mean);
  // The count follows from one number: above `none` there is at least one.
  const first = (): number => (hasAny === undefined ? draw() : none + draw() * (1 - none));
  return placed(hasAny === false ? 0 : drawPoisson(mean, first, none), means, draw);
}

/** A mean so small that one draw for all, and one for the place of each, cost less than one for every minute. */
const FEW = 30;

function expectedSums(minutes: readonly Minute[], kinds: readonly RequestKind[]): readonly Float64Array[] {
  return kinds.map((kind) => {
    const sums = new Float64Array(minutes.length + 1);
    minutes.forEach((minute, i) => {
      const mean = minute.type === 'poisson' ? expectedIn([kind], minute.exposure) : 0;
      sums[i + 1] = (sums[i] ?? 0) + mean;
    });
    return sums;
  });
}

/** Of so many, each comes with a probability that is proportional to what is expected. */
function placed(total: number, means: Float64Array, draw: Draw): Float64Array {
  const out = new Float64Array(means.length);
  const all = means.at(-1) ?? 0;
  for (let left = total; left > 0; left--) {
    const at = draw() * all;
    let [low, high] = [0, means.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((means[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    out[high] = (out[high] ?? 0) + 1;
  }
  for (let i = 1; i < out.length; i++) out[i] = (out[i] ?? 0) + (out[i - 1] ?? 0);
  return out;
}

function eachMinute(means: Float64Array, draw: Draw): Float64Array {
  const out = new Float64Array(means.length);
  let [mean, none] = [-1, 1];
  for (let i = 1; i < out.length; i++) {
    const own = (means[i] ?? 0) - (means[i - 1] ?? 0);
    // Most minutes are like the one before.
    if (Math.abs(own - mean) > 1e-9 * own) [mean, none] = [own, Math.exp(-own)];
    out[i] = (out[i - 1] ?? 0) + drawPoisson(mean, draw, none);
  }
  return out;
}

/** So many requests in each stretch, each of some kind by chance. */
function evenlyDrawn(
  kinds: readonly RequestKind[],
  places: readonly PlaceMinutes[],
  runs: readonly DrawnRun[],
  seed: number,
): KindColumns['sums'] {
  const drawn: (readonly Float64Array[] | undefined)[] = [];
  return (kind, run) => {
    const minutes = places[runs[run]?.place ?? 0]?.minutes ?? [];
    const columns = (drawn[run] ??= evenRun(minutes, kinds, drawFrom(seed, run)));
    return columns[kind] ?? new Float64Array(minutes.length + 1);
  };
}

function evenRun(minutes: readonly Minute[], kinds: readonly RequestKind[], draw: Draw): readonly Float64Array[] {
  const out = kinds.map(() => new Float64Array(minutes.length + 1));
  minutes.forEach((minute, i) => {
    for (const column of out) column[i + 1] = column[i] ?? 0;
    if (minute.type !== 'even') return;
    for (const { requests, weight, faultIsOn } of minute.stretches) {
      let [left, rest] = [requests, 1];
      kinds.forEach((kind, k) => {
        const own = faultIsOn && kind.version === 'new' ? kind.shareAfter : kind.shareBefore;
        const share = (kind.version === 'new' ? weight : 1 - weight) * own;
        const count = drawBinomial(left, Math.min(1, share / rest), draw);
        const column = out[k];
        if (column !== undefined) column[i + 1] = (column[i + 1] ?? 0) + count;
        left -= count;
        rest -= share;
      });
    }
  });
  return out;
}
