import { UserError } from '@unicorns/cloud';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { errorText } from '../aws/index.ts';
import type { Questions } from './questions.ts';
import { STACK_TYPE, type StackEventSeen, type StackSeen } from './snapshot.ts';

/** How an operation on a stack begins; a rollback belongs to the operation that it undoes. */
const BEGINS = new Set(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'IMPORT_IN_PROGRESS']);

/** Follows the events of one operation on a stack: the latest, or the next that begins. */
export class StackReader {
  readonly #questions: Questions;
  readonly #name: string;
  #id: string | undefined;
  #events: readonly StackEventSeen[] = [];
  /** The event that begins an earlier operation, which is not of interest. */
  #notFrom: string | undefined;

  constructor(questions: Questions, name: string) {
    this.#questions = questions;
    this.#name = name;
  }

  /** The name that CloudFormation knows the stack by, also where it was given as an ARN. */
  get name(): string {
    return this.#id === undefined ? this.#name : (/:stack\/([^/]+)\//.exec(this.#id)?.[1] ?? this.#name);
  }

  /** From now on, only an operation that begins later counts. Gives false when one is in progress: then that counts. */
  async waitForNext(): Promise<boolean> {
    const { status, events } = await this.read();
    if (status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS') return false;
    this.#notFrom = events[0]?.id;
    this.#events = [];
    return true;
  }

  /** The status is that of the newest event, so that events and status always agree. */
  async read(): Promise<StackSeen> {
    const { id, status: described } = await this.#describe();
    this.#id ??= id;
    const known = new Set(this.#events.map((event) => event.id));
    const fresh: StackEventSeen[] = [];
    let nextToken: string | undefined;
    let isComplete = false;
    do {
      const page = await this.#page(nextToken);
      for (const event of (page.StackEvents ?? []).map(seen)) {
        isComplete = known.has(event.id) || event.id === this.#notFrom;
        if (isComplete) break;
        fresh.push(event);
        isComplete = known.size === 0 && this.#begins(event);
        if (isComplete) break;
      }
      nextToken = page.NextToken;
    } while (!isComplete && nextToken !== undefined);
    this.#take(fresh.toReversed());
    const status = this.#events.findLast((event) => this.#isOfStack(event))?.status;
    return {
      name: this.name,
      status: status ?? (this.#notFrom === undefined ? described : WAITING),
      events: this.#events,
    };
  }

  /** Keeps one operation: what came before it began does not count, nor does another one that follows at once. */
  #take(fresh: readonly StackEventSeen[]): void {
    const events = [...this.#events, ...fresh];
    const begins = events.findIndex((event) => this.#begins(event));
    if (begins < 0 && this.#notFrom !== undefined) return;
    const next = events.findIndex((event, index) => index > begins && this.#begins(event));
    this.#events = events.slice(Math.max(begins, 0), next < 0 ? undefined : next);
  }

  #isOfStack({ resourceType, logicalId }: StackEventSeen): boolean {
    return resourceType === STACK_TYPE && logicalId === this.name;
  }

  #begins(event: StackEventSeen): boolean {
    return this.#isOfStack(event) && BEGINS.has(event.status);
  }

  async #describe(): Promise<{ readonly id: string; readonly status: string }> {
    if (this.#id !== undefined) return { id: this.#id, status: WAITING };
    const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
    const { account, needed } = this.#questions;
    const command = new DescribeStacksCommand({ StackName: this.#name });
    const { Stacks = [] } = await needed(`The stack ${this.#name}`, () =>
      account.cloudformation.send(command).catch((error: unknown) => {
        if (!/does not exist/.test(errorText(error))) throw error;
        throw new UserError(
          `There is no stack "${this.#name}" in ${account.place}. Check the name, and --region, --profile and --endpoint.`,
          { cause: error },
        );
      }),
    );
    return { id: Stacks[0]?.StackId ?? this.#name, status: Stacks[0]?.StackStatus ?? '' };
  }

  async #page(nextToken: string | undefined) {
    const { DescribeStackEventsCommand } = await import('@aws-sdk/client-cloudformation');
    const command = new DescribeStackEventsCommand({ StackName: this.#id, ...(nextToken && { NextToken: nextToken }) });
    return this.#questions.needed('The events of the stack', () =>
      this.#questions.account.cloudformation.send(command),
    );
  }
}

/** In progress as far as a watch is concerned: nothing has ended. */
const WAITING = 'WAITING_IN_PROGRESS';

function seen(event: StackEvent): StackEventSeen {
  return {
    id: event.EventId ?? '',
    at: event.Timestamp?.getTime() ?? 0,
    logicalId: event.LogicalResourceId ?? '',
    resourceType: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    ...(event.ResourceStatusReason !== undefined && { reason: event.ResourceStatusReason }),
  };
}
