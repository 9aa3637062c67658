/**
 * Whether a request whose instant has not come yet will start then or be throttled. Requests are handed to the threads
 * ahead, so that of those before it some have an end that nobody knows; one is handed over only when it starts
 * whatever those ends are. Says nothing that the state at the request's own instant could contradict.
 */
import type { Instant } from './instant.ts';
import { PriorityQueue } from './priority-queue.ts';
import { afterRequest, type Pool, poolOf, surelyScales } from './services/lambda/index.ts';
import type { World } from './world-state.ts';

export type Forecast = 'starts' | 'throttled' | 'unknown';

/** Invocations of a function that may run at an instant to come. */
interface Running {
  /** How many have no known end. */
  unknown: number;
  /** The ends of the others. */
  readonly ends: PriorityQueue<Instant>;
}

export class ConcurrencyForecast {
  readonly #world: World;
  readonly #functions = new Map<string, Running>();
  /** The functions of those that the runner has, by request id. */
  readonly #handed = new Map<string, string>();
  /** The buckets of requests, as those of the batch leave them. */
  readonly #rates = new Map<string, number>();
  /** How many may run, of all functions. */
  #most = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** A batch begins: all that came before is part of the state. */
  beginBatch(): void {
    this.#rates.clear();
  }

  /** The runner gets an invocation; one that it had given back counts already. */
  handed(requestId: string, functionName: string): void {
    if (this.#handed.has(requestId)) return;
    this.#handed.set(requestId, functionName);
    this.#running(functionName).unknown++;
    this.#most++;
  }

  /** The runner has told how an invocation ends. */
  settled(requestId: string, endedAt: Instant, now: Instant): void {
    const functionName = this.#handed.get(requestId);
    if (functionName === undefined) throw new Error(`the runner settled ${requestId}, which it was never given`);
    this.#handed.delete(requestId);
    const running = this.#running(functionName);
    running.unknown--;
    running.ends.push(endedAt);
    this.#forget(running, now);
  }

  /** What becomes of a synchronous request of the traffic that arrives then; to be asked once for each, in their order. */
  of(functionName: string, at: Instant): Forecast {
    const pool = poolOf(this.#world.lambda, functionName);
    if (!this.#takesToken(pool, at)) return 'throttled';
    return this.again(functionName, at);
  }

  /** The same, asked again when more is known. */
  again(functionName: string, at: Instant): Forecast {
    const { lambda } = this.#world;
    const pool = poolOf(lambda, functionName);
    const isSure = surelyScales(lambda, functionName, this.#most, at);
    if (isSure && this.#most < pool.limit) return 'starts';
    let known = 0;
    let unknown = 0;
    for (const [name, running] of this.#functions) {
      if (poolOf(lambda, name).name !== pool.name) continue;
      this.#forget(running, at);
      known += running.ends.size;
      unknown += running.unknown;
    }
    const scales = isSure || surelyScales(lambda, functionName, this.#runningOf(functionName), at);
    if (scales && known + unknown < pool.limit) return 'starts';
    return known >= pool.limit ? 'throttled' : 'unknown';
  }

  #takesToken(pool: Pool, at: Instant): boolean {
    const fullAt = this.#rates.get(pool.name) ?? this.#world.lambda.requestRates.get(pool.name);
    const next = afterRequest(pool, fullAt, at);
    if (next !== undefined) this.#rates.set(pool.name, next);
    return next !== undefined;
  }

  /** What has ended by an instant before which nobody asks any more. */
  #forget({ ends }: Running, at: Instant): void {
    for (let first = ends.peek(); first !== undefined && first <= at; first = ends.peek()) {
      ends.pop();
      this.#most--;
    }
  }

  #runningOf(functionName: string): number {
    const { unknown, ends } = this.#running(functionName);
    return unknown + ends.size;
  }

  #running(functionName: string): Running {
    let known = this.#functions.get(functionName);
    if (known === undefined) {
      known = { unknown: 0, ends: new PriorityQueue<Instant>((a, b) => a < b) };
      this.#functions.set(functionName, known);
    }
    return known;
  }
}
