import { AwsError } from '../../aws-error.ts';
import type { Effect } from '../../effects.ts';
import type { FilledText } from '../../filled-text.ts';
import { after, type Instant } from '../../instant.ts';
import type { Mutable } from '../../mutable.ts';
import type { World } from '../../world-state.ts';
import { startInvocation } from '../lambda/index.ts';
import { completed } from './complete-answer.ts';
import { preflight, withCors } from './cors.ts';
import { findRoute } from './find-route.ts';
import { callingOf, mayInvoke } from './invoke-permission.ts';
import { GATEWAY_ANSWERS, gatewayAnswers } from './proxy-response.ts';
import { type IncomingRequest, proxyEvent, type Routed } from './proxy-event.ts';
import { takeToken, type Token } from './method-limits.ts';
import type { Integration } from './read-definition.ts';
import {
  type ApiKind,
  definitionOf,
  type HttpAnswer,
  type RequestReceived,
  type RequestServed,
  type Stage,
  stageOf,
} from './state.ts';

/** A request at the door of an API. */
export interface Request extends IncomingRequest {
  readonly apiId: string;
  readonly stage: string;
  /** Position in its traffic, from 0. */
  readonly index: number;
  readonly requestId: string;
  /** The whole answer is wanted (RequestServed.answer), not its status alone. */
  readonly keepAnswer?: boolean;
}

/** The gateway's own limit for a body, and Lambda's for the event that it becomes part of. Source: section 5.6 (D). */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/** Is the text longer in UTF-8? A character takes at most three bytes: short texts need no counting. */
const isLonger = (text: FilledText, bytes: number): boolean =>
  text.length * 3 > bytes && Buffer.byteLength(text.toString()) > bytes;

function bodyBytes({ body = '', isBase64Encoded }: Request): number {
  return Buffer.byteLength(body, isBase64Encoded === true ? 'base64' : 'utf8');
}

/**
 * A request arrives. Routed to a function, it ends in lambda.InvocationStarted and is answered when that
 * invocation ends; else the answer comes at once. Changes nothing by itself, so that many requests of a coming
 * span can be asked in one go, in the order of their arrival: `ahead` then carries from one to the next what their
 * stage's limits have let them have. Without it the request arrives now.
 */
export function receive(world: World, request: Request, now: Instant, ahead?: Map<string, number>): Effect[] {
  const api = world.apigateway.apis.get(request.apiId);
  const stage = api && stageOf(api, request.stage);
  const kind = api?.kind ?? 'REST';
  const answer = (given: HttpAnswer) => [served(kind, request, now, given)];
  if (api === undefined || stage === undefined)
    return answer(GATEWAY_ANSWERS[kind === 'HTTP' ? 'http' : 'rest'].noStage);
  const definition = definitionOf(api, stage);
  const header = (name: string) => headerOf(request, name);
  const answered = definition.cors && preflight(definition.cors, request.method, header);
  if (answered) return answer(answered);
  const found = findRoute(definition, api.kind, request.method, request.path);
  if (found === undefined) return answer(GATEWAY_ANSWERS[kind === 'HTTP' ? 'http' : 'rest'].noRoute);
  const { integration, resource } = found.route;
  const token = takeToken(world.apigateway, { apiId: api.apiId, stage, route: found.route }, now, ahead ?? new Map());
  const origin = definition.cors && header('origin');
  if (token === 'none') {
    const { throttled } = GATEWAY_ANSWERS[kind === 'HTTP' ? 'http' : 'rest'];
    const given = definition.cors && origin !== undefined ? withCors(definition.cors, origin, throttled) : throttled;
    return [{ ...served(kind, request, now, given, { resource }), isThrottled: true }];
  }
  if (integration.type === 'mock') {
    const { status, headers, body } = integration;
    return [served(kind, request, now, { status, headers, body, isBase64Encoded: false }, { resource, token })];
  }
  const routed: Routed = { api, stage, deploymentId: stage.deploymentId ?? '', format: integration.format, found };
  return invoke(world, request, { routed, integration, origin, token, isAhead: ahead !== undefined }, now);
}

function headerOf({ headers }: Request, name: string): string | undefined {
  for (const [each, value] of Object.entries(headers))
    if (each.toLowerCase() === name) return typeof value === 'string' ? value : value.at(-1);
  return undefined;
}

/** What is known of a request beside itself, once its route is found. */
interface OnRoute {
  readonly resource?: string;
  readonly token?: Token | undefined;
}

function served(
  kind: ApiKind,
  request: Request,
  now: Instant,
  answer: HttpAnswer,
  { resource, token }: OnRoute = {},
): RequestServed {
  const { index, apiId, stage, method, path, requestId, keepAnswer } = request;
  return {
    type: 'apigateway.RequestServed',
    index,
    apiId,
    stage,
    method,
    path,
    status: answer.status,
    latencyMs: 0,
    arrivedAt: now,
    requestId,
    ...(resource !== undefined && { resource }),
    ...(token !== undefined && { token }),
    ...(keepAnswer && { answer: completed(kind, requestId, answer) }),
  };
}

interface ToFunction {
  readonly routed: Routed;
  readonly integration: Integration & { type: 'lambda' };
  readonly origin: string | undefined;
  readonly token: Token | undefined;
  readonly isAhead: boolean;
}

function invoke(
  world: World,
  request: Request,
  { routed, integration, origin, token, isAhead }: ToFunction,
  now: Instant,
): Effect[] {
  const { index, apiId, stage, method, path, requestId } = request;
  const { resource } = routed.found.route;
  const answers = gatewayAnswers(routed.format);
  const refuse = (answer: HttpAnswer) => {
    const cors = definitionOf(routed.api, routed.stage).cors;
    return [
      served(
        routed.api.kind,
        request,
        now,
        cors !== undefined && origin !== undefined ? withCors(cors, origin, answer) : answer,
        { resource, token },
      ),
    ];
  };
  if (request.body !== undefined && request.body.length * 3 > MAX_BODY_BYTES && bodyBytes(request) > MAX_BODY_BYTES)
    return refuse(answers.beyondGateway);
  const functionArn = withVariables(integration.functionArn, routed.stage);
  const calling = callingOf(world, { apiId, stage, method, resource }, integration, functionArn);
  if (!mayInvoke(world, integration, calling)) return refuse(answers.notInvoked);
  const { functionName, qualifier } = calling;
  // One is made for each request: what is mostly absent is added, because spreading takes longer than all the rest.
  const received: Mutable<RequestReceived> = {
    type: 'apigateway.RequestReceived',
    requestId,
    index,
    apiId,
    stage,
    method,
    path,
    resource,
    format: routed.format,
    timeoutMs: integration.timeoutMs,
    keepAnswer: request.keepAnswer ?? false,
  };
  if (origin !== undefined) received.origin = origin;
  if (token !== undefined) received.token = token;
  try {
    const payload = proxyEvent(world, routed, request, requestId, now);
    if (isLonger(payload, MAX_EVENT_BYTES)) return refuse(answers.tooLarge);
    const source = { type: 'request', index, apiId, stage, method, path } as const;
    return [
      received,
      ...startInvocation(world, { functionName, qualifier, payload, source, logType: 'None', requestId, isAhead }, now),
    ];
  } catch (error) {
    // Whatever Lambda refuses, the caller sees as the gateway's own failure.
    if (error instanceof AwsError) return refuse(answers.notInvoked);
    throw error;
  }
}

const withVariables = (functionArn: string, { variables }: Stage): string =>
  functionArn.includes('${')
    ? functionArn.replaceAll(/\$\{stageVariables\.(\w+)\}/g, (_whole, name: string) => variables[name] ?? '')
    : functionArn;

/** Reaction on apigateway.RequestReceived: its integration timeout is looked at, unless an earlier look comes first. */
export function watchTimeout(world: World, { timeoutMs }: RequestReceived, now: Instant): readonly Effect[] {
  const { watchedUntil } = world.apigateway;
  const dueAt = after(now, timeoutMs);
  return watchedUntil !== undefined && watchedUntil <= dueAt ? [] : watch(dueAt);
}

export const watch = (at: Instant): Effect[] => [
  { type: 'apigateway.TimeoutsWatched', until: at },
  { type: 'wake', at, wake: { service: 'apigateway', type: 'timeout-due', at } },
];
