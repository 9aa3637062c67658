/** Everything that is true in the cloud at an instant. Services read it; only their `apply` changes it. */
import type { Assumptions } from './assumptions.ts';
import type { Random } from './random.ts';
import type { ApiGatewayState } from './services/apigateway/state.ts';
import type { CloudFormationState } from './services/cloudformation/state.ts';
import type { CloudWatchState } from './services/cloudwatch/state.ts';
import type { CodeDeployState } from './services/codedeploy/state.ts';
import type { EventsState } from './services/events/state.ts';
import type { IamState } from './services/iam/state.ts';
import type { LambdaState } from './services/lambda/state.ts';
import type { LogsState } from './services/logs/state.ts';
import type { S3State } from './services/s3/state.ts';
import type { SnsState } from './services/sns/state.ts';
import type { StsState } from './services/sts/state.ts';

export interface World {
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly random: Random;
  readonly assumptions: Assumptions;
  /** How many effects have been applied: makes ids unique, `world.random.uuid('ids', `${world.applied}:x`)`. */
  readonly applied: number;
  /** Files by content hash: what S3 and a deployment package hold. */
  readonly artifacts: ReadonlyMap<string, Artifact>;

  readonly apigateway: ApiGatewayState;
  readonly cloudformation: CloudFormationState;
  readonly cloudwatch: CloudWatchState;
  readonly codedeploy: CodeDeployState;
  readonly events: EventsState;
  readonly iam: IamState;
  readonly lambda: LambdaState;
  readonly logs: LogsState;
  readonly s3: S3State;
  readonly sns: SnsState;
  readonly sts: StsState;
}

/** A deployment package: path inside the package → bytes. `sha256` is over the content, in base64 (CodeSha256). */
export interface Artifact {
  readonly key: string;
  readonly sha256: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** `arn:aws:lambda:us-east-1:123456789012:function:list` */
export const arn = (world: World, service: string, resource: string): string =>
  `arn:${world.partition}:${service}:${world.region}:${world.accountId}:${resource}`;
