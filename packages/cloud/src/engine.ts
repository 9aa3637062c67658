/**
 * Drives the core: takes wakes, hands invocations to the runner, folds their results and the calls of their
 * environments back in order of virtual time. It awaits the runner and nothing else; it decides nothing.
 *
 * Time never passes the earliest instant at which something under way could still act: everything started is run
 * until it is settled or stands at a call, then the earliest of (next result, next call, next wake) happens.
 * Requests that arrive before that instant go to the runner first, in one batch.
 */
import { AwsError } from './aws-error.ts';
import { ConcurrencyForecast } from './concurrency-forecast.ts';
import type { Effect, EngineReplyTo, Wake } from './effects.ts';
import { after, Instant } from './instant.ts';
import type { Journal } from './journal.ts';
import { PriorityQueue } from './priority-queue.ts';
import { hash } from './random.ts';
import type { Image, Invocation, Part, Runner } from './runner/index.ts';
import { isAside, mayReachInvocations } from './routing-horizon.ts';
import { type Principal, type Reply, ROOT } from './contract.ts';
import { receive, type Request, type RequestServed } from './services/apigateway/index.ts';
import {
  endInvocation,
  executionRole,
  type FunctionImage,
  imageOf,
  type InvocationStarted,
  isCurrentImage,
  type ProvisionedInitStarted,
  startedOrThrottled,
} from './services/lambda/index.ts';
import { sessionPrincipal } from './services/sts/index.ts';
import { Timeline } from './timeline.ts';
import { arrive, type Traffic } from './traffic.ts';
import { UnfoldedResults } from './unfolded-results.ts';
import type { CallingEnvironment, DecodedCall } from './wire/index.ts';
import { Applier } from './world.ts';
import type { World } from './world-state.ts';

/** Virtual milliseconds from a handler's call to its answer: a round trip inside a region. */
const API_CALL_MS = 20;

/**
 * Requests that travel to the runner together: few at first, so that the threads begin at once, then twice as many
 * each time. Results do not depend on it.
 */
const FIRST_PART = 32;
const LARGEST_PART = 256;

type Outcome = { readonly ok: true; readonly output: object } | { readonly ok: false; readonly error: AwsError };

/** A request that has been routed and whose own instant has not come yet. */
interface Arrival {
  readonly at: Instant;
  readonly index: number;
  readonly effects: readonly Effect[];
}

interface PendingCall {
  readonly id: string;
  readonly at: Instant;
  readonly seq: number;
  /** Undefined for a caller outside. */
  readonly environment: CallingEnvironment | undefined;
  /** An error: what the wire had to say at once. */
  readonly asked: DecodedCall | AwsError;
  readonly resolve: (answer: CallAnswer) => void;
}

interface TrafficUnderWay {
  readonly source: Traffic;
  next: number;
  nextAt: Instant | undefined;
}

/** What a caller gets, and when (virtual). */
export interface CallAnswer {
  readonly outcome: Outcome;
  readonly completesAt: Instant;
}

/** A request from outside, at the door of an API. */
export type OutsideRequest = Omit<Request, 'index' | 'requestId' | 'keepAnswer'>;

/** No gateway waits longer for its function, and the answer is there with it. */
const LONGEST_REQUEST_MS = 35_000;

export interface EngineOptions {
  readonly world: World;
  readonly start: Instant;
  readonly runner: Runner;
  /** Where environments reach the cloud. */
  readonly endpointUrl: () => string;
}

export class Engine {
  readonly world: World;
  readonly journal: Journal;
  readonly timeline: Timeline<Wake>;
  readonly #applier: Applier;
  readonly #runner: Runner;
  readonly #endpointUrl: () => string;
  readonly #results = new UnfoldedResults();
  readonly #calls = new PriorityQueue<PendingCall>(earlierCall);
  /** Calls of requests that have been run ahead and are still to arrive. */
  #early: PendingCall[] = [];
  readonly #unanswered = new Map<string, PendingCall>();
  readonly #principals = new Map<string, Principal>();
  /** Requests of the batches under way, in order of arrival. */
  #arrivals: Arrival[] = [];
  #arrived = 0;
  /** What the requests of the batch have taken of their API's limits. */
  readonly #tokens = new Map<string, number>();
  readonly #forecast: ConcurrencyForecast;
  /** To be handed to the runner. */
  #invocations: Invocation[] = [];
  readonly #sent = new Set<string>();
  /** The places in the order of requests that the runner gets at their own instants: given back, or never handed over ahead. */
  readonly #places = new Map<string, number>();
  /** Invocations of the traffic's requests that the runner has not settled, by request id. */
  readonly #ofTraffic = new Set<string>();
  /** A function that gets traffic has called the cloud. */
  #trafficCalls = false;
  #resumed = false;
  #seq = 0;
  #traffic: TrafficUnderWay | undefined;
  #loaded = new Set<string>();
  /** Requests from outside, by request id. */
  readonly #waiting = new Map<string, (served: RequestServed) => void>();
  #asked = 0;
  #steps = 0;
  /** Folding goes no further than this many steps. */
  #mostSteps = Number.POSITIVE_INFINITY;
  /** Advancing is one thing at a time. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor({ world, start, runner, endpointUrl }: EngineOptions) {
    this.world = world;
    this.#forecast = new ConcurrencyForecast(world);
    this.#runner = runner;
    this.#endpointUrl = endpointUrl;
    this.timeline = new Timeline(start, isAside);
    this.#applier = new Applier(world, this.timeline, (to, reply) => this.#replied(to, reply));
    this.journal = this.#applier.journal;
    this.journal.subscribe(({ effect }) => {
      if (effect.type === 'lambda.InvocationStarted' && !this.#sent.delete(effect.requestId)) {
        this.#invocations.push(this.#invocation(effect, this.now, false));
      } else if (effect.type === 'lambda.ProvisionedInitStarted') {
        this.#invocations.push(this.#init(effect));
      } else if (effect.type === 'lambda.ProvisionedConcurrencyWanted') {
        this.#load(effect.imageKey);
        this.#runner.keepProvisioned(effect.imageKey, effect.count);
      } else if (effect.type === 'apigateway.RequestServed' && this.#waiting.size > 0) {
        this.#waiting.get(effect.requestId)?.(effect);
        this.#waiting.delete(effect.requestId);
      }
    });
  }

  get now(): Instant {
    return this.timeline.now;
  }

  /** Applies effects at the present instant: the way in for whoever stands outside the core. */
  perform(effects: Parameters<Applier['perform']>[0]): void {
    this.#applier.perform(effects);
  }

  /** Requests arrive from now on as the source says; undefined ends the traffic. */
  send(source: Traffic | undefined): void {
    this.#traffic = source && { source, next: 0, nextAt: source.arrivesAt(0) };
  }

  /** How many requests of the present traffic have been sent. */
  get requestsSent(): number {
    return this.#traffic?.next ?? 0;
  }

  /** How many things have happened: results, calls, wakes, arrivals, batches. It tells a place inside an advance. */
  get steps(): number {
    return this.#steps;
  }

  /** Nothing happens before this instant, unless somebody asks for it: then it is now or later. */
  get nextAt(): number {
    if (this.#invocations.length > 0 || this.#resumed) return this.now;
    return Math.min(this.#nextHappensAt(), this.#traffic?.nextAt ?? Number.POSITIVE_INFINITY);
  }

  /** Lets virtual time pass up to and including `target`, but no further than to that many steps. */
  async advanceToStep(target: Instant, steps: number): Promise<void> {
    await this.#alone(async () => {
      this.#mostSteps = steps;
      try {
        await this.#advance(target, () => this.#steps >= steps);
      } finally {
        this.#mostSteps = Number.POSITIVE_INFINITY;
      }
    });
  }

  /** Lets virtual time pass up to and including `target`, or until `until` says so. */
  advanceTo(target: Instant, until: () => boolean = () => false): Promise<void> {
    return this.#alone(() => this.#advance(target, until));
  }

  /**
   * A call over the wire. One from a handler's environment happens at the environment's own instant; any other
   * happens now, and time moves on as far as its answer needs.
   */
  async answer(call: DecodedCall): Promise<CallAnswer> {
    const { environment } = call;
    if (environment === undefined) return this.#alone(() => this.#answerNow(call));
    return new Promise((resolve) => this.#queue(environment, call, resolve));
  }

  /**
   * A request from outside arrives now. Its answer comes when time has passed as far as it needs: by itself, when
   * `movesTime` says so, else as somebody else lets it pass.
   */
  async request(request: OutsideRequest, movesTime: boolean): Promise<RequestServed> {
    const requestId = this.world.random.uuid('request ids', `outside ${this.#asked}`);
    const index = this.#asked++;
    const served = new Promise<RequestServed>((resolve) => this.#waiting.set(requestId, resolve));
    await this.#alone(async () => {
      this.perform(receive(this.world, { ...request, index, requestId, keepAnswer: true }, this.now));
      if (movesTime) await this.#advance(after(this.now, LONGEST_REQUEST_MS), () => !this.#waiting.has(requestId));
    });
    return served;
  }

  /** A call that the wire could not read changes nothing, and takes its time and its turn like any other. */
  async refused(environment: CallingEnvironment, error: AwsError): Promise<CallAnswer> {
    return new Promise((resolve) => this.#queue(environment, error, resolve));
  }

  #queue(environment: CallingEnvironment, asked: PendingCall['asked'], resolve: PendingCall['resolve']): void {
    const { environmentId, instant, requestId } = environment;
    const isOfTraffic = this.#ofTraffic.has(requestId);
    this.#trafficCalls ||= isOfTraffic;
    const at = instant > this.now ? instant : this.now;
    const id = `${environmentId}:${this.#seq}`;
    const call = { id, at, seq: this.#seq++, environment, asked, resolve };
    if (isOfTraffic && !this.world.lambda.inFlight.has(requestId)) this.#early.push(call);
    else this.#calls.push(call);
    this.#runner.called(environmentId);
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(work);
    this.#busy = turn.catch(() => undefined);
    return turn;
  }

  async #answerNow(call: DecodedCall): Promise<CallAnswer> {
    let answer: CallAnswer | undefined;
    const at = this.now;
    this.#happen({
      id: `outside:${this.#seq}`,
      at,
      seq: this.#seq++,
      environment: undefined,
      asked: call,
      resolve: (it) => (answer = it),
    });
    if (answer === undefined) await this.#advance(after(at, 15 * 60_000 + 20_000), () => answer !== undefined);
    return (
      answer ?? {
        outcome: { ok: false, error: new AwsError('ServiceException', 'The invocation did not end.', 500) },
        completesAt: this.now,
      }
    );
  }

  async #advance(target: Instant, until: () => boolean): Promise<void> {
    while (!until()) {
      if (this.#invocations.length > 0 || this.#resumed) {
        await this.#runAll();
        // What was waited for may have come while results were folded.
        continue;
      }
      const horizon = this.#horizon(target);
      if (this.#dispatchArrivals(horizon) || this.#happenNext(target)) continue;
      // Requests of the last instant come behind all else in it.
      if (this.#dispatchArrivals(after(target, 1))) continue;
      this.timeline.moveTo(target);
      return;
    }
  }

  /** The earliest thing that is known to come and that can change where a request goes or what runs beside it. */
  #horizon(target: Instant): Instant {
    const ends = this.#results.nextOtherEndsAt ?? target;
    const calls = this.#calls.peek()?.at ?? target;
    const due = this.#seesPastAsides() ? this.timeline.nextDecisiveDue : this.timeline.nextDue;
    return Math.min(target, ends, calls, due ?? target) as Instant;
  }

  /** Somebody outside may wait for an answer that a wake brings, and go on then; calls of a function may do anything. */
  #seesPastAsides(): boolean {
    return this.#waiting.size === 0 && !this.#trafficCalls;
  }

  /** The earliest of result, call, wake and arrival happens; at the same instant in this order. */
  #happenNext(target: Instant): boolean {
    const ends = this.#nextEndsAt();
    const calls = this.#calls.peek()?.at ?? Number.POSITIVE_INFINITY;
    const due = this.timeline.nextDue ?? Number.POSITIVE_INFINITY;
    const arrives = this.#arrivals[this.#arrived]?.at ?? Number.POSITIVE_INFINITY;
    const next = Math.min(ends, calls, due, arrives);
    if (next > target) return false;
    this.#steps++;
    if (ends === next) this.#foldOne();
    else if (calls === next) this.#happen(this.#calls.pop() as PendingCall);
    else if (due === next) this.#applier.wake(this.timeline.take() as Wake);
    else this.#arrive();
    return true;
  }

  /** What has ended as it arrived comes behind its own arrival, and what ends with it waits, too. */
  #nextEndsAt(): number {
    const next = this.#results.next;
    if (next === undefined) return Number.POSITIVE_INFINITY;
    const isAtOnce = next.endedAt === next.startedAt;
    return isAtOnce && !this.world.lambda.inFlight.has(next.requestId) ? Number.POSITIVE_INFINITY : next.endedAt;
  }

  #nextHappensAt(): number {
    const ends = this.#nextEndsAt();
    const calls = this.#calls.peek()?.at ?? Number.POSITIVE_INFINITY;
    const due = this.timeline.nextDue ?? Number.POSITIVE_INFINITY;
    return Math.min(ends, calls, due, this.#arrivals[this.#arrived]?.at ?? Number.POSITIVE_INFINITY);
  }

  /** A request's own instant has come. */
  #arrive(): void {
    const { at, effects } = this.#arrivals[this.#arrived++] as Arrival;
    if (this.#arrived === this.#arrivals.length) {
      this.#arrivals = [];
      this.#arrived = 0;
    }
    this.timeline.moveTo(at);
    this.#applier.perform(this.#startedOrThrottled(effects));
    if (this.#early.length > 0) this.#callsOfArrived();
  }

  /** Whether a request that reaches a function starts is settled at its own instant. */
  #startedOrThrottled(effects: readonly Effect[]): readonly Effect[] {
    const started = effects.at(-1);
    if (started?.type !== 'lambda.InvocationStarted') return effects;
    const settled = startedOrThrottled(this.world, started, this.now);
    if (settled[0] === started) return effects;
    const { requestId } = started;
    if (this.#sent.has(requestId)) throw new Error(`${requestId} was handed over ahead and is throttled`);
    this.#ofTraffic.delete(requestId);
    this.#places.delete(requestId);
    return [...effects.slice(0, -1), ...settled];
  }

  #callsOfArrived(): void {
    const early = this.#early;
    this.#early = [];
    for (const call of early) {
      const hasArrived = this.world.lambda.inFlight.has(call.environment?.requestId ?? '');
      if (hasArrived) this.#calls.push(call);
      else this.#early.push(call);
    }
  }

  #foldOne(): void {
    const settled = this.#results.take();
    if (settled === undefined) return;
    if (settled.endedAt > this.timeline.now) this.timeline.moveTo(settled.endedAt);
    this.#applier.perform(endInvocation(this.world, settled, this.timeline.now));
  }

  #happen(pending: PendingCall): void {
    if (pending.at > this.timeline.now) this.timeline.moveTo(pending.at);
    const { asked: call, id } = pending;
    this.#unanswered.set(id, pending);
    if (call instanceof AwsError) return this.#replied({ service: 'engine', callId: id }, { ok: false, error: call });
    this.#applier.perform([
      {
        type: 'call',
        as: this.#principalOf(call),
        service: call.service,
        operation: call.operation,
        input: call.input,
        replyTo: { service: 'engine', callId: id },
        ...(call.environment?.ranAgain && { ranAgain: true }),
      },
    ]);
  }

  #replied(to: EngineReplyTo, reply: Reply | { readonly ok: false; readonly error: AwsError }): void {
    const pending = this.#unanswered.get(to.callId);
    if (pending === undefined) return;
    this.#unanswered.delete(to.callId);
    const outcome: Outcome = reply.ok
      ? reply
      : { ok: false, error: 'error' in reply ? reply.error : new AwsError(reply.code, reply.message) };
    const { environment } = pending;
    const completesAt = after(this.timeline.now, environment === undefined ? 0 : API_CALL_MS);
    pending.resolve({ outcome, completesAt });
    if (environment === undefined) return;
    this.#runner.answered(environment.environmentId, completesAt, environment);
    this.#resumed = true;
  }

  /** Runs everything that was started or resumed until it is settled or stands at a call. */
  async #runAll(): Promise<void> {
    while (this.#invocations.length > 0 || this.#resumed || this.#batch !== undefined) {
      if (this.#invocations.length === 0 && !this.#resumed) this.#resumeBatch();
      const invocations = this.#invocations;
      this.#invocations = [];
      this.#resumed = false;
      const more = this.#batch === undefined ? undefined : () => this.#nextPart();
      for await (const { settled, givenBack, lowWater } of this.#runner.run(invocations, more)) {
        for (const each of settled) {
          if (!this.world.lambda.initialising.has(each.requestId))
            this.#forecast.settled(each.requestId, each.endedAt, this.now);
          this.#results.add(each, this.#ofTraffic.delete(each.requestId));
        }
        for (const { requestId, seq } of givenBack) {
          this.#sent.delete(requestId);
          this.#places.set(requestId, seq);
        }
        this.#foldUpTo(lowWater);
      }
    }
  }

  /**
   * What comes before anything else can happen is folded while the workers go on: results, arrivals, and the wakes
   * that the batch reaches past.
   */
  #foldUpTo(lowWater: Instant): void {
    // What has been started by what was folded runs before all that comes behind it.
    while (this.#steps < this.#mostSteps && this.#invocations.length === 0) {
      const ends = this.#nextEndsAt();
      const arrives = this.#arrivals[this.#arrived]?.at ?? Number.POSITIVE_INFINITY;
      const due = this.timeline.nextDue ?? Number.POSITIVE_INFINITY;
      const calls = this.#calls.peek()?.at ?? Number.POSITIVE_INFINITY;
      const next = Math.min(ends, arrives, due);
      if (next >= Math.min(lowWater, calls, this.#batchEndsAt)) return;
      if (due === next && due < ends && !this.timeline.nextIsAside) return;
      this.#steps++;
      if (ends === next) this.#foldOne();
      else if (due === next) this.#applier.wake(this.timeline.take() as Wake);
      else this.#arrive();
    }
  }

  /**
   * Requests of the batch under way have been dispatched up to here. Without one nothing is folded while threads run:
   * whoever lets time pass says how far.
   */
  #batchEndsAt: number = Number.NEGATIVE_INFINITY;
  /** Whether requests of the batch are handed over ahead: all of them, or none. */
  #isAhead = true;
  /** Whether requests of the batch are handed over before their own instants. */
  #handsOver = true;
  /** Images that requests of the batch have reached, and whether code of one of them may reach the others. */
  readonly #imagesOfBatch = new Set<string>();
  #reachesOthers = false;
  /** Routed, and whether it starts hangs on how those before it end. */
  #undecided: Arrival | undefined;
  /** How many requests the next part has. */
  #part = FIRST_PART;
  /**
   * The batch under way, as long as requests of it have not been dispatched. Traffic that ends or is replaced meanwhile
   * still sends it whole: how much of it the threads have got by then is chance.
   */
  #batch: { readonly traffic: TrafficUnderWay; readonly until: Instant } | undefined;

  /**
   * Routes the requests that arrive before `horizon` and hands them to the runner, as one batch: the first part now,
   * the others while the threads are busy. Each takes effect at its own instant, so that the size of a batch and of
   * its parts changes nothing.
   */
  #dispatchArrivals(horizon: Instant): boolean {
    const traffic = this.#traffic;
    if (traffic?.nextAt === undefined || traffic.nextAt >= horizon || this.#arrivals.length > 0) return false;
    // Where functions call the cloud requests run one by one: what is run ahead would be given back.
    this.#isAhead = !this.#trafficCalls;
    this.#handsOver = true;
    this.#imagesOfBatch.clear();
    this.#reachesOthers = false;
    this.#steps++;
    this.#part = this.#isAhead ? FIRST_PART : 1;
    this.#tokens.clear();
    this.#forecast.beginBatch();
    this.#invocations.push(...this.#dispatchPart(traffic, horizon, true));
    if (this.#isAhead && this.#invocations.length > 0 && this.#batchEndsAt < horizon)
      this.#batch = { traffic, until: horizon };
    return true;
  }

  /** The next requests of the batch under way. With nothing to run it rests, so that what has been routed is folded first. */
  #nextPart(): Part {
    const batch = this.#batch;
    if (batch === undefined) return { invocations: [], isLast: true };
    const invocations = this.#dispatchPart(batch.traffic, batch.until, false);
    const isOver = this.#batchEndsAt >= batch.until;
    if (isOver) this.#batch = undefined;
    return { invocations, isLast: isOver || this.#undecided !== undefined || invocations.length === 0 };
  }

  /** The batch has rested, and all that was handed over has been run as far as it goes. */
  #resumeBatch(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#foldUpTo(Instant(Number.MAX_SAFE_INTEGER));
    if (this.#invocations.length > 0) return;
    this.#invocations.push(...this.#dispatchPart(batch.traffic, batch.until, true));
    if (this.#batchEndsAt >= batch.until) this.#batch = undefined;
  }

  /** `mustDecide`: nothing is being run that could tell more of how those before end. */
  #dispatchPart(traffic: TrafficUnderWay, horizon: Instant, mustDecide: boolean): Invocation[] {
    const invocations: Invocation[] = [];
    if (this.#arrived > LARGEST_PART) {
      this.#arrivals.splice(0, this.#arrived);
      this.#arrived = 0;
    }
    for (let i = 0; i < this.#part; i++) {
      const arrival = this.#undecided ?? this.#nextArrival(traffic, horizon);
      if (arrival === undefined || !this.#dispatch(arrival, invocations, mustDecide)) break;
    }
    this.#batchEndsAt = Math.min(horizon, this.#undecided?.at ?? traffic.nextAt ?? horizon);
    this.#part = Math.min(2 * this.#part, LARGEST_PART);
    return invocations;
  }

  #nextArrival(traffic: TrafficUnderWay, horizon: Instant): Arrival | undefined {
    const { source, next: index, nextAt: at } = traffic;
    if (at === undefined || at >= horizon) return undefined;
    const requestId = this.world.random.uuid('request ids', index);
    const effects = arrive(this.world, source, index, requestId, at, this.#tokens);
    traffic.next++;
    traffic.nextAt = source.arrivesAt(traffic.next);
    return { at, index, effects };
  }

  /**
   * Hands a request over ahead if it is sure to start; one that is sure to be throttled waits for its instant. False: it is
   * neither, and may be told when more has been run. Where that cannot be waited for, it and all behind it in the batch
   * start at their own instants.
   */
  #dispatch(arrival: Arrival, invocations: Invocation[], mustDecide: boolean): boolean {
    const { at, effects } = arrival;
    const started = effects.at(-1);
    const isAgain = this.#undecided === arrival;
    this.#undecided = undefined;
    if (started?.type === 'lambda.InvocationStarted') {
      const { requestId, functionName } = started;
      const startsAt = at > this.now ? at : this.now;
      const forecast = this.#forecast[isAgain ? 'again' : 'of'](functionName, startsAt);
      if (forecast === 'unknown' && !(mustDecide && invocations.length === 0)) {
        this.#undecided = arrival;
        return false;
      }
      if (forecast === 'unknown' || this.#meetsAnother(started)) this.#handsOver = false;
      this.#ofTraffic.add(requestId);
      if (forecast === 'starts' && this.#handsOver) {
        this.#sent.add(requestId);
        invocations.push(this.#invocation(started, at, this.#isAhead));
      } else this.#places.set(requestId, this.#seq++);
    }
    this.#arrivals.push(arrival);
    return true;
  }

  /**
   * Code of one image that starts an invocation of another, or moves an alias, does so in the midst of what that one has
   * been handed ahead. A request of the first image of a batch cannot be in the way of its own code (decision 17).
   */
  #meetsAnother({ imageKey, functionName, version }: InvocationStarted): boolean {
    if (this.#imagesOfBatch.has(imageKey)) return false;
    this.#imagesOfBatch.add(imageKey);
    this.#reachesOthers ||= mayReachInvocations(this.world, functionName, version);
    return this.#reachesOthers && this.#imagesOfBatch.size > 1;
  }

  #invocation(started: InvocationStarted, at: Instant, isAhead: boolean): Invocation {
    const { requestId, functionName, imageKey, payload, invokedFunctionArn } = started;
    this.#load(imageKey);
    this.#forecast.handed(requestId, functionName);
    const seq = this.#places.get(requestId) ?? this.#seq++;
    this.#places.delete(requestId);
    return { requestId, seq, imageKey, at, payload, invokedFunctionArn, isAhead };
  }

  #init({ initId, imageKey }: ProvisionedInitStarted): Invocation {
    this.#load(imageKey);
    const seq = this.#seq++;
    const nothing = { payload: '', invokedFunctionArn: '', isAhead: false };
    return { requestId: initId, seq, imageKey, at: this.now, ...nothing, isInit: true };
  }

  #load(imageKey: string): void {
    if (this.#loaded.has(imageKey)) return;
    for (const key of this.#loaded) {
      if (isCurrentImage(this.world, key) || this.#isInFlight(key)) continue;
      this.#runner.unload(key);
      this.#loaded.delete(key);
    }
    this.#loaded.add(imageKey);
    this.#runner.load(this.#withCredentials(imageOf(this.world, imageKey)));
  }

  #isInFlight(imageKey: string): boolean {
    for (const { image } of this.world.lambda.initialising.values()) if (image.key === imageKey) return true;
    for (const { route } of this.world.lambda.inFlight.values())
      if ((route.image as FunctionImage).key === imageKey) return true;
    return false;
  }

  /** A function calls the cloud with its execution role; the access key id says which. */
  #withCredentials(image: Image): Image {
    const roleArn = executionRole(this.world, image.functionName, image.version);
    const accessKeyId = `ASIA${this.world.random.text('access keys', `${roleArn} ${image.functionName}`, 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
    this.#principals.set(accessKeyId, { type: 'role', roleArn, sessionName: image.functionName });
    return {
      ...image,
      environment: {
        ...image.environment,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: `rehearsal-${(hash(accessKeyId) >>> 0).toString(36)}`,
        AWS_SESSION_TOKEN: `rehearsal-${image.functionName}`,
        AWS_ENDPOINT_URL: this.#endpointUrl(),
      },
    };
  }

  #principalOf(call: DecodedCall): Principal {
    const key = call.accessKeyId ?? '';
    return this.#principals.get(key) ?? sessionPrincipal(this.world, key) ?? ROOT;
  }
}

const earlierCall = (a: PendingCall, b: PendingCall): boolean => {
  if (a.at !== b.at) return a.at < b.at;
  const [one, other] = [a.environment, b.environment];
  if (one?.environmentId !== other?.environmentId) return (one?.environmentId ?? '') < (other?.environmentId ?? '');
  // Those of one environment came over several sockets, in any order.
  const [first, second] = [one?.number ?? 0, other?.number ?? 0];
  return first === second ? a.seq < b.seq : first < second;
};
