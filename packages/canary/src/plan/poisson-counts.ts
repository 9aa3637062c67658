/** One Poisson count: its law and its first two moments over stretches of numbers. */
import { poissonAtLeast } from './tail-probabilities.ts';

/** Outside so many standard deviations, and some more for small means, lies less than 1e-17. */
const REACH = 9;
/** Above it tails are worked out one at a time; up to it they are tabulated. */
const TABULATED = 4_000;

export class PoissonCounts {
  readonly mean: number;
  /** `#below[i]` = P(count < from + i). */
  readonly #below: Float64Array | undefined;
  readonly #from: number;
  readonly #until: number;
  readonly #known = new Map<number, number>();

  constructor(mean: number) {
    this.mean = mean;
    const reach = REACH * Math.sqrt(mean) + 40;
    this.#from = Math.max(0, Math.floor(mean - reach));
    this.#until = mean > 0 ? Math.ceil(mean + reach) : 1;
    this.#below = mean > TABULATED ? undefined : this.#table();
  }

  /** P(low ≤ count ≤ high). */
  within(low: number, high: number): number {
    return this.#lower(high + 1) - this.#lower(low);
  }

  /** E[count; low ≤ count ≤ high]. */
  first(low: number, high: number): number {
    return this.mean * this.within(low - 1, high - 1);
  }

  /** E[count²; low ≤ count ≤ high]. */
  second(low: number, high: number): number {
    return this.mean * this.mean * this.within(low - 2, high - 2) + this.first(low, high);
  }

  /** P(count < k). */
  #lower(k: number): number {
    if (k <= this.#from) return 0;
    if (k >= this.#until) return 1;
    if (this.#below !== undefined) return this.#below[k - this.#from] ?? 1;
    const known = this.#known.get(k);
    if (known !== undefined) return known;
    const lower = 1 - poissonAtLeast(k, this.mean);
    this.#known.set(k, lower);
    return lower;
  }

  /** Terms grow from 1 at the middle outwards, and are scaled at the end: none of them is ever lost. */
  #table(): Float64Array {
    const [from, until, mean] = [this.#from, this.#until, this.mean];
    const terms = new Float64Array(until - from);
    const middle = Math.min(Math.max(Math.floor(mean), from), until - 1) - from;
    terms[middle] = 1;
    for (let i = middle + 1; i < terms.length; i++) terms[i] = ((terms[i - 1] ?? 0) * mean) / (from + i);
    for (let i = middle - 1; i >= 0; i--) terms[i] = ((terms[i + 1] ?? 0) * (from + i + 1)) / mean;
    const below = new Float64Array(terms.length + 1);
    for (let i = 0; i < terms.length; i++) below[i + 1] = (below[i] ?? 0) + (terms[i] ?? 0);
    const all = below[terms.length] ?? 1;
    return below.map((sum) => sum / all);
  }
}
