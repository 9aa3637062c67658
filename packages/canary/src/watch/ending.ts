/** How what was watched ended, why, and what it left behind. */
import type { Ending, Left, Result, StopReason } from './events.ts';
import { failedLines } from './hook-words.ts';
import { type AlarmSeen, type DeploymentSeen, hasEnded, isRollback, type Snapshot, STACK_TYPE } from './snapshot.ts';

type AlarmsAtStop = ReadonlyMap<string, readonly AlarmSeen[]>;

/** CodeDeploy names its rollback a moment after the deployment has ended; the log of a hook takes a few seconds. */
const ROLLBACK_KNOWN_WITHIN_MS = 30_000;
const LOG_THERE_WITHIN_MS = 20_000;

/** Undefined while anything still moves. */
export function endingOf(alarmsAtStop: AlarmsAtStop, now: Snapshot): Ending | undefined {
  const result = now.stack === undefined ? deploymentResult(now) : stackResult(now.stack.status);
  if (result === undefined || awaitsHookLog(now)) return undefined;
  const reasons = result === 'promoted' ? [] : reasonsOf(alarmsAtStop, now);
  return { result, reasons, left: leftBehind(result, now) };
}

/** At rest only when nothing is in progress, the clean-up included. */
export function stackResult(status: string): Result | undefined {
  if (status.endsWith('_IN_PROGRESS')) return undefined;
  if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE' || status === 'IMPORT_COMPLETE') return 'promoted';
  return status.endsWith('ROLLBACK_COMPLETE') ? 'rolledBack' : 'failed';
}

/** A deployment that rolls another back promotes nothing. */
function deploymentResult(now: Snapshot): Result | undefined {
  const { deployments } = now;
  if (deployments.length === 0 || !deployments.every(hasEnded)) return undefined;
  if (deployments.some((each) => awaitsRollback(each, now))) return undefined;
  const [first] = deployments;
  if (first !== undefined && deployments.length === 1 && !isRollback(first) && first.status === 'Succeeded')
    return 'promoted';
  return deployments.some((each) => isRollback(each) && each.status === 'Succeeded') ? 'rolledBack' : 'failed';
}

function awaitsRollback(deployment: DeploymentSeen, { at, deployments }: Snapshot): boolean {
  const { status, rollback, completedAt = at, rollsBackOn, error } = deployment;
  if (status === 'Succeeded' || isRollback(deployment)) return false;
  if (rollback !== undefined) return !deployments.some(({ id }) => id === rollback.deploymentId);
  const cause = causeOf(status, error?.code);
  return rollsBackOn.includes(cause) && at < completedAt + ROLLBACK_KNOWN_WITHIN_MS;
}

/** What an automatic rollback is set off by. Source: codedeploy reference 3.5.2 (D). */
function causeOf(status: string, code: string | undefined): string {
  if (status === 'Failed') return 'DEPLOYMENT_FAILURE';
  return code === 'ALARM_ACTIVE' ? 'DEPLOYMENT_STOP_ON_ALARM' : 'DEPLOYMENT_STOP_ON_REQUEST';
}

function awaitsHookLog({ at, deployments, hookLogs }: Snapshot): boolean {
  return hookLogs.some(({ deploymentId, lines }) => {
    const completedAt = deployments.find(({ id }) => id === deploymentId)?.completedAt ?? at;
    return lines.length === 0 && at < completedAt + LOG_THERE_WITHIN_MS;
  });
}

function reasonsOf(alarmsAtStop: AlarmsAtStop, now: Snapshot): readonly StopReason[] {
  const reasons = now.deployments.flatMap((each) => stopReason(each, alarmsAtStop.get(each.id) ?? now.alarms, now));
  return reasons.length > 0 ? reasons : failedResource(now);
}

function stopReason(deployment: DeploymentSeen, alarms: readonly AlarmSeen[], now: Snapshot): readonly StopReason[] {
  const { id: deploymentId, error } = deployment;
  if (error === undefined) return [];
  if (error.code === 'ALARM_ACTIVE') {
    const names = activatedAlarms(error.message);
    return [{ type: 'alarms', deploymentId, names, alarms: alarms.filter(({ name }) => names.includes(name)) }];
  }
  const failed = deployment.target?.lifecycle.find(
    ({ name, status }) => status === 'Failed' && name !== 'AllowTraffic',
  );
  if (failed === undefined) return [{ type: 'deployment', deploymentId, ...error }];
  const hook = deployment.hooks[failed.name];
  const log = now.hookLogs.find((each) => each.deploymentId === deploymentId && each.event === failed.name);
  const lines = failedLines(log?.lines ?? []);
  const reason = {
    type: 'hook',
    deploymentId,
    event: failed.name,
    ...(hook !== undefined && { hook }),
    lines,
  } as const;
  // The code says more than the failed event when the hook was never asked, or never answered.
  return error.code === 'HOOK_EXECUTION_FAILURE' ? [reason] : [reason, { type: 'deployment', deploymentId, ...error }];
}

/** "… Activated alarms: <name1> <name2>". Source: codedeploy reference 3.2 (O, T1 and T6). */
export function activatedAlarms(message: string): readonly string[] {
  const [, list = ''] = /Activated alarms:(.*)$/s.exec(message) ?? [];
  return [...list.matchAll(/<([^>]+)>/g)].map(([, name = '']) => name);
}

/** The first resource that failed by itself: the others were cancelled with it. */
function failedResource({ stack }: Snapshot): readonly StopReason[] {
  const failed = stack?.events.find(
    ({ status, resourceType, reason }) =>
      status.endsWith('_FAILED') && resourceType !== STACK_TYPE && !/cancelled/.test(reason ?? ''),
  );
  if (failed === undefined) return [];
  const { logicalId, status, reason = 'no reason given' } = failed;
  return [{ type: 'resource', logicalId, status, reason }];
}

function leftBehind(result: Result, { stack, aliases, alarms, deployments }: Snapshot): Left {
  const live = new Set(
    aliases.flatMap(({ functionName, shares }) => shares.map(({ version }) => `${functionName}:${version}`)),
  );
  const tried = result === 'promoted' ? [] : deployments.filter((each) => !isRollback(each));
  return {
    ...(stack && { stack: { name: stack.name, status: stack.status } }),
    aliases: aliases.map(({ alias, shares }) => ({ alias, shares })),
    alarmsInAlarm: alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name),
    orphans: tried.flatMap(({ target }) =>
      target === undefined || live.has(`${target.functionName}:${target.targetVersion}`)
        ? []
        : [{ functionName: target.functionName, version: target.targetVersion }],
    ),
  };
}
