import { after, floorTo, Instant, MINUTE } from '../../instant.ts';

/** Nothing reads a sample before its minute, or second at high resolution, has ended and the delay of its kind has passed. */
export const visibleAt = (at: Instant, now: Instant, delayMs: number, storedMs: number = MINUTE): Instant =>
  after(Instant(Math.max(floorTo(at, storedMs) + storedMs, now)), delayMs);
