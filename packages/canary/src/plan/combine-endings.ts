import type { Ending } from './ending.ts';
import type { Endings, Interval } from './plan.ts';
import type { Run } from './simulate-endings.ts';
import { normalQuantile } from './tail-probabilities.ts';

/**
 * Exact endings of some gates, corrected by what others changed in simulated deployments: every run in which they
 * came first replaces its ending without them. Where there is nothing exact, the runs stand alone.
 */
export function withRuns(
  exact: readonly Ending[],
  runs: readonly Run[],
  without: readonly Run[],
  fullSeconds: number,
): Endings {
  const isAlone = exact.length === 0;
  const changed = runs.flatMap((all, i) => {
    const before = without[i];
    if (isAlone || before === undefined) return [endingOf(all, all.weight)];
    return differs(all, before) ? [endingOf(all, all.weight), endingOf(before, -all.weight)] : [];
  });
  // Deployments in which nothing can happen are known, and no matter of chance.
  const able = runs.flatMap((all, i) => (all.mayTurn ? [[all, without[i]] as const] : []));
  const share = able.reduce((total, [{ weight }]) => total + weight, 0);
  const interval = (holds: (stopSeconds: number | undefined) => boolean): Interval => {
    const base = sum(exact.filter(({ stopSeconds }) => holds(stopSeconds)));
    const more = able.filter(
      ([all, before]) => holds(all.stopSeconds) && (isAlone || before === undefined || !holds(before.stopSeconds)),
    ).length;
    const [low, high] = wilson(more, able.length);
    return [Math.min(1, base + share * low), Math.min(1, base + share * high)];
  };
  return {
    endings: [...exact, ...changed],
    method: isAlone ? 'simulated' : 'both',
    caughtInterval: interval((stop) => stop !== undefined && stop <= fullSeconds + 1e-9),
    stoppedInterval: interval((stop) => stop !== undefined),
  };
}

const differs = (a: Run, b: Run): boolean => a.stopSeconds !== b.stopSeconds || a.gate !== b.gate;

const endingOf = ({ stopSeconds, gate, hits }: Run, share: number): Ending => ({
  stopSeconds,
  gate,
  moments: [share, share * hits, share * hits * hits],
});

const sum = (endings: readonly Ending[]): number => endings.reduce((all, { moments }) => all + moments[0], 0);

/** Wilson's score interval for `count` of `n`. */
export function wilson(count: number, n: number, confidence = 0.95): Interval {
  const z = normalQuantile(1 - (1 - confidence) / 2);
  if (n === 0) return [0, 0];
  const p = count / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return [count === 0 ? 0 : Math.max(0, middle - half), count === n ? 1 : Math.min(1, middle + half)];
}
