import type { OtherWay, RehearsalEvent, Rehearsal, Verdict } from '../rehearse/index.ts';
import { linesOf } from './lines.ts';
import { PLAIN } from './style.ts';
import { tableOf } from './table.ts';

/** A rehearsal as its golden journal tells it: every event and every minute, in plain text. */
export function goldenText(
  rehearsal: Rehearsal,
  events: readonly RehearsalEvent[],
  verdicts: readonly Verdict[],
  ways: readonly OtherWay[],
): string {
  const told = events.flatMap((event) => linesOf(event, PLAIN));
  return `${[...told, ...tableOf(rehearsal, verdicts, ways, PLAIN)].join('\n').trim()}\n`;
}
