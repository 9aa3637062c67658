/**
 * The shapes in which the Node runtime interface client (RIC) and the platform report failures.
 * Source: reference §4.4 (R: RIC 3.3 and 4.0.2; S: LocalStack's snapshots of AWS).
 */
import { stringify } from '../json-functions.ts';

/** A failure as the caller of Invoke reads it. `document` is the payload before JSON. */
export interface Failure {
  readonly errorType: string;
  readonly document: object;
}

/** An error of the runtime itself, such as Runtime.HandlerNotFound. */
export class RuntimeError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = `Runtime.${name}`;
  }
}

/** The payload of a failed invocation, as JSON text. */
export const failurePayload = ({ document }: Pick<Failure, 'document'>): string => stringify(document);

const withoutDelete = (text: string): string => text.replaceAll('\u007F', '%7F');

/** What a handler threw or rejected with, whatever it is. */
export function failureOf(reason: unknown): Failure {
  try {
    if (reason instanceof Error) {
      const errorType = withoutDelete(String(reason.name));
      const trace = typeof reason.stack === 'string' ? withoutDelete(reason.stack).split('\n') : [];
      return { errorType, document: { errorType, errorMessage: withoutDelete(String(reason.message)), trace } };
    }
    const errorType = typeof reason;
    return { errorType, document: { errorType, errorMessage: String(reason), trace: [] } };
  } catch {
    const errorMessage =
      'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack';
    return { errorType: 'handled', document: { errorType: 'handled', errorMessage, trace: [] } };
  }
}

/** Source: LocalStack lambda_/test_lambda.snapshot.json, November 2025 (S). */
export function timeoutFailure(requestId: string, timeoutMs: number): Failure {
  const seconds = (timeoutMs / 1_000).toFixed(2);
  const errorType = 'Sandbox.Timedout';
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
  return { errorType, document: { errorType, errorMessage } };
}

/** The runtime process ended: by a status (0 gives no reason), or by a signal. */
export function exitFailure(requestId: string, end: { status: number } | { signal: string }): Failure {
  const errorType = 'Runtime.ExitError';
  const errorMessage = `RequestId: ${requestId} Error: ${exitText(end)}`;
  return { errorType, document: { errorType, errorMessage } };
}

function exitText(end: { status: number } | { signal: string }): string {
  if ('signal' in end) return `Runtime exited with error: signal: ${end.signal}`;
  // The system keeps the lowest eight bits.
  const status = end.status & 0xff;
  return status === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${status}`;
}

/** 6 MB and what AWS adds to it; the answer of a synchronous invocation may not be longer. */
export const LONGEST_RESPONSE_BYTES = 6_291_556;

export function responseSizeFailure(): Failure {
  const errorType = 'Function.ResponseSizeTooLarge';
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${LONGEST_RESPONSE_BYTES} bytes).`;
  return { errorType, document: { errorMessage, errorType } };
}

/** The text after `Invoke Error `: the error with its own properties, as the RIC writes it. */
export function formatForLog(error: Error): string {
  try {
    return `\t${stringify(error, (_key, value: unknown) => withOwnProperties(value))}`;
  } catch {
    return `\t${stringify(failureOf(error).document)}`;
  }
}

function withOwnProperties(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const base = { errorType: value.name, errorMessage: value.message, code: (value as { code?: unknown }).code };
  const all: Record<string, unknown> = Object.fromEntries([...Object.entries(base), ...Object.entries(value)]);
  if (typeof value.stack === 'string') all['stack'] = value.stack.split('\n');
  return all;
}

export const intoError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** What Node writes to stderr before it ends. */
export const fatalText = (error: unknown): string => `${stackText(error)}\n\nNode.js ${process.version}\n`;

function stackText(error: unknown): string {
  try {
    return error instanceof Error ? String(error.stack) : String(error);
  } catch {
    return 'Uncaught:';
  }
}

/** Node's error for a rejected promise whose reason is none. */
export function rejectionError(reason: unknown): Error {
  const code = 'ERR_UNHANDLED_REJECTION';
  const message = `This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${String(reason)}".`;
  const error = Object.assign(new Error(message), { name: 'UnhandledPromiseRejection', code });
  error.stack = `[UnhandledPromiseRejection: ${message}] {\n  code: '${code}'\n}`;
  return error;
}
