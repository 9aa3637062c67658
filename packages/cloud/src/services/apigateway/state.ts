import type { Instant } from '../../instant.ts';

export interface ApiGatewayState {
  readonly apis: Map<string, unknown>;
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
}

export type ApiGatewayFact = RequestServed;
export type ApiGatewayWake = never;
