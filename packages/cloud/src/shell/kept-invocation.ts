import { isDeepStrictEqual } from 'node:util';
import type { CallAnswer } from '../engine.ts';
import type { Invocation, Settled } from '../runner/index.ts';
import type { DecodedCall, WireRequest } from '../wire/index.ts';

/** A call that an invocation made, after so many of its calls had been answered. */
export interface KeptCall {
  readonly type: 'called';
  readonly requestId: string;
  /** When the invocation arrived: an asynchronous one that is tried again keeps its id. */
  readonly arrivedAt: number;
  readonly afterAnswers: number;
  readonly request: Omit<WireRequest, 'body' | 'rawHeaders'>;
  /** It ran again after a kill, and this is none of the calls that it had made before. */
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

export type FromRunner = KeptCall | KeptResults;

export type KeptEvent = Pick<KeptCall, 'arrivedAt' | 'afterAnswers'> &
  (
    | { readonly type: 'called'; readonly kept: KeptCall; readonly bytes: Uint8Array }
    | { readonly type: 'settled'; readonly result: KeptResult }
  );

interface MadeCall {
  readonly call: DecodedCall;
  readonly answer: CallAnswer;
}

/**
 * An invocation of which something is kept. It is played from what was kept; when that ends before it had settled, it
 * was cut short by the end of the process and runs again.
 */
export class KeptInvocation {
  invocation: Invocation | undefined;
  isSettled = false;
  /** Calls that wait for their answers. */
  openCalls = 0;
  answers = 0;
  /** No longer played: a handler runs it. */
  isRun = false;
  /** Cut short; a handler runs it for the second time. */
  isAgain = false;
  readonly #events: KeptEvent[] = [];
  #next = 0;
  #made: (readonly [DecodedCall, Promise<CallAnswer>])[] = [];
  #unmatched: MadeCall[] = [];

  add(event: KeptEvent): void {
    this.#events.push(event);
  }

  /** It arrives, for the first time or to be tried again. */
  begin(invocation: Invocation): void {
    this.invocation = invocation;
    this.isSettled = false;
    this.answers = 0;
    this.#made = [];
  }

  /** What happens now, after the answers that it has got. */
  takeDue(): KeptEvent | undefined {
    const event = this.#events[this.#next];
    if (event === undefined || event.arrivedAt !== this.invocation?.at || event.afterAnswers > this.answers)
      return undefined;
    this.#next++;
    return event;
  }

  get isPlayedOut(): boolean {
    return this.#next === this.#events.length && this.openCalls === 0;
  }

  made(call: DecodedCall, answer: Promise<CallAnswer>): void {
    this.openCalls++;
    this.#made.push([call, answer]);
  }

  /** Nothing of it is kept any more, and all that it had asked has been answered. */
  async runAgain(): Promise<void> {
    this.isRun = true;
    this.isAgain = true;
    this.#unmatched = await Promise.all(this.#made.map(async ([call, answer]) => ({ call, answer: await answer })));
    this.#made = [];
  }

  /** The answer that the same call got before, if it was made before; each answers once, the earliest first. */
  takeAnswer({ service, operation, input }: DecodedCall): CallAnswer | undefined {
    const at = this.#unmatched.findIndex(
      ({ call }) => call.service === service && call.operation === operation && isDeepStrictEqual(call.input, input),
    );
    return at < 0 ? undefined : this.#unmatched.splice(at, 1)[0]?.answer;
  }
}
