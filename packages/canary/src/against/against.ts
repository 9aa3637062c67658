import type { Recording, WatchEvent } from '../watch/index.ts';
import { compare, type Comparison } from './compare.ts';
import { type Interval, intervalsOf } from './intervals.ts';
import { milestonesOf } from './milestones.ts';

/** A rehearsal held against a recording of what AWS did with the same release. */
export interface Against {
  /** Undefined when the two have nothing in common from which to count. */
  readonly comparison?: Comparison;
  readonly intervals: readonly Interval[];
}

/** `events`: the rehearsal's, in the words of a watch; `stackName`: the rehearsal's own. */
export function against(
  { heading, events: recorded }: Recording,
  events: readonly WatchEvent[],
  stackName: string,
): Against {
  const [expected, got] = [milestonesOf(recorded, heading.subject), milestonesOf(events, stackName)];
  const comparison = compare(expected, got);
  return { ...(comparison && { comparison }), intervals: intervalsOf(expected, got) };
}
