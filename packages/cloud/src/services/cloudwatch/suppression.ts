/**
 * What holds a composite alarm's actions back: its suppressor in ALARM, the wait for it after a turn, and the extension
 * after it left ALARM. Source: CloudWatch user guide, Create_Composite_Alarm_Suppression (D). What the guide leaves
 * open is assumption `suppressed-actions-due`.
 */
import type { Effect } from '../../effects.ts';
import { Instant, SECOND } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { actionsOf } from './alarm-actions.ts';
import { alarmNameOf } from './composite-rule.ts';
import type {
  Alarm,
  AlarmConfiguration,
  AlarmDeleted,
  AlarmStateChanged,
  CloudWatchWake,
  Suppression,
  Suppressor,
} from './state.ts';

/** Recorded of a wait; the other two are worded after it. */
export const suppressionReason = ({ by }: Suppression): string => `Actions suppressed by ${by}`;

export const suppressorOf = (it: AlarmConfiguration | undefined): Suppressor | undefined =>
  it?.type === 'composite' ? it.suppressor : undefined;

/** A turn at `now` waits for the suppressor, and replaces what held back until then. Nothing: its actions run. */
export function heldBack(world: World, it: AlarmConfiguration, now: Instant): Suppression | undefined {
  const suppressor = suppressorOf(it);
  if (suppressor === undefined) return undefined;
  if (isInAlarm(world, suppressor)) return { by: 'Alarm', due: true };
  return period('WaitPeriod', suppressor.waitSeconds, true, now);
}

/** The wake at the end of a period; an alarm holds back for as long as it is in ALARM. */
export function endOf(alarmName: string, { until }: Suppression): readonly Effect[] {
  if (until === undefined) return [];
  return [{ type: 'wake', at: until, wake: { service: 'cloudwatch', type: 'endSuppression', alarmName, until } }];
}

export function suppressorTurned(
  world: World,
  { alarmName, from, to }: AlarmStateChanged,
  now: Instant,
): readonly Effect[] {
  if (to === 'ALARM') return suppressedBy(world, alarmName).flatMap(suppressByAlarm);
  return from === 'ALARM' ? suppressedBy(world, alarmName).flatMap((alarm) => suppressorLeft(alarm, now)) : [];
}

export const suppressorDeleted = (world: World, { alarmName }: AlarmDeleted, now: Instant): readonly Effect[] =>
  suppressedBy(world, alarmName)
    .filter(({ suppression }) => suppression?.by === 'Alarm')
    .flatMap((alarm) => suppressorLeft(alarm, now));

/** A composite alarm that was put may have a suppressor that is in ALARM already. */
export function suppressorPut(world: World, alarm: Alarm): readonly Effect[] {
  const suppressor = suppressorOf(alarm.configuration);
  const is = alarm.suppression === undefined && suppressor !== undefined && isInAlarm(world, suppressor);
  return is ? suppressByAlarm(alarm) : [];
}

/** A period is over, unless something else has taken its place. */
export function suppressionEnded(
  world: World,
  { alarmName, until }: Extract<CloudWatchWake, { type: 'endSuppression' }>,
): readonly Effect[] {
  const alarm = world.cloudwatch.alarms.get(alarmName);
  return alarm?.suppression?.until === until && alarm !== undefined ? resume(alarm) : [];
}

const suppressByAlarm = ({ configuration, suppression }: Alarm): readonly Effect[] => [
  changed(configuration.alarmName, { by: 'Alarm', due: suppression?.due ?? false }),
];

function suppressorLeft(alarm: Alarm, now: Instant): readonly Effect[] {
  const { alarmName } = alarm.configuration;
  const seconds = suppressorOf(alarm.configuration)?.extensionSeconds ?? 0;
  const next = period('ExtensionPeriod', seconds, alarm.suppression?.due ?? false, now);
  return next === undefined ? resume(alarm) : [changed(alarmName, next), ...endOf(alarmName, next)];
}

/** The state before is the present one, held back. Source: sample event in the guide's alarms-and-actions-Lambda (D). */
const resume = ({ configuration, suppression, stateValue }: Alarm): readonly Effect[] => [
  changed(configuration.alarmName, undefined),
  ...(suppression?.due === true ? actionsOf(configuration, stateValue, stateValue) : []),
];

const changed = (alarmName: string, suppression: Suppression | undefined): Effect => ({
  type: 'cloudwatch.SuppressionChanged',
  alarmName,
  ...(suppression !== undefined && { suppression }),
});

const period = (by: 'WaitPeriod' | 'ExtensionPeriod', seconds: number, due: boolean, now: Instant) =>
  seconds === 0 ? undefined : { by, until: Instant(now + seconds * SECOND), due };

const isInAlarm = ({ cloudwatch }: World, { nameOrArn }: Suppressor): boolean =>
  cloudwatch.alarms.get(alarmNameOf(nameOrArn))?.stateValue === 'ALARM';

const suppressedBy = ({ cloudwatch }: World, alarmName: string): readonly Alarm[] =>
  [...cloudwatch.alarms.values()].filter(({ configuration }) => {
    const suppressor = suppressorOf(configuration);
    return suppressor !== undefined && alarmNameOf(suppressor.nameOrArn) === alarmName;
  });
