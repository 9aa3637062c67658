/** What is known of a datapoint when its counts are only known to lie in a box: bounds that are met, or that it is missing. */
export type Enclosure =
  | Bounds
  | { readonly type: 'missing' }
  /** There may be a datapoint or none, or nothing is known of it. */
  | { readonly type: 'open' };

export interface Bounds {
  readonly type: 'value';
  readonly low: number;
  readonly high: number;
  /** Where the value is a sum of counts: how often it has each of them. What two values share can be told from it. */
  readonly sum?: readonly number[];
}

/** Counts of requests by their sort: from `low` to `high`, both included. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export const MISSING: Enclosure = { type: 'missing' };
export const OPEN: Enclosure = { type: 'open' };
export const between = (low: number, high: number): Bounds => ({ type: 'value', low, high });
export const exactly = (value: number): Bounds => between(value, value);

/** A sum of counts over a box; whole numbers only, which no rounding touches. Others are summed as they come. */
export function sumOver(sum: readonly number[], { low, high }: Box): Bounds {
  let [least, most] = [0, 0];
  for (let i = 0; i < sum.length; i++) {
    const times = sum[i] ?? 0;
    least += ((times > 0 ? low[i] : high[i]) ?? 0) * times;
    most += ((times > 0 ? high[i] : low[i]) ?? 0) * times;
  }
  const bounds = between(least, most);
  return sum.every(Number.isInteger) ? { ...bounds, sum } : bounds;
}
