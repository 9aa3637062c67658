/**
 * The state of all services and the one place where effects are applied. A fact is folded into its owner's
 * state, written to the journal, and told to the services that react to it; a wake goes to the timeline; a call
 * is authorized, answered, and its answer handed back. Depth first: what an effect causes comes before its next
 * sibling.
 */
import { AwsError } from './aws-error.ts';
import type { Assumptions } from './assumptions.ts';
import type { CallEffect, Effect, EngineReplyTo, Fact, ReplyTo, Wake } from './effects.ts';
import type { Instant } from './instant.ts';
import type { Mutable } from './mutable.ts';
import { Journal } from './journal.ts';
import type { Random } from './random.ts';
import type { Answer, CallContext, Reply, Service, ServiceName } from './contract.ts';
import { initialApiGateway, service as apigateway } from './services/apigateway/index.ts';
import { initialCloudFormation, service as cloudformation } from './services/cloudformation/index.ts';
import { initialCloudWatch, service as cloudwatch } from './services/cloudwatch/index.ts';
import { initialCodeDeploy, service as codedeploy } from './services/codedeploy/index.ts';
import { initialEvents, service as events } from './services/events/index.ts';
import { authorize, initialIam, service as iam } from './services/iam/index.ts';
import { initialLambda, invokeOutput, service as lambda, tooManyRequests } from './services/lambda/index.ts';
import { initialLogs, service as logs } from './services/logs/index.ts';
import { initialS3, service as s3 } from './services/s3/index.ts';
import { initialSns, service as sns } from './services/sns/index.ts';
import { initialSts, service as sts } from './services/sts/index.ts';
import type { Timeline } from './timeline.ts';
import type { Artifact, World } from './world-state.ts';

export const SERVICES: readonly Service[] = [
  apigateway,
  cloudformation,
  cloudwatch,
  codedeploy,
  events,
  iam,
  lambda,
  logs,
  s3,
  sns,
  sts,
];

/** Whether an operation, by AWS's names (`codedeploy`, `StopDeployment`), is in the slice. */
export const emulates = (service: string, operation: string): boolean =>
  Object.hasOwn(SERVICES.find(({ name }) => name === service)?.operations ?? {}, operation);

/** Whom a type of fact concerns. */
interface Concerned {
  readonly owner: Service;
  readonly reactors: readonly Reactor[];
}

type Reactor = (world: World, fact: Fact, now: Instant) => readonly Effect[];

export interface WorldOptions {
  readonly region: string;
  readonly accountId: string;
  readonly accountConcurrency?: number;
  readonly random: Random;
  readonly assumptions: Assumptions;
}

export const initialWorld = ({ region, accountId, accountConcurrency, random, assumptions }: WorldOptions): World => ({
  region,
  accountId,
  partition: 'aws',
  random,
  assumptions,
  applied: 0,
  artifacts: new Map<string, Artifact>(),
  apigateway: initialApiGateway(),
  cloudformation: initialCloudFormation(),
  cloudwatch: initialCloudWatch(),
  codedeploy: initialCodeDeploy(),
  events: initialEvents(),
  iam: initialIam(),
  lambda: initialLambda(accountConcurrency),
  logs: initialLogs(),
  s3: initialS3(),
  sns: initialSns(),
  sts: initialSts(),
});

/** Each service has its own word and status for it. Source: botocore service models, IAM user guide: access denied (D). */
function denied(service: ServiceName, message: string): AwsError {
  if (service === 'cloudwatch') return new AwsError('AccessDenied', message, 400);
  if (['cloudformation', 'iam', 's3', 'sts'].includes(service)) return new AwsError('AccessDenied', message, 403);
  if (service === 'sns') return new AwsError('AuthorizationError', message, 403);
  return new AwsError('AccessDeniedException', message, service === 'lambda' ? 403 : 400);
}

export type EngineReply = (to: EngineReplyTo, reply: Reply | { readonly ok: false; readonly error: AwsError }) => void;

export class Applier {
  readonly world: World;
  readonly journal = new Journal();
  readonly #timeline: Timeline<Wake>;
  readonly #services = new Map<string, Service>(SERVICES.map((each) => [each.name, each]));
  readonly #concerned = new Map<string, Concerned>();
  /** Synchronous invocations whose end brings the answer of a call. */
  readonly #awaiting = new Map<string, ReplyTo | undefined>();
  readonly #toEngine: EngineReply;

  constructor(world: World, timeline: Timeline<Wake>, toEngine: EngineReply) {
    this.world = world;
    this.#timeline = timeline;
    this.#toEngine = toEngine;
  }

  perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'wake':
          this.#timeline.schedule(effect.at, effect.wake);
          this.journal.append(this.#timeline.now, effect);
          break;
        case 'call':
          this.#call(effect);
          break;
        default:
          this.#fact(effect);
      }
    }
  }

  /** Hands a due wake to its service. */
  wake(wake: Wake): void {
    const service = this.#services.get(wake.service);
    if (service?.wake === undefined) throw new Error(`no service takes the wake ${JSON.stringify(wake)}`);
    this.perform(service.wake(this.world, wake as never, this.#timeline.now));
  }

  #fact(fact: Fact): void {
    const now = this.#timeline.now;
    const { owner, reactors } = this.#concerned.get(fact.type) ?? this.#learn(fact.type);
    owner.apply(this.world, fact as never, now);
    (this.world as Mutable<World>).applied++;
    this.journal.append(now, fact);
    for (const react of reactors) {
      const effects = react(this.world, fact, now);
      if (effects.length > 0) this.perform(effects);
    }
    if (fact.type === 'lambda.InvocationEnded') {
      this.#awaited(fact.requestId, (to) =>
        this.#reply(to, { ok: true, output: { ...invokeOutput(this.world, fact) } }),
      );
    } else if (fact.type === 'lambda.InvocationThrottled') {
      this.#awaited(fact.requestId, (to) => this.#refuse(to, tooManyRequests(fact.reason)));
    }
  }

  /** The invocation that a call waits for has ended one way or the other. */
  #awaited(requestId: string, answer: (to: ReplyTo | undefined) => void): void {
    if (!this.#awaiting.has(requestId)) return;
    const replyTo = this.#awaiting.get(requestId);
    this.#awaiting.delete(requestId);
    answer(replyTo);
  }

  #call(call: CallEffect): void {
    const answer = this.#attempt(call);
    if (answer instanceof AwsError) {
      this.#answered(call, answer);
      return this.#refuse(call.replyTo, answer);
    }
    this.#answered(call);
    // One that is throttled has its answer at once.
    if ('awaitsInvocation' in answer) this.#awaiting.set(answer.awaitsInvocation, call.replyTo);
    this.perform(answer.effects);
    if ('output' in answer) this.#reply(call.replyTo, { ok: true, output: answer.output as Record<string, unknown> });
  }

  #attempt(call: CallEffect): Answer | AwsError {
    try {
      return this.#answer(call);
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  }

  #answer(call: CallEffect): Answer {
    const now = this.#timeline.now;
    const requestId = this.world.random.uuid('call ids', this.journal.length);
    const context: CallContext = { principal: call.as, requestId, now };
    const operation = this.#services.get(call.service)?.operations[call.operation];
    if (operation === undefined) {
      throw new AwsError(
        'NotImplemented',
        `${call.service}:${call.operation} is outside the slice. See docs/slice.md.`,
        501,
      );
    }
    const resource = operation.resource(this.world, call.input as never, context);
    const action = operation.actionOf?.(call.input as never) ?? operation.action;
    const verdict = authorize(this.world, call.as, action, resource);
    if (!verdict.allowed && operation.needsPermission !== false) throw denied(call.service, verdict.message);
    return operation.run(this.world, call.input as never, context);
  }

  #answered({ as, service, operation, ranAgain }: CallEffect, error?: AwsError): void {
    const failure = error && { error: { code: error.code, message: error.message } };
    const again = ranAgain && { ranAgain };
    this.journal.append(this.#timeline.now, { type: 'call', as, service, operation, ...failure, ...again });
  }

  #refuse(to: ReplyTo | undefined, error: AwsError): void {
    if (to?.service === 'engine') this.#toEngine(to, { ok: false, error });
    else this.#reply(to, { ok: false, code: error.code, message: error.message });
  }

  #reply(to: ReplyTo | undefined, reply: Reply): void {
    if (to === undefined) return;
    if (to.service === 'engine') return this.#toEngine(to, reply);
    const service = this.#services.get(to.service);
    if (service?.replied === undefined) throw new Error(`no service takes the reply ${JSON.stringify(to)}`);
    this.perform(service.replied(this.world, to as never, reply, this.#timeline.now));
  }

  #learn(type: Fact['type']): Concerned {
    const owner = this.#services.get(type.slice(0, type.indexOf('.')) as ServiceName);
    if (owner === undefined) throw new Error(`no service owns the fact ${type}`);
    const reactors = SERVICES.flatMap((each) => (each.reactions?.[type] as Reactor | undefined) ?? []);
    const concerned = { owner, reactors };
    this.#concerned.set(type, concerned);
    return concerned;
  }
}
