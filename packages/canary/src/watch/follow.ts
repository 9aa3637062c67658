/**
 * Turns what polls saw into what happened: each snapshot is compared with the one before. No clock, no network; what a
 * slow poll missed is told with the instants that the cloud itself gives.
 */
import { endingOf } from './ending.ts';
import type { Happening, WatchEvent } from './events.ts';
import { failedLines, failedHooks } from './hook-words.ts';
import {
  type AlarmSeen,
  type AliasSeen,
  type DeploymentSeen,
  hasEnded,
  isRollback,
  type LifecycleEventSeen,
  type Snapshot,
  STACK_TYPE,
  type StackEventSeen,
} from './snapshot.ts';

/** What has to be remembered from poll to poll. */
export interface Story {
  readonly last?: Snapshot;
  /** The alarms as they were when a deployment was first seen to have ended badly, by the deployment's id. */
  readonly alarmsAtStop: ReadonlyMap<string, readonly AlarmSeen[]>;
}

export const NEW_STORY: Story = { alarmsAtStop: new Map() };

/** What a snapshot adds to the story: events in the order of their instants, the ending last. */
export function follow(story: Story, now: Snapshot): { readonly story: Story; readonly events: readonly WatchEvent[] } {
  const { last } = story;
  const alarmsAtStop = withStops(story.alarmsAtStop, now);
  const events = [
    ...stackEvents(last, now),
    ...now.deployments.flatMap((each) => deploymentEvents(find(last?.deployments, each.id), each, now)),
    ...now.aliases.flatMap((each) => aliasEvents(last, each, now)),
    ...now.alarms.flatMap((each) => alarmEvents(last, each, now)),
    ...hookEvents(last, now),
  ].toSorted((a, b) => a.at - b.at);
  const ending = endingOf(alarmsAtStop, now);
  const ended: WatchEvent[] = ending === undefined ? [] : [{ type: 'ended', ending, at: now.at }];
  return { story: { last: now, alarmsAtStop }, events: [...events, ...ended] };
}

const find = (all: readonly DeploymentSeen[] | undefined, id: string): DeploymentSeen | undefined =>
  all?.find((each) => each.id === id);

function withStops(known: Story['alarmsAtStop'], { deployments, alarms }: Snapshot): Story['alarmsAtStop'] {
  const stopped = deployments.filter(({ id, error }) => error !== undefined && !known.has(id));
  return stopped.length === 0 ? known : new Map([...known, ...stopped.map(({ id }) => [id, alarms] as const)]);
}

const at = (instant: number, happening: Happening): WatchEvent => ({ ...happening, at: instant });

function stackEvents(last: Snapshot | undefined, { stack }: Snapshot): readonly WatchEvent[] {
  const known = new Set(last?.stack?.events.map(({ id }) => id));
  const fresh = stack?.events.filter(({ id }) => !known.has(id)) ?? [];
  return fresh.map((event) => at(event.at, stackHappening(event, stack?.name)));
}

function stackHappening(event: StackEventSeen, stackName: string | undefined): Happening {
  const { logicalId, resourceType, status, reason } = event;
  const why = reason === undefined ? {} : { reason };
  // A nested stack is a resource of the same type, under another name.
  if (resourceType === STACK_TYPE && logicalId === stackName) return { type: 'stackChanged', status, ...why };
  return { type: 'resourceChanged', logicalId, resourceType, status, ...why };
}

function deploymentEvents(
  before: DeploymentSeen | undefined,
  it: DeploymentSeen,
  now: Snapshot,
): readonly WatchEvent[] {
  const { id: deploymentId, group, configuration, status, target, rollback } = it;
  const common = { deploymentId, isRollback: isRollback(it) };
  const events: WatchEvent[] = [];
  if (before === undefined)
    events.push(at(it.createdAt, { type: 'deploymentCreated', ...common, group, configuration }));
  if (target !== undefined && before?.target === undefined) {
    const { alias, currentVersion: from, targetVersion: to } = target;
    events.push(at(it.createdAt, { type: 'deploymentStarted', ...common, alias, from, to }));
  }
  for (const event of target?.lifecycle ?? []) {
    const earlier = before?.target?.lifecycle.find(({ name }) => name === event.name);
    events.push(...lifecycleEvents(earlier, event, it, now.at));
  }
  if (hasEnded(it) && (before === undefined || !hasEnded(before))) {
    events.push(at(it.completedAt ?? now.at, { type: 'deploymentEnded', ...common, status, ...it.error }));
  }
  if (rollback?.role === 'rolledBackBy' && before?.rollback === undefined) {
    const by = find(now.deployments, rollback.deploymentId);
    const { message } = rollback;
    events.push(at(by?.createdAt ?? now.at, { type: 'rollbackTriggered', deploymentId, message }));
  }
  return events;
}

/** An event that went from pending to its end between two polls was in progress as well. */
function lifecycleEvents(
  before: LifecycleEventSeen | undefined,
  { name, status, startedAt, endedAt }: LifecycleEventSeen,
  deployment: DeploymentSeen,
  seenAt: number,
): readonly WatchEvent[] {
  const earlier = before?.status ?? 'Pending';
  if (status === earlier) return [];
  const hook = deployment.hooks[name];
  const common = {
    type: 'lifecycleEvent',
    deploymentId: deployment.id,
    event: name,
    isRollback: isRollback(deployment),
    ...(hook !== undefined && { hook }),
  } as const;
  if (status === 'InProgress') return [at(startedAt ?? seenAt, { ...common, status })];
  const missed = earlier === 'Pending' && startedAt !== undefined && status !== 'Skipped';
  return [
    ...(missed ? [at(startedAt, { ...common, status: 'InProgress' })] : []),
    at(endedAt ?? seenAt, { ...common, status }),
  ];
}

function aliasEvents(last: Snapshot | undefined, { functionName, alias, shares }: AliasSeen, now: Snapshot) {
  const before = last?.aliases.find((each) => each.functionName === functionName && each.alias === alias);
  if (before !== undefined && sameShares(before, shares)) return [];
  const since = before === undefined ? createdAt(now, functionName, alias) : last?.at;
  return [at(now.at, { type: 'aliasShifted', alias, shares, ...(since !== undefined && { since }) })];
}

/** When the first deployment that moves the alias was created. */
const createdAt = ({ deployments }: Snapshot, functionName: string, alias: string): number | undefined =>
  deployments.find(({ target }) => target?.functionName === functionName && target.alias === alias)?.createdAt;

const sameShares = ({ shares }: AliasSeen, others: AliasSeen['shares']): boolean =>
  shares.length === others.length &&
  shares.every(({ version, percent }, index) => {
    const other = others[index];
    return other?.version === version && other.percent === percent;
  });

/** An alarm that gets its first data is no news. */
function alarmEvents(last: Snapshot | undefined, alarm: AlarmSeen, now: Snapshot): readonly WatchEvent[] {
  const before = last?.alarms.find(({ name }) => name === alarm.name);
  const events: WatchEvent[] = [];
  const { name, state, reason, turnedAt, limit, latest } = alarm;
  if (state !== before?.state && (state === 'ALARM' || before?.state === 'ALARM')) {
    const from = before === undefined ? {} : { from: before.state };
    events.push(at(turnedAt ?? now.at, { type: 'alarmTurned', alarm: name, ...from, to: state, reason }));
  }
  if (latest !== undefined && limit !== undefined && !isSamePoint(before?.latest, latest)) {
    events.push(at(now.at, { type: 'datapoint', alarm: name, value: latest.value, limit }));
  }
  return events;
}

const isSamePoint = (a: AlarmSeen['latest'], b: AlarmSeen['latest']): boolean =>
  a?.at === b?.at && a?.value === b?.value;

/** The log of a hook that failed may arrive some seconds after its report. */
function hookEvents(last: Snapshot | undefined, now: Snapshot): readonly WatchEvent[] {
  const told = new Set(last === undefined ? [] : failedHooks(last).map(keyOf));
  return failedHooks(now)
    .filter((hook) => !told.has(keyOf(hook)))
    .map(({ event, functionName, lines }) =>
      at(now.at, { type: 'hookSaid', event, hook: functionName, lines: failedLines(lines) }),
    );
}

const keyOf = ({ deploymentId, event }: { deploymentId: string; event: string }): string => `${deploymentId} ${event}`;
