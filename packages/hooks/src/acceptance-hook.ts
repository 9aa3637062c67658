import { beforeTimeout, type Remaining } from './before-timeout.ts';
import type { Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import type { Failure } from './judge-answer.ts';
import { readLifecycleEvent } from './lifecycle-event.ts';
import type { Patience, Pause } from './persistently.ts';
import { proveErrorFilter } from './prove-error-filter.ts';
import { runSuite, type Target } from './run-suite.ts';
import { readSettings, type Settings } from './settings.ts';

/** Everything a hook needs from outside, as plain functions. */
export interface HookParts {
  /** What the suite is run against. */
  readonly aim: (settings: Settings) => Target;
  readonly connect: (patience: Patience) => Cloud;
  readonly clock: Clock;
  readonly environment: () => Readonly<Record<string, string | undefined>>;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  readonly newRequestId: () => string;
  readonly nowEpochMs: () => number;
}

export interface Verdict {
  readonly status: 'Succeeded' | 'Failed';
  readonly failures: readonly Failure[];
}

/**
 * A CodeDeploy hook over the acceptance suite. Whatever happens inside, it reports: a deployment that hears nothing waits
 * an hour. It rejects only when there is nothing to report on, or when the report itself cannot be delivered; then the
 * function's OnFailure destination reports for it. Source: codedeploy reference 3.3.2, 3.3.6 (D, O).
 */
export function acceptanceHook(parts: HookParts) {
  return async (payload: unknown, context: Remaining): Promise<Verdict> => {
    const event = readLifecycleEvent(payload);
    const failures = await findFailures(parts, context);
    const status = failures.length === 0 ? 'Succeeded' : 'Failed';
    for (const failure of failures) parts.log({ log: 'check', outcome: 'failed', ...failure });
    parts.log({ log: 'verdict', status, failed: failures.length, deploymentId: event.deploymentId });
    await beforeTimeout({ context, clock: parts.clock, reserveMs: 500 }, (signal) =>
      parts.connect({ clock: parts.clock, signal, onPause: teller(parts) }).report(event, status),
    );
    return { status, failures };
  };
}

async function findFailures(parts: HookParts, context: Remaining): Promise<readonly Failure[]> {
  const reserveMs = reservedForReport(context);
  let paused: Pause | undefined;
  const tell = teller(parts);
  const onPause = (pause: Pause): void => tell((paused = pause));
  try {
    return await beforeTimeout({ context, clock: parts.clock, reserveMs }, (signal) =>
      check(parts, { signal, onPause }),
    );
  } catch (error) {
    const last = paused && ` The last call to be made again: ${paused.error}`;
    return [{ check: 'the hook itself', what: 'the run', expected: 'to finish', got: `${textOf(error)}${last ?? ''}` }];
  }
}

/** Says in the log that a call is made again, and why: a hook that waits is not a hook that hangs. */
const teller =
  ({ log }: Pick<HookParts, 'log'>) =>
  (pause: Pause): void =>
    log({ log: 'pause', ...pause });

/** What was thrown may be anything, also what cannot be made a text of. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that has no text';
  }
}

async function check(parts: HookParts, limits: Omit<Patience, 'clock'>): Promise<readonly Failure[]> {
  const { clock, connect, newRequestId, nowEpochMs } = parts;
  const settings = readSettings(parts.environment());
  const { signal } = limits;
  const cloud = connect({ clock, ...limits });
  const { slaMs, logGroup, functionName, newVersion } = settings;
  const { failures, witness } = await runSuite(parts.aim(settings), {
    cloud,
    clock,
    signal,
    slaMs,
    newRequestId,
    nowEpochMs,
  });
  const writer = `${functionName}:${newVersion}`;
  const blind = await proveErrorFilter({ cloud, logGroup, writer, logTail: witness.logTail });
  return [...failures, ...blind];
}

/** Ten seconds, or a third of a short time-out. */
function reservedForReport(context: Remaining): number {
  return Math.min(10_000, context.getRemainingTimeInMillis() / 3);
}
