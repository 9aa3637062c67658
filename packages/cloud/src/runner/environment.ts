/**
 * One execution environment: a private set of module instances with its own process, console, clock, timers and
 * chance. It lives from its init to its end and runs one invocation at a time; between invocations it is frozen.
 *
 * `go` is the environment's event loop. It runs while the open task (the init or an invocation) can go on at the
 * same instant, then, when nothing real is under way, jumps to the next virtual timer. It stops at a call to the
 * cloud, at real work, and when the task is over.
 */
import type { Random } from '../random.ts';
import { Instant } from '../instant.ts';
import type { Mutable } from '../mutable.ts';
import { traceHeader } from '../trace-id.ts';
import type { CodePackage } from './code-package.ts';
import { UnreadableModule } from './compile-module.ts';
import { modelledComputeMs, modelledInitMs, modelledMemoryMb } from './compute-model.ts';
import { createParts, type EnvironmentParts } from './environment-parts.ts';
import {
  exitFailure,
  failureOf,
  failurePayload,
  fatalText,
  RuntimeError,
  timeoutFailure,
  type Failure,
} from './handler-errors.ts';
import type { Image, InitFailure, Settled } from './index.ts';
import type { Arrival } from './packed.ts';
import { startHandler, type Handler, type HandlerEnd, type HandlerTexts } from './invoke-handler.ts';
import { loadHandler } from './load-handler.ts';
import { logStreamName } from './log-stream-name.ts';
import { withMeasured } from './measured-time.ts';
import { runtimeMajor } from './runtime-version.ts';
import type { ScratchDirectory } from './scratch-directory.ts';
import { inPresentContext, isInTurnOf, runTurn, scopeOf, type TurnOwner } from './turns.ts';
import { listenAsClient, uncaughtError, unhandledRejection, type Fatal } from './uncaught-errors.ts';
import { EnvironmentEnded, VirtualClock } from './virtual-clock.ts';
import type { Stream } from './virtual-console.ts';

/** Init may take this long; after that it is repeated under the function's own timeout. Source: L-ENV (D). */
const INIT_LIMIT_MS = 10_000;
/** That of provisioned concurrency, or the function's own timeout if it is longer. Source: L-ENV (D). */
const PROVISIONED_INIT_LIMIT_MS = 130_000;

/** How a task ended. */
type End =
  | { readonly ok: true; readonly payload: string }
  | ({ readonly ok: false; readonly kills: boolean } & Failure);

export type Line = Settled['lines'][number];

/**
 * Why an environment does not go on by itself: its task is over; it stands at a call; real work is under way and
 * will wake it; the real event loop must turn once; real work may be under way that nobody counts.
 */
export type Standing = 'done' | 'call' | 'work' | 'turn' | 'linger';

/** How often an environment lingers before it takes silence for the end of uncounted work. */
const LINGERS = 3;

/** Calls its environment's host when something real that it waited for has happened. */
export interface EnvironmentHost {
  readonly random: Random;
  readonly scratch: ScratchDirectory;
  /** What environments of the image have learned of the texts they read and write. */
  readonly texts: HandlerTexts;
  wakened(environment: Environment): void;
  /** Runs a turn that a real event began, with what the host does around every turn. */
  turn(environment: Environment, work: () => void): void;
  /** Has Node handle a real event in which turns may begin. */
  event(environment: Environment, work: () => void): void;
}

export type EnvironmentIdentity = Pick<Environment, 'index' | 'key' | 'environmentId' | 'startedAt' | 'isProvisioned'>;

export class Environment implements TurnOwner {
  /** Counts the environments of the image. */
  readonly index: number;
  readonly environmentId: string;
  /** Image and index: what the environment's chance is drawn by, until its init is over. */
  readonly key: string;
  readonly image: Image;
  readonly startedAt: Instant;
  /** It is one of provisioned concurrency. */
  readonly isProvisioned: boolean;
  /** It was to be initialised ahead of all invocations, and could not be. */
  hasFailedInit = false;
  /** Free from this instant on; Infinity while an invocation runs. */
  busyUntil = Infinity;
  isDead = false;
  /** Calls to the cloud whose answers have come back, over the environment's life, whatever processes it has had. */
  callsEnded = 0;
  callsBegun = 0;
  result: Settled | undefined;
  readonly scope = scopeOf(this);
  readonly #host: EnvironmentHost;
  readonly #code: CodePackage;
  /** The runtime interface client of Node 24 and later; older runtimes carry its third major. */
  readonly #isRic4: boolean;
  readonly #logStream: string;
  readonly #memoryMb: number;
  #clock: VirtualClock;
  #parts: EnvironmentParts;
  /** The environment during its init, the invocation after that: a run again draws the same, whatever ran before it. */
  #drawsBy: string | Arrival;
  #draws = 0;
  #realWork = 0;
  #openCalls = 0;
  #lines: Line[] = [];
  #thaw: (() => void)[] = [];
  #invocation: Arrival | undefined;
  #phase: 'new' | 'init' | 'ready' | 'running' = 'new';
  #taskOpen = false;
  /** The task is over, but the turn in which it ended is not. */
  #ended: End | undefined;
  #onEnd: (end: End) => void = () => undefined;
  #handler: Handler | undefined;
  #runs = 0;
  #measuredMs = 0;
  readonly #beyondSlice = new Set<string>();
  #initMs: number | undefined;
  #initFailure: InitFailure | undefined;
  /** It was warm on a thread that was lost: its init is done again without being seen. */
  #isAdopted = false;
  /** Its runtime process has ended: the next invocation begins with the init, which no line tells of. */
  #isReset = false;
  #resets = 0;
  #runStartedMs = 0;
  #holdGeneration = 0;
  /** It has ever used what works outside the thread: before a jump the real event loop turns once. */
  #usesReality = false;
  #hasUncounted = false;
  #lingers = 0;

  constructor(host: EnvironmentHost, image: Image, code: CodePackage, identity: EnvironmentIdentity) {
    this.#host = host;
    this.image = image;
    this.#code = code;
    this.index = identity.index;
    this.key = identity.key;
    this.#drawsBy = identity.key;
    this.environmentId = identity.environmentId;
    this.startedAt = identity.startedAt;
    this.isProvisioned = identity.isProvisioned;
    this.#isRic4 = runtimeMajor(image.runtime) >= 24;
    this.#logStream = logStreamName(image, identity.environmentId, identity.startedAt);
    this.#memoryMb = modelledMemoryMb(host.random, identity.key, image.memoryMb);
    this.#clock = new VirtualClock(identity.startedAt);
    this.#parts = this.#instantiate();
  }

  /** Starts an invocation: the init first when the environment is new. */
  begin(invocation: Arrival): Standing {
    this.#invocation = invocation;
    this.#lines = [];
    this.#measuredMs = 0;
    this.#initMs = undefined;
    this.#initFailure = undefined;
    this.result = undefined;
    this.busyUntil = Infinity;
    this.#clock.moveTo(invocation.at);
    if (this.#phase === 'new') this.#beginInit(invocation, this.#isReset ? 'repeated' : 'first');
    else this.#beginRun(invocation);
    return this.go();
  }

  /** So many calls have been made in its name, and are over. */
  hasCalled(calls: number): void {
    this.callsBegun = calls;
    this.callsEnded = calls;
  }

  /** Makes a new environment stand for one that was free from `busyUntil` on. */
  adopt(busyUntil: number, died: boolean): void {
    this.#isAdopted = !died;
    this.#isReset = died;
    this.#runs = 1;
    this.busyUntil = busyUntil;
    this.#clock.moveTo(busyUntil);
  }

  /** Makes a new environment stand for the one whose runtime process has ended. */
  follow(dead: Environment): void {
    this.#resets = dead.#resets + 1;
    this.#drawsBy = `${this.key}+${this.#resets}`;
    this.hasCalled(dead.callsEnded);
    this.adopt(dead.busyUntil, true);
  }

  get openCalls(): number {
    return this.#openCalls;
  }

  /** The invocation has not ended. */
  get isOpen(): boolean {
    return this.#taskOpen || this.#ended !== undefined;
  }

  /** The engine's number of the invocation that runs; −1 when none does. */
  get seq(): number {
    return this.#invocation?.seq ?? -1;
  }

  get nowMs(): number {
    return this.#clock.nowMs;
  }

  /** Lets the open task run as far as it can. */
  go(settledReality = false): Standing {
    let quiet = settledReality;
    this.#conclude();
    while (this.#taskOpen) {
      if (this.#openCalls > 0) return 'call';
      const due = this.#parts.timers.takeDue();
      if (due !== undefined) {
        this.#turn(due);
        quiet = false;
        continue;
      }
      if (this.#realWork > 0) return 'work';
      if (!quiet && this.#usesReality) return 'turn';
      if (this.#mustLinger()) return 'linger';
      this.#jump();
    }
    return 'done';
  }

  /** It runs no code any more. */
  discard(): void {
    this.isDead = true;
    this.#thaw = [];
  }

  /** Real CPU time that counts, in milliseconds: of the invocation that runs, or of the one that has just ended. */
  measured(ms: number): void {
    const { result } = this;
    if (result === undefined) {
      this.#measuredMs += ms;
      this.#clock.moveTo(this.#clock.nowMs + ms);
      return;
    }
    this.result = withMeasured(result, ms, this.image.timeoutMs);
    if (this.result.outcome === 'timeout') {
      this.isDead = true;
      this.result = { ...this.result, died: true };
    }
    this.busyUntil = this.result.endedAt;
    this.#clock.moveTo(this.result.endedAt);
  }

  /** The watchdog has cut off the environment's code, which would have run for ever: it times out. */
  cutOff(): void {
    this.#endWithout(timeoutFailure(this.#requestId, this.image.timeoutMs), this.image.timeoutMs);
  }

  /** Ends the invocation without running it (any further): the thread it ran on was lost to it. */
  endWithout(invocation: Arrival, fate: 'endless' | 'killed'): void {
    this.#invocation = invocation;
    this.#lines = [];
    this.#runStartedMs = Math.max(invocation.at, this.#clock.nowMs);
    if (fate === 'endless') this.cutOff();
    else this.#endWithout(exitFailure(invocation.requestId, { signal: 'killed' }), 0);
  }

  #endWithout(failure: Failure, durationMs: number): void {
    const invocation = this.#invocation;
    this.#taskOpen = false;
    this.#ended = undefined;
    if (this.#phase === 'init') {
      this.#initMs = INIT_LIMIT_MS;
      this.#initFailure = { status: 'timeout' };
      this.#runStartedMs = this.startedAt + INIT_LIMIT_MS;
    }
    this.isDead = true;
    if (invocation !== undefined) this.#settle(invocation, { ok: false, kills: true, ...failure }, durationMs);
  }

  // --- TurnOwner

  get globals(): Record<PropertyKey, unknown> {
    return this.#parts.globals;
  }

  uncaught(error: unknown): void {
    if (error instanceof EnvironmentEnded || this.isDead) return;
    this.#crash(uncaughtError(this.#parts.process, error, 'uncaughtException'));
  }

  unhandled(reason: unknown, promise: Promise<unknown>): void {
    if (reason instanceof EnvironmentEnded || this.isDead) return;
    this.#crash(unhandledRejection(this.#parts.process, reason, promise));
  }

  #crash(fatal: Fatal | undefined): void {
    if (fatal === undefined || this.isDead) return;
    this.#parts.stderr.write(fatalText(fatal.error));
    this.#die(exitFailure(this.#requestId, { status: fatal.status }));
  }

  dynamicImport(specifier: string, referrer: string): Promise<unknown> {
    return this.#parts.modules.dynamicImport(specifier, referrer).catch((error: unknown) => {
      this.#noteUnreadable(error);
      throw error;
    });
  }

  // --- the event loop

  #turn(turn: () => unknown): void {
    this.#clock.turn();
    this.#lingers = 0;
    runTurn(this, () => void turn());
    this.#conclude();
  }

  /** What follows the end of a task starts a turn of its own, never inside the microtask that ended it. */
  #conclude(): void {
    const end = this.#ended;
    if (end === undefined || isInTurnOf(this)) return;
    this.#ended = undefined;
    this.#onEnd(end);
  }

  /** With something in use that works unseen, or before the loop counts as empty. */
  #mustLinger(): boolean {
    const seemsEmpty = this.#parts.timers.nextDueMs === undefined && this.#handler?.endsWhenEmpty !== true;
    return (this.#hasUncounted || seemsEmpty) && this.#lingers++ < LINGERS;
  }

  #jump(): void {
    const next = this.#parts.timers.nextDueMs;
    if (next === undefined) this.#ranEmpty();
    else if (next >= this.#clock.deadlineMs) this.#timeout();
    else this.#clock.moveTo(next);
  }

  #enter(turn: () => void): boolean {
    if (this.isDead) return false;
    if (isInTurnOf(this)) {
      turn();
      return true;
    }
    const own = inPresentContext(this, turn);
    if (!this.#taskOpen) this.#thaw.push(own);
    else {
      const stoodAtCall = this.#openCalls > 0;
      this.#host.turn(this, () => this.#turn(own));
      // One that stands at a call all the while is wakened by the call's end.
      if (!stoodAtCall || this.#openCalls === 0 || !this.#taskOpen) this.#host.wakened(this);
    }
    return true;
  }

  #hold(): () => void {
    this.#realWork++;
    this.#usesReality = true;
    const generation = this.#holdGeneration;
    let isHeld = true;
    return () => {
      if (!isHeld || generation !== this.#holdGeneration) return;
      isHeld = false;
      this.#realWork--;
      this.#host.wakened(this);
    };
  }

  #callBegins(): (completesAtMs?: number) => void {
    // Its code may go on until it next waits; its process has ended, and nothing leaves it.
    if (this.isDead) throw new EnvironmentEnded();
    this.#openCalls++;
    this.#usesReality = true;
    this.callsBegun++;
    let isOpen = true;
    return (completesAtMs) => {
      if (!isOpen) return;
      isOpen = false;
      this.#openCalls--;
      if (completesAtMs === undefined) this.callsBegun--;
      else {
        this.callsEnded++;
        this.#clock.moveTo(completesAtMs);
      }
      if (this.#taskOpen && this.#clock.nowMs >= this.#clock.deadlineMs) this.#timeout();
      this.#host.wakened(this);
    };
  }

  #open(deadlineMs: number, onEnd: (end: End) => void): void {
    this.#taskOpen = true;
    this.#onEnd = onEnd;
    this.#clock.deadlineMs = deadlineMs;
    this.#clock.onDeadline = () => {
      this.#timeout();
      throw new EnvironmentEnded();
    };
  }

  #close(end: End): void {
    if (!this.#taskOpen) return;
    this.#taskOpen = false;
    this.#clock.deadlineMs = Infinity;
    if (!end.ok && end.kills) {
      // Code that catches what ended it may go on for a while; nothing of it is seen.
      this.#flush();
      this.isDead = true;
    }
    this.#ended = end;
    this.#conclude();
  }

  #die(failure: Failure): void {
    const end = { ok: false, kills: true, ...failure } as const;
    if (this.#taskOpen) this.#close(end);
    else {
      this.isDead = true;
      // An init is over when all that the module has queued has run; an answer has gone out, whatever comes behind it.
      if (this.#phase === 'init' && this.#ended?.ok === true) this.#ended = end;
    }
  }

  #timeout(): void {
    const at = this.#clock.deadlineMs;
    this.#clock.moveTo(at);
    this.#close({ ok: false, kills: true, ...timeoutFailure(this.#requestId, this.image.timeoutMs) });
  }

  #ranEmpty(): void {
    const { process, timers } = this.#parts;
    if (process.events.listenerCount('beforeExit') > 0) {
      this.#turn(() => process.ranEmpty());
      if (!this.#taskOpen || !timers.isEmpty || this.#realWork > 0 || this.#openCalls > 0) return;
    }
    if (this.#phase === 'init')
      this.#close({ ok: false, kills: true, ...exitFailure(this.#requestId, { status: process.leaves(13) }) });
    // What answers now may run code of the handler's (toJSON), and throw.
    else this.#turn(() => this.#handler?.ranEmpty(() => process.leaves()));
  }

  // --- init

  #beginInit(invocation: Arrival, attempt: 'first' | 'repeated'): void {
    this.#phase = 'init';
    const startMs = this.#clock.nowMs;
    const limitMs =
      attempt === 'repeated'
        ? this.image.timeoutMs
        : invocation.isInit
          ? Math.max(PROVISIONED_INIT_LIMIT_MS, this.image.timeoutMs)
          : INIT_LIMIT_MS;
    this.#open(startMs + limitMs, (end) => this.#initEnded(invocation, attempt, startMs, end));
    this.#turn(() => {
      loadHandler(this.image, this.#code, this.#parts.modules).then(
        (handler) => {
          this.#handler = handler;
          this.#close({ ok: true, payload: '' });
        },
        (error: unknown) => this.#initFailed(error),
      );
    });
  }

  #initFailed(error: unknown): void {
    if (error instanceof EnvironmentEnded) return;
    if (this.#noteUnreadable(error)) this.#parts.stderr.write(`${String((error as Error).message)}\n`);
    if (error instanceof RuntimeError && error.name === 'Runtime.StreamingNotRehearsed')
      this.#beyondSlice.add('response streaming');
    this.#parts.console.logError(this.#isRic4 ? 'Init Error' : 'Uncaught Exception', error);
    this.#close({ ok: false, kills: true, ...failureOf(error) });
  }

  #noteUnreadable(error: unknown): boolean {
    if (!(error instanceof UnreadableModule)) return false;
    this.#beyondSlice.add(`the module ${error.filename}, ${error.why}`);
    return true;
  }

  #initEnded(invocation: Arrival, attempt: 'first' | 'repeated', startMs: number, end: End): void {
    const model = this.#isAdopted ? 0 : modelledInitMs(this.#host.random, this.key);
    this.#clock.moveTo(this.#clock.nowMs + model);
    const tookMs = this.#clock.nowMs - startMs;
    if (invocation.isInit) return this.#initialised(invocation, end, startMs, tookMs);
    if (end.ok && this.#isAdopted) {
      this.#lines = [];
      this.#beginRun(invocation, startMs);
    } else if (end.ok) {
      if (attempt === 'first') this.#initMs = hundredths(tookMs);
      this.#beginRun(invocation, attempt === 'first' ? undefined : startMs);
    } else if (attempt === 'first') {
      this.#initMs = hundredths(Math.min(tookMs, INIT_LIMIT_MS));
      this.#initFailure = initFailureOf(end);
      this.isDead = false;
      this.#restart();
      this.#clock.moveTo(startMs + this.#initMs);
      this.#runStartedMs = this.#clock.nowMs;
      this.#beginInit(invocation, 'repeated');
    } else {
      this.#runStartedMs = startMs;
      this.#settle(invocation, end, Math.min(tookMs, this.image.timeoutMs));
    }
  }

  /** The init of provisioned concurrency: no handler is called. */
  #initialised(invocation: Arrival, end: End, startMs: number, tookMs: number): void {
    this.#runStartedMs = startMs;
    this.#initMs = hundredths(tookMs);
    if (!end.ok) this.#initFailure = initFailureOf(end);
    this.hasFailedInit = !end.ok;
    this.#settle(invocation, end, tookMs);
  }

  /** The runtime process starts anew in the same environment, as AWS does after a failed init. */
  #restart(): void {
    this.#flush();
    this.#holdGeneration++;
    this.#realWork = 0;
    const clock = new VirtualClock(this.#clock.originMs);
    clock.moveTo(this.#clock.nowMs);
    this.#clock = clock;
    this.#parts = this.#instantiate();
  }

  // --- an invocation

  #beginRun(invocation: Arrival, startedMs = this.#clock.nowMs): void {
    this.#phase = 'running';
    this.#drawsBy = invocation;
    this.#draws = 0;
    this.#runStartedMs = startedMs;
    const deadlineMs = startedMs + this.image.timeoutMs;
    const trace = traceHeader(invocation.requestId, invocation.at);
    this.#parts.process.variables['_X_AMZN_TRACE_ID'] = trace;
    this.#open(deadlineMs, (end) => this.#runEnded(invocation, end));
    this.#resume();
    if (!this.#taskOpen) return;
    const handler = this.#handler;
    if (handler === undefined) throw new Error('an environment runs without a handler');
    this.#turn(() => {
      const ended = (end: HandlerEnd): void => this.#handlerEnded(end);
      startHandler(handler, invocation, this.image, this.#logStream, {
        deadlineMs,
        nowMs: () => Math.floor(this.#clock.read()),
        traceId: trace,
        isRic4: this.#isRic4,
        texts: this.#host.texts,
        logError: (title, reason) => this.#parts.console.logError(title, reason),
        ended,
      });
    });
  }

  /**
   * What was left over when the environment was frozen goes on at the thaw, before the handler is called: what real
   * events have brought, then the timers that are overdue. Source: L-ENV (D); the order is assumption `thaw-order`.
   */
  #resume(): void {
    const thawed = this.#thaw;
    this.#thaw = [];
    for (const turn of thawed) if (this.#taskOpen) this.#turn(turn);
    const { timers } = this.#parts;
    for (let left = timers.countDue(); left > 0 && this.#taskOpen; left--) {
      const due = timers.takeDue();
      if (due !== undefined) this.#turn(due);
    }
  }

  #handlerEnded(end: HandlerEnd): void {
    if (end.ok) this.#close(end);
    else this.#close({ ...end, kills: end.errorType === 'Runtime.ExitError' });
  }

  #runEnded(invocation: Arrival, end: End): void {
    const waitedMs = this.#clock.nowMs - this.#runStartedMs;
    const isTimeout = !end.ok && end.errorType === 'Sandbox.Timedout';
    const compute = isTimeout ? 0 : modelledComputeMs(invocation.chance, this.#runs === 0);
    this.#runs++;
    if (!isTimeout && waitedMs >= this.image.timeoutMs) {
      const late = { ok: false, kills: true, ...timeoutFailure(invocation.requestId, this.image.timeoutMs) } as const;
      this.#settle(invocation, late, this.image.timeoutMs);
    } else this.#settle(invocation, end, Math.min(waitedMs + compute, this.image.timeoutMs));
  }

  #settle(invocation: Arrival, end: End, durationMs: number): void {
    this.#flush();
    if (!end.ok && end.kills) this.isDead = true;
    const startedMs = this.#runStartedMs;
    const endedAt = Instant(Math.ceil(startedMs + durationMs));
    this.#phase = 'ready';
    this.#invocation = undefined;
    this.busyUntil = endedAt;
    this.#clock.moveTo(endedAt);
    const isTimeout = !end.ok && end.errorType === 'Sandbox.Timedout';
    // One is made for each request: what is mostly absent is added, because spreading takes longer than all the rest.
    const result: Mutable<Settled> = {
      requestId: invocation.requestId,
      seq: invocation.seq,
      startedAt: Instant(Math.floor(startedMs)),
      endedAt,
      durationMs: hundredths(durationMs),
      outcome: end.ok ? 'success' : isTimeout ? 'timeout' : 'error',
      payload: end.ok ? end.payload : failurePayload(end),
      environmentId: this.environmentId,
      environmentStartedAt: this.startedAt,
      lines: this.#lines,
      maxMemoryUsedMb: this.#memoryMb,
    };
    if (this.#initMs !== undefined) result.initDurationMs = this.#initMs;
    if (this.#initFailure !== undefined) result.initFailure = this.#initFailure;
    if (!end.ok) result.errorType = end.errorType;
    if (this.isDead) result.died = true;
    if (this.isProvisioned) result.isProvisioned = true;
    if (this.#measuredMs !== 0) result.measuredMs = this.#measuredMs;
    if (this.#beyondSlice.size > 0) {
      result.beyondSlice = [...this.#beyondSlice];
      this.#beyondSlice.clear();
    }
    this.result = result;
  }

  // --- what the environment consists of

  get #requestId(): string {
    return this.#invocation?.requestId ?? '';
  }

  #randomKey(): string {
    const by = this.#drawsBy;
    return `${typeof by === 'string' ? by : `${by.requestId}/${by.at}`}:${this.#draws++}`;
  }

  #flush(): void {
    this.#parts.stdout.flushRest();
    this.#parts.stderr.flushRest();
  }

  #line(message: string, stream: Stream): void {
    if (this.isDead) return;
    this.#lines.push({ at: Instant(Math.floor(this.#clock.nowMs)), message, stream });
  }

  #instantiate(): EnvironmentParts {
    const parts = createParts(this.#code, {
      image: this.image,
      environmentId: this.environmentId,
      logStream: this.#logStream,
      isProvisioned: this.isProvisioned,
      clock: this.#clock,
      requestId: () => this.#invocation?.requestId,
      logRequestId: () => (this.#phase === 'running' ? this.#requestId : this.#isRic4 ? '-' : undefined),
      line: (message, stream) => this.#line(message, stream),
      random: this.#host.random,
      randomKey: () => this.#randomKey(),
      scratch: this.#host.scratch,
      enter: (turn) => this.#enter(turn),
      event: (work) => this.#host.event(this, work),
      hold: () => this.#hold(),
      callBegins: () => this.#callBegins(),
      leavesSlice: (what) => void this.#beyondSlice.add(what),
      usesReality: () => {
        this.#usesReality = true;
      },
      usesUncounted: () => {
        this.#usesReality = true;
        this.#hasUncounted = true;
      },
      end: (how) => {
        this.#flush();
        this.#die(exitFailure(this.#requestId, how));
        throw new EnvironmentEnded();
      },
    });
    if (!this.#isRic4)
      listenAsClient(parts.process, parts.console, (failure, status) => {
        parts.process.leaves(status);
        this.#die(failure);
        throw new EnvironmentEnded();
      });
    return parts;
  }
}

const initFailureOf = ({ errorType }: Failure): InitFailure =>
  errorType === 'Sandbox.Timedout' ? { status: 'timeout' } : { status: 'error', errorType };

const hundredths = (ms: number): number => Math.round(ms * 100) / 100;
