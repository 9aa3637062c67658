import type { OtherWay, RehearsalEvent, Rehearsal, Verdict } from '../rehearse/index.ts';
import { linesOf } from './lines.ts';
import { PLAIN } from './style.ts';
import { tableOf } from './table.ts';

/**
 * A rehearsal as its golden journal tells it: every event and every minute, in plain text. Drawn ids become `d-1`,
 * `d-2` … and `uuid`, because they change with every effect before them and say nothing.
 */
export function goldenText(
  rehearsal: Rehearsal,
  events: readonly RehearsalEvent[],
  verdicts: readonly Verdict[],
  ways: readonly OtherWay[],
): string {
  const told = withoutIds(events).flatMap((event) => linesOf(event, PLAIN));
  return `${[...told, ...tableOf(rehearsal, verdicts, ways, PLAIN)].join('\n').trim()}\n`;
}

function withoutIds(events: readonly RehearsalEvent[]): readonly RehearsalEvent[] {
  const names = new Map<string, string>();
  const numbered = (id: string): string => {
    const name = names.get(id) ?? `d-${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  const text = JSON.stringify(events)
    .replaceAll(/\bd-[A-Z0-9]{9}\b/g, numbered)
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'uuid');
  const plain: readonly RehearsalEvent[] = JSON.parse(text);
  return plain;
}
