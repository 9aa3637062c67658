/** What a watch tells, as values: the one source of its lines, its JSON and its recordings. */
import type { Trouble } from '../aws/index.ts';
import type { AlarmSeen, Share } from './snapshot.ts';

export type Happening =
  | { readonly type: 'stackChanged'; readonly status: string; readonly reason?: string }
  | {
      readonly type: 'resourceChanged';
      readonly logicalId: string;
      readonly resourceType: string;
      readonly status: string;
      readonly reason?: string;
    }
  | {
      readonly type: 'deploymentCreated';
      readonly deploymentId: string;
      readonly group: string;
      readonly configuration: string;
      readonly isRollback: boolean;
    }
  /** What it moves; known once it has started. */
  | {
      readonly type: 'deploymentStarted';
      readonly deploymentId: string;
      readonly alias: string;
      readonly from: string;
      readonly to: string;
      readonly isRollback: boolean;
    }
  | {
      readonly type: 'lifecycleEvent';
      readonly deploymentId: string;
      readonly event: string;
      readonly status: string;
      readonly isRollback: boolean;
      readonly hook?: string;
    }
  | {
      readonly type: 'aliasShifted';
      readonly alias: string;
      readonly shares: readonly Share[];
      /** It happened after this instant (the poll before, else the deployment's creation) and not after the event's own. */
      readonly since?: number;
    }
  | {
      readonly type: 'alarmTurned';
      readonly alarm: string;
      readonly from?: string;
      readonly to: string;
      readonly reason: string;
    }
  | { readonly type: 'datapoint'; readonly alarm: string; readonly value: number; readonly limit: string }
  | { readonly type: 'rollbackTriggered'; readonly deploymentId: string; readonly message: string }
  | {
      readonly type: 'deploymentEnded';
      readonly deploymentId: string;
      readonly status: string;
      readonly isRollback: boolean;
      readonly code?: string;
      readonly message?: string;
    }
  | { readonly type: 'hookSaid'; readonly event: string; readonly hook: string; readonly lines: readonly string[] }
  /** A part that cannot be read is left out from then on. */
  | { readonly type: 'cannotRead'; readonly what: string; readonly reason: string }
  | { readonly type: 'delayed'; readonly kind: Trouble['kind']; readonly reason: string; readonly pauseMs: number }
  | { readonly type: 'ended'; readonly ending: Ending };

/** `at`: milliseconds since the epoch, on the cloud's clock; where the cloud says when something was, that instant. */
export type WatchEvent = Happening & { readonly at: number };

/** `failed`: at rest in a state that is neither the new release nor the old one. */
export type Result = 'promoted' | 'rolledBack' | 'failed';

export interface Ending {
  readonly result: Result;
  /** Why it stopped; none when it did not. */
  readonly reasons: readonly StopReason[];
  readonly left: Left;
}

export type StopReason =
  | {
      readonly type: 'alarms';
      readonly deploymentId: string;
      readonly alarms: readonly AlarmSeen[];
      readonly names: readonly string[];
    }
  | {
      readonly type: 'hook';
      readonly deploymentId: string;
      readonly event: string;
      readonly hook?: string;
      /** The lines of the hook's log that say what failed. */
      readonly lines: readonly string[];
    }
  | { readonly type: 'deployment'; readonly deploymentId: string; readonly code: string; readonly message: string }
  | { readonly type: 'resource'; readonly logicalId: string; readonly status: string; readonly reason: string };

/** What state everything was left in. */
export interface Left {
  readonly stack?: { readonly name: string; readonly status: string };
  readonly aliases: readonly { readonly alias: string; readonly shares: readonly Share[] }[];
  readonly alarmsInAlarm: readonly string[];
  /** Versions that a rollback leaves published, without traffic. */
  readonly orphans: readonly { readonly functionName: string; readonly version: string }[];
}
