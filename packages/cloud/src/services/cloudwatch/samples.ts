/** The distribution of a set of samples: ascending values, each with how often it occurred. */
export interface Distribution {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** This many distinct values are kept exactly; beyond it values are rounded to three significant digits. */
const EXACT_VALUES = 2_048;
/** Up to here a new sample looks for its value; beyond it samples are collected and sorted in batches. */
const SCANNED_VALUES = 8;
const BATCH = 1_024;

/**
 * Samples of one metric in one stretch of time. Count, sum, minimum and maximum are exact. So is the distribution
 * up to 2,048 distinct values; beyond it values are rounded to three significant digits (AWS keeps a sketch
 * too), which bounds the memory of a minute of fractional durations at any traffic.
 *
 * Adding costs a few nanoseconds: metrics of counts have few distinct values, the others are batched.
 */
export class SampleSet {
  count = 0;
  sum = 0;
  minimum = Number.POSITIVE_INFINITY;
  maximum = Number.NEGATIVE_INFINITY;
  /** False once a statistic set with an unknown distribution was added: no percentile exists then. */
  #known = true;
  #values: number[] = [];
  #counts: number[] = [];
  #batch: number[] = [];
  /** How often each of the batch occurred; empty while each did once. */
  #batchCounts: number[] = [];
  /** Whether values are in ascending order; the first few are kept as they come. */
  #sorted = true;
  #coarse = false;

  add(value: number, count = 1): void {
    this.#tally(count, value * count, value, value);
    const values = this.#values;
    for (let i = 0; i < values.length && i < SCANNED_VALUES; i++) {
      if (values[i] === value) {
        this.#counts[i] = (this.#counts[i] ?? 0) + count;
        return;
      }
    }
    if (values.length < SCANNED_VALUES) {
      values.push(value);
      this.#counts.push(count);
      this.#sorted = false;
    } else {
      if (count !== 1 || this.#batchCounts.length > 0) this.#pushCount(count);
      if (this.#batch.push(value) >= BATCH) this.#settle();
    }
  }

  /**
   * Adds samples of which only the summary is known. A percentile survives only where the summary says it all:
   * minimum = maximum, and the sum is as many times that. Source: STAT (D).
   */
  addStatisticSet(count: number, sum: number, minimum: number, maximum: number): void {
    if (minimum === maximum && sum === minimum * count) return this.add(minimum, count);
    this.#tally(count, sum, minimum, maximum);
    this.#known = false;
  }

  merge(other: SampleSet): void {
    this.#tally(other.count, other.sum, other.minimum, other.maximum);
    this.#known &&= other.#known;
    this.#coarse ||= other.#coarse;
    other.#settle();
    this.#settle();
    this.#fold(other.#values, other.#counts);
  }

  /** Undefined where the distribution is not known (statistic sets). */
  distribution(): Distribution | undefined {
    if (!this.#known) return undefined;
    this.#settle();
    return { values: this.#values, counts: this.#counts };
  }

  #pushCount(count: number): void {
    while (this.#batchCounts.length < this.#batch.length) this.#batchCounts.push(1);
    this.#batchCounts.push(count);
  }

  #tally(count: number, sum: number, minimum: number, maximum: number): void {
    this.count += count;
    this.sum += sum;
    if (minimum < this.minimum) this.minimum = minimum;
    if (maximum > this.maximum) this.maximum = maximum;
  }

  /** Brings everything that was added into ascending order. */
  #settle(): void {
    if (!this.#sorted) {
      const order = this.#values.map((_, i) => i).toSorted((a, b) => (this.#values[a] ?? 0) - (this.#values[b] ?? 0));
      this.#values = order.map((i) => this.#values[i] ?? 0);
      this.#counts = order.map((i) => this.#counts[i] ?? 0);
      this.#sorted = true;
    }
    if (this.#batch.length === 0) return;
    const [batch, counts] = [this.#batch, this.#batchCounts];
    this.#batch = [];
    this.#batchCounts = [];
    if (counts.length === 0) return this.#fold(Float64Array.from(batch).toSorted(), undefined);
    const order = [...batch.keys()].toSorted((a, b) => (batch[a] ?? 0) - (batch[b] ?? 0));
    this.#fold(
      order.map((i) => batch[i] ?? 0),
      order.map((i) => counts[i] ?? 0),
    );
  }

  /** Merges an ascending run (each value once when `counts` is absent) into the kept values, which are settled. */
  #fold(run: ArrayLike<number>, counts: readonly number[] | undefined): void {
    const kept = this.#values;
    const keptCounts = this.#counts;
    const merged = new Ascending(this.#coarse);
    let k = 0;
    for (let r = 0; r < run.length; r++) {
      const value = run[r] ?? 0;
      for (let next = kept[k]; next !== undefined && next <= value; next = kept[++k])
        merged.append(next, keptCounts[k] ?? 0);
      merged.append(value, counts === undefined ? 1 : (counts[r] ?? 0));
    }
    for (; k < kept.length; k++) merged.append(kept[k] ?? 0, keptCounts[k] ?? 0);
    this.#values = merged.values;
    this.#counts = merged.counts;
    if (this.#coarse || merged.values.length <= EXACT_VALUES) return;
    this.#coarse = true;
    this.#fold([], undefined);
  }
}

/** Values appended in ascending order, equal ones joined; rounded to three significant digits where coarse. */
class Ascending {
  readonly values: number[] = [];
  readonly counts: number[] = [];
  readonly #coarse: boolean;
  /** One unit of the third digit, for values in [from, until): ascending values seldom leave their decade. */
  #unit = 1;
  #from = 0;
  #until = 0;

  constructor(coarse: boolean) {
    this.#coarse = coarse;
  }

  append(exact: number, count: number): void {
    const value = this.#coarse ? this.#rounded(exact) : exact;
    const last = this.values.length - 1;
    if (last >= 0 && this.values[last] === value) this.counts[last] = (this.counts[last] ?? 0) + count;
    else {
      this.values.push(value);
      this.counts.push(count);
    }
  }

  #rounded(value: number): number {
    if (value === 0) return 0;
    const size = Math.abs(value);
    if (size < this.#from || size >= this.#until) {
      this.#from = 10 ** Math.floor(Math.log10(size));
      this.#until = 10 * this.#from;
      this.#unit = this.#from / 100;
    }
    return Math.round(value / this.#unit) * this.#unit;
  }
}
