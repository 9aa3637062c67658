/**
 * Turns the journal into what a rehearsal tells. It is a fold over entries, so that a live rehearsal and a recorded
 * journal tell the same; it reads no state of the cloud.
 */
import { type Instant, type JournalEntry, MINUTE } from '@unicorns/cloud';
import { answerOf, RequestCounter } from './count-requests.ts';
import type { Happening, RehearsalEvent } from './events.ts';
import { happeningsOf, type NarratorMemory } from './happenings.ts';

export interface NarratorOptions {
  readonly startedAt: Instant;
  readonly slaMs: number;
  readonly tell: (event: RehearsalEvent) => void;
  /** What earlier narrators of the same rehearsal have learned. */
  readonly memory: NarratorMemory;
}

export class Narrator {
  readonly #options: NarratorOptions;
  #minute: RequestCounter;
  #minuteEndsAt: number;

  constructor(options: NarratorOptions) {
    this.#options = options;
    this.#minute = new RequestCounter(options.slaMs);
    this.#minuteEndsAt = options.startedAt + MINUTE;
  }

  /** Takes the next entry of the journal. */
  follow({ at, effect }: JournalEntry): void {
    while (at >= this.#minuteEndsAt) this.#endMinute(this.#minuteEndsAt);
    if (effect.type === 'wake' || effect.type === 'call') return;
    const answer = answerOf(effect, at);
    if (answer !== undefined) this.#minute.add(answer);
    if (effect.type !== 'apigateway.RequestServed') {
      for (const happening of happeningsOf(effect, this.#options.memory)) this.tell(at, happening);
    }
  }

  /** Tells of something that is not in the journal. */
  tell(at: number, happening: Happening): void {
    this.#options.tell({ ...happening, elapsedMs: at - this.#options.startedAt });
  }

  /** Tells of the requests since the last full minute. */
  finish(at: Instant): void {
    if (this.#minute.count > 0) this.#endMinute(at);
  }

  #endMinute(at: number): void {
    if (this.#minute.count > 0) this.tell(at, { type: 'minutePassed', requests: this.#minute.requests });
    this.#minute = new RequestCounter(this.#options.slaMs);
    this.#minuteEndsAt += MINUTE;
  }
}
