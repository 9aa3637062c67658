import { rowOf, summaryLine, totalsLines } from './lines.ts';
import type { Outcome } from './send-request.ts';
import { type Totals, totalsOf } from './totals.ts';

export interface Reporting {
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
  readonly colour: boolean;
  /** One JSON document a line instead of text. */
  readonly json: boolean;
  /** A line about this many last seconds instead of a row per request; undefined: rows. */
  readonly summarySeconds: number | undefined;
}

/** Tells what a ping sees: a row per answer, or a summary now and then, and the totals at the end. */
export class Reporter {
  readonly #reporting: Reporting;
  #sinceSummary: Outcome[] = [];
  #summaryDueMs: number | undefined;

  constructor(reporting: Reporting) {
    this.#reporting = reporting;
  }

  /** `elapsedMs`: since the ping began, on a clock that never goes back. */
  answered(outcome: Outcome, startedAt: Date, elapsedMs: number): void {
    const { write, colour, json, summarySeconds } = this.#reporting;
    if (summarySeconds === undefined) {
      write(
        json
          ? JSON.stringify({ type: 'request', at: startedAt.toISOString(), ...outcome })
          : rowOf(outcome, startedAt, colour),
      );
      return;
    }
    this.tick(startedAt, elapsedMs);
    this.#sinceSummary.push(outcome);
  }

  /** Writes the summary that is due, also when nothing was answered. */
  tick(now: Date, elapsedMs: number): void {
    const { write, colour, json, summarySeconds } = this.#reporting;
    if (summarySeconds === undefined) return;
    this.#summaryDueMs ??= summarySeconds * 1_000;
    if (elapsedMs < this.#summaryDueMs) return;
    this.#summaryDueMs = elapsedMs + summarySeconds * 1_000;
    const totals = totalsOf(this.#sinceSummary);
    this.#sinceSummary = [];
    write(
      json
        ? JSON.stringify({ type: 'summary', at: now.toISOString(), seconds: summarySeconds, ...plain(totals) })
        : summaryLine(totals, summarySeconds, now, colour),
    );
  }

  changed(before: string, after: string): void {
    const { write, json } = this.#reporting;
    write(json ? JSON.stringify({ type: 'changed', before, after }) : `Changed: ${before} → ${after}`);
  }

  /** `unanswered`: requests that were on their way at the end. */
  ended(totals: Totals, unanswered: number): void {
    const { write, colour, json } = this.#reporting;
    const lines = json
      ? [JSON.stringify({ type: 'totals', ...plain(totals), unanswered })]
      : [...totalsLines(totals, colour), ...(unanswered > 0 ? [`${unanswered} more not answered yet`] : [])];
    for (const line of lines) write(line);
  }
}

const plain = ({ byStatus, byVersion, ...totals }: Totals) => ({
  ...totals,
  byStatus: Object.fromEntries(byStatus),
  byVersion: Object.fromEntries(byVersion),
});
