import type { JournalEntry } from '@unicorns/cloud';
import type { OtherWay, RehearsalEvent, Rehearsal, Verdict } from '../rehearse/index.ts';

/** One rehearsal as told by `--json`: stable names, virtual milliseconds. */
export interface RehearsalReport {
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  readonly isAsExpected: boolean;
  readonly releases: readonly Verdict[];
  readonly otherWays: readonly { readonly assumption: string; readonly changes: Readonly<Record<string, string>> }[];
  readonly events: readonly RehearsalEvent[];
}

export function reportOf(
  { name, title, seed }: Rehearsal,
  verdicts: readonly Verdict[],
  ways: readonly OtherWay[],
  events: readonly RehearsalEvent[],
): RehearsalReport {
  const otherWays = ways.map((way) => ({ assumption: way.assumption, changes: changesOf(way) }));
  const isAsExpected = verdicts.every((each) => each.isAsExpected);
  return { name, title, seed, isAsExpected, releases: verdicts, otherWays, events };
}

const changesOf = ({ changed, verdicts }: OtherWay): Readonly<Record<string, string>> =>
  Object.fromEntries(
    verdicts.filter(({ release }) => changed.includes(release)).map(({ release, outcome }) => [release, outcome]),
  );

/** One line of a journal file. Maps become objects, sets lists, and bytes base64. */
export const journalLine = (entry: JournalEntry): string => `${JSON.stringify(entry, plainValue)}\n`;

function plainValue(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value;
}
