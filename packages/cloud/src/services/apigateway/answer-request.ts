import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { Mutable } from '../../mutable.ts';
import { traceRoot } from '../../trace-id.ts';
import type { World } from '../../world-state.ts';
import type { InvocationEnded, InvocationThrottled } from '../lambda/state.ts';
import { completed } from './complete-answer.ts';
import { withCors } from './cors.ts';
import { gatewayAnswers, mapResponse } from './proxy-response.ts';
import type { Definition } from './read-definition.ts';
import { watch } from './receive.ts';
import {
  definitionOf,
  type HttpAnswer,
  type PayloadFormat,
  type PendingRequest,
  type RequestServed,
  stageOf,
} from './state.ts';

/** Reaction on lambda.InvocationEnded: the caller gets the function's answer, or what a function error becomes. */
export function answerEnded(world: World, ended: InvocationEnded, now: Instant): readonly Effect[] {
  // Without a pending request the caller has had a time-out, or was never ours.
  const pending = ended.source.type === 'request' ? world.apigateway.pending.get(ended.requestId) : undefined;
  if (pending === undefined) return [];
  const answer =
    ended.outcome === 'success'
      ? mappedResponse(world, pending, ended.payload)
      : gatewayAnswers(pending.received.format).functionFailed;
  return [served(world, pending, answer, now, ended)];
}

/** Reaction on lambda.InvocationThrottled: the gateway does not retry. */
export function answerThrottled(world: World, throttled: InvocationThrottled, now: Instant): readonly Effect[] {
  const pending = throttled.source.type === 'request' ? world.apigateway.pending.get(throttled.requestId) : undefined;
  return pending === undefined ? [] : [served(world, pending, gatewayAnswers(pending.received.format).notInvoked, now)];
}

/** A wake: requests that have waited too long are answered, and the next look is set. */
export function answerOverdue(world: World, at: Instant, now: Instant): readonly Effect[] {
  const { pending, watchedUntil } = world.apigateway;
  if (watchedUntil !== at) return [];
  const effects: Effect[] = [];
  let next: Instant | undefined;
  for (const request of pending.values()) {
    const dueAt = after(request.arrivedAt, request.received.timeoutMs);
    if (dueAt <= now) {
      const route = world.lambda.inFlight.get(request.received.requestId)?.route;
      effects.push(served(world, request, gatewayAnswers(request.received.format).timedOut, now, route));
    }
    if (dueAt > now && (next === undefined || dueAt < next)) next = dueAt;
  }
  return [...effects, ...(next === undefined ? [{ type: 'apigateway.TimeoutsWatched' } as const] : watch(next))];
}

function served(
  world: World,
  pending: PendingRequest,
  answer: HttpAnswer,
  now: Instant,
  ended?: Pick<InvocationEnded, 'functionName' | 'version'>,
): RequestServed {
  const { received, arrivedAt } = pending;
  const { index, apiId, stage, method, path, requestId, resource } = received;
  const served: Mutable<RequestServed> = {
    type: 'apigateway.RequestServed',
    index,
    apiId,
    stage,
    method,
    path,
    status: answer.status,
    latencyMs: now - arrivedAt,
    arrivedAt,
    requestId,
    resource,
  };
  if (ended !== undefined) {
    served.functionName = ended.functionName;
    served.executedVersion = ended.version;
  }
  if (received.keepAnswer) served.answer = finished(world, pending, answer);
  return served;
}

/** With the gateway's own headers, and its CORS headers in place of the function's. */
function finished(world: World, { received, arrivedAt }: PendingRequest, answer: HttpAnswer): HttpAnswer {
  const { apiId, stage, format, requestId, origin } = received;
  const kind = format === 'rest' ? 'REST' : 'HTTP';
  const whole = completed(kind, requestId, answer, traceRoot(requestId, arrivedAt));
  const cors = servedDefinition(world, apiId, stage)?.cors;
  return cors && origin !== undefined ? withCors(cors, origin, whole) : whole;
}

function servedDefinition({ apigateway }: World, apiId: string, stageName: string): Definition | undefined {
  const api = apigateway.apis.get(apiId);
  const stage = api && stageOf(api, stageName);
  return api && stage && definitionOf(api, stage);
}

/** Answers that were mapped a moment ago: most requests of a traffic get one of a few. */
interface Mapped {
  readonly format: PayloadFormat;
  /** As it came last: a text is equal to itself at once. */
  payload: string;
  readonly answer: HttpAnswer;
}

const RECENT = 8;
const recent: Mapped[] = [];
let oldest = 0;

function mappedResponse(
  world: World,
  { received: { format, apiId, stage, keepAnswer } }: PendingRequest,
  payload: string,
): HttpAnswer {
  const binary = servedDefinition(world, apiId, stage)?.binaryMediaTypes ?? [];
  if (keepAnswer || binary.length > 0) return mapResponse(format, payload, binary);
  for (const known of recent)
    if (known.payload === payload && known.format === format) {
      known.payload = payload;
      return known.answer;
    }
  const answer = mapResponse(format, payload);
  recent[oldest++ % RECENT] = { format, payload, answer };
  return answer;
}
