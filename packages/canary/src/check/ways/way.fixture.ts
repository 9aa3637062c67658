/** One way in which a rule can trip, beside what is almost the same and well. */
import type { Severity } from '../finding.ts';
import type { Changes, Code } from '../judged.fixture.ts';

/** A changed release, or the whole text of a template; with the code that is beside it. */
export type Case = Changes | string | { readonly of: Changes; readonly code: Code };

export interface Way {
  /** What is wrong, in a few words. */
  readonly name: string;
  readonly trips: Case;
  /** A part of the message, and the severity where it is not the rule's own. */
  readonly says: string;
  readonly severity: Severity | undefined;
  /** The near-miss: the rule has nothing to say about it. */
  readonly spares: Case;
}

/** Rule id → the ways in which it can trip. */
export type Ways = Readonly<Record<string, readonly Way[]>>;

export const way = (name: string, trips: Case, says: string, spares: Case, severity?: Severity): Way => ({
  name,
  trips,
  says,
  severity,
  spares,
});

/** The release with this code, all of it, under the CodeUri `code`. */
export const coded = (of: Changes, text: string, isWhole = true): Case => ({
  of: { ...of, list: { CodeUri: 'code', ...of.list } },
  code: { code: { texts: { 'index.js': text }, isWhole } },
});
