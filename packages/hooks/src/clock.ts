import { setTimeout as delay } from 'node:timers/promises';

/** Time as the hooks see it. A test brings its own. */
export interface Clock {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Resolves early, and never rejects, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal && { signal }).catch(() => undefined),
};
