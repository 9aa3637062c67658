import type { AssumptionName } from '@unicorns/cloud';
import type { Expectation, Release, ReleaseOutcome } from '../rehearsal.ts';
import type { Fault } from '../faults/fault.ts';
import type { Requests } from './events.ts';
import { lateFaults, lateFaultWords } from './late-faults.ts';

/** What stopped a release: a hook, alarms, or something that is no gate (a permission, CloudFormation itself). */
export type Gate =
  | { readonly type: 'hook'; readonly event: string; readonly functionName: string }
  /** Nobody heard of it for an hour. */
  | { readonly type: 'silentHook'; readonly event: string; readonly functionName: string }
  | { readonly type: 'alarms'; readonly names: readonly string[] }
  | { readonly type: 'other'; readonly code: string };

/** Virtual milliseconds since the deployment began; absent: it did not happen. */
export interface Times {
  /** The first caller who was hit got the answer. */
  readonly firstFaultMs?: number;
  /** A gate's alarm turned to ALARM. */
  readonly alarmMs?: number;
  /** The deployment of the new version ended, well or not. */
  readonly throughMs?: number;
  /** CodeDeploy stopped or failed the deployment. */
  readonly stoppedMs?: number;
  /** The alias sent everything to the old version again. */
  readonly aliasBackMs?: number;
}

/** What was measured while a release was deployed and in the wait after it. */
export interface Measured extends Times {
  readonly gate?: Gate;
  /** CodeDeploy was asked to shift to a new version. */
  readonly isShifted: boolean;
  /** CodeDeploy's words, else CloudFormation's. */
  readonly reason?: string;
  readonly requests: Requests;
  readonly requestsHit: number;
  /** What code that ran asked for and the embedded cloud has not: nothing can be said of the release then. */
  readonly outsideSlice: readonly string[];
  /** Assumptions that the outcome or its times hang on, by name. */
  readonly dependsOn: readonly AssumptionName[];
}

export interface Verdict extends Measured {
  readonly release: string;
  readonly expected: Expectation;
  readonly outcome: ReleaseOutcome;
  readonly isAsExpected: boolean;
  /** Why it is not as expected. */
  readonly difference?: string;
}

export function judge(
  { name, expect, caughtBy, mayBeUnchanged, faults = [] }: Release,
  outcome: ReleaseOutcome,
  measured: Measured,
): Verdict {
  const isFine = outcome === 'no-changes' && mayBeUnchanged === true;
  const difference =
    measured.outsideSlice.length > 0
      ? `the code asks for what lies outside the slice (docs/slice.md): ${measured.outsideSlice.join('; ')}`
      : isFine
        ? undefined
        : (uncaught(expect, faults, measured.throughMs) ?? differenceOf(expect, outcome, caughtBy, measured.gate));
  return {
    ...measured,
    release: name,
    expected: expect,
    outcome,
    isAsExpected: difference === undefined,
    ...(difference !== undefined && { difference }),
  };
}

/** A fault that no gate had the time to see is not caught, even if something else stopped the release. */
function uncaught(expect: Expectation, faults: readonly Fault[], throughMs: number | undefined): string | undefined {
  const late = lateFaults(faults, throughMs);
  if (expect !== 'rolled-back' || throughMs === undefined || late.length === 0 || late.length < faults.length)
    return undefined;
  return `expected ${wordsOf(expect)}, but ${lateFaultWords(late, throughMs)}`;
}

function differenceOf(
  expect: Expectation,
  outcome: ReleaseOutcome,
  caughtBy: string | undefined,
  gate: Gate | undefined,
): string | undefined {
  if (outcome !== expect) return `expected ${wordsOf(expect)}, but ${endedAs(outcome)}`;
  const caught = gate === undefined ? 'nothing' : gateName(gate);
  if (caughtBy === undefined || caught.includes(caughtBy)) return undefined;
  return `expected ${caughtBy} to catch it, but ${caught} did`;
}

/** Neither as expected nor otherwise: the rehearsal does not know. */
export const isJudged = ({ outsideSlice }: Pick<Measured, 'outsideSlice'>): boolean => outsideSlice.length === 0;

function endedAs(outcome: ReleaseOutcome): string {
  if (outcome === 'failed') return 'it failed';
  return outcome === 'no-changes' ? 'there were no changes' : `it was ${wordsOf(outcome)}`;
}

export const wordsOf = (outcome: ReleaseOutcome): string => outcome.replace('-', ' ');

const hookName = (event: string): string => `${event === 'BeforeAllowTraffic' ? 'pre-traffic' : 'post-traffic'} hook`;

/** `pre-traffic hook`, `unicorns-list-3-sla`. */
export function gateName(gate: Gate): string {
  switch (gate.type) {
    case 'hook':
      return hookName(gate.event);
    case 'silentHook':
      return `silence of the ${hookName(gate.event)}`;
    case 'alarms':
      return gate.names.join(', ') || 'an alarm';
    case 'other':
      return gate.code;
    default:
      return gate satisfies never;
  }
}
