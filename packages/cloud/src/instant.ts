declare const instant: unique symbol;

/** Whole milliseconds since the epoch, on the cloud's own clock. Never the machine's. */
export type Instant = number & { readonly [instant]: true };

/** Brands a count of milliseconds at the door; inside, instants are trusted. */
export const Instant = (ms: number): Instant => Math.round(ms) as Instant;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** The instant `ms` milliseconds after `from` (before it, when negative). */
export const after = (from: Instant, ms: number): Instant => Instant(from + ms);

/** The start of the epoch-aligned period that holds `at`: CloudWatch stamps a datapoint with it. */
export const floorTo = (at: Instant, periodMs: number): Instant => Instant(Math.floor(at / periodMs) * periodMs);

/** ISO 8601 in UTC with milliseconds, as Lambda's log lines and CloudFormation's events show it. */
export const isoTime = (at: Instant): string => new Date(at).toISOString();
