/**
 * The whole cloud without workers, for tests of stacks: no code runs, and what a function would do when it is
 * invoked is said by the test. Virtual time passes until a stack operation has ended.
 */
import { DEFAULT_ASSUMPTIONS, type Assumptions } from '../../assumptions.ts';
import { AwsError } from '../../aws-error.ts';
import type { Effect, Fact, Wake } from '../../effects.ts';
import { after, Instant, isoTime } from '../../instant.ts';
import { createRandom } from '../../random.ts';
import { type Principal, type Reply, ROOT, type ServiceName } from '../../contract.ts';
import { Timeline } from '../../timeline.ts';
import { Applier, initialWorld } from '../../world.ts';
import type { Artifact, World } from '../../world-state.ts';
import type { Deployment } from '../codedeploy/index.ts';
import { endInvocation, executionRole, type InvocationStarted } from '../lambda/index.ts';
import { compileTemplate, createStack, deleteStack, type Stack, stackNamed, updateStack } from './index.ts';

export const STACK = 'app';
const LONGEST_MS = 52 * 3_600_000;

/** What a function does with one invocation. A hook that reports does so `afterMs` after it was invoked. */
export interface Behaviour {
  readonly reports?: 'Succeeded' | 'Failed';
  readonly outcome?: 'success' | 'error' | 'timeout';
  readonly afterMs?: number;
}

interface Action {
  readonly at: Instant;
  readonly run: () => void;
}

export class StackCloud {
  readonly world: World;
  readonly timeline = new Timeline<Wake>(Instant(Date.UTC(2026, 0, 5, 9)));
  readonly facts: { readonly at: Instant; readonly fact: Fact }[] = [];
  /** Calls that were refused: `PutLifecycleEventHookExecutionStatus AccessDeniedException`. */
  readonly refusals: string[] = [];
  /** By function name; a function that is not here succeeds at once and reports nothing. */
  readonly behaviours = new Map<string, Behaviour>();
  readonly #applier: Applier;
  #actions: Action[] = [];
  #answer: Reply | { readonly ok: false; readonly error: AwsError } | undefined;
  #from = 0;

  constructor(assumptions: Partial<Assumptions> = {}) {
    const all = { ...DEFAULT_ASSUMPTIONS, ...assumptions };
    this.world = initialWorld({
      region: 'us-east-1',
      accountId: '123456789012',
      random: createRandom(1),
      assumptions: all,
    });
    this.#applier = new Applier(this.world, this.timeline, (_to, reply) => (this.#answer = reply));
    this.#applier.journal.subscribe(({ at, effect }) => {
      if (effect.type === 'call') this.#note(effect.operation, effect.error?.code);
      else if (effect.type !== 'wake') this.#happened(at, effect);
    });
  }

  get now(): Instant {
    return this.timeline.now;
  }

  get stack(): Stack {
    return stackNamed(this.world, STACK);
  }

  get deployments(): readonly Deployment[] {
    return [...this.world.codedeploy.deployments.values()];
  }

  /** Deploys and lets time pass until the operation has ended; the status it ended with. A CodeUri is its own code. */
  deploy(template: string, parameters: Readonly<Record<string, string>> = {}): string {
    this.begin(template, parameters);
    return this.settle();
  }

  begin(
    template: string,
    parameters: Readonly<Record<string, string>> = {},
    onFailure: { readonly disableRollback?: boolean; readonly retainExceptOnCreate?: boolean } = {},
  ): void {
    const { region, accountId, partition } = this.world;
    const compiled = compileTemplate({
      text: template,
      fileName: 'template.yaml',
      parameters,
      stackName: STACK,
      region,
      accountId,
      partition,
      resolveCode: (path) => ({ S3Bucket: 'artifacts', S3Key: this.#package(path).key }),
    });
    this.#from = this.facts.length;
    const start = this.world.cloudformation.stacks.has(STACK) ? updateStack : createStack;
    this.perform(start(this.world, { stackName: STACK, compiled, ...onFailure }, this.now));
  }

  /** Deletes the stack; its events stay with `told`. */
  remove(): string {
    this.#from = this.facts.length;
    this.perform(deleteStack(this.world, STACK, this.now));
    return this.settle();
  }

  /** Lets time pass until the stack is at rest: its status then. */
  settle(): string {
    this.advance(LONGEST_MS, () => this.world.cloudformation.stacks.get(STACK)?.operation === undefined);
    const stack = this.world.cloudformation.stacks.get(STACK) ?? this.world.cloudformation.deleted.at(-1);
    if (stack?.operation !== undefined) throw new Error(`the stack did not come to rest: ${stack.status}`);
    return stack?.status ?? 'none';
  }

  /** Lets time pass, or until something is so. */
  advance(ms: number, until: () => boolean = () => false): void {
    const target = after(this.now, ms);
    while (!until()) {
      const next = Math.min(this.timeline.nextDue ?? Infinity, this.#actions[0]?.at ?? Infinity);
      if (next > target) return this.timeline.moveTo(target);
      if (this.#actions[0]?.at === next) {
        this.timeline.moveTo(Instant(next));
        this.#actions.shift()?.run();
      } else this.#applier.wake(this.timeline.take() as Wake);
    }
  }

  /** Until the deployment under way has come so far. */
  advanceUntil(fact: (it: Fact) => boolean): void {
    const from = this.facts.length;
    this.advance(LONGEST_MS, () => this.facts.slice(from).some((it) => fact(it.fact)));
  }

  perform(effects: readonly Effect[]): void {
    this.#applier.perform(effects);
  }

  /** Calls an operation; what AWS refuses is thrown. */
  call(service: ServiceName, operation: string, input: object, as: Principal = ROOT): Record<string, unknown> {
    this.#answer = undefined;
    this.perform([{ type: 'call', as, service, operation, input, replyTo: { service: 'engine', callId: 'test' } }]);
    const answer = this.#answer as Reply | { readonly ok: false; readonly error: AwsError } | undefined;
    if (answer?.ok === true) return answer.output;
    throw answer !== undefined && 'error' in answer ? answer.error : new Error(`${operation} was not answered`);
  }

  /** Sets an alarm by hand; one that ignores missing data keeps the state. */
  alarm(name: string, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'): void {
    this.call('cloudwatch', 'SetAlarmState', { AlarmName: name, StateValue: state, StateReason: 'by hand' });
  }

  /** Stack events since the last deploy began: `LogicalId STATUS reason`, with hashes and tokens left out. */
  get told(): readonly string[] {
    return this.facts.slice(this.#from).flatMap(({ fact }) => {
      if (fact.type !== 'cloudformation.StackEvent') return [];
      const line = `${fact.logicalId} ${fact.status}${fact.reason === undefined ? '' : ` ${fact.reason}`}`;
      return [
        line
          .replaceAll(/Version[0-9a-f]{10}/g, 'Version')
          .replaceAll(/(RequestToken|Request ID): [0-9a-f-]{36}/g, '$1: …')
          .replaceAll(/\bd-[A-Z0-9]{9}\b/g, 'd-…'),
      ];
    });
  }

  /** `Fn UPDATE_COMPLETE` for every event since the last deploy, without reasons. */
  get toldShortly(): readonly string[] {
    return this.told.map((line) => line.split(' ').slice(0, 2).join(' '));
  }

  /** What is true of an alias: `1`, or `1, 2: 0.1` while traffic is shared. */
  alias(functionName: string, name = 'live'): string {
    const alias = this.world.lambda.functions.get(functionName)?.aliases.get(name);
    if (alias === undefined) return 'none';
    const { functionVersion, additional } = alias;
    return additional === undefined
      ? functionVersion
      : `${functionVersion}, ${additional.version}: ${additional.weight}`;
  }

  #note(operation: string, code: string | undefined): void {
    if (code !== undefined) this.refusals.push(`${operation} ${code}`);
  }

  #happened(at: Instant, fact: Fact): void {
    this.facts.push({ at, fact });
    if (fact.type === 'lambda.InvocationStarted') this.#invoked(fact);
  }

  #invoked(started: InvocationStarted): void {
    const { functionName, version, payload } = started;
    const { reports, outcome = 'success', afterMs = 1_000 } = this.behaviours.get(functionName) ?? {};
    const startedAt = this.now;
    this.#schedule(after(startedAt, afterMs), () => {
      const endedAt = this.now;
      if (reports !== undefined) this.#report(functionName, version, String(payload), reports);
      const settled = {
        requestId: started.requestId,
        seq: 0,
        startedAt,
        endedAt,
        durationMs: endedAt - startedAt,
        outcome,
        payload: outcome === 'success' ? 'null' : '{"errorMessage":"thrown"}',
        environmentId: '0123456789abcdef0123456789abcdef',
        environmentStartedAt: startedAt,
        lines: [],
        maxMemoryUsedMb: 70,
      };
      this.perform(endInvocation(this.world, settled, endedAt));
    });
  }

  #report(functionName: string, version: string, payload: string, status: string): void {
    const event = JSON.parse(payload) as { DeploymentId: string; LifecycleEventHookExecutionId: string };
    const as = {
      type: 'role',
      roleArn: executionRole(this.world, functionName, version),
      sessionName: functionName,
    } as const;
    const input = {
      deploymentId: event.DeploymentId,
      lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
      status,
    };
    const operation = 'PutLifecycleEventHookExecutionStatus';
    this.perform([{ type: 'call', as, service: 'codedeploy', operation, input }]);
  }

  #schedule(at: Instant, run: () => void): void {
    this.#actions = [...this.#actions, { at, run }].toSorted((a, b) => a.at - b.at);
  }

  #package(path: string): Artifact {
    const artifact = { key: path, sha256: `sha256-of-${path}`, files: new Map([['index.mjs', Buffer.from(path)]]) };
    (this.world.artifacts as Map<string, Artifact>).set(path, artifact);
    return artifact;
  }
}

/** `09:05:02` of an instant. */
export const clock = (at: Instant): string => isoTime(at).slice(11, 19);
