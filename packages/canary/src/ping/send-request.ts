import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';

/** What became of one request. Latency is from the request to the last byte of the answer, in milliseconds. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly latencyMs: number;
      /** The version of the code that answered, where the answer says so. */
      readonly version?: string;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly latencyMs: number };

export interface Sender {
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** After so many milliseconds without an answer the request has failed. */
  readonly timeoutMs: number;
  /** The header, in any case, by which an answer tells the version of the code behind it. */
  readonly versionHeader: string;
}

/** Lambda's own, on the answer of Invoke. API Gateway passes none on: behind it, the handler has to send one of its own. */
export const EXECUTED_VERSION = 'x-amz-executed-version';

/**
 * Sends one GET and reads the whole answer. A redirect is an answer, not followed: one request is one row.
 * Never rejects: no connection, no such host, a broken answer and no answer in time are outcomes too.
 */
export async function sendRequest(
  url: URL,
  { now, timeoutMs, versionHeader }: Sender,
  stop: AbortSignal,
): Promise<Outcome> {
  const startedAt = now();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  try {
    const { statusCode: status = 0, headers } = await get(url, signal);
    const version = headers[versionHeader.toLowerCase()];
    return {
      kind: 'answered',
      status,
      latencyMs: now() - startedAt,
      ...(typeof version === 'string' && { version }),
    };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error, timeoutMs), latencyMs: now() - startedAt };
  }
}

/** Not by `fetch`, which refuses ports that browsers keep clear of, and names and passwords in a URL. */
function get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const { request, agent } = url.protocol === 'https:' ? HTTPS : HTTP;
  const headers = { accept: '*/*', 'cache-control': 'no-cache', 'user-agent': 'canary-ping' };
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers, signal }, (answer) => {
      answer.on('error', reject).on('end', () => resolve(answer));
      answer.resume();
    });
    asked.on('error', reject).end();
  });
}

/** One connection after the other is kept, as a caller does. Its own: nothing is left behind for others. */
const KEPT = { keepAlive: true } as const;
const HTTP = { request: http.request, agent: new http.Agent(KEPT) };
const HTTPS = { request: https.request, agent: new https.Agent(KEPT) };

/** The system's own words, in one line: those of the cause, or of the first of several attempts. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('name' in error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  if ('errors' in error && Array.isArray(error.errors)) return reasonOf(error.errors[0], timeoutMs);
  if ('cause' in error && error.cause !== undefined) return reasonOf(error.cause, timeoutMs);
  return 'message' in error ? String(error.message).trim().replaceAll(/\s+/g, ' ') : 'failed without a reason';
}
