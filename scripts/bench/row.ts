/** One line of the bench: what was measured, where it has to be, and whether it is. Ratios are of one run. */
export interface Row {
  readonly name: string;
  readonly measured: string;
  readonly target: string;
  readonly isMet: boolean;
}

export const row = (name: string, measured: string, target: string, isMet: boolean): Row => ({
  name,
  measured,
  target,
  isMet,
});

/** Real milliseconds that some work takes. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const from = performance.now();
  const result = await work();
  return { ms: performance.now() - from, result };
}

export const perSecond = (count: number, ms: number): number => Math.round((count / ms) * 1_000);
export const thousands = (value: number): string => Math.round(value).toLocaleString('en');
