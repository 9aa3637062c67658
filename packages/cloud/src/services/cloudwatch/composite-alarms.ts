import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import { arn } from '../../world-state.ts';
import type { World } from '../../world-state.ts';
import { changeState } from './change-state.ts';
import { childrenOf, holds, parseRule } from './composite-rule.ts';
import { awsTime } from './state-reason.ts';
import type { Alarm, AlarmStateChanged, CompositeAlarmConfiguration } from './state.ts';
import { suppressorPut } from './suppression.ts';

/** Composite alarms are evaluated when one of their children changes. Source: AC, API-SAS (D). */
export function childChanged(world: World, fact: AlarmStateChanged, now: Instant): readonly Effect[] {
  const words = `transitioned to ${fact.to} at ${longDate(now)}`;
  return [...world.cloudwatch.alarms.values()]
    .filter(
      ({ configuration }) => configuration.type === 'composite' && childNames(configuration).includes(fact.alarmName),
    )
    .flatMap((alarm) =>
      evaluateComposite(world, alarm, fact.alarmName, () => `${alarmArn(world, fact.alarmName)} ${words}`, now),
    );
}

/**
 * The evaluation that follows a PutCompositeAlarm; it takes a new alarm out of INSUFFICIENT_DATA for good. The words
 * for an update are assumption `composite-reason-text`.
 */
export function compositePut(world: World, alarm: Alarm, now: Instant): readonly Effect[] {
  if (alarm.configuration.type !== 'composite') return [];
  const { alarmName } = alarm.configuration;
  const cause = childNames(alarm.configuration)[0];
  const done = alarm.stateValue === 'INSUFFICIENT_DATA' ? 'created' : 'updated';
  const reason = (to: string): string =>
    `${alarmArn(world, alarmName)} was ${done} and its alarm rule evaluates to ${to}`;
  return [...suppressorPut(world, alarm), ...evaluateComposite(world, alarm, cause, reason, now)];
}

function evaluateComposite(
  world: World,
  alarm: Alarm,
  cause: string | undefined,
  reason: (to: string) => string,
  now: Instant,
): readonly Effect[] {
  const { configuration } = alarm;
  if (configuration.type !== 'composite' || isCyclic(world, configuration)) return [];
  const stateOf = (name: string) => world.cloudwatch.alarms.get(name)?.stateValue;
  const to = holds(parseRule(configuration.alarmRule), stateOf) ? 'ALARM' : 'OK';
  if (to === alarm.stateValue) return [];
  return changeState(world, alarm, { state: to, reason: reason(to), reasonData: triggering(world, cause) }, now);
}

/** `{"triggeringAlarms":[{"arn":…,"state":{"value":…,"timestamp":…}}]}`. Source: LS cloudwatch snapshot (S). */
function triggering(world: World, cause: string | undefined): string {
  const child = cause === undefined ? undefined : world.cloudwatch.alarms.get(cause);
  if (cause === undefined || child === undefined) return JSON.stringify({ triggeringAlarms: [] });
  const state = { value: child.stateValue, timestamp: awsTime(child.stateTransitionedAt) };
  return JSON.stringify({ triggeringAlarms: [{ arn: alarmArn(world, cause), state }] });
}

/** Alarms that depend on each other in a circle are not evaluated. Source: AC (D). */
function isCyclic(world: World, start: CompositeAlarmConfiguration): boolean {
  const seen = new Set<string>();
  const open = [...childNames(start)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === start.alarmName) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    const configuration = world.cloudwatch.alarms.get(name)?.configuration;
    if (configuration?.type === 'composite') open.push(...childNames(configuration));
  }
  return false;
}

export const childNames = ({ alarmRule }: CompositeAlarmConfiguration): readonly string[] =>
  childrenOf(parseRule(alarmRule));

/** The composite alarms whose rules refer to an alarm. */
export const parentsOf = (world: World, alarmName: string): readonly string[] =>
  [...world.cloudwatch.alarms.values()].flatMap(({ configuration: it }) =>
    it.type === 'composite' && childNames(it).includes(alarmName) ? [it.alarmName] : [],
  );

export const alarmArn = (world: World, alarmName: string): string => arn(world, 'cloudwatch', `alarm:${alarmName}`);

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `Friday 22 July, 2022 15:57:45 UTC` */
function longDate(at: Instant): string {
  const date = new Date(at);
  const day = `${DAYS[date.getUTCDay()]} ${String(date.getUTCDate()).padStart(2, '0')} ${MONTHS[date.getUTCMonth()]}`;
  return `${day}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`;
}
