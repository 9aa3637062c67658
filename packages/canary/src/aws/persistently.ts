import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@unicorns/cloud';

/** Why a call has to be made again. */
export interface Trouble {
  readonly kind: 'throttled' | 'connectionLost' | 'unavailable';
  /** The error's own words. */
  readonly reason: string;
}

export interface Patience {
  /** Hears of every pause, before it. */
  readonly tell: (trouble: Trouble, pauseMs: number) => void;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A host that has never answered is more likely a wrong address than a lost connection. */
const TRIES_BEFORE_FIRST_ANSWER = 3;

export const realWait = async (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/**
 * Calls until the cloud answers, with doubling pauses of up to half a minute, for as long as it takes: a deployment
 * goes on without us. What would fail again in the same way is thrown: an AWS error as it came, bad credentials, a missing
 * region and an address where nobody ever answered as a UserError.
 */
export class Persistence {
  readonly #patience: Patience;
  #hasAnswered = false;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  async call<T>(ask: () => Promise<T>): Promise<T> {
    const { tell, wait, signal } = this.#patience;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await ask();
        this.#hasAnswered = true;
        return answer;
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble === undefined || signal.aborted) throw asUserError(error);
        if (trouble.kind === 'connectionLost' && !this.#hasAnswered && attempt >= TRIES_BEFORE_FIRST_ANSWER) {
          throw new UserError(
            `Nobody answers: ${trouble.reason}. Check the endpoint, the region and the network connection.`,
            { cause: error },
          );
        }
        const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
        tell(trouble, pauseMs);
        await wait(pauseMs, signal);
        if (signal.aborted) throw error;
      }
    }
  }
}

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RateExceeded/i;
const LOST =
  /^(?:ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/;

/** What can pass by itself; undefined when the next call would fail in the same way. */
export function troubleOf(error: unknown): Trouble | undefined {
  const reason = errorText(error);
  const name = textOf(error, 'name');
  const status = Number(member(member(error, '$metadata'), 'httpStatusCode') ?? 0);
  if (status === 429 || THROTTLED.test(name) || /^Rate exceeded/i.test(reason)) return { kind: 'throttled', reason };
  if (codesOf(error).some((code) => LOST.test(code)) || name === 'TimeoutError' || /socket hang up/.test(reason)) {
    return { kind: 'connectionLost', reason };
  }
  // 501 is an operation that the embedded cloud does not have.
  if (status >= 500 && status !== 501) return { kind: 'unavailable', reason };
  return undefined;
}

/** The SDK puts the system's error into `cause` or, for several addresses, into `errors`. */
function codesOf(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null) return [];
  const inner = member(error, 'errors');
  const causes = [member(error, 'cause'), ...(Array.isArray(inner) ? inner : [])];
  return [textOf(error, 'code'), ...causes.flatMap(codesOf)];
}

/** `Name: message`; the system's errors and several of them at once in their own words. */
export function errorText(error: unknown): string {
  const inner = member(error, 'errors');
  const message = textOf(error, 'message');
  if (message === '' && Array.isArray(inner)) return errorText(inner[0]);
  const name = textOf(error, 'name') || 'Error';
  return message === '' ? name : name === 'Error' ? message : `${name}: ${message}`;
}

const BAD_INPUT =
  /^(?:CredentialsProviderError|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|ExpiredToken(?:Exception)?|TokenProviderError)$/;

/** What the person at the command line can put right. */
export function asUserError(error: unknown): unknown {
  if (error instanceof UserError) return error;
  const text = errorText(error);
  if (BAD_INPUT.test(textOf(error, 'name'))) {
    return new UserError(`The credentials are missing or not accepted. ${text}`, { cause: error });
  }
  if (/Region is missing/.test(text)) {
    return new UserError('There is no region. Give --region, or set AWS_REGION.', { cause: error });
  }
  return error;
}

export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function textOf(value: unknown, key: string): string {
  const text = member(value, key);
  return typeof text === 'string' ? text : '';
}
