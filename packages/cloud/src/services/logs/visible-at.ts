import { after, floorTo, Instant, MINUTE } from '../../instant.ts';

/** Nothing reads a sample before its minute has ended and the delay of its kind has passed. */
export const visibleAt = (at: Instant, now: Instant, delayMs: number): Instant =>
  after(Instant(Math.max(floorTo(at, MINUTE) + MINUTE, now)), delayMs);
