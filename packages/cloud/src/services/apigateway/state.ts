/**
 * REST and HTTP APIs with their routes, deployments and stages; the requests that wait for their function; the
 * minutes being counted for AWS/ApiGateway.
 */
import type { Instant } from '../../instant.ts';
import type { Mutable } from '../../mutable.ts';
import type { World } from '../../world-state.ts';
import { countAnswer, type MetricMinute } from './metric-minutes.ts';
import type { MethodLimits, Token } from './method-limits.ts';
import { type Definition, EMPTY_DEFINITION } from './read-definition.ts';

export interface ApiGatewayState {
  readonly apis: Map<string, Api>;
  /** Requests between their arrival and their answer, by request id, in order of arrival. */
  readonly pending: Map<string, PendingRequest>;
  /** When the earliest integration timeout of a pending request is looked at; undefined: nobody looks. */
  readonly watchedUntil: Instant | undefined;
  /** By `api⇥stage⇥minute`. */
  readonly minutes: Map<string, MetricMinute>;
  /** When a method's bucket of tokens is full again (method-limits.ts), by `api⇥stage⇥METHOD resource`. */
  readonly buckets: Map<string, number>;
  /** Findings already told, by `rule api/stage`. */
  readonly findings: Set<string>;
}

export type ApiKind = 'REST' | 'HTTP';

export interface Api {
  readonly apiId: string;
  readonly kind: ApiKind;
  readonly name: string;
  readonly description?: string;
  readonly createdAt: Instant;
  /** `EDGE`, `REGIONAL` or `PRIVATE`; HTTP APIs are regional. */
  readonly endpointType: string;
  readonly rootResourceId: string;
  /** What stages without a deployment serve, and what the next deployment freezes. */
  readonly definition: Definition;
  readonly deployments: Readonly<Record<string, Deployment>>;
  readonly stages: Readonly<Record<string, Stage>>;
}

/** A REST API's stages serve frozen definitions. */
export interface Deployment {
  readonly deploymentId: string;
  readonly description?: string;
  readonly createdAt: Instant;
  readonly definition: Definition;
}

export interface Stage {
  readonly stageName: string;
  /** Absent: the stage follows the API (AutoDeploy). */
  readonly deploymentId?: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Per-route metrics: dimensions Resource and Method beside those of the stage. */
  readonly detailedMetrics: boolean;
  /** Absent: requests are not limited. */
  readonly limits?: MethodLimits;
  readonly createdAt: Instant;
}

/** How an integration's answer is read: a REST proxy, or an HTTP API's payload format. */
export type PayloadFormat = 'rest' | '1.0' | '2.0';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** A request was routed to a function and waits for its answer. */
export interface RequestReceived {
  readonly type: 'apigateway.RequestReceived';
  readonly requestId: string;
  readonly index: number;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly path: string;
  /** The route's path template, `/unicorns/{id}`. */
  readonly resource: string;
  readonly format: PayloadFormat;
  readonly timeoutMs: number;
  /** Origin of a request whose answer carries CORS headers of the API. */
  readonly origin?: string;
  /** Someone waits for the whole answer; else only its status is kept. */
  readonly keepAnswer: boolean;
  /** What the stage's limits let it have. */
  readonly token?: Token;
}

/** A request that its function has not answered yet. */
export interface PendingRequest {
  readonly received: RequestReceived;
  readonly arrivedAt: Instant;
}

/** One HTTP request answered: what the caller saw. Requests per minute are counted from these. */
export interface RequestServed {
  readonly type: 'apigateway.RequestServed';
  /** Position of the request in its traffic, from 0. */
  readonly index: number;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** From arrival to answer, as the caller saw it: cold start included. */
  readonly latencyMs: number;
  readonly arrivedAt: Instant;
  readonly functionName?: string;
  readonly executedVersion?: string;
  readonly requestId: string;
  /** The route's path template; absent when no route was found. */
  readonly resource?: string;
  /** What the stage's limits let a request have that no function answers. */
  readonly token?: Token;
  /** It was one too many for the stage's limits. */
  readonly isThrottled?: true;
  /** The whole answer, for a caller who asked to have it. */
  readonly answer?: HttpAnswer;
}

export interface ApiPut {
  readonly type: 'apigateway.ApiPut';
  readonly api: Api;
}

export interface ApiDeleted {
  readonly type: 'apigateway.ApiDeleted';
  readonly apiId: string;
}

/** The next look at integration timeouts; absent: no request is pending. */
export interface TimeoutsWatched {
  readonly type: 'apigateway.TimeoutsWatched';
  readonly until?: Instant;
}

/** The samples of a minute have gone to CloudWatch. */
export interface MetricsSent {
  readonly type: 'apigateway.MetricsSent';
  readonly minuteKey: string;
}

/** Something a reader of the rehearsal should know; told once per rule and stage. */
export interface FindingNoticed {
  readonly type: 'apigateway.FindingNoticed';
  readonly rule: string;
  /** `shop/Prod` */
  readonly name: string;
  readonly text: string;
}

export type ApiGatewayFact =
  | RequestReceived
  | RequestServed
  | ApiPut
  | ApiDeleted
  | TimeoutsWatched
  | MetricsSent
  | FindingNoticed;

export type ApiGatewayWake =
  /** A pending request has waited for its integration as long as it may. */
  | { readonly service: 'apigateway'; readonly type: 'timeout-due'; readonly at: Instant }
  /** A minute has ended: its samples go to CloudWatch. */
  | { readonly service: 'apigateway'; readonly type: 'send-metrics'; readonly minuteKey: string };

export const initialApiGateway = (): ApiGatewayState => ({
  apis: new Map(),
  pending: new Map(),
  watchedUntil: undefined,
  minutes: new Map(),
  buckets: new Map(),
  findings: new Set(),
});

/** A stage by its name, which may be any text that a caller sends. */
export const stageOf = ({ stages }: Api, name: string): Stage | undefined =>
  Object.hasOwn(stages, name) ? stages[name] : undefined;

/** What a stage serves: its deployment, or the API as it is. A stage whose deployment is none serves nothing. */
export function definitionOf(api: Api, { deploymentId }: Stage): Definition {
  return deploymentId === undefined ? api.definition : (api.deployments[deploymentId]?.definition ?? EMPTY_DEFINITION);
}

export function apply(world: World, fact: ApiGatewayFact, at: Instant): void {
  const state: Mutable<ApiGatewayState> = world.apigateway;
  switch (fact.type) {
    case 'apigateway.RequestReceived': {
      if (fact.token !== undefined) state.buckets.set(fact.token.bucket, fact.token.fullAt);
      state.pending.set(fact.requestId, { received: fact, arrivedAt: at });
      return;
    }
    case 'apigateway.RequestServed': {
      const api = state.apis.get(fact.apiId);
      if (fact.token !== undefined) state.buckets.set(fact.token.bucket, fact.token.fullAt);
      state.pending.delete(fact.requestId);
      countAnswer(state, api && stageOf(api, fact.stage), fact, at);
      return;
    }
    case 'apigateway.ApiPut':
      state.apis.set(fact.api.apiId, fact.api);
      return;
    case 'apigateway.ApiDeleted':
      state.apis.delete(fact.apiId);
      return;
    case 'apigateway.TimeoutsWatched':
      state.watchedUntil = fact.until;
      return;
    case 'apigateway.MetricsSent':
      state.minutes.delete(fact.minuteKey);
      return;
    case 'apigateway.FindingNoticed':
      state.findings.add(`${fact.rule} ${fact.name}`);
      return;
    default:
      fact satisfies never;
  }
}
