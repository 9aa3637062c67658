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
  #limit = EXACT_VALUES;

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
    } else if (count === 1) {
      if (this.#batch.push(value) >= BATCH) this.#settle();
    } else {
      this.#fold([value], [count]);
    }
  }

  /**
   * Adds samples of which only the summary is known. A percentile survives only where the summary says it all:
   * one sample, or minimum = maximum. Source: STAT (D).
   */
  addStatisticSet(count: number, sum: number, minimum: number, maximum: number): void {
    if (minimum === maximum) return this.add(minimum, count);
    this.#tally(count, sum, minimum, maximum);
    this.#known = false;
  }

  merge(other: SampleSet): void {
    other.#settle();
    this.#tally(other.count, other.sum, other.minimum, other.maximum);
    this.#known &&= other.#known;
    this.#settle();
    const order = sortedOrder(other.#values);
    this.#fold(
      order.map((i) => other.#values[i] ?? 0),
      order.map((i) => other.#counts[i] ?? 0),
    );
  }

  /** Undefined where the distribution is not known (statistic sets). */
  distribution(): Distribution | undefined {
    if (!this.#known) return undefined;
    this.#settle();
    const order = sortedOrder(this.#values);
    return { values: order.map((i) => this.#values[i] ?? 0), counts: order.map((i) => this.#counts[i] ?? 0) };
  }

  #tally(count: number, sum: number, minimum: number, maximum: number): void {
    this.count += count;
    this.sum += sum;
    if (minimum < this.minimum) this.minimum = minimum;
    if (maximum > this.maximum) this.maximum = maximum;
  }

  #settle(): void {
    if (this.#batch.length === 0) return;
    const batch = Float64Array.from(this.#batch).sort();
    this.#batch = [];
    this.#fold(batch, undefined);
  }

  /** Merges an ascending run (each value once when `counts` is absent) into the kept values. */
  #fold(run: ArrayLike<number>, counts: readonly number[] | undefined): void {
    const order = sortedOrder(this.#values);
    const kept = order.map((i) => this.#values[i] ?? 0);
    const keptCounts = order.map((i) => this.#counts[i] ?? 0);
    this.#values = [];
    this.#counts = [];
    let k = 0;
    for (let r = 0; r < run.length; r++) {
      const value = run[r] ?? 0;
      for (let next = kept[k]; next !== undefined && next <= value; next = kept[++k])
        this.#append(next, keptCounts[k] ?? 0);
      this.#append(value, counts?.[r] ?? 1);
    }
    for (; k < kept.length; k++) this.#append(kept[k] ?? 0, keptCounts[k] ?? 0);
    if (this.#values.length > this.#limit) this.#coarsen();
  }

  /** Appends in ascending order. */
  #append(value: number, count: number): void {
    const last = this.#values.length - 1;
    if (last >= 0 && this.#values[last] === value) this.#counts[last] = (this.#counts[last] ?? 0) + count;
    else {
      this.#values.push(value);
      this.#counts.push(count);
    }
  }

  #coarsen(): void {
    const values = this.#values;
    const counts = this.#counts;
    this.#values = [];
    this.#counts = [];
    for (let i = 0; i < values.length; i++) this.#append(threeDigits(values[i] ?? 0), counts[i] ?? 0);
    this.#limit = Math.max(EXACT_VALUES, 2 * this.#values.length);
  }
}

/** Indices that bring the values into ascending order; the identity where they are already. */
function sortedOrder(values: readonly number[]): number[] {
  const order = values.map((_, i) => i);
  for (let i = 1; i < values.length; i++)
    if ((values[i] ?? 0) < (values[i - 1] ?? 0)) return order.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  return order;
}

function threeDigits(value: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2);
  return Math.round(value / unit) * unit;
}
