/** What a rehearsal tells, as values: the one source of terminal, plain text, JSON and golden journals. */
import type { RateStep } from '@unicorns/cloud';
import type { Expectation } from '../rehearsal.ts';
import type { Verdict } from './verdict.ts';

/** Requests answered between two instants, as their callers saw them. */
export interface Requests {
  readonly count: number;
  /** By status, ascending. */
  readonly byStatus: readonly (readonly [status: Status, count: number])[];
  readonly slowerThanSla: number;
  readonly slowestMs: number;
}

/**
 * An HTTP status. Of an invocation: the `statusCode` of its answer, if there is one, else `ok`; `function error`,
 * `throttled`, or the code with which Lambda refused the call.
 */
export type Status = number | string;

export interface Share {
  readonly version: string;
  readonly percent: number;
}

export type Happening =
  | {
      readonly type: 'releaseBegan';
      readonly number: number;
      readonly of: number;
      readonly name: string;
      readonly note?: string;
      readonly expect: Expectation;
      readonly warnings: readonly string[];
    }
  | {
      readonly type: 'callersBegan';
      /** Where they go: `GET /Prod/unicorns`. */
      readonly callers: string;
      readonly profile: readonly RateStep[];
      readonly isPoisson: boolean;
    }
  | { readonly type: 'actedByHand'; readonly call: string; readonly words: string; readonly refusal?: string }
  | { readonly type: 'stackChanged'; readonly status: string; readonly reason?: string }
  | { readonly type: 'resourceFailed'; readonly logicalId: string; readonly status: string; readonly reason: string }
  | {
      readonly type: 'deploymentCreated';
      readonly deploymentId: string;
      readonly alias: string;
      readonly from: string;
      readonly to: string;
      readonly configuration: string;
      readonly isRollback: boolean;
    }
  | {
      readonly type: 'lifecycleEvent';
      readonly event: string;
      readonly status: string;
      /** The function that is asked, when the event has a hook. */
      readonly hook?: string;
    }
  | { readonly type: 'checkFailed'; readonly check: string; readonly expected: string; readonly got: string }
  | { readonly type: 'aliasShifted'; readonly alias: string; readonly shares: readonly Share[] }
  | {
      readonly type: 'deploymentEnded';
      readonly deploymentId: string;
      readonly status: string;
      readonly isRollback: boolean;
      readonly code?: string;
      readonly message?: string;
    }
  | { readonly type: 'rollbackTriggered'; readonly message: string }
  | {
      readonly type: 'alarmTurned';
      readonly alarm: string;
      readonly to: string;
      readonly reason: string;
      readonly isGate: boolean;
    }
  | { readonly type: 'minutePassed'; readonly requests: Requests }
  | { readonly type: 'finding'; readonly rule: string; readonly place: string; readonly text: string }
  | { readonly type: 'releaseEnded'; readonly verdict: Verdict };

/** `elapsedMs` is virtual time since the deployment of the release began; a wait before it counts from the wait's start. */
export type RehearsalEvent = Happening & { readonly elapsedMs: number };
