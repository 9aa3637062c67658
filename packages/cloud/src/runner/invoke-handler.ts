/**
 * Calls a handler and waits for its end, as the runtime interface clients do: RIC 4 (nodejs24.x) takes a value or
 * a promise; RIC 3 (older) also knows the callback and context.done, fail and succeed. Source: RIC 3.3, 4.0.2 (R).
 */
import {
  failureOf,
  LONGEST_RESPONSE_BYTES,
  responseSizeFailure,
  RuntimeError,
  exitFailure,
  type Failure,
} from './handler-errors.ts';
import type { AlikeJson } from '../alike-json.ts';
import type { Image, Invocation } from './index.ts';
import type { ResultTexts } from './result-texts.ts';

export type HandlerFunction = (event: unknown, context: object, callback?: unknown) => unknown;

export type HandlerEnd = { readonly ok: true; readonly payload: string } | ({ readonly ok: false } & Failure);

export interface Handler {
  readonly call: HandlerFunction;
  readonly isAsync: boolean;
  /** An empty event loop is what the handler's answer waits for. */
  endsWhenEmpty: boolean;
  /** The event loop has nothing left to do and the handler has not ended; `leaves` ends the process. */
  ranEmpty: (leaves: () => number) => void;
}

export function createHandler(call: HandlerFunction): Handler {
  return { call, isAsync: call.constructor.name === 'AsyncFunction', endsWhenEmpty: false, ranEmpty: () => undefined };
}

/** Readers and writers that remember what handlers of an image get and give. */
export interface HandlerTexts {
  readonly events: AlikeJson;
  readonly results: ResultTexts;
}

/** What a running invocation needs of its environment. */
export interface Run {
  readonly deadlineMs: number;
  readonly nowMs: () => number;
  readonly traceId: string;
  readonly isRic4: boolean;
  readonly texts: HandlerTexts;
  logError(title: string, reason: unknown): void;
  ended(end: HandlerEnd): void;
}

export function startHandler(
  handler: Handler,
  invocation: Invocation,
  image: Image,
  logStream: string,
  run: Run,
): void {
  const context = createContext(invocation, image, logStream, run);
  const event = eventOf(invocation, run.texts);
  if (run.isRic4) startPromised(handler, event, context, invocation, run);
  else startWithCallback(handler, event, context, invocation, run);
}

const eventOf = ({ payload }: Invocation, { events }: HandlerTexts): unknown =>
  typeof payload === 'string' ? events.read(payload === '' ? '{}' : payload) : events.readFilled(payload);

/** What contexts of an image have in common. */
interface OfImage {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
}

const ofImages = new WeakMap<Image, OfImage>();

function ofImage(image: Image): OfImage {
  let known = ofImages.get(image);
  if (known === undefined) {
    const { environment } = image;
    known = {
      functionName: environment['AWS_LAMBDA_FUNCTION_NAME'] ?? image.functionName,
      functionVersion: environment['AWS_LAMBDA_FUNCTION_VERSION'] ?? image.version,
      memoryLimitInMB: String(image.memoryMb),
      logGroupName: environment['AWS_LAMBDA_LOG_GROUP_NAME'] ?? image.logGroup,
    };
    ofImages.set(image, known);
  }
  return known;
}

/** Own keys in RIC 4's order. Source: reference §4.9 (X, R). */
function createContext(invocation: Invocation, image: Image, logStream: string, run: Run): Record<string, unknown> {
  const { functionName, functionVersion, memoryLimitInMB, logGroupName } = ofImage(image);
  return {
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: invocation.invokedFunctionArn,
    awsRequestId: invocation.requestId,
    tenantId: undefined,
    xRayTraceId: run.traceId,
    getRemainingTimeInMillis: () => Math.floor(run.deadlineMs) - run.nowMs(),
    functionName,
    functionVersion,
    memoryLimitInMB,
    logGroupName,
    logStreamName: logStream,
  };
}

function startPromised(handler: Handler, event: unknown, context: object, { requestId }: Invocation, run: Run): void {
  const fail = (reason: unknown): void => {
    run.logError('Invoke Error', reason);
    run.ended({ ok: false, ...failureOf(reason) });
  };
  const succeed = (result: unknown): void => {
    const payload = stringify(run.texts.results, result);
    if (payload === undefined) fail(new RuntimeError('JSONStringifyError', 'Unable to stringify response body'));
    else run.ended(answer(payload));
  };
  // The floating promise does not keep the process alive: it ends with status 0, or with process.exitCode.
  handler.ranEmpty = (leaves) => run.ended({ ok: false, ...exitFailure(requestId, { status: leaves() }) });
  let result: unknown;
  try {
    result = handler.call(event, context);
  } catch (error) {
    // Through a promise, as `await` would: the log line comes after what the handler queued.
    result = Promise.reject(error);
  }
  Promise.resolve(result).then(succeed, fail);
}

function startWithCallback(
  handler: Handler,
  event: unknown,
  base: Record<string, unknown>,
  _invocation: Invocation,
  run: Run,
): void {
  handler.endsWhenEmpty = false;
  let waitsForEmptyLoop = true;
  let isFinished = false;
  const once =
    (end: (...args: [unknown?, unknown?]) => void) =>
    (...args: [unknown?, unknown?]): void => {
      if (isFinished) return;
      end(...args);
      isFinished = true;
    };
  const postError = (reason: unknown): void => {
    run.logError('Invoke Error', reason);
    run.ended({ ok: false, ...failureOf(reason) });
  };
  const complete = (result: unknown): void => {
    const payload = stringify(run.texts.results, result);
    if (payload === undefined) throw new Error('Unable to stringify response body');
    run.ended(answer(payload));
  };
  const isMissing = (reason: unknown): boolean => reason === undefined || reason === null;
  const done = once((reason, result) => (isMissing(reason) ? complete(result) : postError(reason)));
  const succeed = once((result) => complete(result));
  const fail = once((reason) => postError(isMissing(reason) ? 'handled' : reason));
  const callback = once((reason, result) => {
    if (!isMissing(reason)) postError(reason);
    else if (!waitsForEmptyLoop) complete(result);
    else {
      handler.endsWhenEmpty = true;
      handler.ranEmpty = () => complete(result);
    }
  });
  handler.ranEmpty = () => {
    if (!handler.isAsync) run.ended(answer('null'));
    else
      postError(new RuntimeError('NodeJsExit', 'The Lambda runtime client detected an unexpected Node.js exit code.'));
  };
  const context = Object.defineProperties(
    { ...base, done, fail, succeed },
    {
      callbackWaitsForEmptyEventLoop: {
        get: () => waitsForEmptyLoop,
        set: (value: unknown) => {
          waitsForEmptyLoop = Boolean(value);
        },
        enumerable: true,
      },
    },
  );
  try {
    const result = handler.call(event, context, callback);
    if (isThenable(result)) result.then(succeed, fail).catch(fail);
  } catch (error) {
    callback(error);
  }
}

const isThenable = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

/** JSON text; `null` for what JSON does not know; undefined when it cannot be written at all. */
function stringify(texts: ResultTexts, result: unknown): string | undefined {
  try {
    return texts.write(result);
  } catch {
    return undefined;
  }
}

function answer(payload: string): HandlerEnd {
  // A character takes at most three bytes in UTF-8: short texts need no counting.
  if (payload.length * 3 > LONGEST_RESPONSE_BYTES && Buffer.byteLength(payload) > LONGEST_RESPONSE_BYTES)
    return { ok: false, ...responseSizeFailure() };
  return { ok: true, payload };
}
