import type { Questions } from './questions.ts';
import type { DeploymentSeen, HookLog, LifecycleEventSeen } from './snapshot.ts';

/** Written or stamped a little before its event began, or after it ended, a line still belongs to it. */
const SLACK_MS = 5_000;
const MOST_LINES = 1_000;

/** Reads what the functions behind failed lifecycle events wrote. A log without a line is asked for again. */
export class HookLogReader {
  readonly #questions: Questions;
  readonly #logs = new Map<string, HookLog>();

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  async read(deployments: readonly DeploymentSeen[]): Promise<readonly HookLog[]> {
    for (const deployment of deployments) {
      for (const event of deployment.target?.lifecycle ?? []) {
        const functionName = deployment.hooks[event.name];
        if (event.status !== 'Failed' || functionName === undefined) continue;
        const key = `${deployment.id} ${event.name}`;
        if ((this.#logs.get(key)?.lines.length ?? 0) > 0) continue;
        const lines = await this.#lines(functionName, event);
        if (lines !== undefined) {
          this.#logs.set(key, { deploymentId: deployment.id, event: event.name, functionName, lines });
        }
      }
    }
    return [...this.#logs.values()];
  }

  async #lines(
    functionName: string,
    { startedAt, endedAt }: LifecycleEventSeen,
  ): Promise<readonly string[] | undefined> {
    const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const { account, wanted } = this.#questions;
    const logGroupName = await this.#logGroup(functionName);
    const lines: string[] = [];
    let nextToken: string | undefined;
    do {
      const command = new FilterLogEventsCommand({
        logGroupName,
        ...(startedAt !== undefined && { startTime: startedAt - SLACK_MS }),
        ...(endedAt !== undefined && { endTime: endedAt + SLACK_MS }),
        ...(nextToken && { nextToken }),
      });
      const page = await wanted(`The log of ${functionName}`, () => account.logs.send(command));
      if (page === undefined) return undefined;
      for (const { message = '' } of page.events ?? []) lines.push(message.trimEnd());
      nextToken = page.nextToken;
    } while (nextToken !== undefined && lines.length < MOST_LINES);
    return lines;
  }

  /** The function's own setting, else Lambda's default. */
  async #logGroup(functionName: string): Promise<string> {
    const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
    const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
    const { account, wanted } = this.#questions;
    const answer = await wanted(`The function ${functionName}`, () => account.lambda.send(command));
    return answer?.LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`;
  }
}
