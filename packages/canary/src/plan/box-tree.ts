/**
 * Counts of requests, halved again and again until in every box all gates' marks are certain. A box is halved only when
 * some minute has a mass in it that matters, and stays halved for all others: the boxes hang on the gates alone.
 */
import { type BoxMark, UNDECIDED } from './box-marks.ts';
import type { Box } from './enclosure.ts';
import type { PoissonCounts } from './poisson-counts.ts';
import type { Moments } from './count-classes.ts';

/** Counts that no minute reaches. */
const MOST = 2 ** 40;
export interface Precision {
  /** A box with less than this is left as it is; */
  readonly negligible: number;
  /** a minute that loses more than this is not known any more. */
  readonly mostLost: number;
  /** Marks that take more boxes than this to tell apart are left to simulation. */
  readonly mostBoxes: number;
}

const EXACT: Precision = { negligible: 1e-14, mostLost: 1e-11, mostBoxes: 20_000 };

interface Node extends Box {
  /** By gate. */
  readonly marks: readonly number[];
  readonly isDecided: boolean;
  halves?: readonly [Node, Node];
}

/** A minute's counts are independent; of each some share are requests hit, by chance. */
export interface IndependentCounts {
  readonly counts: readonly PoissonCounts[];
  readonly hitShares: readonly number[];
}

export class BoxTree {
  readonly #gates: readonly BoxMark[];
  readonly #root: Node;
  readonly #precision: Precision;
  readonly #lengthOf: LengthOf;
  #boxes = 1;

  /** `lengthOf`: the side that is longest by it is halved. */
  constructor(root: Box, gates: readonly BoxMark[], precision = EXACT, lengthOf = lengthForPlace) {
    this.#gates = gates;
    this.#precision = precision;
    this.#lengthOf = lengthOf;
    const unknown = gates.map(() => UNDECIDED);
    this.#root = this.#node(root.low, root.high, unknown);
  }

  get boxes(): number {
    return this.#boxes;
  }

  /** What a minute puts into each combination of marks; undefined when that takes too many boxes. What is left over? */
  spread(minute: IndependentCounts, into: (marks: readonly number[], moments: Moments) => void): number | undefined {
    const lost = this.#spread(this.#root, minute, into);
    return lost < this.#precision.mostLost ? lost : undefined;
  }

  /** The marks of exact counts. */
  marksAt(counts: readonly number[]): readonly number[] {
    return this.#gates.map((mark) => mark({ low: counts, high: counts }));
  }

  /** The mass that was left in undecided boxes. */
  #spread(node: Node, minute: IndependentCounts, into: Parameters<BoxTree['spread']>[1]): number {
    const { negligible, mostLost, mostBoxes } = this.#precision;
    const mass = massOf(node, minute);
    if (mass <= 0) return 0;
    if (node.isDecided) {
      into(node.marks, momentsOf(node, minute, mass));
      return 0;
    }
    if (mass < negligible || (node.halves === undefined && this.#boxes >= mostBoxes)) return mass;
    const [lower, upper] = (node.halves ??= this.#halved(node));
    const lost = this.#spread(lower, minute, into);
    return lost < mostLost ? lost + this.#spread(upper, minute, into) : lost;
  }

  #node(low: readonly number[], high: readonly number[], before: readonly number[]): Node {
    const marks = before.map((mark, g) => (mark === UNDECIDED ? (this.#gates[g]?.({ low, high }) ?? mark) : mark));
    return { low, high, marks, isDecided: !marks.includes(UNDECIDED) };
  }

  #halved(node: Node): readonly [Node, Node] {
    const [lower, upper] = halved(node, node.low.keys(), this.#lengthOf);
    this.#boxes += 2;
    return [this.#node(lower.low, lower.high, node.marks), this.#node(upper.low, upper.high, node.marks)];
  }
}

/** All counts that there can be. */
export const anyCounts = (dimensions: number): Box => ({
  low: Array.from({ length: dimensions }, () => 0),
  high: Array.from({ length: dimensions }, () => MOST),
});

export type LengthOf = (from: number, until: number, side: number) => number;

/** A side's length for its place. None from some goes first: a datapoint may hang on it. */
const lengthForPlace: LengthOf = (from, until) => (from === 0 && until > 0 ? 2 : (until - from) / (until + from + 1));

/** Across the longest side; one number that starts from none is halved into none and some. */
export function halved(
  { low, high }: Box,
  sides: Iterable<number> = low.keys(),
  lengthOf = lengthForPlace,
): readonly [Box, Box] {
  let [side, longest] = [0, -1];
  for (const i of sides) {
    const length = lengthOf(low[i] ?? 0, high[i] ?? 0, i);
    if (length > longest) [side, longest] = [i, length];
  }
  const [from = 0, until = 0] = [low[side], high[side]];
  const at = from === 0 ? 0 : until > 4 * from ? Math.floor(Math.sqrt(from * until)) : Math.floor((from + until) / 2);
  return [
    { low, high: high.with(side, at) },
    { low: low.with(side, at + 1), high },
  ];
}

function massOf({ low, high }: Box, { counts }: IndependentCounts): number {
  let mass = 1;
  for (let i = 0; i < counts.length && mass > 0; i++) mass *= counts[i]?.within(low[i] ?? 0, high[i] ?? 0) ?? 1;
  return mass;
}

function momentsOf({ low, high }: Box, { counts, hitShares }: IndependentCounts, mass: number): Moments {
  let [first, second] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    const share = hitShares[i] ?? 0;
    const law = counts[i];
    if (share === 0 || law === undefined) continue;
    const [from = 0, until = 0] = [low[i], high[i]];
    const within = law.within(from, until);
    const count = law.first(from, until) / within;
    const square = law.second(from, until) / within;
    // Of so many, the hits are binomial; and hits of several sorts add up.
    const mean = share * count;
    second += 2 * first * mean + share * share * square + share * (1 - share) * count;
    first += mean;
  }
  return [mass, mass * first, mass * second];
}
