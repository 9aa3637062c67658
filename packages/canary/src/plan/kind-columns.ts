/** Counts of many simulated deployments side by side: a column per kind of request, a row per deployment and minute. */
import type { Course, Minute, MinuteTable } from './minute-table.ts';
import type { RequestKind } from './request-kinds.ts';
import { drawBinomial, type Draw, drawFrom, drawPoisson } from './draw-counts.ts';

export interface Grid {
  readonly runs: number;
  /** Data minutes of a deployment, the first of which is `firstMinute`. */
  readonly minutes: number;
  readonly firstMinute: number;
}

export interface KindColumns {
  readonly grid: Grid;
  readonly kinds: number;
  /** Running sums by kind: `sums[kind][run * (minutes + 1) + i]` are all before the i-th minute of the grid. */
  readonly sums: readonly Float64Array[];
  /** Requests of a kind in the minutes [from, until) of a run, by their place in the grid; outside there are none. */
  readonly between: (kind: number, run: number, from: number, until: number) => number;
}

export function drawColumns(
  grid: Grid,
  kinds: readonly RequestKind[],
  table: MinuteTable,
  course: Course,
  shiftSecondOf: (run: number) => number,
  seed: number,
): KindColumns {
  const width = grid.minutes + 1;
  const sums = kinds.map(() => new Float64Array(grid.runs * width));
  const rates: (Rates | undefined)[] = [];
  for (let run = 0; run < grid.runs; run++) {
    const draw = drawFrom(seed, run);
    const shiftSecond = shiftSecondOf(run);
    for (let i = 0; i < grid.minutes; i++) {
      const sort = course.sortOf(shiftSecond, grid.firstMinute + i);
      const rate = (rates[sort] ??= ratesOf(table.minute(sort), kinds));
      drawMinute(rate, draw, sums, run * width + i);
    }
  }
  return {
    grid,
    kinds: kinds.length,
    sums,
    between(kind, run, from, until) {
      const column = sums[kind];
      if (column === undefined || until <= from || until <= 0) return 0;
      const base = run * width;
      return (column[base + Math.min(until, grid.minutes)] ?? 0) - (column[base + Math.max(from, 0)] ?? 0);
    },
  };
}

type Rates =
  | {
      readonly type: 'poisson';
      readonly means: Float64Array;
      /** P(none), by kind. */
      readonly none: Float64Array;
      /** Kinds of which there is most often none, and how many of them there are on average: one draw for all. */
      readonly rare: readonly number[];
      readonly rareMean: number;
      readonly common: readonly number[];
    }
  | {
      readonly type: 'even';
      readonly stretches: readonly { readonly requests: number; readonly shares: Float64Array }[];
    };

function ratesOf(minute: Minute, kinds: readonly RequestKind[]): Rates {
  if (minute.type === 'poisson') {
    const { newBefore, newAfter, old } = minute.exposure;
    const means = Float64Array.from(kinds, ({ version, shareBefore, shareAfter }) =>
      version === 'new' ? newBefore * shareBefore + newAfter * shareAfter : old * shareBefore,
    );
    const all = Array.from(means.keys()).filter((kind) => (means[kind] ?? 0) > 0);
    const rare = all.filter((kind) => (means[kind] ?? 0) < RARE);
    const rareMean = rare.reduce((sum, kind) => sum + (means[kind] ?? 0), 0);
    return {
      type: 'poisson',
      means,
      none: means.map((mean) => Math.exp(-mean)),
      rare,
      rareMean,
      common: all.filter((kind) => !rare.includes(kind)),
    };
  }
  return {
    type: 'even',
    stretches: minute.stretches.map(({ requests, weight, faultIsOn }) => ({
      requests,
      shares: Float64Array.from(kinds, (kind) => {
        const share = faultIsOn && kind.version === 'new' ? kind.shareAfter : kind.shareBefore;
        return (kind.version === 'new' ? weight : 1 - weight) * share;
      }),
    })),
  };
}

const RARE = 0.05;

function drawMinute(rates: Rates, draw: Draw, sums: readonly Float64Array[], at: number): void {
  for (const column of sums) column[at + 1] = column[at] ?? 0;
  if (rates.type === 'poisson') drawPoissonMinute(rates, draw, sums, at + 1);
  else for (const stretch of rates.stretches) drawStretch(stretch, draw, sums, at + 1);
}

function drawPoissonMinute(
  { means, none, rare, rareMean, common }: Extract<Rates, { type: 'poisson' }>,
  draw: Draw,
  sums: readonly Float64Array[],
  at: number,
): void {
  for (const kind of common) addTo(sums[kind], at, drawPoisson(means[kind] ?? 0, draw, none[kind]));
  for (let left = drawPoisson(rareMean, draw); left > 0; left--) {
    let u = draw() * rareMean;
    const kind = rare.find((each) => (u -= means[each] ?? 0) < 0) ?? rare.at(-1);
    if (kind !== undefined) addTo(sums[kind], at, 1);
  }
}

function drawStretch(
  { requests, shares }: { readonly requests: number; readonly shares: Float64Array },
  draw: Draw,
  sums: readonly Float64Array[],
  at: number,
): void {
  let left = requests;
  let rest = 1;
  for (let kind = 0; kind < sums.length; kind++) {
    const share = shares[kind] ?? 0;
    const count = drawBinomial(left, Math.min(1, share / rest), draw);
    addTo(sums[kind], at, count);
    left -= count;
    rest -= share;
  }
}

function addTo(column: Float64Array | undefined, at: number, count: number): void {
  if (column !== undefined) column[at] = (column[at] ?? 0) + count;
}
