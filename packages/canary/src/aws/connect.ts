/** The SDK's clients, loaded when a command needs them: other commands start without them. */
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { AccountOptions } from './account-options.ts';
import { CloudClock } from './cloud-clock.ts';

export interface Account {
  /** For messages: an endpoint, or a region. */
  readonly place: string;
  readonly clock: CloudClock;
  readonly codedeploy: CodeDeployClient;
  readonly cloudformation: CloudFormationClient;
  readonly cloudwatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly lambda: LambdaClient;
}

/** One attempt at a time: whoever calls retries, and says so. A host that keeps silent is given up on. */
const ONE_ATTEMPT = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Credentials come from the SDK's default chain. No call is made yet. */
export async function connect(options: AccountOptions, environment: Environment = process.env): Promise<Account> {
  const [codedeploy, cloudformation, cloudwatch, logs, lambda] = await Promise.all([
    import('@aws-sdk/client-codedeploy'),
    import('@aws-sdk/client-cloudformation'),
    import('@aws-sdk/client-cloudwatch'),
    import('@aws-sdk/client-cloudwatch-logs'),
    import('@aws-sdk/client-lambda'),
  ]);
  const clock = new CloudClock();
  const settings = { ...ONE_ATTEMPT, ...settingsOf(options, environment) };
  const endpoint = options.endpoint ?? environment['AWS_ENDPOINT_URL'];
  return {
    place: endpoint ?? ('region' in settings ? settings.region : undefined) ?? "the profile's region",
    clock,
    codedeploy: heard(new codedeploy.CodeDeployClient(settings), clock),
    cloudformation: heard(new cloudformation.CloudFormationClient(settings), clock),
    cloudwatch: heard(new cloudwatch.CloudWatchClient(settings), clock),
    logs: heard(new logs.CloudWatchLogsClient(settings), clock),
    lambda: heard(new lambda.LambdaClient(settings), clock),
  };
}

/** The AWS CLI knows the region under two names of the environment, the SDK under one. */
export function settingsOf({ endpoint, profile, region }: AccountOptions, environment: Environment) {
  const place = region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
    ...(place !== undefined && place !== '' && { region: place }),
  };
}

/** The part of every client's middleware stack that is needed here. */
interface Heard {
  readonly middlewareStack: {
    add(middleware: (next: Next) => Next, options: { step: 'deserialize'; name: string; priority: 'low' }): void;
  };
}
type Next = (args: never) => Promise<{ readonly response: unknown }>;

/** Nearest to the wire, so that an error's headers are heard as well. */
function heard<C>(client: C, clock: CloudClock): C {
  const listen =
    (next: Next): Next =>
    async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      if (headers !== undefined) clock.hear(headers);
      return result;
    };
  // Each client's stack is typed by its own inputs and outputs; what is added here looks at neither.
  (client as Heard).middlewareStack.add(listen, { step: 'deserialize', name: 'cloudClock', priority: 'low' });
  return client;
}
