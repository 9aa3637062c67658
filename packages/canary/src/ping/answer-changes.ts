import type { Outcome } from './send-request.ts';

/**
 * Watches for the first answer that is another one than the first: of another version, where answers tell it, else with
 * another status. A request without an answer says nothing about the code and changes nothing.
 */
export class AnswerChanges {
  #first: string | undefined;

  /** What the first answer was and what this one is, when they differ. */
  of(outcome: Outcome): { readonly before: string; readonly after: string } | undefined {
    if (outcome.kind === 'failed') return undefined;
    const seen = outcome.version === undefined ? `status ${outcome.status}` : `version ${outcome.version}`;
    this.#first ??= seen;
    return seen === this.#first ? undefined : { before: this.#first, after: seen };
  }
}
