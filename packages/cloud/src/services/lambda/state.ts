/**
 * What is true of Lambda: functions with their immutable versions and weighted aliases, the images that
 * environments run, and the invocations that are under way. `apply.ts` folds the facts below into it.
 */
import type { FilledText } from '../../filled-text.ts';
import type { Instant } from '../../instant.ts';
import type { Artifact } from '../../world-state.ts';
import { type Gauge, newGauge } from './gauge.ts';

export interface LambdaState {
  readonly functions: Map<string, FunctionRecord>;
  /** Everything that can run: one per published version, one per revision of $LATEST. */
  readonly images: Map<string, FunctionImage>;
  /** Invocations between their start and their end, by request id. */
  readonly inFlight: Map<string, InFlight>;
  /** Inits of provisioned concurrency that are under way, by an id of their own. */
  readonly initialising: Map<string, Initialising>;
  /** Events of asynchronous invocations until they are settled, by request id. */
  readonly asyncEvents: Map<string, AsyncEvent>;
  /** AWS/Lambda samples of minutes that have not ended, by function, qualifier and version. */
  readonly minutes: Map<string, MetricMinute>;
  /** Findings already told, by `rule function`. */
  readonly findings: Set<string>;
  /** Concurrent executions the account allows in the region. */
  readonly accountConcurrency: number;
  /** What all functions together have reserved of them. */
  readonly reserved: { total: number };
  /** Invocations that run: by function, those of functions without reserved concurrency, and all. */
  readonly running: { readonly ofFunction: Map<string, Gauge>; readonly unreserved: Gauge; readonly account: Gauge };
  /** Invocations that run, by function and qualifier of the call, and by these and the version. */
  readonly gauges: Map<string, Gauge>;
  /** How far functions have scaled, by function. */
  readonly scaling: Map<string, Scaling>;
  /** When the bucket of requests of a pool is full again, by the pool's name. */
  readonly requestRates: Map<string, number>;
}

/** L-LIM (D): 1,000 concurrent executions per region by default. */
export const ACCOUNT_CONCURRENCY = 1_000;

export function initialLambda(accountConcurrency = ACCOUNT_CONCURRENCY): LambdaState {
  return {
    functions: new Map(),
    images: new Map(),
    inFlight: new Map(),
    initialising: new Map(),
    asyncEvents: new Map(),
    minutes: new Map(),
    findings: new Set(),
    accountConcurrency,
    reserved: { total: 0 },
    running: { ofFunction: new Map(), unreserved: newGauge(), account: newGauge() },
    gauges: new Map(),
    scaling: new Map(),
    requestRates: new Map(),
  };
}

export interface Scaling {
  /** The most that have run at a time, and so the environments that are there. */
  readonly environments: number;
  /** When it may scale by the whole of its rate again. */
  readonly fullAt: number;
  readonly startedAt: number;
}

/** One function with everything that hangs on it. Only `apply.ts` writes to it. */
export interface FunctionRecord {
  readonly functionName: string;
  readonly functionArn: string;
  latest: FunctionRevision;
  /** Published versions by number. A deleted one is gone; its number is not given out again. */
  readonly versions: Map<string, FunctionRevision>;
  lastPublished: number;
  readonly aliases: Map<string, AliasRecord>;
  /** Resource policy statements by qualifier (empty for the function itself), then by statement id. */
  readonly permissions: Map<string, Map<string, PolicyStatement>>;
  /** By qualifier, `$LATEST` for the function itself. */
  readonly eventInvokeConfigs: Map<string, EventInvokeConfig>;
  /** Provisioned concurrency as it was asked for, by version or alias. */
  readonly provisionedConfigs: Map<string, ProvisionedConfig>;
  /** Provisioned concurrency as it is, by version; kept while there is any, or is to be. */
  readonly allocations: Map<string, Allocation>;
  reservedConcurrency: number | undefined;
  readonly tags: Map<string, string>;
  /** Where a call by each qualifier lands (empty: unqualified); worked out when something about it changes. */
  readonly targets: Map<string, Target>;
}

/** One route, or two among which each request is drawn. */
export interface Target {
  readonly primary: Route;
  readonly additional?: { readonly route: Route; readonly weight: number };
}

/** $LATEST as it is now, or a version as it will always be. */
export interface FunctionRevision {
  readonly version: string;
  readonly configuration: FunctionConfiguration;
  readonly code: FunctionCode;
  readonly description: string;
  readonly revisionId: string;
  readonly lastModifiedAt: Instant;
}

/** What a version freezes beside its code. */
export interface FunctionConfiguration {
  readonly roleArn: string;
  readonly packageType: 'Zip' | 'Image';
  /** Absent for container images. */
  readonly runtime?: string;
  readonly handler?: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logging: LoggingConfiguration;
  readonly architectures: readonly string[];
  readonly ephemeralStorageMb: number;
  readonly tracingMode: string;
  readonly deadLetterTargetArn?: string;
  /** Settings that are kept and shown but change nothing in a rehearsal (VpcConfig, Layers, KMSKeyArn …). */
  readonly recorded: Readonly<Record<string, unknown>>;
}

export interface LoggingConfiguration {
  readonly logFormat: 'Text' | 'JSON';
  readonly logGroup: string;
  /** Is the group another than `/aws/lambda/<function>`? Its streams are named differently then. */
  readonly customGroup: boolean;
  readonly applicationLogLevel: string;
  readonly systemLogLevel: string;
}

/** Where the files of a package are: an artifact of the world, or text written in a template. */
export type FunctionCode =
  | {
      readonly type: 'artifact';
      readonly bucket?: string;
      readonly key: string;
      readonly sha256: string;
      readonly sizeBytes: number;
    }
  | { readonly type: 'inline'; readonly text: string; readonly sha256: string; readonly sizeBytes: number }
  | { readonly type: 'image'; readonly imageUri: string; readonly sha256: string; readonly sizeBytes: 0 };

export interface AliasRecord {
  readonly name: string;
  readonly functionVersion: string;
  readonly additional?: AdditionalVersion;
  readonly description: string;
  readonly revisionId: string;
  /** Its traffic stays with the additional version until the provisioned concurrency of the new one is there. */
  readonly awaitsProvisioned?: true;
}

/** The one entry of AdditionalVersionWeights: this share of requests, 0 to 1; the rest goes to FunctionVersion. */
export interface AdditionalVersion {
  readonly version: string;
  readonly weight: number;
}

export interface ProvisionedConfig {
  readonly requested: number;
  readonly lastModifiedAt: Instant;
}

/** The environments of a version that are initialised ahead of its invocations. */
export interface Allocation {
  wanted: number;
  /** Environments that are there. */
  ready: number;
  /** Environments whose init is under way. */
  starting: number;
  /** Why no more of them come. */
  failure?: string;
}

export type PolicyStatement = Readonly<Record<string, unknown>> & { readonly Sid: string };

export interface EventInvokeConfig {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onSuccess?: string;
  readonly onFailure?: string;
  readonly lastModifiedAt: Instant;
}

/** A revision with the key that names it towards the runner. */
export interface FunctionImage {
  readonly key: string;
  readonly functionName: string;
  readonly revision: FunctionRevision;
}

/** A call by this qualifier that lands on this version: all that does not change from request to request. */
export interface Route {
  readonly image: FunctionImage;
  readonly functionName: string;
  readonly version: string;
  readonly qualifier: string | undefined;
  readonly invokedFunctionArn: string;
  /** Does the alias called split its traffic? */
  readonly weighted: boolean;
  /** Key of LambdaState.minutes. */
  readonly metricsKey: string;
  /** Those of the account, the function, the qualifier, and the qualifier with the version, as dimension sets go. */
  readonly gauges: readonly [Gauge, Gauge, Gauge, Gauge];
}

export interface InFlight {
  readonly started: InvocationStarted;
  readonly startedAt: Instant;
  readonly route: Route;
}

export interface Initialising {
  readonly started: ProvisionedInitStarted;
  readonly image: FunctionImage;
}

/** An asynchronous invocation's event in Lambda's own queue. */
export interface AsyncEvent {
  readonly requestId: string;
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly payload: string;
  readonly queuedAt: Instant;
  /** Times the code was run on it. */
  attempts: number;
  /** Times it was put back for want of concurrency. */
  throttles: number;
  lastEnd?: {
    readonly version: string;
    readonly functionError?: 'Unhandled';
    readonly payload: string;
  };
}

/** Samples of one (function, qualifier, version) in one minute, sent to CloudWatch when it ends. */
export interface MetricMinute {
  readonly minute: Instant;
  readonly route: Route;
  requests: number;
  errors: number;
  throttles: number;
  /** Duration in milliseconds → how many invocations took it. */
  readonly durations: Map<number, number>;
  /** Log streams of provisioned concurrency, and so environments, that ran something in it; and how many invocations. */
  readonly provisionedEnvironments: Set<string>;
  provisioned: number;
  /** Invocations that ran on demand, because provisioned concurrency was not there or busy. */
  spilledOver: number;
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
  /** One of a rehearsal's callers without a gateway: lambda:Invoke, RequestResponse. */
  | { readonly type: 'traffic'; readonly index: number }
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
  /** The event, as JSON text: `String(payload)` where it is to be read. */
  readonly payload: string | FilledText;
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
  /** When the request reached Lambda; on a cold start the handler begins later, after init. */
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
  /** It ran in an environment of provisioned concurrency; or not, although its version is to have some. */
  readonly provisioned?: 'used' | 'spillover';
  /** Real CPU time counted into durationMs because it passed the coarse threshold; breaks byte-identity. */
  readonly measuredMs?: number;
}

export type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'FunctionInvocationRateLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionInvocationRateLimitExceeded';

/** A request refused for want of concurrency, or for their rate: 429 for whoever waits, back to the queue for an asynchronous event. */
export interface InvocationThrottled {
  readonly type: 'lambda.InvocationThrottled';
  readonly requestId: string;
  readonly functionName: string;
  readonly version: string;
  readonly qualifier?: string;
  readonly source: InvocationSource;
  readonly reason: ThrottleReason;
}

/** A call of a rehearsal's traffic that Lambda answers with an error of its own: the function is not there. */
export interface InvocationRefused {
  readonly type: 'lambda.InvocationRefused';
  readonly requestId: string;
  readonly functionName: string;
  readonly qualifier: string;
  readonly code: string;
  readonly message: string;
}

export interface FunctionCreated {
  readonly type: 'lambda.FunctionCreated';
  readonly functionName: string;
  readonly functionArn: string;
  readonly configuration: FunctionConfiguration;
  readonly code: FunctionCode;
  readonly description: string;
  readonly revisionId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** $LATEST has new code, new configuration, or both. */
export interface FunctionUpdated {
  readonly type: 'lambda.FunctionUpdated';
  readonly functionName: string;
  readonly configuration: FunctionConfiguration;
  readonly code: FunctionCode;
  readonly description: string;
  readonly revisionId: string;
}

export interface FunctionDeleted {
  readonly type: 'lambda.FunctionDeleted';
  readonly functionName: string;
}

/** $LATEST, as it was at this moment, is now this version for good. */
export interface VersionPublished {
  readonly type: 'lambda.VersionPublished';
  readonly functionName: string;
  readonly version: string;
  readonly codeSha256: string;
  readonly description: string;
  readonly revisionId: string;
}

export interface VersionDeleted {
  readonly type: 'lambda.VersionDeleted';
  readonly functionName: string;
  readonly version: string;
}

interface AliasFact {
  readonly functionName: string;
  readonly aliasName: string;
  readonly functionVersion: string;
  readonly additional?: AdditionalVersion;
  readonly description: string;
  readonly revisionId: string;
  readonly awaitsProvisioned?: true;
}

export interface AliasCreated extends AliasFact {
  readonly type: 'lambda.AliasCreated';
}

export interface AliasUpdated extends AliasFact {
  readonly type: 'lambda.AliasUpdated';
}

export interface AliasDeleted {
  readonly type: 'lambda.AliasDeleted';
  readonly functionName: string;
  readonly aliasName: string;
}

export interface PermissionAdded {
  readonly type: 'lambda.PermissionAdded';
  readonly functionName: string;
  /** Empty for the function itself. */
  readonly qualifier: string;
  readonly statement: PolicyStatement;
}

export interface PermissionRemoved {
  readonly type: 'lambda.PermissionRemoved';
  readonly functionName: string;
  readonly qualifier: string;
  readonly statementId: string;
}

export interface EventInvokeConfigPut {
  readonly type: 'lambda.EventInvokeConfigPut';
  readonly functionName: string;
  readonly qualifier: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onSuccess?: string;
  readonly onFailure?: string;
}

export interface ProvisionedConcurrencyPut {
  readonly type: 'lambda.ProvisionedConcurrencyPut';
  readonly functionName: string;
  readonly qualifier: string;
  readonly requested: number;
}

export interface ProvisionedConcurrencyDeleted {
  readonly type: 'lambda.ProvisionedConcurrencyDeleted';
  readonly functionName: string;
  readonly qualifier: string;
}

/** A version is to have so many environments of provisioned concurrency from now on. */
export interface ProvisionedConcurrencyWanted {
  readonly type: 'lambda.ProvisionedConcurrencyWanted';
  readonly functionName: string;
  readonly version: string;
  readonly imageKey: string;
  readonly count: number;
}

export interface ProvisionedInitStarted {
  readonly type: 'lambda.ProvisionedInitStarted';
  readonly initId: string;
  readonly functionName: string;
  readonly version: string;
  readonly imageKey: string;
}

export interface ProvisionedInitEnded {
  readonly type: 'lambda.ProvisionedInitEnded';
  readonly initId: string;
  readonly functionName: string;
  readonly version: string;
  readonly outcome: 'success' | 'error' | 'timeout';
  readonly initDurationMs: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly lines: readonly LogLine[];
}

export interface EventInvokeConfigDeleted {
  readonly type: 'lambda.EventInvokeConfigDeleted';
  readonly functionName: string;
  readonly qualifier: string;
}

/** `reserved` absent: the function shares the account's concurrency again. */
export interface ConcurrencyPut {
  readonly type: 'lambda.ConcurrencyPut';
  readonly functionName: string;
  readonly reserved?: number;
}

export interface FunctionTagged {
  readonly type: 'lambda.FunctionTagged';
  readonly functionName: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

/** An event is accepted (202) and waits in Lambda's own queue. */
export interface AsyncEventQueued {
  readonly type: 'lambda.AsyncEventQueued';
  readonly requestId: string;
  readonly functionName: string;
  readonly qualifier?: string;
  readonly payload: string;
}

export type DestinationCondition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/** An event leaves the queue: handled, or given up. */
export interface AsyncEventSettled {
  readonly type: 'lambda.AsyncEventSettled';
  readonly requestId: string;
  readonly functionName: string;
  readonly condition: DestinationCondition;
  readonly attempts: number;
}

/** A record was sent to a destination, or an event to a dead-letter target. */
export interface DestinationDelivered {
  readonly type: 'lambda.DestinationDelivered';
  readonly requestId: string;
  readonly functionName: string;
  readonly destination: string;
  readonly purpose: 'OnSuccess' | 'OnFailure' | 'DeadLetter';
  /** The document, as JSON text. */
  readonly document: string;
}

export interface DestinationFailed {
  readonly type: 'lambda.DestinationFailed';
  readonly requestId: string;
  readonly functionName: string;
  readonly destination: string;
  readonly code: string;
  readonly message: string;
}

/** The samples of this minute have gone to CloudWatch. */
export interface MetricsSent {
  readonly type: 'lambda.MetricsSent';
  readonly minute: Instant;
}

/** Something a reader of the rehearsal should know; told once per rule and function. */
export interface FindingNoticed {
  readonly type: 'lambda.FindingNoticed';
  readonly rule: string;
  readonly functionName: string;
  readonly text: string;
}

/** A version's code asked for something that AWS has and this cloud has not; told once for each version. */
export interface SliceLeft {
  readonly type: 'lambda.SliceLeft';
  readonly functionName: string;
  readonly version: string;
  /** `dynamodb:GetItem`, `the host example.com:443`. */
  readonly what: string;
}

/** The files of an archive, under a key of its content: what images and versions are made of from now on. */
export interface PackageStored {
  readonly type: 'lambda.PackageStored';
  readonly artifact: Artifact;
}

export const sliceKey = (functionName: string, version: string, what: string): string =>
  `outside-the-slice ${functionName}:${version} ${what}`;

export type LambdaFact =
  | InvocationStarted
  | InvocationEnded
  | InvocationThrottled
  | InvocationRefused
  | FunctionCreated
  | FunctionUpdated
  | FunctionDeleted
  | VersionPublished
  | VersionDeleted
  | AliasCreated
  | AliasUpdated
  | AliasDeleted
  | PermissionAdded
  | PermissionRemoved
  | EventInvokeConfigPut
  | EventInvokeConfigDeleted
  | ConcurrencyPut
  | ProvisionedConcurrencyPut
  | ProvisionedConcurrencyDeleted
  | ProvisionedConcurrencyWanted
  | ProvisionedInitStarted
  | ProvisionedInitEnded
  | FunctionTagged
  | AsyncEventQueued
  | AsyncEventSettled
  | DestinationDelivered
  | DestinationFailed
  | MetricsSent
  | PackageStored
  | SliceLeft
  | FindingNoticed;

export type LambdaWake =
  /** The event's next attempt is due. */
  | { readonly service: 'lambda'; readonly type: 'retryAsyncEvent'; readonly requestId: string }
  /** Environments of provisioned concurrency are initialised, as many as are missing by now. */
  | {
      readonly service: 'lambda';
      readonly type: 'allocateProvisioned';
      readonly functionName: string;
      readonly version: string;
    }
  /** The minute has ended: its samples go to CloudWatch. */
  | { readonly service: 'lambda'; readonly type: 'sendMetrics'; readonly minute: Instant };

/** The answer of a destination function's Invoke. */
export interface LambdaReplyTo {
  readonly service: 'lambda';
  readonly type: 'destination';
  readonly requestId: string;
  readonly functionName: string;
  readonly destination: string;
  readonly purpose: 'OnSuccess' | 'OnFailure';
  readonly document: string;
}
