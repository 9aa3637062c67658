/** What the runner and its threads say to each other. One message per direction carries many invocations. */
import type { Image, LostEnvironment } from './index.ts';
import type { PackedInvocations, PackedSettled } from './packed.ts';

/** What the numbers are that the runner and a thread share. */
export const Shared = {
  /** The invocation whose code runs at the moment, or −1. */
  onTurn: 0,
  /** The invocation whose code ran last. */
  lastTurn: 1,
  /** Messages sent to the thread. */
  sent: 2,
} as const;

export interface ThreadSettings {
  readonly seed: number;
  /** Real milliseconds after which a turn of handler code counts as an endless loop. */
  readonly endlessMs: number;
  /** Whether real CPU time may become time of the handler. */
  readonly countsCpu: boolean;
  /** A directory of the runner's own, not made yet, removed when it closes. */
  readonly scratch: string;
  /** Where compiled code is kept for other threads, if anywhere. */
  readonly codeCache: string | undefined;
  /** Shared with the runner; see Shared. */
  readonly shared: Int32Array;
}

export type ToThread =
  | { readonly type: 'load'; readonly image: Image }
  | { readonly type: 'unload'; readonly imageKey: string }
  | { readonly type: 'keepProvisioned'; readonly imageKey: string; readonly count: number }
  | {
      readonly type: 'adopt';
      readonly environments: readonly LostEnvironment[];
      readonly areAll: boolean;
      /** Calls that have reached the cloud, by environment. */
      readonly calls: readonly (readonly [environmentId: string, calls: number])[];
    }
  | {
      readonly type: 'run';
      readonly run: number;
      readonly invocations: PackedInvocations;
      /** Parts of the run so far; more follow unless this is the last. */
      readonly part: number;
      readonly isLast: boolean;
      /** Answers given so far to each environment that stood at a call: it must have seen that many. */
      readonly answered: readonly (readonly [environmentId: string, answers: number])[];
      /** Invocations that have already cost a thread: how they end, by number. */
      readonly fates: readonly (readonly [seq: number, fate: 'endless' | 'killed'])[];
    }
  | { readonly type: 'part'; readonly invocations: PackedInvocations; readonly part: number; readonly isLast: boolean };

export type FromThread =
  | {
      readonly type: 'settled';
      readonly run: number;
      readonly settled: PackedSettled;
      /** Environments that are no more. */
      readonly discarded: readonly string[];
      /** Invocations that were handed over ahead and have not begun, by number. */
      readonly givenBack: readonly number[];
      /** The last part that had come when this was written, and how many invocations had not begun. */
      readonly part: number;
      readonly left: number;
      readonly lowWaterMs: number;
      /** Everything of the run is settled or stands at a call; calls begun by each environment that stands. */
      readonly standing?: readonly (readonly [environmentId: string, callsBegun: number, seq: number])[];
    }
  | { readonly type: 'failed'; readonly message: string; readonly stack: string };
