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
  readonly fetch: typeof globalThis.fetch;
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
  { fetch, now, timeoutMs, versionHeader }: Sender,
  stop: AbortSignal,
): Promise<Outcome> {
  const startedAt = now();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  try {
    const { href, headers } = withoutCredentials(url);
    const response = await fetch(href, { headers, redirect: 'manual', cache: 'no-store', signal });
    await response.arrayBuffer();
    const version = response.headers.get(versionHeader);
    return {
      kind: 'answered',
      status: response.status,
      latencyMs: now() - startedAt,
      ...(version !== null && { version }),
    };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error, timeoutMs), latencyMs: now() - startedAt };
  }
}

/** `fetch` takes no name and password in a URL; they belong into a header. */
function withoutCredentials({ href, username, password }: URL) {
  const bare = new URL(href);
  [bare.username, bare.password] = ['', ''];
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers: Readonly<Record<string, string>> =
    username + password === '' ? {} : { authorization: `Basic ${credentials}` };
  return { href: bare, headers };
}

/** `fetch failed` says nothing; the system's own words are in its cause, or in the first of several attempts' errors. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('name' in error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  if ('errors' in error && Array.isArray(error.errors)) return reasonOf(error.errors[0], timeoutMs);
  if ('cause' in error && error.cause !== undefined) return reasonOf(error.cause, timeoutMs);
  return 'message' in error ? String(error.message) : 'failed without a reason';
}
