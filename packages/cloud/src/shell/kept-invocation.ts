import { isDeepStrictEqual } from 'node:util';
import type { CallAnswer } from '../engine.ts';
import type { Invocation, Settled } from '../runner/index.ts';
import type { CallingEnvironment, DecodedCall, WireFailure, WireRequest } from '../wire/index.ts';

/** A call that an invocation made, after so many of its calls had been answered. */
export interface KeptCall {
  readonly type: 'called';
  readonly requestId: string;
  /** When the invocation arrived: an asynchronous one that is tried again keeps its id. */
  readonly arrivedAt: number;
  readonly afterAnswers: number;
  readonly request: Omit<WireRequest, 'body' | 'rawHeaders'>;
  /** It ran again after a kill, and had made another call at this place. */
  readonly ranAgain?: true;
}

export interface KeptResult extends Omit<Settled, 'seq'> {
  readonly imageKey: string;
  readonly arrivedAt: number;
  readonly afterAnswers: number;
}

/** What one message of a thread brought. */
export interface KeptResults {
  readonly type: 'settled';
  readonly results: readonly KeptResult[];
  /** Environments that are no more. */
  readonly discarded: readonly string[];
}

/** Requests that were handed over ahead, and came again at their own instants. */
export interface KeptGivenBack {
  readonly type: 'given back';
  readonly requestIds: readonly string[];
}

export type FromRunner = KeptCall | KeptResults | KeptGivenBack;

export type KeptEvent = Pick<KeptCall, 'arrivedAt' | 'afterAnswers'> &
  (
    | { readonly type: 'called'; readonly kept: KeptCall; readonly bytes: Uint8Array; made?: MadeCall }
    | { readonly type: 'settled'; readonly result: KeptResult }
  );

/** What a handler asked; a failure is what the wire could not read, or what lies outside the slice. */
export type Asked = (DecodedCall | WireFailure) & { readonly environment: CallingEnvironment };

/** A call that was kept, and its answer as soon as the engine has given it again. */
export class MadeCall {
  readonly asked: Asked;
  readonly #answered = Promise.withResolvers<CallAnswer>();
  answer: CallAnswer | undefined;

  constructor(asked: Asked) {
    this.asked = asked;
  }

  get answered(): Promise<CallAnswer> {
    return this.#answered.promise;
  }

  answerWith(answer: CallAnswer): void {
    this.answer = answer;
    this.#answered.resolve(answer);
  }

  /** The same was asked. */
  is(other: Asked): boolean {
    const { asked } = this;
    if (asked.service !== other.service || asked.operation !== other.operation) return false;
    if (asked.type === 'call') return other.type === 'call' && isDeepStrictEqual(asked.input, other.input);
    return other.type === 'failure' && asked.error.message === other.error.message;
  }
}

/**
 * An invocation of which something is kept: it is played from what was kept, in the order in which it was. When its
 * result is not in the history, the end of the process has cut it short: a handler runs it again, and what is kept of it
 * is played beside that.
 */
export class KeptInvocation {
  invocation: Invocation | undefined;
  isSettled = false;
  /** A handler runs it, for the first time or again. */
  isRun = false;
  isAgain = false;
  /** Calls that wait for their answers. */
  openCalls = 0;
  answers = 0;
  /** Calls that were kept and that the engine has been asked again. */
  played: MadeCall[] = [];
  #events: KeptEvent[] = [];
  /** Calls that it made before it was cut short, and has not made again. */
  #unmatched: MadeCall[] = [];

  add(event: KeptEvent): void {
    this.#events.push(event);
  }

  /** It arrives, for the first time or to be tried again. */
  begin(invocation: Invocation): void {
    this.invocation = invocation;
    this.isSettled = false;
    this.isAgain = false;
    this.answers = 0;
    this.played = [];
    this.#unmatched = [];
  }

  /** What happens now, after the answers that it has got. */
  takeDue(): KeptEvent | undefined {
    const at = this.#events.findIndex((event) => this.#isOfThisTry(event) && event.afterAnswers <= this.answers);
    return at < 0 ? undefined : this.#events.splice(at, 1)[0];
  }

  /** Nothing more is kept of it, and nothing that it asked is under way. */
  get isPlayedOut(): boolean {
    return this.#events.length === 0 && this.openCalls === 0;
  }

  /** At the end of the history: nothing tells how it ended. */
  get isCutShort(): boolean {
    if (this.invocation === undefined || this.isRun || this.isSettled) return false;
    return !this.#events.some((event) => event.type === 'settled' && this.#isOfThisTry(event));
  }

  /** `unplayed`: its calls that are still to be played. */
  runAgain(unplayed: readonly MadeCall[]): void {
    this.isRun = true;
    this.isAgain = true;
    this.#unmatched = [...this.played, ...unplayed];
  }

  /** Calls that are kept and have not been played. */
  *calls(): Generator<Extract<KeptEvent, { type: 'called' }>> {
    for (const event of this.#events) if (event.type === 'called' && this.#isOfThisTry(event)) yield event;
  }

  /** The call as it was made before; each is found once, the earliest first. */
  takeMade(asked: Asked): MadeCall | undefined {
    const at = this.#unmatched.findIndex((made) => made.is(asked));
    return at < 0 ? undefined : this.#unmatched.splice(at, 1)[0];
  }

  /** Another call than it made is a call of its own, and told to be; what comes after all that it made is not. */
  get departs(): boolean {
    return this.#unmatched.length > 0;
  }

  #isOfThisTry({ arrivedAt }: KeptEvent): boolean {
    return arrivedAt === this.invocation?.at;
  }
}
