/**
 * The closed union of what services can want. A fact is past tense and belongs to one service, the part of
 * its type before the dot; folding all facts in order rebuilds the world. A wake asks to be called again.
 * A call asks another service's API, with somebody's credentials, as on AWS.
 */
import type { Instant } from './instant.ts';
import type { Principal, ServiceName } from './contract.ts';
import type { ApiGatewayFact, ApiGatewayWake } from './services/apigateway/state.ts';
import type { CloudFormationFact, CloudFormationReplyTo, CloudFormationWake } from './services/cloudformation/state.ts';
import type { CloudWatchFact, CloudWatchWake } from './services/cloudwatch/state.ts';
import type { CodeDeployFact, CodeDeployReplyTo, CodeDeployWake } from './services/codedeploy/state.ts';
import type { EventsFact } from './services/events/state.ts';
import type { IamFact } from './services/iam/state.ts';
import type { LambdaFact, LambdaReplyTo, LambdaWake } from './services/lambda/state.ts';
import type { LogsFact, LogsWake } from './services/logs/state.ts';
import type { S3Fact } from './services/s3/state.ts';
import type { SnsFact } from './services/sns/state.ts';
import type { StsFact } from './services/sts/state.ts';

export type Fact =
  | ApiGatewayFact
  | CloudFormationFact
  | CloudWatchFact
  | CodeDeployFact
  | EventsFact
  | IamFact
  | LambdaFact
  | LogsFact
  | S3Fact
  | SnsFact
  | StsFact;

/** A wake names its service, so that world.ts can hand it back: `{ service: 'codedeploy', type: 'poll', … }`. */
export type Wake = ApiGatewayWake | CloudFormationWake | CloudWatchWake | CodeDeployWake | LambdaWake | LogsWake;

/** Where the answer of a call goes; names the service that asked. */
export type ReplyTo = CloudFormationReplyTo | CodeDeployReplyTo | LambdaReplyTo | EngineReplyTo;

/** The engine asked, for a caller outside the core: an SDK client, or a handler's environment. */
export interface EngineReplyTo {
  readonly service: 'engine';
  readonly callId: string;
}

export interface WakeEffect {
  readonly type: 'wake';
  readonly at: Instant;
  readonly wake: Wake;
}

export interface CallEffect {
  readonly type: 'call';
  readonly as: Principal;
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
  readonly replyTo?: ReplyTo;
  /** See CallAnswered. */
  readonly ranAgain?: true;
}

export type Effect = Fact | WakeEffect | CallEffect;
