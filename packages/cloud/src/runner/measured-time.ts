import { Instant } from '../instant.ts';
import { failurePayload, timeoutFailure } from './handler-errors.ts';
import type { Settled } from './index.ts';

/** An invocation with `ms` of real CPU time counted into its duration; beyond the timeout it is a time-out. */
export function withMeasured(settled: Settled, ms: number, timeoutMs: number): Settled {
  const durationMs = Math.round((settled.durationMs + ms) * 100) / 100;
  const measuredMs = (settled.measuredMs ?? 0) + ms;
  if (durationMs < timeoutMs) return { ...settled, durationMs, measuredMs, endedAt: Instant(settled.endedAt + ms) };
  const failure = timeoutFailure(settled.requestId, timeoutMs);
  return {
    ...settled,
    outcome: 'timeout',
    errorType: failure.errorType,
    payload: failurePayload(failure),
    durationMs: timeoutMs,
    measuredMs,
    endedAt: Instant(settled.startedAt + timeoutMs),
  };
}
