import { type Account, Persistence, type Trouble } from '../aws/index.ts';
import type { Ending, WatchEvent } from './events.ts';
import { follow, NEW_STORY, type Story } from './follow.ts';
import { questions } from './questions.ts';
import { readParameters, readTraffic } from './read-release.ts';
import { SnapshotReader, type Subject } from './read-snapshot.ts';
import { headingOf, type RecordedLine } from './recording.ts';

export interface WatchOptions {
  readonly account: Account;
  readonly subject: Subject;
  readonly intervalMs: number;
  /** Hears of everything, in order. */
  readonly tell: (event: WatchEvent) => void;
  /** There is nothing to tell until the next operation begins. */
  readonly waits: () => void;
  /** Takes the lines of a recording; undefined: none is kept. */
  readonly record: ((line: RecordedLine) => void) | undefined;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Follows the subject until it is at rest. Undefined: the signal was aborted before. */
export async function watch(options: WatchOptions): Promise<Ending | undefined> {
  try {
    return await untilEnded(options);
  } catch (error) {
    // A call that was given up because of the interruption has failed; that is not what ended the watch.
    if (options.signal.aborted) return undefined;
    throw error;
  }
}

async function untilEnded(options: WatchOptions): Promise<Ending | undefined> {
  const { account, subject, signal, wait, record, intervalMs } = options;
  const told = (event: WatchEvent): void => {
    options.tell(event);
    record?.(event);
  };
  // Before the first answer nobody knows the cloud's time; this machine's is the best there is.
  const now = (): number => account.clock.now || Date.now();
  const delayed = ({ kind, reason }: Trouble, pauseMs: number): void =>
    told({ type: 'delayed', kind, reason, pauseMs, at: now() });
  const persistence = new Persistence({ tell: delayed, wait, signal });
  const ask = questions(account, persistence, (what, reason) => told({ type: 'cannotRead', what, reason, at: now() }));
  const reader = new SnapshotReader(ask, subject);
  record?.(headingOf(subject.type === 'stack' ? subject.name : subject.id, account.place));
  if (await reader.begin()) options.waits();
  let story: Story = NEW_STORY;
  let startedAt: number | undefined;
  for (;;) {
    const snapshot = await reader.read();
    const next = follow(story, snapshot);
    story = next.story;
    startedAt ??= next.events[0]?.at;
    const end = next.events.find((event) => event.type === 'ended');
    next.events.filter((event) => event !== end).forEach(told);
    if (end !== undefined) {
      // What completes the recording is asked before the ending is told: nothing, no delay either, comes after that.
      if (record !== undefined && startedAt !== undefined) {
        const parameters = snapshot.stack && (await readParameters(ask, snapshot.stack.name));
        const traffic = await readTraffic(ask, snapshot, startedAt);
        for (const line of [parameters, traffic]) if (line !== undefined) record(line);
      }
      told(end);
      return end.ending;
    }
    await wait(intervalMs, signal);
    if (signal.aborted) return undefined;
  }
}
