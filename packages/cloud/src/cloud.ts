/** The embedded cloud: deploy templates, let time pass, ask what is true, follow the journal. */
import { randomUUID } from 'node:crypto';
import { type Assumptions, DEFAULT_ASSUMPTIONS } from './assumptions.ts';
import { AwsError } from './aws-error.ts';
import type { Effect } from './effects.ts';
import { type CallAnswer, Engine, type OutsideRequest } from './engine.ts';
import { after, Instant } from './instant.ts';
import type { Journal } from './journal.ts';
import { refusedMembers } from './outside-members.ts';
import { createRandom } from './random.ts';
import { createRunner } from './runner/index.ts';
import {
  adoptExternalRoles,
  changesNothing,
  type CompiledTemplate,
  compileTemplate,
  createStack,
  deleteStack,
  NO_UPDATES,
  type ParsedTemplate,
  parseTemplate,
  exportsOf,
  refuseUnknown,
  unknownAttributes,
  type Stack,
  stackNamed,
  updateStack,
} from './services/cloudformation/index.ts';
import type { RequestServed } from './services/apigateway/index.ts';
import { ACCOUNT_CONCURRENCY } from './services/lambda/index.ts';
import { createHttpServer, type HttpServer } from './shell/http-server.ts';
import { keepDeployment, keptDeployment, settleHeader } from './shell/keep-deployment.ts';
import { KeepInputs } from './shell/keep-inputs.ts';
import { isOfHandler, KeepRunner } from './shell/keep-runner.ts';
import type { Asked } from './shell/kept-invocation.ts';
import type { StateFolder } from './shell/state-folder.ts';
import { prepareWire, warmWire } from './shell/load-service.ts';
import type { Traffic } from './traffic.ts';
import { createWire, type DecodedCall, type WireFailure, type WireRequest, type WireResponse } from './wire/index.ts';
import { initialWorld, SERVICES } from './world.ts';
import type { Artifact, World } from './world-state.ts';

export interface CloudOptions {
  /** Everything that is drawn follows from it; default 1. */
  readonly seed?: number;
  /** Virtual start, milliseconds since the epoch; default 2026-01-05T09:00:00Z. */
  readonly start?: number;
  readonly region?: string;
  readonly accountId?: string;
  /** Invocations that the account lets run at a time in the region; default 1,000, as on AWS. */
  readonly accountConcurrency?: number;
  readonly assumptions?: Assumptions;
  /** Worker threads for handlers; default: one per core. */
  readonly workers?: number;
  /** Where what comes from outside and from handlers is written ahead, so that the cloud can be taken up again. */
  readonly keep?: StateFolder;
}

/** What to deploy: a template, its parameters, and the code that its local paths mean. */
export interface Deployment {
  readonly stackName: string;
  readonly template: string;
  /** For messages: `infra/template.yaml`. */
  readonly fileName: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** The package at a local path (CodeUri), as `sam package` would upload it. Throws UserError when there is none. */
  readonly packageCode: (path: string) => Artifact;
  /** What a person does while it goes on, ascending; what comes after its end is not done. */
  readonly interventions?: readonly Intervention[];
}

/** `act` is called once, when so much virtual time has passed since the deployment began. */
export interface Intervention {
  readonly afterMs: number;
  readonly act: () => void;
}

/** How a stack operation ended. */
export type DeployOutcome =
  | { readonly type: 'created' | 'updated' | 'rolledBack' | 'failed'; readonly stack: Stack }
  | { readonly type: 'noChanges'; readonly stack: Stack };

export interface Cloud {
  readonly now: Instant;
  readonly world: World;
  readonly journal: Journal;
  /** Where SDK clients reach this cloud. */
  readonly endpointUrl: string;
  /**
   * Deploys and lets time pass until the stack operation has ended, as `sam deploy` waits. All problems of the
   * template come at once, as a UserError.
   */
  deploy(deployment: Deployment): Promise<DeployOutcome>;
  /** What would be deployed, with all problems of the template at once, as a UserError. Nothing happens. */
  compile(deployment: Deployment): CompiledTemplate;
  /** Deletes a stack and lets time pass until it is gone. */
  remove(stackName: string): Promise<void>;
  /** Lets `ms` of virtual time pass. */
  advance(ms: number): Promise<void>;
  advanceTo(target: Instant, until?: () => boolean): Promise<void>;
  /** Applies effects at the present instant, as a service would return them. */
  perform(effects: readonly Effect[]): void;
  /** Requests arrive as the source says, from now on; undefined ends them. A batch that is under way is sent whole. */
  send(traffic: Traffic | undefined): void;
  /**
   * A request to a deployed API, from outside. `movesTime`: time passes until it is answered; else the answer comes
   * when others have let it pass.
   */
  request(request: OutsideRequest, movesTime: boolean): Promise<RequestServed>;
  /** Answers a request of AWS's wire protocols. */
  handle(request: WireRequest): Promise<WireResponse>;
  /**
   * Takes the cloud up again from the folder that it is kept in, before anything else is asked of it; `hear` is told
   * every note at its place. Throws UserError when the folder does not lead to the same journal.
   */
  resume(hear: (note: string) => void): Promise<void>;
  /** Keeps what whoever serves the cloud does to it beside all other inputs, and has it done by `hear`. */
  note(text: string, hear: (note: string) => void): Promise<void>;
  /** Whoever is told what has happened so far may rely on it: it is kept, where the cloud is. */
  kept(): Promise<void>;
  /** The outputs of a stack, by key. */
  outputs(stackName: string): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const NOTHING = new Uint8Array();
const DONE = Promise.resolve();
const DEFAULT_START = Date.UTC(2026, 0, 5, 9);
/** A stack operation ends within this time or never: 48 h of shifting, an hour per hook, and something for the rest. */
const LONGEST_OPERATION_MS = 52 * 3_600_000;

export async function createCloud(options: CloudOptions = {}): Promise<Cloud> {
  const {
    seed = 1,
    region = 'us-east-1',
    accountId = '123456789012',
    accountConcurrency = ACCOUNT_CONCURRENCY,
    assumptions = DEFAULT_ASSUMPTIONS,
    workers,
    keep,
  } = options;
  const wanted = { seed, start: options.start ?? DEFAULT_START, region, accountId, accountConcurrency, assumptions };
  const start = keep === undefined ? wanted.start : await settleHeader(keep, wanted);
  const random = createRandom(seed);
  const world = initialWorld({ region, accountId, accountConcurrency, random, assumptions });
  const operations = new Map(SERVICES.map((service) => [service.name, service.operations]));
  const wire = createWire({
    emulates: (service, operation) => operations.get(service)?.[operation] !== undefined,
    refuses: refusedMembers,
  });

  async function decode(request: WireRequest): Promise<DecodedCall | WireFailure> {
    await prepareWire(wire, request);
    return wire.decode(request, randomUUID());
  }

  const happens = (asked: Asked): Promise<CallAnswer> =>
    asked.type === 'call' ? engine.answer(asked) : engine.refused(asked.environment, asked.error);
  const runner = createRunner({ seed, ...(workers !== undefined && { workers }) });
  const keptRunner = keep && new KeepRunner({ runner, folder: keep, now: () => engine.now, answer: happens, decode });
  let server: HttpServer | undefined;
  const engine = new Engine({
    world,
    start: Instant(start),
    runner: keptRunner ?? runner,
    endpointUrl: () => server?.url ?? '',
  });
  const kept = keep && keptRunner && new KeepInputs(engine, keptRunner, keep);

  /** What handlers ask comes from the runner, all else from outside. */
  function answer(request: WireRequest, asked: DecodedCall | Asked): Promise<CallAnswer> {
    if (isOfHandler(asked)) return keptRunner === undefined ? happens(asked) : keptRunner.call(request, asked);
    return kept === undefined ? engine.answer(asked) : kept.call(request, asked);
  }

  async function handle(request: WireRequest): Promise<WireResponse> {
    const asked = await decode(request);
    if (asked.type === 'failure' && !isOfHandler(asked)) return asked.response;
    const { outcome, completesAt } = await answer(request, asked);
    if (asked.type === 'failure') return completed(asked.response, completesAt, asked.beyondSlice);
    const response = outcome.ok ? wire.encode(asked, outcome.output) : wire.encodeError(asked, outcome.error);
    return completed(response, completesAt);
  }
  server = await createHttpServer({ handle, unref: true });
  runner.start();
  // A hook takes its time to load its SDK clients: meanwhile this side loads what will understand them.
  const stopWaiting = engine.journal.subscribe(({ effect }) => {
    if (effect.type !== 'lambda.InvocationStarted' || effect.source.type !== 'async') return;
    stopWaiting();
    void warmWire(wire, ['lambda', 'logs', 'codedeploy']);
  });

  const asked = new WeakMap<Deployment, CompiledTemplate>();

  /** Whoever has looked at what would be deployed has it deployed next. */
  function compile(deployment: Deployment): CompiledTemplate {
    const compiled = asked.get(deployment) ?? compileAnew(deployment);
    asked.set(deployment, compiled);
    return compiled;
  }

  const compileAnew = ({ stackName, template: text, fileName, parameters = {}, packageCode }: Deployment) => {
    const compiled = compileTemplate({
      text,
      fileName,
      parsed: parsedOnce(text, fileName),
      parameters,
      stackName,
      region,
      accountId,
      partition: world.partition,
      exports: exportsOf(world, stackName),
      resolveCode(path) {
        const artifact = packageCode(path);
        (world.artifacts as Map<string, Artifact>).set(artifact.key, artifact);
        return { S3Bucket: `aws-sam-cli-managed-default-samclisourcebucket-${accountId}`, S3Key: artifact.key };
      },
    });
    refuseUnknown(compiled, fileName, unknownAttributes(compiled, fileName));
    return compiled;
  };

  const advanceTo: Cloud['advanceTo'] = (target, until) => (kept ?? engine).advanceTo(target, until);

  const settled = async (stackName: string, interventions: readonly Intervention[] = []): Promise<void> => {
    const busy = (): boolean => world.cloudformation.stacks.get(stackName)?.operation !== undefined;
    const startedAt = engine.now;
    for (const { afterMs, act } of interventions) {
      await advanceTo(after(startedAt, afterMs), () => !busy());
      if (!busy()) return;
      act();
    }
    await advanceTo(after(engine.now, LONGEST_OPERATION_MS), () => !busy());
    if (busy()) throw new Error(`the stack ${stackName} did not come to rest`);
  };

  /** Gives the stack as it is when nothing would change. */
  function begin({ stackName, tags }: Deployment, compiled: ReturnType<typeof compile>): Stack | undefined {
    const existing = world.cloudformation.stacks.get(stackName);
    if (existing !== undefined && changesNothing(existing, compiled, tags)) return existing;
    engine.perform(adoptExternalRoles(world, compiled, engine.now));
    const start = existing === undefined ? createStack : updateStack;
    engine.perform(start(world, { stackName, compiled, ...(tags && { tags }) }, engine.now));
    return undefined;
  }

  async function beginKept(deployment: Deployment): Promise<Stack | undefined> {
    if (kept === undefined) return begin(deployment, compile(deployment));
    const { given, bytes, result } = keepDeployment(deployment, compile);
    return kept.begin('deploy', given, bytes, () => begin(deployment, result));
  }

  const beginRemoval = (stackName: string): void => engine.perform(deleteStack(world, stackName, engine.now));

  const resume: Cloud['resume'] = async (hear) => {
    await kept?.resume({
      decode: async (request) => {
        const asked = await decode(request);
        return asked.type === 'call' ? asked : undefined;
      },
      begin(what, given, bytes) {
        if (what === 'note') hear(given as string);
        else if (what === 'remove') beginRemoval(given as string);
        else {
          const deployment = keptDeployment(given, bytes);
          begin(deployment, compile(deployment));
        }
      },
    });
  };

  async function deploy(deployment: Deployment): Promise<DeployOutcome> {
    const { stackName, interventions } = deployment;
    const unchanged = await beginKept(deployment);
    if (unchanged !== undefined) return { type: 'noChanges', stack: unchanged };
    await settled(stackName, interventions);
    const stack = stackNamed(world, stackName);
    return { type: OUTCOMES[stack.status] ?? 'failed', stack };
  }

  return {
    get now() {
      return engine.now;
    },
    world,
    journal: engine.journal,
    endpointUrl: server.url,
    deploy,
    compile,
    async remove(stackName) {
      if (kept === undefined) beginRemoval(stackName);
      else await kept.begin('remove', stackName, NOTHING, () => beginRemoval(stackName));
      await settled(stackName);
    },
    advance: (ms) => advanceTo(after(engine.now, ms)),
    advanceTo,
    perform(effects) {
      if (kept !== undefined) throw new Error('what is performed from outside cannot be kept');
      engine.perform(effects);
    },
    send: (traffic) => engine.send(traffic),
    request: (request, movesTime) => (kept ?? engine).request(request, movesTime),
    handle,
    resume,
    async note(text, hear) {
      if (kept === undefined) hear(text);
      else await kept.begin('note', text, NOTHING, () => hear(text));
    },
    kept: () => keep?.synced() ?? DONE,
    outputs: (stackName) =>
      Object.fromEntries(stackNamed(world, stackName).outputs.map(({ key, value }) => [key, value])),
    async close() {
      await server.close();
      await runner.close();
      await keep?.close();
    },
  };
}

/** Every answer to a handler says when it is complete, and by name what this cloud does not have. */
const completed = (response: WireResponse, completesAt: Instant, beyondSlice?: string): WireResponse => ({
  ...response,
  headers: {
    ...response.headers,
    'x-rehearsal-completes-at': String(completesAt),
    ...(beyondSlice !== undefined && { 'x-rehearsal-beyond': beyondSlice }),
  },
});

const PARSED_AT_MOST = 4;
const parsed = new Map<string, ParsedTemplate>();

/** Releases of one stack mostly share their template: its text is parsed once. */
function parsedOnce(text: string, fileName: string): ParsedTemplate {
  const key = `${fileName}\0${text}`;
  const template = parsed.get(key) ?? parseTemplate(text, fileName);
  if (!parsed.has(key) && parsed.size >= PARSED_AT_MOST) parsed.clear();
  parsed.set(key, template);
  return template;
}

const OUTCOMES: { readonly [status: string]: 'created' | 'updated' | 'rolledBack' } = {
  CREATE_COMPLETE: 'created',
  UPDATE_COMPLETE: 'updated',
  UPDATE_ROLLBACK_COMPLETE: 'rolledBack',
};

export { AwsError, NO_UPDATES };
