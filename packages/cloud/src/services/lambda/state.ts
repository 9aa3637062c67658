import type { Instant } from '../../instant.ts';

export interface LambdaState {
  readonly functions: Map<string, unknown>;
}

/** One line an environment wrote (or the platform about it), at its own virtual instant. */
export interface LogLine {
  readonly at: Instant;
  readonly message: string;
}

/** Who asked for an invocation, and so who gets its answer. */
export type InvocationSource =
  /** A request of a rehearsal's traffic, through API Gateway. */
  | {
      readonly type: 'request';
      readonly index: number;
      readonly apiId: string;
      readonly stage: string;
      readonly method: string;
      readonly path: string;
    }
  /** lambda:Invoke, RequestResponse. */
  | { readonly type: 'api' }
  /** lambda:Invoke, Event, or a retry of one. `attempt` counts from 1. */
  | { readonly type: 'async'; readonly attempt: number; readonly firstAt: Instant };

export interface InvocationStarted {
  readonly type: 'lambda.InvocationStarted';
  readonly requestId: string;
  readonly functionName: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** The qualifier used in the call: `live`, `7`, or undefined. */
  readonly qualifier?: string;
  readonly invokedFunctionArn: string;
  /** The event, as JSON text. */
  readonly payload: string;
  readonly source: InvocationSource;
  readonly logType: 'None' | 'Tail';
  /** Names the frozen code + configuration that runs; the key of `LambdaState.images`. */
  readonly imageKey: string;
}

export interface InvocationEnded {
  readonly type: 'lambda.InvocationEnded';
  readonly requestId: string;
  readonly functionName: string;
  readonly version: string;
  readonly qualifier?: string;
  readonly source: InvocationSource;
  readonly logType: 'None' | 'Tail';
  readonly startedAt: Instant;
  /** Virtual milliseconds in the handler, without the init phase. */
  readonly durationMs: number;
  /** Virtual milliseconds of the init phase; only on a cold start. */
  readonly initDurationMs?: number;
  readonly outcome: 'success' | 'error' | 'timeout';
  /** `Unhandled` for every function error; absent on success. */
  readonly functionError?: 'Unhandled';
  /** The errorType of a function error: `Error`, `Runtime.ExitError`, `Sandbox.Timedout` … */
  readonly errorType?: string;
  /** The answer, or the error document, as JSON text. */
  readonly payload: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly lines: readonly LogLine[];
  /** Real CPU time counted into durationMs because it passed the coarse threshold; breaks byte-identity. */
  readonly measuredMs?: number;
}

export type LambdaFact = InvocationStarted | InvocationEnded;
export type LambdaWake = never;
export type LambdaReplyTo = never;
