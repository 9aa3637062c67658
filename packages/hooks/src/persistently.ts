import type { Clock } from './clock.ts';
import { member } from './lifecycle-event.ts';

/** Policies of a fresh stack take time to reach every host, so that a denial is believed only after a minute. */
const DENIAL_PATIENCE_MS = 60_000;
const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5_000;

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded/i;
/** `ResourceConflictException` is Lambda's word for a version that is still being set up. */
const TRANSIENT_NAMES =
  /LimitExceeded|ServiceUnavailable|InternalError|InternalFailure|ServiceException|ResourceConflict|Timeout/i;
const TRANSIENT_CODES = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND)$/;
const DENIED = /AccessDenied|UnauthorizedOperation|NotAuthorized|InvalidClientTokenId|UnrecognizedClient/i;

/** For every SDK client here: one attempt at a time, and no host that keeps silent may cost the hook its time. */
export const CLIENT = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};

export interface Patience {
  readonly clock: Clock;
  /** When aborted, the last error is thrown instead of another attempt. */
  readonly signal: AbortSignal;
  /** Told before each pause. */
  readonly onPause?: (pause: Pause) => void;
}

/** Why a call is made again, and when. */
export interface Pause {
  /** The error's name and what it said. */
  readonly error: string;
  /** How many attempts there have been. */
  readonly attempt: number;
  readonly pauseMs: number;
}

/**
 * Calls AWS until it answers: one that throttles for as long as the signal allows, since a flood of callers must not fail
 * what they have no part in; a denial for up to 60 s; other transient errors up to six times. All with doubling pauses. Any
 * other error, and the last one, is thrown as it came. The SDK's own retries are switched off, so this is all there is.
 */
export async function persistently<T>(call: () => Promise<T>, patience: Patience): Promise<T> {
  const { clock, signal, onPause } = patience;
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const leftMs = leftFor(error, attempt, clock.now() - startedAt);
      if (leftMs <= 0 || signal.aborted) throw error;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), MAX_PAUSE_MS, leftMs);
      onPause?.({ error: nameOf(error), attempt, pauseMs });
      await clock.sleep(pauseMs, signal);
      if (signal.aborted) throw error;
    }
  }
}

/** For how long the error is not believed, in milliseconds from now. */
function leftFor(error: unknown, attempt: number, waitedMs: number): number {
  if (isThrottled(error)) return Infinity;
  if (DENIED.test(String(member(error, 'name')))) return DENIAL_PATIENCE_MS - waitedMs;
  return isTransient(error) && attempt < MAX_ATTEMPTS ? Infinity : 0;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error';
}

function isThrottled(error: unknown): boolean {
  return statusOf(error) === 429 || THROTTLED.test(String(member(error, 'name')));
}

function isTransient(error: unknown): boolean {
  return (
    statusOf(error) >= 500 ||
    member(error, '$retryable') !== undefined ||
    TRANSIENT_NAMES.test(String(member(error, 'name'))) ||
    TRANSIENT_CODES.test(String(member(error, 'code')))
  );
}

function statusOf(error: unknown): number {
  return Number(member(member(error, '$metadata'), 'httpStatusCode') ?? 0);
}
