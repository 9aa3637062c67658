/** What goes in and out of the wire: plain values, no sockets, no clock. */
import type { AwsError } from '../aws-error.ts';
import type { Instant } from '../instant.ts';
import type { ServiceName } from '../contract.ts';

export interface WireRequest {
  readonly method: string;
  /** Path and query as they stand in the request line, still encoded. */
  readonly url: string;
  /** Names in lower case; a repeated header's values are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Names and values in turn, as they arrived: for who must tell repeated headers apart. */
  readonly rawHeaders?: readonly string[];
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array;
}

export type Protocol = 'aws-json' | 'rpc-v2-cbor' | 'rpc-v2-json' | 'query' | 'rest-json' | 'rest-xml';

/** A handler's environment that called the cloud: which one, in which invocation, at which virtual instant. */
export interface CallingEnvironment {
  readonly environmentId: string;
  readonly requestId: string;
  readonly instant: Instant;
  /** Counts the environment's calls, in the order in which its code made them. */
  readonly number: number;
  /** The invocation ran again after a kill, and had made another call at this place. */
  readonly ranAgain?: true;
}

/** How an answer has to look, whatever it says. */
export interface AnswerForm {
  readonly protocol: Protocol;
  /** The content type of the answer's body. */
  readonly contentType: string;
  readonly method: string;
  readonly requestId: string;
}

/** A call in the service's own words. Plain data: it may be kept and answered later. */
export interface DecodedCall extends AnswerForm {
  readonly type: 'call';
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly accessKeyId: string | undefined;
  readonly region: string | undefined;
  readonly environment: CallingEnvironment | undefined;
}

/** A request that never became a call, with its answer. */
export interface WireFailure {
  readonly type: 'failure';
  readonly service: ServiceName | undefined;
  readonly operation: string | undefined;
  readonly environment: CallingEnvironment | undefined;
  readonly error: AwsError;
  readonly response: WireResponse;
  /** What was asked for, when AWS has it and this cloud has not: `dynamodb:GetItem`. */
  readonly beyondSlice?: string;
}

export type Shape = Readonly<Record<string, unknown>>;
