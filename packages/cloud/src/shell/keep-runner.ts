/**
 * A runner that writes ahead what comes from another, and plays it again: each result and each call of an environment,
 * by the invocation that it belongs to, in order. The engine does not know: played or run, the same comes back from
 * `run`. No handler runs for what was kept; an invocation of which the end was not kept was cut short and runs again,
 * in a cold environment, and the calls that it had made already get the answers that they got. See docs/decisions/0013.
 */
import type { CallAnswer } from '../engine.ts';
import { Instant } from '../instant.ts';
import type { Chunk, Image, Invocation, LostEnvironment, Part, Runner, Settled } from '../runner/index.ts';
import type { CallingEnvironment, DecodedCall, WireRequest } from '../wire/index.ts';
import { type FromRunner, type KeptEvent, KeptInvocation, type KeptResult } from './kept-invocation.ts';
import type { StateFolder } from './state-folder.ts';

export interface KeepRunnerOptions {
  readonly runner: Runner;
  readonly folder: StateFolder;
  readonly now: () => Instant;
  /** Has a call happen, at the instant of its environment. */
  readonly answer: (call: DecodedCall) => Promise<CallAnswer>;
  /** Undefined when the request is no call. */
  readonly decode: (request: WireRequest) => Promise<DecodedCall | undefined>;
}

interface Running {
  readonly invocation: Invocation;
  isSettled: boolean;
}

const NEVER = Instant(Number.MAX_SAFE_INTEGER);

export class KeepRunner implements Runner {
  /** The history has been read to its end: what is missing in it has not happened. */
  isAtEnd = true;
  readonly #options: KeepRunnerOptions;
  readonly #runner: Runner;
  /** Those of which something is kept that has not been played, or that have made calls. */
  readonly #kept = new Map<string, KeptInvocation>();
  /** Those that handlers run, until the end of the run in which they settle: a call may arrive after that. */
  readonly #running = new Map<string, Running>();
  /** Those that were answered since the last run. */
  readonly #answered = new Set<KeptInvocation>();
  /** Environments that the history has left, until they are made again. */
  readonly #lost = new Map<string, LostEnvironment>();
  #isPlaying = false;
  /** The engine has answered calls: their environments go on in the next run. */
  #isResumed = false;
  /** Calls were answered here: their environments go on in the same run. */
  #wentOn = false;

  constructor(options: KeepRunnerOptions) {
    this.#options = options;
    this.#runner = options.runner;
  }

  /** Something that came from the runner in an earlier life; to be played when the engine gets there. */
  remember(record: FromRunner, bytes: Uint8Array): void {
    if (record.type === 'called') {
      const { requestId, arrivedAt, afterAnswers } = record;
      this.#add(requestId, { type: 'called', arrivedAt, afterAnswers, kept: record, bytes });
      return;
    }
    for (const result of record.results) {
      const { requestId, arrivedAt, afterAnswers } = result;
      this.#add(requestId, { type: 'settled', arrivedAt, afterAnswers, result });
      if (result.environmentId !== '') this.#lost.set(result.environmentId, lostAfter(result));
    }
    for (const id of record.discarded) {
      const lost = this.#lost.get(id);
      if (lost !== undefined) this.#lost.set(id, { ...lost, busyUntil: undefined });
    }
  }

  #add(requestId: string, event: KeptEvent): void {
    const known = this.#kept.get(requestId) ?? new KeptInvocation();
    this.#kept.set(requestId, known);
    known.add(event);
  }

  start(): void {
    this.#runner.start();
  }

  load(image: Image): void {
    this.#runner.load(image);
  }

  unload(imageKey: string): void {
    for (const [id, lost] of this.#lost) if (lost.imageKey === imageKey) this.#lost.delete(id);
    this.#runner.unload(imageKey);
  }

  adopt(environments: readonly LostEnvironment[]): void {
    this.#runner.adopt(environments);
  }

  get callsInFlight(): number {
    return this.#runner.callsInFlight;
  }

  close(): Promise<void> {
    return this.#runner.close();
  }

  /** All parts at once: what was kept is known by then. */
  async *run(begun: readonly Invocation[], more?: () => Part): AsyncGenerator<Chunk> {
    const invocations = begun.slice();
    for (let part = more?.(); part !== undefined; part = part.isLast ? undefined : more?.())
      invocations.push(...part.invocations);
    const due = new Set(this.#answered);
    this.#answered.clear();
    const toRun: Invocation[] = [];
    for (const invocation of invocations) {
      const kept = this.#kept.get(invocation.requestId);
      kept?.begin(invocation);
      if (kept === undefined || kept.isRun) toRun.push(invocation);
      else due.add(kept);
    }
    const settled: Settled[] = [];
    for (const kept of due) {
      await this.#play(kept, settled);
      if (await this.#isCutShort(kept)) toRun.push(kept.invocation as Invocation);
    }
    if (toRun.length > 0 && !this.isAtEnd) throw new HistoryDiffers();
    if (settled.length > 0) yield { settled, discarded: [], lowWater: toRun.length > 0 ? Instant(0) : NEVER };
    if (toRun.length > 0 || this.#isResumed) yield* this.#run(toRun);
  }

  /** What was kept of an invocation happens as far as it can without another answer. */
  async #play(kept: KeptInvocation, settled: Settled[]): Promise<void> {
    const { invocation } = kept;
    if (invocation === undefined) throw new HistoryDiffers();
    for (let event = kept.takeDue(); event !== undefined; event = kept.takeDue()) {
      if (event.type === 'settled') {
        const { imageKey: _, arrivedAt: __, afterAnswers: ___, ...result } = event.result;
        settled.push({ ...result, seq: invocation.seq });
        kept.isSettled = true;
      } else await this.#callAgain(kept, event);
    }
    this.#forget(invocation.requestId, kept);
  }

  async #callAgain(invocation: KeptInvocation, { kept, bytes }: Extract<KeptEvent, { type: 'called' }>): Promise<void> {
    const call = await this.#options.decode({ ...kept.request, body: bytes });
    if (call === undefined) throw new HistoryDiffers();
    this.#isPlaying = true;
    invocation.made(call, this.#options.answer(marked(call, kept.ranAgain)));
    this.#isPlaying = false;
  }

  async #isCutShort(kept: KeptInvocation): Promise<boolean> {
    if (kept.isSettled || !kept.isPlayedOut) return false;
    await kept.runAgain();
    return true;
  }

  async *#run(invocations: readonly Invocation[]): AsyncGenerator<Chunk> {
    if (this.#lost.size > 0) this.#runner.adopt([...this.#lost.values()]);
    this.#lost.clear();
    for (const invocation of invocations) this.#running.set(invocation.requestId, { invocation, isSettled: false });
    for (let next = invocations; ; next = []) {
      this.#isResumed = false;
      this.#wentOn = false;
      for await (const chunk of this.#runner.run(next)) yield this.#keep(chunk);
      if (!this.#wentOn) break;
    }
    for (const [requestId, { isSettled }] of this.#running) if (isSettled) this.#running.delete(requestId);
  }

  /** On the disk before anybody hears of it. */
  #keep(chunk: Chunk): Chunk {
    const { discarded } = chunk;
    const settled = chunk.settled.map((each) => this.#notBefore(each));
    const results = settled.map((each) => {
      const { seq: _, ...result } = each;
      const { imageKey, at: arrivedAt } = this.#invocationOf(result.requestId);
      return { ...result, imageKey, arrivedAt, afterAnswers: this.#kept.get(result.requestId)?.answers ?? 0 };
    });
    if (results.length > 0 || discarded.length > 0)
      this.#options.folder.append({ type: 'settled', results, discarded } satisfies FromRunner);
    for (const { requestId } of settled) {
      const running = this.#running.get(requestId);
      if (running !== undefined) running.isSettled = true;
      const kept = this.#kept.get(requestId);
      if (kept === undefined) continue;
      kept.isSettled = true;
      this.#forget(requestId, kept);
    }
    return { ...chunk, settled };
  }

  /** What runs again after a kill may end sooner than what it had asked was answered: nothing ends in the past. */
  #notBefore(settled: Settled): Settled {
    const now = this.#options.now();
    const isAgain = this.#kept.get(settled.requestId)?.isAgain ?? false;
    if (!isAgain || settled.endedAt >= now) return settled;
    return { ...settled, endedAt: now, durationMs: now - settled.startedAt };
  }

  #forget(requestId: string, kept: KeptInvocation): void {
    if (kept.isSettled && (kept.isRun ? kept.openCalls === 0 : kept.isPlayedOut)) this.#kept.delete(requestId);
  }

  /** A call from an environment: one that it made before, in a life that was cut short, is not made again. */
  async call(request: WireRequest, call: DecodedCall, environment: CallingEnvironment): Promise<CallAnswer> {
    const { requestId, environmentId } = environment;
    const kept = this.#caller(requestId);
    const known = kept.takeAnswer(call);
    if (known !== undefined) {
      this.#goOn(environmentId, known.completesAt);
      return known;
    }
    const { method, url, headers, body } = request;
    const ranAgain = kept.isAgain ? { ranAgain: true as const } : {};
    this.#options.folder.append(
      {
        type: 'called',
        requestId,
        arrivedAt: this.#invocationOf(requestId).at,
        afterAnswers: kept.answers,
        request: { method, url, headers },
        ...ranAgain,
      } satisfies FromRunner,
      body,
    );
    kept.openCalls++;
    return this.#options.answer(marked(call, ranAgain.ranAgain));
  }

  #caller(requestId: string): KeptInvocation {
    const known = this.#kept.get(requestId);
    if (known !== undefined) return known;
    const caller = new KeptInvocation();
    caller.isRun = true;
    caller.isSettled = this.#running.get(requestId)?.isSettled ?? true;
    this.#kept.set(requestId, caller);
    return caller;
  }

  #invocationOf(requestId: string): Invocation {
    const running = this.#running.get(requestId);
    if (running === undefined) throw new Error(`the invocation ${requestId} does not run`);
    return running.invocation;
  }

  /** A call that the wire could not read is answered at once, and is no happening. Says when it is complete. */
  refused({ environmentId, instant }: CallingEnvironment): Instant {
    this.#goOn(environmentId, instant);
    return instant;
  }

  #goOn(environmentId: string, completesAt: Instant): void {
    this.#runner.called(environmentId);
    this.#runner.answered(environmentId, completesAt);
    this.#wentOn = true;
  }

  called(environmentId: string): void {
    if (!this.#isPlaying) this.#runner.called(environmentId);
  }

  answered(environmentId: string, completesAt: Instant, requestId = ''): void {
    const kept = this.#kept.get(requestId);
    if (kept !== undefined) {
      kept.openCalls--;
      kept.answers++;
      this.#forget(requestId, kept);
      if (!kept.isRun) {
        this.#answered.add(kept);
        return;
      }
    }
    this.#runner.answered(environmentId, completesAt);
    this.#isResumed = true;
  }
}

/** The history does not belong to what happens. */
export class HistoryDiffers extends Error {
  override name = 'HistoryDiffers';
}

const marked = (call: DecodedCall, ranAgain: true | undefined): DecodedCall =>
  ranAgain === undefined || call.environment === undefined
    ? call
    : { ...call, environment: { ...call.environment, ranAgain } };

const lostAfter = ({ imageKey, environmentId, environmentStartedAt, endedAt }: KeptResult): LostEnvironment => ({
  imageKey,
  environmentId,
  startedAt: environmentStartedAt,
  busyUntil: endedAt,
});
