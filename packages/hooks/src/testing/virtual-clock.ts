import type { Clock } from '../clock.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that jumps to the next sleeper as soon as nothing else is left to do. For tests. */
export function virtualClock(): Clock {
  let nowMs = 0;
  let sleepers: Sleeper[] = [];
  const jump = (): void => {
    const next = sleepers.toSorted((a, b) => a.dueMs - b.dueMs)[0];
    if (!next) return;
    sleepers = sleepers.filter((sleeper) => sleeper !== next);
    nowMs = Math.max(nowMs, next.dueMs);
    next.wake();
    setImmediate(jump);
  };
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { dueMs: nowMs + ms, wake: resolve };
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        });
        if (signal?.aborted === true) resolve();
        else sleepers.push(sleeper);
        setImmediate(jump);
      }),
  };
}
