import { rowOf, totalsLines } from './lines.ts';
import { sendRequest, type Outcome, type Sender } from './send-request.ts';
import { totalsOf, type Totals } from './totals.ts';

export interface PingOptions extends Sender {
  readonly url: URL;
  readonly intervalMs: number;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
  readonly colour: boolean;
  /** Ends the ping: no more requests, the unanswered ones dropped, the totals written. */
  readonly signal: AbortSignal;
}

/**
 * Sends a request every interval until the signal aborts, a row for each, then writes the totals and returns them.
 * Requests start on time also when answers are slow, so that a slow release still gets a request a second; a row is
 * written when its answer is there. Requests that were still unanswered at the end count nowhere.
 */
export async function ping(options: PingOptions): Promise<Totals> {
  const { url, signal, write, colour } = options;
  const outcomes: Outcome[] = [];
  const unanswered = new Set<Promise<void>>();

  async function pingOnce(startedAt: Date): Promise<void> {
    const outcome = await sendRequest(url, options, signal);
    if (signal.aborted) return;
    outcomes.push(outcome);
    write(rowOf(outcome, startedAt, colour));
  }

  // Behind time (a machine that slept), the missed requests are not made up for.
  for (let dueAt = options.now(); !signal.aborted; dueAt = Math.max(dueAt + options.intervalMs, options.now())) {
    await options.wait(Math.max(0, dueAt - options.now()), signal);
    if (signal.aborted) break;
    const request = pingOnce(new Date());
    unanswered.add(request);
    void request.finally(() => unanswered.delete(request));
  }

  await Promise.all(unanswered);
  const totals = totalsOf(outcomes);
  for (const line of totalsLines(totals, colour)) write(line);
  return totals;
}
