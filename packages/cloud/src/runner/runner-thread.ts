import { Worker } from 'node:worker_threads';
import { createRandom, type Random } from '../random.ts';
import type { Image, Invocation, LostEnvironment, Part, Settled } from './index.ts';
import { lostAfter } from './lost-environment.ts';
import { packInvocations, unpackSettled } from './packed.ts';
import { Shared, type FromThread, type ThreadSettings, type ToThread } from './thread-messages.ts';

/** Handler code may fill a thread's heap up to here; more kills the thread, and with it the offender. */
const HEAP_LIMIT_MB = 1_024;
/** A thread that says nothing for this many watchdog periods hangs where the watchdog does not reach. */
const HANG_PERIODS = 4;

/**
 * What a thread begins with. Node keeps what it compiles and strips of types, so that the next thread starts in a
 * third of the time; this line is plain JavaScript because the reader of types would have to be loaded for it alone.
 */
const BEGIN = `require('node:module').enableCompileCache(); import(${JSON.stringify(new URL('serve-runner.ts', import.meta.url).href)});`;

export type SettledMessage = Extract<FromThread, { type: 'settled' }>;

/** Who has put the thread up. */
export interface ThreadListener {
  settled(settled: readonly Settled[], message: SettledMessage, givenBack: readonly Invocation[]): void;
  failed(message: Extract<FromThread, { type: 'failed' }>): void;
  /** How many calls have reached the cloud, by environment. */
  calls(): readonly (readonly [environmentId: string, calls: number])[];
  /** The thread was lost to a bug of the runner itself. */
  lost(error: Error): void;
}

type Answered = readonly (readonly [string, number])[];

/**
 * A thread as the runner sees it. It starts with its first message and never keeps the process alive by itself. It
 * remembers what it was given, so that a thread that handler code has destroyed can be put up again: its images, its
 * warm environments, and what it had not settled.
 */
export class RunnerThread {
  readonly #settings: ThreadSettings;
  readonly #hears: ThreadListener;
  readonly #random: Random;
  readonly #images = new Map<string, Image>();
  readonly #keepsProvisioned = new Map<string, number>();
  readonly #owed = new Map<number, Invocation>();
  readonly #warm = new Map<string, LostEnvironment>();
  readonly #fates = new Map<number, 'endless' | 'killed'>();
  /** Environments that stand at a call, and the number of the invocation that does. */
  #standing = new Map<string, number>();
  #run = 0;
  #part = 0;
  /** No part of the run follows. */
  #hasAll = true;
  #worker: Worker | undefined;
  #heardMs = 0;
  /** CPU time at the first look at a thread that has fallen silent. */
  #silentCpu: { readonly heardMs: number; readonly ms: number } | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(settings: Omit<ThreadSettings, 'shared'>, hears: ThreadListener) {
    this.#settings = { ...settings, shared: new Int32Array(new SharedArrayBuffer(12)).fill(-1) };
    this.#hears = hears;
    this.#random = createRandom(settings.seed);
  }

  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  /** Puts the thread up before there is anything to run. */
  start(): void {
    this.#worker ??= this.#start();
  }

  load(image: Image): void {
    this.#images.set(image.key, image);
    this.#send({ type: 'load', image });
  }

  unload(imageKey: string): void {
    this.#images.delete(imageKey);
    this.#keepsProvisioned.delete(imageKey);
    for (const [id, lost] of this.#warm) if (lost.imageKey === imageKey) this.#warm.delete(id);
    this.#send({ type: 'unload', imageKey });
  }

  keepProvisioned(imageKey: string, count: number): void {
    this.#keepsProvisioned.set(imageKey, count);
    this.#send({ type: 'keepProvisioned', imageKey, count });
  }

  adopt(environments: readonly LostEnvironment[]): void {
    for (const one of environments) if (one.busyUntil !== undefined) this.#warm.set(one.environmentId, one);
    this.#send({ type: 'adopt', environments, areAll: true, calls: [] });
  }

  run(run: number, { invocations, isLast }: Part, answered: Answered): void {
    for (const invocation of invocations) this.#owed.set(invocation.seq, invocation);
    // Whoever has got an answer goes on, and may never come back.
    for (const [environmentId] of answered) this.#standing.delete(environmentId);
    this.#run = run;
    this.#part = 0;
    this.#hasAll = isLast;
    this.#fates.clear();
    this.#send({
      type: 'run',
      run,
      invocations: packInvocations(invocations, this.#random),
      answered,
      fates: [],
      part: 0,
      isLast,
    });
    this.#worker?.ref();
    this.#heardMs = performance.now();
    this.#watch ??= setInterval(() => this.#lookAfter(), this.#settings.endlessMs).unref();
  }

  /** More of the run that the thread is at; gives the part's number. */
  add({ invocations, isLast }: Part): number {
    for (const invocation of invocations) this.#owed.set(invocation.seq, invocation);
    this.#hasAll = isLast;
    this.#send({ type: 'part', invocations: packInvocations(invocations, this.#random), part: ++this.#part, isLast });
    return this.#part;
  }

  /** Nothing is expected of the thread at the moment. It is looked after all the same: runs follow one another closely. */
  rest(): void {
    this.#worker?.unref();
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    clearInterval(this.#watch);
    this.rest();
    await worker?.terminate();
  }

  #receive(message: FromThread): void {
    this.#heardMs = performance.now();
    if (message.type === 'failed') return this.#hears.failed(message);
    const settled = unpackSettled(message.settled, (seq) => this.#requestIdOf(seq));
    this.#remember(settled, message);
    this.#hears.settled(
      settled,
      message,
      message.givenBack.flatMap((seq) => this.#notOwed(seq)),
    );
  }

  #requestIdOf(seq: number): string {
    const invocation = this.#owed.get(seq);
    if (invocation === undefined) throw new Error(`a thread has settled the invocation ${seq}, which it was not given`);
    return invocation.requestId;
  }

  #notOwed(seq: number): readonly Invocation[] {
    const invocation = this.#owed.get(seq);
    this.#owed.delete(seq);
    return invocation === undefined ? [] : [invocation];
  }

  #remember(settled: readonly Settled[], { discarded, standing }: SettledMessage): void {
    for (const one of settled) {
      const imageKey = this.#owed.get(one.seq)?.imageKey;
      this.#owed.delete(one.seq);
      if (imageKey !== undefined) this.#warm.set(one.environmentId, lostAfter(imageKey, one));
    }
    for (const id of discarded) this.#warm.delete(id);
    if (standing !== undefined)
      this.#standing = new Map(standing.map(([environmentId, , seq]) => [environmentId, seq]));
  }

  /**
   * A thread that says nothing has a loop in it that its own watchdog cannot reach, or a share of a busy machine
   * only: the CPU time it has used tells which.
   */
  #lookAfter(): void {
    const { endlessMs } = this.#settings;
    const isSilent = performance.now() - this.#heardMs > HANG_PERIODS * endlessMs;
    const worker = this.#worker;
    if (!isSilent || worker === undefined || this.#owed.size <= this.#standing.size) return;
    const heardMs = this.#heardMs;
    void usedMs(worker).then((ms) => {
      if (this.#worker !== worker || this.#heardMs !== heardMs) return;
      // Silent again: what it has used since then is what counts.
      if (this.#silentCpu?.heardMs !== heardMs) this.#silentCpu = { heardMs, ms };
      else if (ms - this.#silentCpu.ms > endlessMs || ms === Number.POSITIVE_INFINITY) this.#giveUp(worker);
    });
  }

  #giveUp(worker: Worker): void {
    this.#worker = undefined;
    void worker.terminate();
    this.#restart('endless');
  }

  /**
   * Puts the thread up again without the invocation that destroyed it, which ends by its fate. Invocations that stood
   * at a call cannot be repeated and die with the thread.
   */
  #restart(fate: 'endless' | 'killed'): void {
    const { shared } = this.#settings;
    // Code that Node calls by itself, such as a stream's listener, runs in no turn: most likely the last one began it.
    const [now = -1, last = -1] = shared;
    const offender = now >= 0 ? now : last;
    shared.fill(-1);
    if (this.#owed.has(offender)) this.#fates.set(offender, fate);
    for (const seq of this.#standing.values()) if (!this.#fates.has(seq)) this.#fates.set(seq, 'killed');
    this.#standing = new Map();
    this.#worker = this.#start();
    for (const image of this.#images.values()) this.#send({ type: 'load', image });
    this.#send({ type: 'adopt', environments: [...this.#warm.values()], areAll: false, calls: this.#hears.calls() });
    for (const [imageKey, count] of this.#keepsProvisioned) this.#send({ type: 'keepProvisioned', imageKey, count });
    const invocations = [...this.#owed.values()].toSorted((a, b) => a.at - b.at || a.seq - b.seq);
    this.#send({
      type: 'run',
      run: this.#run,
      invocations: packInvocations(invocations, this.#random),
      answered: [],
      fates: [...this.#fates],
      part: this.#part,
      isLast: this.#hasAll,
    });
    this.#worker.ref();
    this.#heardMs = performance.now();
  }

  #send(message: ToThread): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
    Atomics.add(this.#settings.shared, Shared.sent, 1);
    Atomics.notify(this.#settings.shared, Shared.sent);
  }

  #start(): Worker {
    const worker = new Worker(BEGIN, {
      eval: true,
      workerData: this.#settings,
      env: {},
      execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
    });
    worker.on('message', (message: FromThread) => this.#receive(message));
    let failure: Error | undefined;
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', (status) => {
      if (this.#worker === worker) this.#lost(failure ?? new Error(`a runner thread ended with status ${status}`));
    });
    worker.unref();
    return worker;
  }

  #lost(error: Error & { readonly code?: string }): void {
    this.#worker = undefined;
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY' && (this.#settings.shared[Shared.lastTurn] ?? -1) >= 0)
      this.#restart('killed');
    else this.#hears.lost(error);
  }
}

/** CPU time of a thread in milliseconds; it answers in the middle of a loop, too. Infinite where it cannot be had. */
async function usedMs(worker: Worker): Promise<number> {
  try {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1_000;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
