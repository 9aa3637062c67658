import { AnswerChanges } from './answer-changes.ts';
import { Reporter, type Reporting } from './reporter.ts';
import { sendRequest, type Outcome, type Sender } from './send-request.ts';
import { totalsOf, type Totals } from './totals.ts';

export interface PingOptions extends Sender, Reporting {
  readonly url: URL;
  readonly intervalMs: number;
  /** Ends the ping at the first answer that is another one than the first. */
  readonly untilChange: boolean;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Ends the ping: no more requests, the unanswered ones dropped, the totals written. */
  readonly signal: AbortSignal;
}

export interface Pinged extends Totals {
  /** Requests that were on their way at the end. They are in none of the totals. */
  readonly unanswered: number;
  readonly hasChanged: boolean;
}

/**
 * Sends a request every interval until the signal aborts, tells what becomes of each, then writes the totals and returns
 * them. Requests start on time also when answers are slow, so that a slow release still gets its requests; a row is
 * written when its answer is there. How many were still unanswered at the end is told beside the totals.
 */
export async function ping(options: PingOptions): Promise<Pinged> {
  const { url, untilChange } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const outcomes: Outcome[] = [];
  const unanswered = new Set<Promise<void>>();
  let sent = 0;
  const reporter = new Reporter(options);
  const changes = new AnswerChanges();
  const beganMs = options.now();

  async function pingOnce(startedAt: Date): Promise<void> {
    const outcome = await sendRequest(url, options, signal);
    if (signal.aborted) return;
    outcomes.push(outcome);
    reporter.answered(outcome, startedAt, options.now() - beganMs);
    const change = untilChange ? changes.of(outcome) : undefined;
    if (change === undefined) return;
    reporter.changed(change.before, change.after);
    stop.abort();
  }

  // Behind time (a machine that slept), the missed requests are not made up for.
  for (let dueAt = options.now(); !signal.aborted; dueAt = Math.max(dueAt + options.intervalMs, options.now())) {
    await options.wait(Math.max(0, dueAt - options.now()), signal);
    if (signal.aborted) break;
    reporter.tick(new Date(), options.now() - beganMs);
    sent += 1;
    const request = pingOnce(new Date());
    unanswered.add(request);
    void request.finally(() => unanswered.delete(request));
  }

  await Promise.all(unanswered);
  const left = sent - outcomes.length;
  const totals = totalsOf(outcomes);
  reporter.ended(totals, left);
  return { ...totals, unanswered: left, hasChanged: stop.signal.aborted };
}
