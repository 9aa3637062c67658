/**
 * What a service of the cloud is. Every folder under services/ has the same rooms:
 *
 *   state.ts       what is true: State, Facts, Wakes, and `apply`, the only place that changes State
 *   <happening>.ts one file per behaviour: pure functions of (world, input, now) that return effects
 *   operations.ts  what can be asked over the API: one entry per AWS operation, named as AWS names it
 *   index.ts       the only door
 *
 * The core is synchronous and pure: no await, clock, randomness, environment or console in here. Services
 * do not call each other. They return effects; world.ts applies them.
 */
import type { Effect, Fact, ReplyTo, Wake } from './effects.ts';
import type { Instant } from './instant.ts';
import type { World } from './world-state.ts';

export type ServiceName =
  | 'apigateway'
  | 'cloudformation'
  | 'cloudwatch'
  | 'codedeploy'
  | 'iam'
  | 'lambda'
  | 'logs'
  | 'sns'
  | 's3'
  | 'sts'
  | 'events';

/** Who makes an API call. `root` is the account's owner and is never refused. */
export type Principal =
  | { readonly type: 'root' }
  | { readonly type: 'role'; readonly roleArn: string; readonly sessionName: string };

export const ROOT: Principal = { type: 'root' };

/** What an operation is told about the call it answers. */
export interface CallContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly now: Instant;
}

/**
 * What an operation answers: an output with the facts that make it true, or (for a synchronous Lambda
 * invocation) the id of the invocation whose end will bring the output.
 * Failure is a thrown AwsError; nothing is applied then.
 */
export type Answer =
  | { readonly output: object; readonly effects: readonly Effect[] }
  | { readonly awaitsInvocation: string; readonly effects: readonly Effect[] };

export interface Operation {
  /** The IAM action, `lambda:UpdateAlias`. */
  readonly action: string;
  /** Where the action hangs on the input: getting a version of an object needs more than getting the object. */
  actionOf?(input: never): string;
  /** False for what nobody can be denied: sts:GetCallerIdentity. */
  readonly needsPermission?: false;
  /** The ARN that identity policies are matched with; `*` where the action has no resource-level permissions. */
  resource(world: World, input: never, call: CallContext): string;
  run(world: World, input: never, call: CallContext): Answer;
}

/** Gives an operation its types: `operation<GetAliasRequest>({ action, resource, run })`. */
export function operation<I>(it: {
  readonly action: string;
  actionOf?(input: I): string;
  readonly needsPermission?: false;
  resource(world: World, input: I, call: CallContext): string;
  run(world: World, input: I, call: CallContext): Answer;
}): Operation {
  return it as Operation;
}

/** The result of a call that a service made: AWS's answer, or AWS's error. */
export type Reply =
  | { readonly ok: true; readonly output: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** What a service does when something has happened elsewhere; keyed by the fact's type. */
export type Reactions = {
  readonly [T in Fact['type']]?: (world: World, fact: Extract<Fact, { type: T }>, now: Instant) => readonly Effect[];
};

export interface Service {
  readonly name: ServiceName;
  /** Folds one of the service's own facts into its state. No decision is taken here. */
  apply(world: World, fact: never, at: Instant): void;
  /** A wake of this service is due. */
  wake?(world: World, wake: never, now: Instant): readonly Effect[];
  /** A call that this service made with `replyTo` has been answered. */
  replied?(world: World, replyTo: never, reply: Reply, now: Instant): readonly Effect[];
  readonly reactions?: Reactions;
  readonly operations: Readonly<Record<string, Operation>>;
}

export type { Effect, Fact, ReplyTo, Wake };
