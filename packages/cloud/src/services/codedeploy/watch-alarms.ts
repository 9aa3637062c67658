import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { Reply } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { groupOf } from './create-deployment.ts';
import { beginDeployment } from './lifecycle-events.ts';
import { missingPermission, serviceRole } from './service-role.ts';
import type { Deployment } from './state.ts';
import { endEarly } from './stop-deployment.ts';

/**
 * CodeDeploy reads the states of its group's alarms: once before anything moves, then every
 * `delays.alarmPollMs`. Source: codedeploy reference 3.4 (T6 for the first look; T1, T4, T5, T8 for the rest).
 */
export function lookAtAlarms(world: World, deployment: Deployment, when: 'start' | 'poll', now: Instant): Effect[] {
  const { enabled, alarmNames } = groupOf(world, deployment).alarms;
  if (!enabled || alarmNames.length === 0) return when === 'start' ? beginDeployment(deployment, now) : [];
  return [
    {
      type: 'call',
      as: serviceRole(world, deployment),
      service: 'cloudwatch',
      operation: 'DescribeAlarms',
      input: { AlarmNames: alarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
      replyTo: { service: 'codedeploy', type: 'alarms', deploymentId: deployment.id, when },
    },
  ];
}

/** What the answer of DescribeAlarms means: go on, or stop. Only the state ALARM counts (3.4.4). */
export function alarmsSeen(
  world: World,
  deployment: Deployment,
  when: 'start' | 'poll',
  reply: Reply,
  now: Instant,
): Effect[] {
  const { alarms } = groupOf(world, deployment);
  const seen = statesIn(reply, alarms.alarmNames);
  if (seen.type === 'unreadable' && !alarms.ignorePollAlarmFailure) {
    return endEarly(world, deployment, 'Stopped', seen.error(world, deployment), now);
  }
  const active = seen.type === 'states' ? seen.inAlarm : [];
  if (active.length > 0) {
    const message = `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${active.map((name) => `<${name}>`).join(' ')}`;
    return endEarly(world, deployment, 'Stopped', { code: 'ALARM_ACTIVE', message }, now);
  }
  return [...(when === 'start' ? beginDeployment(deployment, now) : []), nextLook(world, deployment, now)];
}

/** While a hook runs, the watch is assumption `alarms-watched-during-hooks`. */
export const watches = (world: World, deployment: Deployment): boolean =>
  world.assumptions.alarmsWatchedDuringHooks ||
  deployment.lifecycle.some((event) => event.name === 'AllowTraffic' && event.status === 'InProgress');

export const nextLook = (world: World, deployment: Deployment, now: Instant): Effect => ({
  type: 'wake',
  at: after(now, world.assumptions.delays.alarmPollMs),
  wake: { service: 'codedeploy', type: 'pollAlarms', deploymentId: deployment.id },
});

type Seen =
  | { readonly type: 'states'; readonly inAlarm: readonly string[] }
  | { readonly type: 'unreadable'; error(world: World, deployment: Deployment): NonNullable<Deployment['error']> };

interface AlarmLike {
  readonly AlarmName?: string;
  readonly StateValue?: string;
}

/**
 * An alarm that does not exist is treated as one whose state cannot be read; what AWS does then is not
 * documented (codedeploy reference 3.4.5, assumption `missing-alarm-stops`).
 */
function statesIn(reply: Reply, names: readonly string[]): Seen {
  if (!reply.ok) return { type: 'unreadable', error: (world, it) => missingPermission(world, it, 'AmazonCloudWatch') };
  const { MetricAlarms = [], CompositeAlarms = [] } = reply.output as {
    MetricAlarms?: readonly AlarmLike[];
    CompositeAlarms?: readonly AlarmLike[];
  };
  const states = new Map([...MetricAlarms, ...CompositeAlarms].map((alarm) => [alarm.AlarmName, alarm.StateValue]));
  const absent = names.filter((name) => !states.has(name));
  if (absent.length > 0) {
    const message = `The state of these alarms could not be read, because they do not exist: ${absent.map((name) => `<${name}>`).join(' ')}`;
    return { type: 'unreadable', error: () => ({ code: 'INTERNAL_ERROR', message }) };
  }
  // By the alphabet: the group of T4 and T6 lists its alarms in another order than their messages name them.
  return { type: 'states', inAlarm: names.filter((name) => states.get(name) === 'ALARM').toSorted() };
}
