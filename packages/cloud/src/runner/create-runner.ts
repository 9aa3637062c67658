import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instant } from '../instant.ts';
import { clearAtExit } from './clear-at-exit.ts';
import type { Chunk, Image, Invocation, LostEnvironment, Part, Runner, Settled } from './index.ts';
import { RunnerThread, type SettledMessage } from './runner-thread.ts';

export interface RunnerOptions {
  readonly seed: number;
  /** Threads; at most as many as cores. They start with the first image that is sent to them. */
  readonly workers?: number;
  /** Real milliseconds after which handler code that has not come back counts as an endless loop. */
  readonly endlessMs?: number;
  /** Whether real CPU time above the coarse threshold counts (journalled as `measured`); default true. */
  readonly countsCpu?: boolean;
}

const MOST_WORKERS = 8;

/** Beside what Node keeps of the process's own modules, where it is asked to keep that. */
function codeCacheDirectory(): string | undefined {
  const directory = getCompileCacheDir();
  return directory === undefined ? undefined : join(directory, 'handlers');
}

export function createRunner(options: RunnerOptions): Runner {
  return new ThreadedRunner(options);
}

/** With fewer invocations that have not begun the next part of a run is asked for: no thread waits, and no message is long. */
const WINDOW = 512;

/** A run in progress: chunks as they come, and what each thread still owes. */
interface Run {
  readonly id: number;
  readonly more: (() => Part) | undefined;
  hasAll: boolean;
  /** Threads that take part and have not said that they are done. */
  readonly owed: Set<number>;
  readonly isIn: boolean[];
  readonly lowWaterMs: number[];
  /** Invocations that had not begun when a thread last spoke. */
  readonly left: number[];
  /** Parts that a thread had not seen when it last spoke: how many invocations they are, and when the first begins. */
  readonly unseen: { readonly part: number; readonly count: number; readonly atMs: number }[][];
  /** What has not been handed on. */
  settled: Settled[];
  discarded: string[];
  givenBack: Invocation[];
  hasNews: boolean;
  standing: (readonly [string, number, number])[];
  failure: Error | undefined;
  wake: (() => void) | undefined;
}

class ThreadedRunner implements Runner {
  readonly #threads: readonly RunnerThread[];
  /** Which thread owns an image. */
  readonly #places = new Map<string, { readonly thread: number; readonly image: Image }>();
  readonly #calls = new Map<string, { received: number; answered: number }>();
  /** Answers that no run has taken account of yet: environment → its thread is asked to wait for it. */
  readonly #answered = new Set<string>();
  readonly #scratch: string;
  readonly #forgetFolder: () => void;
  #callsInFlight = 0;
  #runs = 0;
  #run: Run | undefined;

  constructor({ seed, workers, endlessMs = 3_000, countsCpu = true }: RunnerOptions) {
    this.#scratch = join(tmpdir(), `rehearsal-${process.pid}-${randomUUID()}`);
    const scratch = this.#scratch;
    const codeCache = codeCacheDirectory();
    this.#forgetFolder = clearAtExit(scratch, () => this.#threads.forEach((thread) => void thread.end()));
    const cores = availableParallelism();
    const count = Math.max(1, Math.min(workers ?? cores, cores, MOST_WORKERS));
    this.#threads = Array.from(
      { length: count },
      (_, index) =>
        new RunnerThread(
          { seed, endlessMs, countsCpu, scratch, codeCache },
          {
            settled: (...news) => this.#settled(index, ...news),
            calls: () => [...this.#calls].map(([environmentId, { received }]) => [environmentId, received] as const),
            failed: ({ message, stack }) => this.#failed(Object.assign(new Error(message), { stack })),
            lost: (error) => this.#failed(new Error('a runner thread ended', { cause: error })),
          },
        ),
    );
  }

  get callsInFlight(): number {
    return this.#callsInFlight;
  }

  start(): void {
    for (const thread of this.#threads) thread.start();
  }

  load(image: Image): void {
    if (this.#places.has(image.key)) return;
    const thread = this.#choosePlace(image);
    this.#places.set(image.key, { thread, image });
    this.#threads[thread]?.load(image);
  }

  unload(imageKey: string): void {
    const place = this.#places.get(imageKey);
    if (place === undefined) return;
    this.#places.delete(imageKey);
    this.#threads[place.thread]?.unload(imageKey);
  }

  keepProvisioned(imageKey: string, count: number): void {
    const place = this.#places.get(imageKey);
    if (place !== undefined) this.#threads[place.thread]?.keepProvisioned(imageKey, count);
  }

  adopt(environments: readonly LostEnvironment[]): void {
    for (const [index, thread] of this.#threads.entries()) {
      const own = environments.filter(({ imageKey }) => this.#places.get(imageKey)?.thread === index);
      if (own.length > 0) thread.adopt(own);
    }
  }

  /** Versions of one function go to different threads, because a canary runs two of them at a time. */
  #choosePlace({ functionName }: Image): number {
    const load = this.#threads.map(() => ({ same: 0, all: 0 }));
    for (const { thread, image } of this.#places.values()) {
      const one = load[thread];
      if (one === undefined) continue;
      one.all++;
      if (image.functionName === functionName) one.same++;
    }
    let best = 0;
    for (const [index, { same, all }] of load.entries()) {
      const least = load[best];
      if (least !== undefined && (same < least.same || (same === least.same && all < least.all))) best = index;
    }
    return best;
  }

  async *run(invocations: readonly Invocation[], more?: () => Part): AsyncGenerator<Chunk> {
    if (this.#run !== undefined) throw new Error('a run is still going on');
    const run = this.#begin(invocations, more);
    this.#run = run;
    try {
      for (;;) {
        while (!run.hasAll && leftOf(run) < WINDOW) this.#addPart(run);
        if (run.hasNews) yield this.#news(run);
        else if (run.failure !== undefined) throw run.failure;
        else if (this.#isOver(run)) return;
        else
          await new Promise<void>((resolve) => {
            run.wake = resolve;
          });
      }
    } finally {
      this.#run = undefined;
      for (const thread of this.#threads) thread.rest();
    }
  }

  #byThread(invocations: readonly Invocation[]): readonly Invocation[][] {
    const byThread: Invocation[][] = this.#threads.map(() => []);
    for (const invocation of invocations) {
      const place = this.#places.get(invocation.imageKey);
      if (place === undefined) throw new Error(`the image ${invocation.imageKey} has not been loaded`);
      byThread[place.thread]?.push(invocation);
    }
    for (const own of byThread) own.sort((a, b) => a.at - b.at || a.seq - b.seq);
    return byThread;
  }

  #begin(invocations: readonly Invocation[], more: (() => Part) | undefined): Run {
    const byThread = this.#byThread(invocations);
    const answered = [...this.#answered].map((id): [string, number] => [id, this.#calls.get(id)?.answered ?? 0]);
    this.#answered.clear();
    const run: Run = {
      id: ++this.#runs,
      more,
      hasAll: more === undefined,
      owed: new Set(),
      isIn: this.#threads.map(() => false),
      lowWaterMs: this.#threads.map(() => Number.MAX_SAFE_INTEGER),
      left: this.#threads.map(() => 0),
      unseen: this.#threads.map(() => []),
      settled: [],
      discarded: [],
      givenBack: [],
      hasNews: false,
      standing: [],
      failure: undefined,
      wake: undefined,
    };
    for (const [index, thread] of this.#threads.entries()) {
      const own = byThread[index] ?? [];
      if (own.length === 0 && (answered.length === 0 || !thread.isStarted)) continue;
      run.owed.add(index);
      run.isIn[index] = true;
      run.left[index] = own.length;
      run.lowWaterMs[index] = answered.length > 0 ? 0 : (own[0]?.at ?? 0);
      thread.run(run.id, { invocations: own, isLast: run.hasAll }, answered);
    }
    return run;
  }

  /** Sends what follows to the threads that run it. A thread that is in the run already is told of the last part, too. */
  #addPart(run: Run): void {
    const part = run.more?.() ?? { invocations: [], isLast: true };
    run.hasAll = part.isLast;
    for (const [index, own] of this.#byThread(part.invocations).entries()) {
      const thread = this.#threads[index];
      const [first] = own;
      if (thread === undefined || (first === undefined && !(part.isLast && run.isIn[index]))) continue;
      const ownPart = { invocations: own, isLast: part.isLast };
      run.owed.add(index);
      if (run.isIn[index]) {
        const number = thread.add(ownPart);
        if (first !== undefined) run.unseen[index]?.push({ part: number, count: own.length, atMs: first.at });
      } else {
        run.isIn[index] = true;
        run.left[index] = own.length;
        run.lowWaterMs[index] = first?.at ?? 0;
        thread.run(run.id, ownPart, []);
      }
    }
  }

  /** All that has come, with how far order is settled by now: parts that were added since are part of it. */
  #news(run: Run): Chunk {
    const { settled, discarded, givenBack } = run;
    run.settled = [];
    run.discarded = [];
    run.givenBack = [];
    run.hasNews = false;
    return { settled, discarded, givenBack, lowWater: this.#lowWater(run) };
  }

  #lowWater(run: Run): Instant {
    let low = Number.MAX_SAFE_INTEGER;
    for (const [index, ms] of run.lowWaterMs.entries()) low = Math.min(low, ms, run.unseen[index]?.[0]?.atMs ?? low);
    return Instant(low);
  }

  /** Over when no thread owes anything and every call that an environment stands at has reached the wire. */
  #isOver(run: Run): boolean {
    return (
      run.hasAll &&
      run.owed.size === 0 &&
      run.standing.every(([id, begun]) => (this.#calls.get(id)?.received ?? 0) >= begun)
    );
  }

  #settled(
    index: number,
    settled: readonly Settled[],
    message: SettledMessage,
    givenBack: readonly Invocation[],
  ): void {
    const run = this.#run;
    if (run === undefined || message.run !== run.id) return;
    run.left[index] = message.left;
    run.lowWaterMs[index] = message.lowWaterMs;
    const unseen = run.unseen[index] ?? [];
    while (unseen[0] !== undefined && unseen[0].part <= message.part) unseen.shift();
    if (message.standing !== undefined) {
      run.owed.delete(index);
      run.standing.push(...message.standing);
    }
    run.settled = run.settled.concat(settled);
    run.discarded.push(...message.discarded);
    run.givenBack.push(...givenBack);
    run.hasNews = true;
    this.#wake();
  }

  #failed(error: Error): void {
    if (this.#run === undefined) return;
    this.#run.failure = error;
    this.#wake();
  }

  #wake(): void {
    const wake = this.#run?.wake;
    if (this.#run !== undefined) this.#run.wake = undefined;
    wake?.();
  }

  called(environmentId: string): void {
    const calls = this.#calls.get(environmentId) ?? { received: 0, answered: 0 };
    this.#calls.set(environmentId, calls);
    calls.received++;
    this.#callsInFlight++;
    this.#wake();
  }

  answered(environmentId: string, _completesAt: Instant): void {
    const calls = this.#calls.get(environmentId);
    if (calls === undefined || calls.answered >= calls.received)
      throw new Error(`the environment ${environmentId} has no call in flight`);
    calls.answered++;
    this.#callsInFlight--;
    this.#answered.add(environmentId);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
    await rm(this.#scratch, { recursive: true, force: true });
    this.#forgetFolder();
  }
}

function leftOf({ left, unseen }: Run): number {
  let count = 0;
  for (const each of left) count += each;
  for (const parts of unseen) for (const part of parts) count += part.count;
  return count;
}
