import type { Clock } from './clock.ts';
import { member } from './lifecycle-event.ts';

/** Policies of a fresh stack take time to reach every host, so that a denial is believed only after a minute. */
const DENIAL_PATIENCE_MS = 60_000;
const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5_000;

/** `ResourceConflictException` is Lambda's word for a version that is still being set up. */
const TRANSIENT_NAMES =
  /Throttl|TooManyRequests|LimitExceeded|ServiceUnavailable|InternalError|InternalFailure|ServiceException|ResourceConflict|Timeout/i;
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
}

/**
 * Calls AWS until it answers: transient errors up to six times, a denial for up to 60 s, both with doubling pauses. Any
 * other error, and the last one, is thrown as it came. The SDK's own retries are switched off, so this is all there is.
 */
export async function persistently<T>(call: () => Promise<T>, { clock, signal }: Patience): Promise<T> {
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const waitedMs = clock.now() - startedAt;
      const again = isDenied(error) ? waitedMs < DENIAL_PATIENCE_MS : isTransient(error) && attempt < MAX_ATTEMPTS;
      if (!again || signal.aborted) throw error;
      const left = isDenied(error) ? DENIAL_PATIENCE_MS - waitedMs : MAX_PAUSE_MS;
      await clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), MAX_PAUSE_MS, left), signal);
    }
  }
}

function isDenied(error: unknown): boolean {
  return DENIED.test(String(member(error, 'name')));
}

function isTransient(error: unknown): boolean {
  const status = Number(member(member(error, '$metadata'), 'httpStatusCode') ?? 0);
  return (
    status >= 500 ||
    status === 429 ||
    member(error, '$retryable') !== undefined ||
    TRANSIENT_NAMES.test(String(member(error, 'name'))) ||
    TRANSIENT_CODES.test(String(member(error, 'code')))
  );
}
