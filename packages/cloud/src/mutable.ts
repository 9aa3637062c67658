/** Without `readonly`: for the one place that changes a state, and for objects that are put together step by step. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
