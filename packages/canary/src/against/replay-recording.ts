/** What a recording says about the rehearsal that replays it. */
import { MINUTE, type RateStep } from '@unicorns/cloud';
import type { Expectation, Rehearsal } from '../rehearse/index.ts';
import type { Recording } from '../watch/index.ts';

/** How the recorded deployment ended; undefined when the recording was cut short, or it ended in neither way. */
export function recordedOutcome({ events }: Recording): Expectation | undefined {
  const result = events.findLast((event) => event.type === 'ended')?.ending.result;
  return result === 'promoted' ? 'promoted' : result === 'rolledBack' ? 'rolled-back' : undefined;
}

/** The same traffic: the first recorded rate until the candidate's deployment begins, then minute by minute as recorded. */
export function withRecordedTraffic(rehearsal: Rehearsal, { profile = [] }: Recording): Rehearsal {
  const [first] = profile;
  if (first === undefined) return rehearsal;
  const candidate = rehearsal.releases.length - 1;
  return {
    ...rehearsal,
    traffic: { profile: [{ ...first, minute: 0 }], isPoisson: false },
    releases: rehearsal.releases.map((release, index) =>
      index === candidate && index > 0
        ? { ...release, traffic: { profile: delayed(profile, release.waitBeforeMs / MINUTE), isPoisson: false } }
        : release,
    ),
  };
}

/** A release's traffic begins with the wait before its deployment; the recorded minutes begin with the deployment. */
function delayed(profile: readonly RateStep[], minutes: number): readonly RateStep[] {
  return profile.map(({ minute, requestsPerMinute }, index) => ({
    minute: index === 0 ? 0 : minute + minutes,
    requestsPerMinute,
  }));
}
