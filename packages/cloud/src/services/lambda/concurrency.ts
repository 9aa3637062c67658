/**
 * How many invocations may run at a time, and start in a second. A function with reserved concurrency has that for itself,
 * all its versions together; all others share what the account has left. Source: LDG:lambda-concurrency,
 * LDG:configuration-concurrency, L-LIM (D); the reasons are those of the service model's ThrottleReason (D).
 */
import type { Effect } from '../../effects.ts';
import { floorTo, MINUTE, type Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { begin } from './gauge.ts';
import { metricsWake } from './metrics.ts';
import { requestedBy } from './provisioned-concurrency.ts';
import { mayScale, scale } from './scaling.ts';
import type {
  FunctionRecord,
  InvocationSource,
  InvocationStarted,
  InvocationThrottled,
  LambdaState,
  Route,
  ThrottleReason,
} from './state.ts';

/** What functions share a limit: the name of the one that has reserved concurrency, or all others. */
export const UNRESERVED = '';

export interface Pool {
  readonly name: string;
  /** Invocations at a time. */
  readonly limit: number;
}

/** What is left of the account's concurrency for functions that have reserved none. */
export function unreservedConcurrency({ accountConcurrency, functions }: LambdaState): number {
  let left = accountConcurrency;
  for (const fn of functions.values()) left -= claimedBy(fn);
  return left;
}

/** What a function has reserved; else its provisioned concurrency is what others cannot have. Source: LDG:provisioned-concurrency (D). */
export const claimedBy = (fn: FunctionRecord): number => fn.reservedConcurrency ?? requestedBy(fn);

/** The pool that an invocation of the function takes from. */
export function poolOf(lambda: LambdaState, functionName: string): Pool {
  const own = lambda.functions.get(functionName)?.reservedConcurrency;
  if (own !== undefined) return { name: functionName, limit: own };
  return { name: UNRESERVED, limit: lambda.accountConcurrency - lambda.reserved.total };
}

const runningOf = ({ running }: LambdaState, functionName: string): number =>
  running.ofFunction.get(functionName)?.running ?? 0;

/** How many invocations of the pool run. */
const runningIn = ({ running }: LambdaState, { name }: Pool): number =>
  (name === UNRESERVED ? running.unreserved : running.ofFunction.get(name))?.running ?? 0;

/**
 * Ten times as many requests in a second as there may be at a time; those of asynchronous events are not counted.
 * Source: LDG:lambda-concurrency, L-LIM (D). That a bucket of tokens, a second's worth, counts them is the assumption `invocation-rate`.
 */
const REQUESTS_PER_EXECUTION = 10;
const SECOND_MS = 1_000;
/** Instants are doubles: a token that comes back exactly now is there. */
const TOLERANCE_MS = 0.001;

export const countsAsRequest = ({ type }: InvocationSource): boolean => type !== 'async';

/** When the pool's bucket is full again after one more request at `now`; undefined: there is no token for it. */
export function afterRequest({ limit }: Pool, fullAt: number | undefined, now: Instant): number | undefined {
  if (limit === 0) return fullAt ?? now;
  const next = Math.max(fullAt ?? now, now) + SECOND_MS / (REQUESTS_PER_EXECUTION * limit);
  return next - now > SECOND_MS + TOLERANCE_MS ? undefined : next;
}

/** Why an invocation cannot start now, by what is true at this instant. */
export function throttleReason(world: World, started: InvocationStarted, now: Instant): ThrottleReason | undefined {
  const { lambda } = world;
  const pool = poolOf(lambda, started.functionName);
  const isReserved = pool.name !== UNRESERVED;
  if (countsAsRequest(started.source) && afterRequest(pool, lambda.requestRates.get(pool.name), now) === undefined)
    return isReserved ? 'ReservedFunctionInvocationRateLimitExceeded' : 'FunctionInvocationRateLimitExceeded';
  if (runningIn(lambda, pool) < pool.limit)
    return mayScale(lambda, started.functionName, runningOf(lambda, started.functionName), now)
      ? undefined
      : 'ConcurrentInvocationLimitExceeded';
  return isReserved ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : 'ConcurrentInvocationLimitExceeded';
}

/** What becomes of an invocation whose instant has come: it starts, or is throttled. */
export function startedOrThrottled(world: World, started: InvocationStarted, now: Instant): Effect[] {
  const reason = throttleReason(world, started, now);
  return reason === undefined ? [started] : throttle(world, started, reason, now);
}

/** Refuses an invocation. */
export function throttle(world: World, started: InvocationStarted, reason: ThrottleReason, now: Instant): Effect[] {
  const { requestId, functionName, version, qualifier, source } = started;
  const throttled: InvocationThrottled = {
    type: 'lambda.InvocationThrottled',
    requestId,
    functionName,
    version,
    ...(qualifier === undefined ? undefined : { qualifier }),
    source,
    reason,
  };
  return [throttled, ...metricsWake(world, now, now)];
}

const isUnreserved = ({ functions }: LambdaState, functionName: string): boolean =>
  functions.get(functionName)?.reservedConcurrency === undefined;

/** An invocation runs from now on. */
export function countIn(lambda: LambdaState, { functionName, gauges }: Route, now: Instant): void {
  const minute = floorTo(now, MINUTE);
  for (const gauge of gauges) begin(gauge, minute);
  scale(lambda, functionName, gauges[1].running, now);
  if (isUnreserved(lambda, functionName)) begin(lambda.running.unreserved, minute);
}

/** It has ended. */
export function countOut(lambda: LambdaState, { functionName, gauges }: Route): void {
  for (const gauge of gauges) gauge.running -= 1;
  if (isUnreserved(lambda, functionName)) lambda.running.unreserved.running -= 1;
}

/** A request has come: its token is taken, unless there was none. */
export function countRequest(lambda: LambdaState, functionName: string, now: Instant): void {
  const pool = poolOf(lambda, functionName);
  const fullAt = afterRequest(pool, lambda.requestRates.get(pool.name), now);
  if (fullAt !== undefined) lambda.requestRates.set(pool.name, fullAt);
}

/** The reserved concurrency of a function has changed, or the function is gone: pools are counted anew. */
export function recount(lambda: LambdaState): void {
  const { functions, running, reserved } = lambda;
  reserved.total = 0;
  for (const { reservedConcurrency = 0 } of functions.values()) reserved.total += reservedConcurrency;
  running.unreserved.running = 0;
  for (const [name, gauge] of running.ofFunction)
    if (isUnreserved(lambda, name)) running.unreserved.running += gauge.running;
}
