/** What is known of a datapoint when its counts are only known to lie in a box: bounds that are met, or that it is missing. */
export type Enclosure =
  | { readonly type: 'value'; readonly low: number; readonly high: number }
  | { readonly type: 'missing' }
  /** There may be a datapoint or none, or nothing is known of it. */
  | { readonly type: 'open' };

/** Counts of requests by their sort: from `low` to `high`, both included. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export const MISSING: Enclosure = { type: 'missing' };
export const OPEN: Enclosure = { type: 'open' };
export const between = (low: number, high: number): Enclosure => ({ type: 'value', low, high });
export const exactly = (value: number): Enclosure => between(value, value);
