import type { Moments } from './count-classes.ts';
import type { Minute } from './minute-table.ts';

/** What a sort of minute shows to several gates at once: how likely each combination of their symbols is. */
export interface Shown {
  /** Symbols of all gates as one number, the first gate's its last digit. */
  readonly symbols: Int32Array;
  /** Probability, E[hits], E[hits²], one after the other. */
  readonly moments: Float64Array;
}

/** Undefined when a minute takes too much to be exact. */
export type MinuteSymbols = (minute: Minute) => Shown | undefined;

export const shownOf = (bySymbols: ReadonlyMap<number, Moments>): Shown => ({
  symbols: Int32Array.from(bySymbols.keys()),
  moments: Float64Array.from([...bySymbols.values()].flat()),
});
