/**
 * Runs handler bundles, unmodified, in worker threads with virtual time inside. The one door of the runner:
 * the engine knows nothing of workers, and the runner nothing of AWS services.
 */
import type { FilledText } from '../filled-text.ts';
import type { Instant } from '../instant.ts';

export { createRunner, type RunnerOptions } from './create-runner.ts';
export { lostAfter } from './lost-environment.ts';
export { logStreamName } from './log-stream-name.ts';

/** Frozen code and configuration: what a published version (or one revision of $LATEST) runs. */
export interface Image {
  /** Equal keys mean equal images; environments are kept per key. */
  readonly key: string;
  readonly functionName: string;
  readonly version: string;
  /** `index.handler` */
  readonly handler: string;
  /** `nodejs24.x`; callback handlers are allowed below 24. */
  readonly runtime: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The function's own variables and Lambda's reserved ones, complete (credentials and endpoint included). */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly logFormat: 'Text' | 'JSON';
  readonly applicationLogLevel: string;
  readonly logGroup: string;
}

export interface Invocation {
  readonly requestId: string;
  /** Position in the engine's order; ties in time are broken by it. */
  readonly seq: number;
  readonly imageKey: string;
  readonly at: Instant;
  /** The event, as JSON text. */
  readonly payload: string | FilledText;
  readonly invokedFunctionArn: string;
  /**
   * Handed over before its own instant has come. It is given back when an environment of its image stands at a call by
   * then: which environment is free hangs on an answer that nobody knows yet.
   */
  readonly isAhead: boolean;
  /** A new environment of provisioned concurrency is initialised, and no handler is called. */
  readonly isInit?: true;
}

/** How the init phase of a new environment failed, before it was repeated under the function's own timeout. */
export interface InitFailure {
  readonly status: 'error' | 'timeout';
  readonly errorType?: string;
}

/** What a finished invocation left. Instants are virtual. */
export interface Settled {
  readonly requestId: string;
  readonly seq: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly durationMs: number;
  readonly initDurationMs?: number;
  readonly initFailure?: InitFailure;
  readonly outcome: 'success' | 'error' | 'timeout';
  readonly errorType?: string;
  readonly payload: string;
  /** Unique per environment; the service makes a log stream name of it. */
  readonly environmentId: string;
  readonly environmentStartedAt: Instant;
  /** Lines written during init (cold start) and the invocation, in order, without the platform's own lines. */
  readonly lines: readonly { readonly at: Instant; readonly message: string; readonly stream: 'stdout' | 'stderr' }[];
  readonly maxMemoryUsedMb: number;
  readonly measuredMs?: number;
  /** The runtime process ended with it: the environment's next invocation begins with the init. */
  readonly died?: true;
  /** Its environment is one of provisioned concurrency. */
  readonly isProvisioned?: true;
  /** What its code asked for that AWS has and a rehearsal has not, during the init too. */
  readonly beyondSlice?: readonly string[];
}

/** An environment that was lost with its thread, or with the whole process. */
export interface LostEnvironment {
  readonly imageKey: string;
  readonly environmentId: string;
  readonly startedAt: Instant;
  /** Undefined: it was no more; its number is not given again. */
  readonly busyUntil: Instant | undefined;
  /** Its runtime process had ended. */
  readonly died?: true;
  readonly isProvisioned?: true;
}

/** Invocations that are done, in no promised order, and how far order is settled. */
export interface Chunk {
  readonly settled: readonly Settled[];
  /** Environments that are no more. */
  readonly discarded: readonly string[];
  /** Those that were handed over ahead and have not begun: they are to come again at their own instants. */
  readonly givenBack: readonly Pick<Invocation, 'requestId' | 'seq'>[];
  /** Every invocation of the run that is still to come ends at or after this instant. */
  readonly lowWater: Instant;
}

/** Invocations that follow those that a run began with. */
export interface Part {
  readonly invocations: readonly Invocation[];
  /** No further part follows. */
  readonly isLast: boolean;
}

export interface Runner {
  /** Puts the threads up before the first image comes, so that nobody waits for them then. */
  start(): void;
  /** Makes an image known; loading it again is free. */
  load(image: Image): void;
  /** Forgets an image and its environments. */
  unload(imageKey: string): void;
  /** Of the environments of an image that are provisioned concurrency, the image keeps so many. */
  keepProvisioned(imageKey: string, count: number): void;
  /**
   * Makes environments of loaded images again, before anything of theirs runs: free from the same instants on, with the
   * same ids. Their modules are new; the init is done again by the next invocation, without being seen.
   */
  adopt(environments: readonly LostEnvironment[]): void;
  /**
   * Runs invocations (may be none) and everything that was resumed, until each is settled or stands at a call to the cloud.
   * Chunks come while the workers go on with the rest. With `more`, a part of the run follows whenever little is left
   * to do, each later than the one before; when it is asked for is a matter of speed and must change nothing.
   */
  run(invocations: readonly Invocation[], more?: () => Part): AsyncIterable<Chunk>;
  /** The wire has received a call of this environment: it stands still at `at` until answered. */
  called(environmentId: string): void;
  /**
   * The wire has sent the answer, complete at `completesAt`: the environment goes on in the next `run`. `asked`: which
   * of its calls, as the engine was told of it, for a runner that stands before another.
   */
  answered(environmentId: string, completesAt: Instant, asked?: object): void;
  /** True while an environment stands at a call. */
  readonly callsInFlight: number;
  close(): Promise<void>;
}
