import type { Outcome } from './send-request.ts';

/** What a ping has seen. Latencies are of answered requests only, in milliseconds. */
export interface Totals {
  readonly sent: number;
  readonly failed: number;
  /** Answers by status, in ascending order of the status. */
  readonly byStatus: ReadonlyMap<number, number>;
  /** Undefined when nothing was answered. */
  readonly latency: { readonly p50Ms: number; readonly p95Ms: number; readonly maxMs: number } | undefined;
}

export function totalsOf(outcomes: readonly Outcome[]): Totals {
  const answered = outcomes.filter((outcome) => outcome.kind === 'answered');
  const statuses = answered.map(({ status }) => status).toSorted((a, b) => a - b);
  const byStatus = new Map<number, number>();
  for (const status of statuses) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  const latencies = answered.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
  return { sent: outcomes.length, failed: outcomes.length - answered.length, byStatus, latency: latencyOf(latencies) };
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
