import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instant } from '../instant.ts';
import type { Chunk, Image, Invocation, LostEnvironment, Runner, Settled } from './index.ts';
import { RunnerThread } from './runner-thread.ts';
import type { FromThread } from './thread-messages.ts';

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

export function createRunner(options: RunnerOptions): Runner {
  return new ThreadedRunner(options);
}

/** A run in progress: chunks as they come, and what each thread still owes. */
interface Run {
  readonly id: number;
  readonly owed: Set<number>;
  readonly lowWaterMs: number[];
  readonly chunks: Chunk[];
  settled: Settled[];
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
  #callsInFlight = 0;
  #runs = 0;
  #run: Run | undefined;

  constructor({ seed, workers, endlessMs = 3_000, countsCpu = true }: RunnerOptions) {
    this.#scratch = join(tmpdir(), `rehearsal-${process.pid}-${randomUUID()}`);
    const scratch = this.#scratch;
    const cores = availableParallelism();
    const count = Math.max(1, Math.min(workers ?? cores, cores, MOST_WORKERS));
    this.#threads = Array.from(
      { length: count },
      (_, index) =>
        new RunnerThread(
          { seed, endlessMs, countsCpu, scratch },
          (message) => this.#receive(index, message),
          (error) => this.#threadFailed(error),
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

  async *run(invocations: readonly Invocation[]): AsyncGenerator<Chunk> {
    if (this.#run !== undefined) throw new Error('a run is still going on');
    const run = this.#begin(invocations);
    this.#run = run;
    try {
      for (;;) {
        const chunk = run.chunks.shift();
        if (chunk !== undefined) yield chunk;
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

  #begin(invocations: readonly Invocation[]): Run {
    const byThread: Invocation[][] = this.#threads.map(() => []);
    for (const invocation of invocations) {
      const place = this.#places.get(invocation.imageKey);
      if (place === undefined) throw new Error(`the image ${invocation.imageKey} has not been loaded`);
      byThread[place.thread]?.push(invocation);
    }
    const answered = [...this.#answered].map((id): [string, number] => [id, this.#calls.get(id)?.answered ?? 0]);
    this.#answered.clear();
    const run: Run = {
      id: ++this.#runs,
      owed: new Set(),
      lowWaterMs: this.#threads.map(() => Number.MAX_SAFE_INTEGER),
      chunks: [],
      settled: [],
      standing: [],
      failure: undefined,
      wake: undefined,
    };
    for (const [index, thread] of this.#threads.entries()) {
      const own = byThread[index] ?? [];
      if (own.length === 0 && (answered.length === 0 || !thread.isStarted)) continue;
      own.sort((a, b) => a.at - b.at || a.seq - b.seq);
      run.owed.add(index);
      run.lowWaterMs[index] = answered.length > 0 ? 0 : (own[0]?.at ?? 0);
      thread.run(run.id, own, answered);
    }
    return run;
  }

  /** Over when no thread owes anything and every call that an environment stands at has reached the wire. */
  #isOver(run: Run): boolean {
    return run.owed.size === 0 && run.standing.every(([id, begun]) => (this.#calls.get(id)?.received ?? 0) >= begun);
  }

  #receive(index: number, message: FromThread): void {
    const run = this.#run;
    if (run === undefined) return;
    switch (message.type) {
      case 'failed':
        run.failure = Object.assign(new Error(message.message), { stack: message.stack });
        break;
      case 'settled':
        if (message.run !== run.id) return;
        run.lowWaterMs[index] = message.lowWaterMs;
        if (message.standing !== undefined) {
          run.owed.delete(index);
          run.standing.push(...message.standing);
        }
        run.chunks.push({
          settled: message.settled,
          discarded: message.discarded,
          lowWater: Instant(Math.min(...run.lowWaterMs)),
        });
        break;
      default:
        throw new Error(`unknown message ${JSON.stringify(message satisfies never)}`);
    }
    this.#wake();
  }

  #threadFailed(error: Error): void {
    if (this.#run === undefined) return;
    this.#run.failure = new Error('a runner thread ended', { cause: error });
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
  }
}
