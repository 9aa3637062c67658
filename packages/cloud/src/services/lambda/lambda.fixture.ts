/**
 * A cloud of Lambda and Logs alone, for tests: calls operations, applies effects, keeps time, and settles
 * invocations as a runner would.
 */
import { AwsError } from '../../aws-error.ts';
import { DEFAULT_ASSUMPTIONS, type Assumptions } from '../../assumptions.ts';
import type { CallEffect, Effect, Fact, Wake } from '../../effects.ts';
import { after, Instant } from '../../instant.ts';
import type { Mutable } from '../../mutable.ts';
import { createRandom } from '../../random.ts';
import type { Settled } from '../../runner/index.ts';
import { ROOT, type Answer, type Service } from '../../contract.ts';
import { Timeline } from '../../timeline.ts';
import type { Artifact, World } from '../../world-state.ts';
import type { Datapoint } from '../cloudwatch/state.ts';
import { initialIam } from '../iam/index.ts';
import { initialLogs, service as logs } from '../logs/index.ts';
import { initialS3 } from '../s3/index.ts';
import { endInvocation, initialLambda, service as lambda } from './index.ts';
import type { InvocationStarted } from './state.ts';

export const START = Instant(Date.parse('2026-11-23T10:00:00.000Z'));
export const ROLE = 'arn:aws:iam::123456789012:role/list';
export const ENVIRONMENT = '0123456789abcdef0123456789abcdef';

const artifact = (key: string, text: string): [string, Artifact] => [
  key,
  { key, sha256: `sha-of-${key}`, files: new Map([['index.mjs', new TextEncoder().encode(text)]]) },
];

export class LambdaCloud {
  readonly world: World;
  readonly timeline = new Timeline<Wake>(START);
  readonly facts: Fact[] = [];
  /** The instant at which each fact was applied. */
  readonly instants: Instant[] = [];
  readonly datapoints: Datapoint[] = [];
  readonly #services = new Map<string, Service>([
    ['lambda', lambda],
    ['logs', logs],
  ]);

  constructor(assumptions: Partial<Assumptions> = {}, accountConcurrency?: number) {
    // Services that Lambda never reads are left out of this world.
    this.world = {
      region: 'us-east-1',
      accountId: '123456789012',
      partition: 'aws',
      random: createRandom(1),
      assumptions: { ...DEFAULT_ASSUMPTIONS, ...assumptions },
      applied: 0,
      artifacts: new Map([
        artifact('a', 'export const a = 1;'),
        artifact('b', 'export const b = 2;'),
        artifact('c', ''),
      ]),
      lambda: initialLambda(accountConcurrency),
      logs: initialLogs(),
      s3: initialS3(),
      iam: initialIam(),
    } as unknown as World;
  }

  get now(): Instant {
    return this.timeline.now;
  }

  /** Calls an operation as the account's owner and applies what it wants. */
  call(name: string, input: object, requestId = `request-${this.facts.length}`): Readonly<Record<string, unknown>> {
    const operation = lambda.operations[name];
    if (operation === undefined) throw new Error(`Lambda has no operation ${name}`);
    const context = { principal: ROOT, requestId, now: this.now };
    operation.resource(this.world, input as never, context);
    const answer: Answer = operation.run(this.world, input as never, context);
    this.perform(answer.effects);
    return 'output' in answer ? { ...answer.output } : { awaitsInvocation: answer.awaitsInvocation };
  }

  perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'wake') this.timeline.schedule(effect.at, effect.wake);
      else if (effect.type === 'call') this.#callBetweenServices(effect);
      else this.#fact(effect);
    }
  }

  /** Lets time pass; wakes of Lambda and Logs happen at their instants. */
  advance(ms: number): void {
    const target = after(this.now, ms);
    while (this.timeline.nextDue !== undefined && this.timeline.nextDue <= target) {
      const wake = this.timeline.take();
      const service = wake && this.#services.get(wake.service);
      if (wake !== undefined) this.perform(service?.wake?.(this.world, wake as never, this.now) ?? []);
    }
    this.timeline.moveTo(target);
  }

  /** The invocations that have started and not ended, in order. */
  get running(): readonly InvocationStarted[] {
    return [...this.world.lambda.inFlight.values()].map(({ started }) => started);
  }

  /** Ends an invocation as the runner would; 2.5 ms and success unless told otherwise. */
  settle(requestId: string, how: Partial<Settled> = {}): void {
    const arrivedAt = this.world.lambda.inFlight.get(requestId)?.startedAt ?? this.now;
    const startedAt = after(arrivedAt, Math.ceil(how.initDurationMs ?? 0));
    const durationMs = how.durationMs ?? 2.5;
    const endedAt = after(startedAt, Math.ceil(durationMs));
    const settled: Settled = {
      requestId,
      seq: 0,
      startedAt,
      endedAt,
      durationMs,
      outcome: 'success',
      payload: '{"statusCode":200}',
      environmentId: ENVIRONMENT,
      environmentStartedAt: arrivedAt,
      lines: [],
      maxMemoryUsedMb: 70,
      ...how,
    };
    if (settled.endedAt > this.now) this.advance(settled.endedAt - this.now);
    this.perform(endInvocation(this.world, settled, this.now));
  }

  /** The last fact of a type. */
  last<T extends Fact['type']>(type: T): Extract<Fact, { type: T }> {
    const fact = this.facts.findLast((it) => it.type === type);
    if (fact === undefined) throw new Error(`there is no ${type}`);
    return fact as Extract<Fact, { type: T }>;
  }

  #fact(fact: Fact): void {
    this.facts.push(fact);
    this.instants.push(this.now);
    if (fact.type === 'cloudwatch.DatapointsRecorded') return void this.datapoints.push(...fact.datapoints);
    const owner = this.#services.get(fact.type.slice(0, fact.type.indexOf('.')));
    owner?.apply(this.world, fact as never, this.now);
    (this.world as Mutable<World>).applied += 1;
    for (const { reactions } of this.#services.values())
      this.perform(reactions?.[fact.type]?.(this.world, fact as never, this.now) ?? []);
  }

  #callBetweenServices({ operation, input, replyTo }: CallEffect): void {
    const reply = this.#attempt(operation, input);
    if (replyTo?.service === 'lambda')
      this.perform(lambda.replied?.(this.world, replyTo as never, reply, this.now) ?? []);
  }

  #attempt(operation: string, input: object) {
    try {
      return { ok: true, output: this.call(operation, input) } as const;
    } catch (error) {
      if (error instanceof AwsError) return { ok: false, code: error.code, message: error.message } as const;
      throw error;
    }
  }
}

/** A cloud with the function `list`: code `a`, version 1 published, alias `live` on it. */
export function cloudWithList(
  more: object = {},
  assumptions: Partial<Assumptions> = {},
  accountConcurrency?: number,
): LambdaCloud {
  const cloud = new LambdaCloud(assumptions, accountConcurrency);
  cloud.call('CreateFunction', createInput('list', more));
  cloud.call('PublishVersion', { FunctionName: 'list' });
  cloud.call('CreateAlias', { FunctionName: 'list', Name: 'live', FunctionVersion: '1' });
  return cloud;
}

export const createInput = (functionName: string, more: object = {}) => ({
  FunctionName: functionName,
  Role: ROLE,
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Code: { S3Bucket: 'artifacts', S3Key: 'a' },
  ...more,
});

/** New code, published: the version's number. */
export function publishCode(cloud: LambdaCloud, key: string): string {
  cloud.call('UpdateFunctionCode', { FunctionName: 'list', S3Bucket: 'artifacts', S3Key: key });
  return String(cloud.call('PublishVersion', { FunctionName: 'list' })['Version']);
}

/** What AWS answers instead: `ResourceNotFoundException 404 Function not found: …`. */
export function refusalOf(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (error instanceof AwsError) return `${error.code} ${error.status} ${error.message}`;
    throw error;
  }
  return 'no refusal';
}
