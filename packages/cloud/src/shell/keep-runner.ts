/**
 * A runner that writes ahead what comes from another, and plays it again: each result and each call of an environment,
 * by the invocation that it belongs to, in order. The engine does not know: played or run, the same comes back from
 * `run`. No handler runs for what was kept; an invocation of which the end was not kept was cut short and runs again,
 * in a cold environment, and the calls that it had made already get the answers that they got. See docs/decisions/0013.
 */
import type { CallAnswer } from '../engine.ts';
import { Instant } from '../instant.ts';
import { lostAfter } from '../runner/index.ts';
import type { Chunk, Image, Invocation, LostEnvironment, Part, Runner, Settled } from '../runner/index.ts';
import type { DecodedCall, WireFailure, WireRequest } from '../wire/index.ts';
import { type Asked, type FromRunner, type KeptEvent, KeptInvocation, MadeCall } from './kept-invocation.ts';
import type { StateFolder } from './state-folder.ts';

export interface KeepRunnerOptions {
  readonly runner: Runner;
  readonly folder: StateFolder;
  readonly now: () => Instant;
  /** Has what was asked happen, at the instant of its environment. */
  readonly answer: (asked: Asked) => Promise<CallAnswer>;
  readonly decode: (request: WireRequest) => Promise<DecodedCall | WireFailure>;
}

interface OpenCall {
  readonly kept: KeptInvocation;
  /** It comes from the history: no environment of the other runner has made it. */
  readonly isPlayed: boolean;
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
  /** Calls that the engine has not answered yet. */
  readonly #open = new Map<object, OpenCall>();
  /** Those that were answered since the last run. */
  readonly #answered = new Set<KeptInvocation>();
  /** Environments that the history has left, until they are made again. */
  readonly #lost = new Map<string, LostEnvironment>();
  readonly #loaded = new Set<string>();
  /** Those that the history has given back, until it gives them back again. */
  readonly #givenBack = new Set<string>();
  #isPlaying = false;
  /** The engine has answered calls: their environments go on in the next run. */
  #isResumed = false;
  /** Calls were answered here: their environments go on in the same run. */
  #wentOn = false;
  /** Calls made again that wait for the answer which the engine has still to give. */
  #waiting = 0;

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
    if (record.type === 'given back') {
      for (const requestId of record.requestIds) this.#givenBack.add(requestId);
      return;
    }
    for (const result of record.results) {
      const { requestId, arrivedAt, afterAnswers } = result;
      this.#add(requestId, { type: 'settled', arrivedAt, afterAnswers, result });
      this.#lost.set(result.environmentId, lostAfter(result.imageKey, result));
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
    this.#loaded.add(image.key);
    this.#runner.load(image);
  }

  unload(imageKey: string): void {
    this.#loaded.delete(imageKey);
    for (const [id, lost] of this.#lost) if (lost.imageKey === imageKey) this.#lost.delete(id);
    this.#runner.unload(imageKey);
  }

  keepProvisioned(imageKey: string, count: number): void {
    this.#runner.keepProvisioned(imageKey, count);
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
    const givenBack: Invocation[] = [];
    for (const invocation of invocations) {
      if (this.#givenBack.delete(invocation.requestId)) {
        givenBack.push(invocation);
        continue;
      }
      const kept = this.#kept.get(invocation.requestId);
      kept?.begin(invocation);
      if (kept === undefined || kept.isRun) toRun.push(invocation);
      else due.add(kept);
    }
    const settled: Settled[] = [];
    for (const kept of due) await this.#play(kept, settled);
    if (this.isAtEnd) toRun.push(...(await this.#cutShort()));
    else if (toRun.length > 0) throw new HistoryDiffers();
    if (settled.length > 0 || givenBack.length > 0)
      yield { settled, discarded: [], givenBack, lowWater: toRun.length + givenBack.length > 0 ? Instant(0) : NEVER };
    await this.#waited();
    if (toRun.length > 0 || this.#isResumed || this.#wentOn) yield* this.#run(toRun);
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
      } else this.#callAgain(kept, await this.#made(event), event.kept.ranAgain);
    }
    if (!this.isAtEnd && !kept.isSettled && kept.isPlayedOut) throw new HistoryDiffers();
    this.#forget(kept);
  }

  async #made(event: Extract<KeptEvent, { type: 'called' }>): Promise<MadeCall> {
    if (event.made !== undefined) return event.made;
    const asked = await this.#options.decode({ ...event.kept.request, body: event.bytes });
    if (!isOfHandler(asked)) throw new HistoryDiffers();
    event.made = new MadeCall(asked);
    return event.made;
  }

  #callAgain(kept: KeptInvocation, made: MadeCall, ranAgain: true | undefined): void {
    const asked = marked(made.asked, ranAgain);
    kept.played.push(made);
    kept.openCalls++;
    this.#open.set(asked.environment, { kept, isPlayed: true });
    this.#isPlaying = true;
    void this.#options.answer(asked).then((answer) => made.answerWith(answer));
    this.#isPlaying = false;
  }

  /** Those that have begun, and of which the history does not tell how they ended. */
  async #cutShort(): Promise<readonly Invocation[]> {
    const again: Invocation[] = [];
    for (const kept of this.#kept.values()) {
      if (!kept.isCutShort) continue;
      const unplayed: MadeCall[] = [];
      for (const event of kept.calls()) unplayed.push(await this.#made(event));
      kept.runAgain(unplayed);
      again.push(kept.invocation as Invocation);
    }
    return again;
  }

  /** What the engine has answered reaches those that wait for it. */
  async #waited(): Promise<void> {
    if (this.#waiting > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /** What is under way may need images that the engine has not loaded again yet: theirs wait. */
  #adoptLost(): void {
    const ready = [...this.#lost.values()].filter(({ imageKey }) => this.#loaded.has(imageKey));
    if (ready.length > 0) this.#runner.adopt(ready);
    for (const { environmentId } of ready) this.#lost.delete(environmentId);
  }

  async *#run(invocations: readonly Invocation[]): AsyncGenerator<Chunk> {
    this.#adoptLost();
    for (const invocation of invocations) this.#running.set(invocation.requestId, { invocation, isSettled: false });
    for (let next = invocations; ; next = []) {
      this.#isResumed = false;
      this.#wentOn = false;
      for await (const chunk of this.#runner.run(next)) yield this.#keep(chunk);
      await this.#waited();
      if (!this.#wentOn) break;
    }
    for (const [requestId, { isSettled }] of this.#running) if (isSettled) this.#running.delete(requestId);
  }

  /** On the disk before anybody hears of it. */
  #keep(chunk: Chunk): Chunk {
    const { discarded, givenBack } = chunk;
    const settled = chunk.settled.map((each) => this.#notBefore(each));
    const results = settled.map((each) => {
      const { seq: _, ...result } = each;
      const { imageKey, at: arrivedAt } = this.#runningAs(result.requestId).invocation;
      return { ...result, imageKey, arrivedAt, afterAnswers: this.#kept.get(result.requestId)?.answers ?? 0 };
    });
    if (results.length > 0 || discarded.length > 0)
      this.#options.folder.append({ type: 'settled', results, discarded } satisfies FromRunner);
    if (givenBack.length > 0)
      this.#options.folder.append({
        type: 'given back',
        requestIds: givenBack.map(({ requestId }) => requestId),
      } satisfies FromRunner);
    for (const { requestId } of givenBack) this.#running.delete(requestId);
    for (const { requestId } of settled) {
      this.#runningAs(requestId).isSettled = true;
      const kept = this.#kept.get(requestId);
      if (kept === undefined) continue;
      kept.isSettled = true;
      this.#forget(kept);
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

  #forget(kept: KeptInvocation): void {
    if (kept.isSettled && kept.isPlayedOut) this.#kept.delete(kept.invocation?.requestId ?? '');
  }

  /** A call from an environment: one that it made before it was cut short is not made again. */
  async call(request: WireRequest, asked: Asked): Promise<CallAnswer> {
    const { requestId, environmentId } = asked.environment;
    const kept = this.#caller(requestId);
    const made = kept.takeMade(asked);
    if (made !== undefined) return this.#answerAgain(made, environmentId);
    const { method, url, headers, body } = request;
    const ranAgain = kept.departs ? { ranAgain: true as const } : {};
    const { at: arrivedAt } = this.#runningAs(requestId).invocation;
    const record = { requestId, arrivedAt, afterAnswers: kept.answers, request: { method, url, headers }, ...ranAgain };
    this.#options.folder.append({ type: 'called', ...record } satisfies FromRunner, body);
    const toAnswer = marked(asked, ranAgain.ranAgain);
    kept.openCalls++;
    this.#open.set(toAnswer.environment, { kept, isPlayed: false });
    return this.#options.answer(toAnswer);
  }

  async #answerAgain(made: MadeCall, environmentId: string): Promise<CallAnswer> {
    this.#runner.called(environmentId);
    let { answer } = made;
    if (answer === undefined) {
      this.#waiting++;
      answer = await made.answered;
      this.#waiting--;
    }
    this.#runner.answered(environmentId, answer.completesAt);
    this.#wentOn = true;
    return answer;
  }

  #caller(requestId: string): KeptInvocation {
    const known = this.#kept.get(requestId);
    if (known !== undefined) return known;
    const { invocation, isSettled } = this.#runningAs(requestId);
    const caller = new KeptInvocation();
    caller.begin(invocation);
    caller.isRun = true;
    caller.isSettled = isSettled;
    this.#kept.set(requestId, caller);
    return caller;
  }

  #runningAs(requestId: string): Running {
    const running = this.#running.get(requestId);
    if (running === undefined) throw new Error(`the invocation ${requestId} does not run`);
    return running;
  }

  called(environmentId: string): void {
    if (!this.#isPlaying) this.#runner.called(environmentId);
  }

  answered(environmentId: string, completesAt: Instant, asked: object = {}): void {
    const open = this.#open.get(asked);
    if (open === undefined) throw new Error(`the environment ${environmentId} has no call in flight`);
    this.#open.delete(asked);
    const { kept, isPlayed } = open;
    kept.openCalls--;
    kept.answers++;
    if (isPlayed) {
      this.#answered.add(kept);
      return;
    }
    this.#forget(kept);
    this.#runner.answered(environmentId, completesAt);
    this.#isResumed = true;
  }
}

/** The history does not belong to what happens. */
export class HistoryDiffers extends Error {
  override name = 'HistoryDiffers';
}

/** What a handler asked, whether the wire could read it or not. */
export const isOfHandler = (asked: DecodedCall | WireFailure): asked is Asked => asked.environment !== undefined;

const marked = (asked: Asked, ranAgain: true | undefined): Asked =>
  ranAgain === undefined ? asked : { ...asked, environment: { ...asked.environment, ranAgain } };
