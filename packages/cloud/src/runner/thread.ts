/**
 * A runner thread: serves the arrivals of its images in the order (at, seq). It works in slices: a slice runs
 * under one watchdog, without leaving for the real event loop, and ends with one message. When a turn waits for
 * real work only its own image is held back.
 */
import { createRandom, type Random } from '../random.ts';
import type { Environment, Standing } from './environment.ts';
import { ImageHost, type ThreadOfHost } from './image-host.ts';
import type { Settled } from './index.ts';
import { KeptCode } from './kept-code.ts';
import { type Arrival, packSettled, unpackInvocations } from './packed.ts';
import { Shared, type FromThread, type ThreadSettings, type ToThread } from './thread-messages.ts';
import { ScratchDirectory } from './scratch-directory.ts';
import { Patience, SHORT_MS } from './patience.ts';
import { guarded, runEvent } from './turns.ts';

/** Invocations per message: half of what is left, so that the engine has something to do meanwhile. */
const SMALLEST_CHUNK = 16;
const LARGEST_CHUNK = 256;
/** A slice takes no new work after this long, so that messages keep flowing. */
const SLICE_MS = 40;
/** CPU time of one turn that counts as more than ordinary computing, and the grain in which it is counted. */
const COUNTED_CPU_MS = 250;
const CPU_GRAIN_MS = 100;
/** A moment of real time for work that cannot be counted. */
const LINGER_MS = 5;

/** A thread's messages. `takeSoon` gives the next one within a few milliseconds, without the event loop, if it comes. */
export interface Mail {
  post(message: FromThread): void;
  takeSoon(): ToThread | undefined;
}

export class Thread implements ThreadOfHost {
  readonly #settings: ThreadSettings;
  readonly #mail: Mail;
  readonly #random: Random;
  readonly scratch: ScratchDirectory;
  readonly keptCode: KeptCode;
  readonly #hosts = new Map<string, ImageHost>();
  readonly #environments = new Map<string, Environment>();
  readonly #callsBefore = new Map<string, number>();
  /** Arrivals not yet looked at, from `#next` on. */
  #arrivals: readonly Arrival[] = [];
  #next = 0;
  #run = 0;
  #part = 0;
  /** No part of the run follows. */
  #hasAll = true;
  /** The part behind which the thread has said that it has nothing left to begin. */
  #outAfter = -1;
  #isRunning = false;
  /** Environments whose real work or call may be over. */
  readonly #woken = new Set<Environment>();
  #answered: readonly (readonly [string, number])[] = [];
  #fates: ReadonlyMap<number, 'endless' | 'killed'> = new Map();
  #settled: Settled[] = [];
  #discarded: string[] = [];
  #givenBack: number[] = [];
  /** Environments whose invocation ended while a call of theirs was under way: nobody waits for it, but it happens. */
  readonly #dangling = new Set<Environment>();
  #isScheduled = false;
  /** The environment whose code runs, for the watchdog. */
  #onTurn: Environment | undefined;
  /** When the last turn ended, in real time. */
  #turnEndedMs = 0;
  #sliceCpuMs = 0;
  #sliceWallMs = 0;
  readonly #patience: Patience;

  constructor(settings: ThreadSettings, mail: Mail) {
    this.#settings = settings;
    this.#mail = mail;
    this.#random = createRandom(settings.seed);
    this.scratch = new ScratchDirectory(settings.scratch);
    this.keptCode = new KeptCode(settings.codeCache);
    this.#patience = new Patience(settings.endlessMs, performance.now(), cpuMs());
  }

  receive(message: ToThread): void {
    this.#accept(message);
    if (message.type === 'run' || message.type === 'part') this.#slice();
  }

  #accept(message: ToThread): void {
    switch (message.type) {
      case 'load':
        this.#hosts.set(message.image.key, new ImageHost(message.image, this.#random, this));
        return;
      case 'unload':
        this.#hosts.get(message.imageKey)?.discardAll();
        this.#hosts.delete(message.imageKey);
        return;
      case 'keepProvisioned':
        this.#hosts.get(message.imageKey)?.keepProvisioned(message.count);
        return;
      case 'adopt':
        for (const [environmentId, calls] of message.calls) this.#callsBefore.set(environmentId, calls);
        for (const host of this.#hosts.values())
          host.adopt(
            message.environments.filter((one) => one.imageKey === host.image.key),
            message.areAll,
          );
        return;
      case 'run':
        this.#arrivals = [];
        this.#next = 0;
        this.#run = message.run;
        this.#take(message);
        this.#answered = message.answered;
        this.#fates = new Map(message.fates);
        this.#isRunning = true;
        this.#outAfter = -1;
        return;
      case 'part':
        this.#take(message);
        return;
      default:
        throw new Error(`unknown message ${JSON.stringify(message satisfies never)}`);
    }
  }

  #take({ invocations, part, isLast }: Extract<ToThread, { type: 'run' | 'part' }>): void {
    const more = unpackInvocations(invocations);
    this.#arrivals = this.#next < this.#arrivals.length ? this.#arrivals.slice(this.#next).concat(more) : more;
    this.#next = 0;
    this.#part = part;
    this.#hasAll = isLast;
  }

  /** An environment's real work or call may be over. */
  wakened(environment: Environment): void {
    this.#woken.add(environment);
    this.#schedule();
  }

  discarded(environment: Environment): void {
    this.#environments.delete(environment.environmentId);
    this.#discarded.push(environment.environmentId);
  }

  callsBefore(environmentId: string): number {
    return this.#callsBefore.get(environmentId) ?? 0;
  }

  /** A turn that a real event began: under the watchdog like all others. */
  turn(environment: Environment, work: () => void): void {
    if (this.#onTurn !== undefined) return work();
    const finished = guarded(this.#patience.limitMs, () => this.#turnOf(environment, work));
    if (!finished) this.#cutOff();
  }

  /** Node's handling of a real event that concerns an environment, under one watchdog with all turns in it. */
  event(environment: Environment, work: () => void): void {
    const finished = guarded(this.#patience.limitMs, () => runEvent(environment, work));
    if (!finished) this.#cutOff();
  }

  /** The real event loop turns once in between: what is under way there gets its chance first. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#slice();
    });
  }

  #slice(): void {
    const startedMs = performance.now();
    this.#sliceCpuMs = cpuMs();
    this.#sliceWallMs = startedMs;
    const finished = guarded(this.#patience.limitMs, () => this.#workAndWait(startedMs));
    if (!finished) {
      this.#cutOff();
      this.#report();
    }
    if (this.#isRunning && this.#hasArrivals() && this.#mayArrive()) this.#schedule();
    else if (this.keptCode.hasNews && !this.#isRunning && this.#isFree()) this.keptCode.write();
  }

  /** Runs often follow one another closely: with nothing else to do the next one is awaited under the same watchdog. */
  #workAndWait(startedMs: number): void {
    const untilMs = startedMs + this.#settings.endlessMs / 4;
    // Asking for CPU time is dear: once for a stretch that tells something.
    let [fromMs, fromCpuMs] = [startedMs, this.#sliceCpuMs];
    for (let nowMs = startedMs; ;) {
      this.#work(nowMs + SLICE_MS);
      this.#report();
      nowMs = performance.now();
      if (nowMs - fromMs >= SHORT_MS) {
        const usedMs = cpuMs();
        this.#patience.saw(nowMs - fromMs, usedMs - fromCpuMs);
        [fromMs, fromCpuMs] = [nowMs, usedMs];
      }
      if (nowMs > untilMs) return;
      if (this.#isFree() && this.#hasArrivals()) continue;
      if (!this.#isIdle()) return;
      const message = this.#mail.takeSoon();
      const waitedMs = performance.now() - nowMs;
      nowMs += waitedMs;
      fromMs += waitedMs;
      if (message === undefined) return;
      this.#accept(message);
    }
  }

  /** There is nothing to do before the next message. */
  #isIdle(): boolean {
    return this.#isFree() && (!this.#isRunning || (!this.#hasAll && !this.#hasArrivals()));
  }

  /** Nothing is under way for which the event loop would have to turn. */
  #isFree(): boolean {
    if (this.#isScheduled || this.#woken.size > 0) return false;
    for (const { working, standing } of this.#hosts.values())
      if (working !== undefined || standing.size > 0) return false;
    return this.#dangling.size === 0;
  }

  #work(untilMs: number): void {
    // A copy: going on may wake it again, for the next slice.
    for (const environment of Array.from(this.#woken)) {
      this.#woken.delete(environment);
      this.#goOn(environment);
    }
    if (!this.#mayArrive()) return;
    const chunk = Math.min(Math.max(this.#left() >> 1, SMALLEST_CHUNK), LARGEST_CHUNK);
    this.#turnEndedMs = performance.now();
    while (this.#settled.length < chunk) {
      const invocation = this.#nextArrival();
      if (invocation === undefined) return;
      this.#arrive(invocation, this.#turnEndedMs);
      if (this.#turnEndedMs > untilMs) return;
    }
  }

  /** Environments that were answered go on first: which environment is free for an arrival depends on them. */
  #mayArrive(): boolean {
    return this.#answered.every(([id, answers]) => {
      const environment = this.#environments.get(id);
      if (environment === undefined || !environment.isOpen) return true;
      return environment.callsEnded >= answers && !this.#isWorking(environment);
    });
  }

  #isWorking(environment: Environment): boolean {
    return environment.isOpen && environment.openCalls === 0;
  }

  /** The next arrival whose image is not held back; those that are held back wait with their image. */
  #nextArrival(): Arrival | undefined {
    for (const host of this.#hosts.values())
      while (host.working === undefined && host.waiting.length > 0) {
        const invocation = host.waiting.shift();
        if (invocation !== undefined && !this.#givesBack(host, invocation)) return invocation;
      }
    while (this.#next < this.#arrivals.length) {
      const invocation = this.#arrivals[this.#next++];
      if (invocation === undefined) continue;
      const host = this.#hosts.get(invocation.imageKey);
      if (host === undefined) throw new Error(`the image ${invocation.imageKey} has not been loaded`);
      if (host.working !== undefined) host.waiting.push(invocation);
      else if (!this.#givesBack(host, invocation)) return invocation;
    }
    return undefined;
  }

  #givesBack(host: ImageHost, { isAhead, seq }: Arrival): boolean {
    if (!isAhead || (host.standing.size === 0 && host.givesBackIn !== this.#run)) return false;
    host.givesBackIn = this.#run;
    this.#givenBack.push(seq);
    return true;
  }

  /** `nowMs`: real time, as of a moment ago. */
  #arrive(invocation: Arrival, nowMs: number): void {
    const host = this.#hosts.get(invocation.imageKey);
    if (host === undefined) throw new Error(`the image ${invocation.imageKey} has not been loaded`);
    const environment = host.environmentFor(invocation);
    this.#environments.set(environment.environmentId, environment);
    const fate = this.#fates.get(invocation.seq);
    let standing: Standing = 'done';
    if (fate !== undefined) environment.endWithout(invocation, fate);
    else this.#turnOf(environment, () => void (standing = environment.begin(invocation)), invocation.seq, nowMs);
    this.#place(host, environment, standing);
  }

  #goOn(environment: Environment): void {
    const host = this.#hosts.get(environment.image.key);
    if (host === undefined) return;
    let standing: Standing = 'done';
    if (environment.isOpen) this.#turnOf(environment, () => void (standing = environment.go(true)));
    this.#place(host, environment, standing);
  }

  /** Files an environment by what it waits for. */
  #place(host: ImageHost, environment: Environment, standing: Standing): void {
    const { result } = environment;
    if (!environment.isOpen) {
      if (result === undefined) return;
      environment.result = undefined;
      if (environment.openCalls > 0) this.#dangling.add(environment);
      this.#settled.push(result);
      host.release(environment);
      return;
    }
    if (environment.openCalls > 0) {
      host.standing.add(environment);
      if (host.working === environment) host.working = undefined;
      return;
    }
    host.standing.delete(environment);
    host.working = environment;
    if (standing === 'turn') this.wakened(environment);
    else if (standing === 'linger') setTimeout(() => this.wakened(environment), LINGER_MS);
  }

  #turnOf(environment: Environment, work: () => void, seq = environment.seq, startedMs = performance.now()): void {
    this.#onTurn = environment;
    this.#settings.shared[Shared.onTurn] = seq;
    this.#settings.shared[Shared.lastTurn] = seq;
    work();
    this.#turnEndedMs = performance.now();
    const wallMs = this.#turnEndedMs - startedMs;
    this.#onTurn = undefined;
    this.#settings.shared[Shared.onTurn] = -1;
    if (this.#settings.countsCpu && wallMs > COUNTED_CPU_MS) this.#countCpu(environment, startedMs, wallMs);
  }

  /** A machine that is busy elsewhere makes wall time, not CPU time; only the latter is the release's doing. */
  #countCpu(environment: Environment, startedMs: number, wallMs: number): void {
    const usedMs = cpuMs() - this.#sliceCpuMs;
    const othersMs = startedMs - this.#sliceWallMs;
    const countedMs = Math.min(wallMs, usedMs - othersMs);
    this.#sliceCpuMs += usedMs;
    this.#sliceWallMs = performance.now();
    if (countedMs > COUNTED_CPU_MS) environment.measured(Math.floor(countedMs / CPU_GRAIN_MS) * CPU_GRAIN_MS);
  }

  /** The watchdog has ended a turn: its environment would never have gone on. */
  #cutOff(): void {
    const environment = this.#onTurn;
    this.#onTurn = undefined;
    if (environment === undefined) return;
    environment.cutOff();
    this.wakened(environment);
  }

  #report(): void {
    if (!this.#isRunning) return;
    const hasArrivals = this.#hasArrivals();
    const isOut = !hasArrivals && !this.#hasAll && this.#outAfter !== this.#part;
    const works = [...this.#hosts.values()].some((host) => host.working !== undefined);
    const isOver = this.#hasAll && !hasArrivals && !works && this.#woken.size === 0 && this.#mayArrive();
    if (this.#settled.length > 0 || isOver || isOut) {
      const givenBack = this.#givenBack;
      this.#givenBack = [];
      if (isOut) this.#outAfter = this.#part;
      const settled = this.#settled;
      const discarded = this.#discarded;
      this.#settled = [];
      this.#discarded = [];
      const standing = isOver ? this.#standing() : undefined;
      const lowWaterMs = this.#lowWaterMs();
      this.#isRunning = !isOver;
      this.#mail.post({
        type: 'settled',
        run: this.#run,
        settled: packSettled(settled),
        discarded,
        givenBack,
        part: this.#part,
        left: this.#left(),
        lowWaterMs,
        ...(standing === undefined ? {} : { standing }),
      });
    }
  }

  #hasArrivals(): boolean {
    if (this.#next < this.#arrivals.length) return true;
    for (const host of this.#hosts.values()) if (host.waiting.length > 0) return true;
    return false;
  }

  #left(): number {
    let left = this.#arrivals.length - this.#next;
    for (const host of this.#hosts.values()) left += host.waiting.length;
    return left;
  }

  #standing(): [string, number, number][] {
    for (const one of this.#dangling) if (one.openCalls === 0) this.#dangling.delete(one);
    const standing = [...this.#hosts.values()].flatMap((host) => [...host.standing]);
    return [...standing, ...this.#dangling].map((one) => [one.environmentId, one.callsBegun, one.seq]);
  }

  #lowWaterMs(): number {
    let lowMs = this.#arrivals[this.#next]?.at ?? Number.MAX_SAFE_INTEGER;
    for (const host of this.#hosts.values()) {
      lowMs = Math.min(lowMs, host.waiting[0]?.at ?? lowMs, Math.floor(host.working?.nowMs ?? lowMs));
      for (const standing of host.standing) lowMs = Math.min(lowMs, Math.floor(standing.nowMs));
    }
    for (const [id] of this.#answered) {
      const environment = this.#environments.get(id);
      if (environment?.isOpen === true) lowMs = Math.min(lowMs, Math.floor(environment.nowMs));
    }
    return lowMs;
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
