import { MARKS } from './alarm-machine.ts';
import { type BoxMark, UNDECIDED } from './box-marks.ts';
import { halved } from './box-tree.ts';
import type { Box } from './enclosure.ts';

/** More requests of a sort than ever come. */
export const ANY = 2 ** 40;
/** Boxes in which it is not certain are halved no more often than this. */
const MOST_LOOKS = 64;

/**
 * Does some period breach that has requests of no other sorts than these, as bits? Then so it may with more of them.
 * Where the alarm's arithmetic cannot be bounded the answer is yes.
 */
export class CanBreach {
  readonly #mark: BoxMark | undefined;
  readonly #sorts: number;
  readonly #most: readonly number[];
  readonly #sides: readonly number[];
  readonly #known = new Map<number, boolean>();

  /** `most`: by sort, no period has more of them; `sides`: the sorts whose numbers are worth a closer look. */
  constructor(mark: BoxMark | undefined, sorts: number, most: readonly number[] = [], sides: readonly number[] = []) {
    this.#mark = mark;
    this.#sorts = sorts;
    this.#most = most;
    this.#sides = sides;
  }

  with(present: number): boolean {
    let may = this.#known.get(present);
    if (may !== undefined) return may;
    const low = Array.from({ length: this.#sorts }, (_, i) => (present >> i) & 1);
    const box = { low, high: low.map((bit, i) => bit * (this.#most[i] ?? ANY)) };
    may = this.#mark === undefined || this.#mayBreach(this.#mark, box, { looks: MOST_LOOKS });
    for (let i = 0; i < this.#sorts && !may; i++) may = low[i] === 1 && this.with(present & ~(1 << i));
    this.#known.set(present, may);
    return may;
  }

  /** Some counts in the box breach, or they were too many to look at. */
  #mayBreach(markOf: BoxMark, box: Box, left: { looks: number }): boolean {
    const mark = markOf(box);
    if (mark !== UNDECIDED) return MARKS[mark] === 'breaching';
    const isPoint = this.#sides.every((side) => box.low[side] === box.high[side]);
    if (isPoint || left.looks-- <= 0) return true;
    return halved(box, this.#sides).some((half) => this.#mayBreach(markOf, half, left));
  }
}
