import type { Clock } from './clock.ts';

/** The part of Lambda's context that is needed here. */
export interface Remaining {
  getRemainingTimeInMillis(): number;
}

export interface Limit {
  readonly context: Remaining;
  readonly clock: Clock;
  /** What must be left of the function's own time afterwards. */
  readonly reserveMs: number;
}

/** Does the work, or rejects while there is still time left to say so. The work's signal is aborted then. */
export async function beforeTimeout<T>(limit: Limit, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { context, clock, reserveMs } = limit;
  const budgetMs = Math.max(0, context.getRemainingTimeInMillis() - reserveMs);
  const overtime = new AbortController();
  const finished = new AbortController();
  const alarm = clock.sleep(budgetMs, finished.signal).then(() => {
    overtime.abort();
    throw new Error(`The hook's own time-out was near: ${Math.round(budgetMs)} ms were not enough.`);
  });
  try {
    return await Promise.race([work(overtime.signal), alarm]);
  } finally {
    finished.abort();
  }
}
