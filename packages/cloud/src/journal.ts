import type { Effect, Fact, WakeEffect } from './effects.ts';
import type { Instant } from './instant.ts';
import type { Principal, ServiceName } from './contract.ts';

/** An API call that was answered, without its input: what was asked is told by the facts that follow. */
export interface CallAnswered {
  readonly type: 'call';
  readonly as: Principal;
  readonly service: ServiceName;
  readonly operation: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** Of an invocation that ran again after the process had been killed, and that had made another call at this place. */
  readonly ranAgain?: true;
}

export interface JournalEntry {
  /** From 0, without gaps. */
  readonly seq: number;
  readonly at: Instant;
  readonly effect: Fact | WakeEffect | CallAnswered;
}

export type Subscriber = (entry: JournalEntry) => void;

/**
 * What happened, when: a stream of every applied effect, and the one source for terminal, report, console and
 * golden tests. Nothing of it is kept: whoever wants entries subscribes.
 */
export class Journal {
  #seq = 0;
  readonly #subscribers = new Set<Subscriber>();

  /** How many entries there have been. */
  get length(): number {
    return this.#seq;
  }

  append(at: Instant, effect: JournalEntry['effect']): void {
    const entry = { seq: this.#seq++, at, effect };
    for (const tell of this.#subscribers) tell(entry);
  }

  /** Calls back for every entry from now on; the result ends it. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }
}

export type { Effect };
