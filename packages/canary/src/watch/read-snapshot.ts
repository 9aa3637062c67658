import type { Questions } from './questions.ts';
import { AlarmReader } from './read-alarms.ts';
import { readAliases } from './read-aliases.ts';
import { DeploymentReader } from './read-deployments.ts';
import { hookFinder } from './read-hooks.ts';
import { HookLogReader } from './read-hook-logs.ts';
import { StackReader } from './read-stack.ts';
import type { Snapshot, StackSeen } from './snapshot.ts';

/** What is watched: one operation on a stack with all its deployments, or one deployment with its rollback. */
export type Subject =
  | { readonly type: 'stack'; readonly name: string; readonly isNext: boolean }
  | { readonly type: 'deployment'; readonly id: string };

/** Asks for everything that a watch shows. The order matters: what is asked later is never older. */
export class SnapshotReader {
  readonly #questions: Questions;
  readonly #subject: Subject;
  readonly #stack: StackReader | undefined;
  readonly #deployments: DeploymentReader;
  readonly #alarms: AlarmReader;
  readonly #hookLogs: HookLogReader;

  constructor(questions: Questions, subject: Subject) {
    this.#questions = questions;
    this.#subject = subject;
    const stack = subject.type === 'stack' ? new StackReader(questions, subject.name) : undefined;
    this.#stack = stack;
    const stackOf = async (functionName: string): Promise<string | undefined> =>
      stack?.name ?? (await this.#stackWith(functionName));
    this.#deployments = new DeploymentReader(questions, hookFinder(questions, stackOf));
    this.#alarms = new AlarmReader(questions);
    this.#hookLogs = new HookLogReader(questions);
  }

  /** Gives false when there is nothing to wait for: an operation is in progress, or a single deployment is watched. */
  async begin(): Promise<boolean> {
    return this.#subject.type === 'stack' && this.#subject.isNext && (await this.#stack?.waitForNext()) === true;
  }

  async read(): Promise<Snapshot> {
    const stack = await this.#stack?.read();
    const ids = this.#subject.type === 'deployment' ? [this.#subject.id] : deploymentIds(stack);
    const deployments = await this.#deployments.read(ids);
    const hookLogs = await this.#hookLogs.read(deployments);
    const aliases = await readAliases(this.#questions, deployments);
    const alarms = await this.#alarms.read(deployments);
    const at = this.#questions.account.clock.now;
    return { at, ...(stack && { stack }), deployments, aliases, alarms, hookLogs };
  }

  async #stackWith(functionName: string): Promise<string | undefined> {
    const { DescribeStackResourcesCommand } = await import('@aws-sdk/client-cloudformation');
    const { account, wanted } = this.#questions;
    const command = new DescribeStackResourcesCommand({ PhysicalResourceId: functionName });
    const answer = await wanted(`The stack of ${functionName}`, () => account.cloudformation.send(command));
    return answer?.StackResources?.[0]?.StackName;
  }
}

/** CloudFormation names its deployments in the reasons of the alias' events. Source: codedeploy reference 4.2, 4.3 (T2). */
export function deploymentIds(stack: StackSeen | undefined): readonly string[] {
  const reasons = stack?.events.map(({ reason = '' }) => reason) ?? [];
  const found = reasons.flatMap(
    (reason) => /CodeDeploy (?:rollback )?deployment started: (d-[A-Z0-9]+)/.exec(reason)?.[1] ?? [],
  );
  return [...new Set(found)];
}
