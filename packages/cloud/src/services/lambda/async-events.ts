/**
 * Asynchronous invocation: Lambda accepts the event at once and runs the function from its own queue. A
 * function error is tried again after one and after two minutes; a throttled event after 1 s, doubling to 5 minutes,
 * for as long as the event may live. Source: invocation-async guide (D).
 */
import { AwsError } from '../../aws-error.ts';
import type { Effect } from '../../effects.ts';
import { after, MINUTE, SECOND, type Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { destinationEffects } from './destinations.ts';
import { configOf } from './event-invoke-config.ts';
import { parseFunctionName } from './function-name.ts';
import { startInvocation } from './invoke.ts';
import { asyncSample } from './metrics.ts';
import type { AsyncEvent, DestinationCondition, InvocationEnded, InvocationThrottled } from './state.ts';

export interface AsyncRequest {
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  readonly payload: string;
  readonly requestId: string;
}

/** Takes an event into the queue and makes its first attempt. Throws what starting an invocation throws. */
export function queueEvent(world: World, request: AsyncRequest, now: Instant): Effect[] {
  const { functionName, qualifier } = parseFunctionName(request.functionName, request.qualifier);
  const { requestId, payload } = request;
  const event = { requestId, functionName, qualifier, payload, queuedAt: now };
  return [
    {
      type: 'lambda.AsyncEventQueued',
      requestId,
      functionName,
      ...(qualifier === undefined ? {} : { qualifier }),
      payload,
    },
    asyncSample(world, event, 'AsyncEventsReceived', 1, now),
    ...attempt(world, event, 1, now),
  ];
}

function attempt(
  world: World,
  event: Omit<AsyncEvent, 'attempts' | 'throttles' | 'lastEnd'>,
  count: number,
  now: Instant,
): Effect[] {
  const { functionName, qualifier, payload, requestId, queuedAt } = event;
  const source = { type: 'async', attempt: count, firstAt: queuedAt } as const;
  const routingKey = `${requestId}:${count}`;
  const start = { functionName, qualifier, payload, requestId, source, logType: 'None', routingKey } as const;
  return [asyncSample(world, event, 'AsyncEventAge', now - queuedAt, now), ...startInvocation(world, start, now)];
}

/** The next attempt of an event is due; too old an event is given up instead. */
export function retryEvent(world: World, requestId: string, now: Instant): Effect[] {
  const event = world.lambda.asyncEvents.get(requestId);
  if (event === undefined) return [];
  if (now - event.queuedAt > configOf(world, event).maximumEventAgeSeconds * SECOND)
    return settle(world, event, 'EventAgeExceeded', now);
  try {
    return attempt(world, event, event.attempts + 1, now);
  } catch (error) {
    // The function has been deleted meanwhile.
    if (error instanceof AwsError) return settle(world, event, 'RetriesExhausted', now);
    throw error;
  }
}

/** An attempt has ended: done, tried again later, or given up. */
export function afterAttempt(world: World, ended: InvocationEnded, now: Instant): readonly Effect[] {
  const event = world.lambda.asyncEvents.get(ended.requestId);
  if (ended.source.type !== 'async' || event === undefined) return [];
  if (ended.functionError === undefined) return settle(world, event, 'Success', now);
  if (event.attempts > configOf(world, event).maximumRetryAttempts)
    return settle(world, event, 'RetriesExhausted', now);
  return retryAt(event, after(now, event.attempts * MINUTE));
}

/**
 * An attempt was throttled. Without any reserved concurrency the event goes to its destination at once
 * (invocation-async-retain-records guide (D)); otherwise it waits its turn.
 */
export function afterThrottle(world: World, throttled: InvocationThrottled, now: Instant): readonly Effect[] {
  const event = world.lambda.asyncEvents.get(throttled.requestId);
  if (throttled.source.type !== 'async' || event === undefined) return [];
  if (world.lambda.functions.get(event.functionName)?.reservedConcurrency === 0)
    return settle(world, event, 'RetriesExhausted', now);
  return retryAt(event, after(now, Math.min(2 ** (event.throttles - 1) * SECOND, 5 * MINUTE)));
}

const retryAt = ({ requestId }: AsyncEvent, at: Instant): readonly Effect[] => [
  { type: 'wake', at, wake: { service: 'lambda', type: 'retryAsyncEvent', requestId } },
];

function settle(world: World, event: AsyncEvent, condition: DestinationCondition, now: Instant): Effect[] {
  const { requestId, functionName, attempts } = event;
  const dropped = condition === 'Success' ? [] : [asyncSample(world, event, 'AsyncEventsDropped', 1, now)];
  return [
    { type: 'lambda.AsyncEventSettled', requestId, functionName, condition, attempts },
    ...dropped,
    ...destinationEffects(world, event, condition, now),
  ];
}
