import type { Outcome } from './send-request.ts';

/** What a ping has seen. Latencies are of answered requests only, in milliseconds. */
export interface Totals {
  readonly sent: number;
  readonly failed: number;
  /** Answers by status, in ascending order of the status. */
  readonly byStatus: ReadonlyMap<number, number>;
  /** Answers by the version that answered, in the order they came up; empty where no answer tells it. */
  readonly byVersion: ReadonlyMap<string, number>;
  /** Undefined when nothing was answered. */
  readonly latency: { readonly p50Ms: number; readonly p95Ms: number; readonly maxMs: number } | undefined;
}

export function totalsOf(outcomes: readonly Outcome[]): Totals {
  const answered = outcomes.filter((outcome) => outcome.kind === 'answered');
  const statuses = answered.map(({ status }) => status).toSorted((a, b) => a - b);
  const byStatus = counted(statuses);
  const byVersion = counted(answered.flatMap(({ version }) => version ?? []));
  const latencies = answered.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
  return {
    sent: outcomes.length,
    failed: outcomes.length - answered.length,
    byStatus,
    byVersion,
    latency: latencyOf(latencies),
  };
}

function counted<T>(values: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function latencyOf(sorted: readonly number[]): Totals['latency'] {
  const maxMs = sorted.at(-1);
  if (maxMs === undefined) return undefined;
  return { p50Ms: nearestRank(sorted, 50) ?? maxMs, p95Ms: nearestRank(sorted, 95) ?? maxMs, maxMs };
}

/** The smallest value that at least `percent` of all do not exceed. */
function nearestRank(sorted: readonly number[], percent: number): number | undefined {
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1];
}
