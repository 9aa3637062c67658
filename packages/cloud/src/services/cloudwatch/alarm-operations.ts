/** What can be asked about alarms, by AWS's names. Source: API-PMA, API-PCA, API-SAS and their siblings (D). */
import type {
  AlarmHistoryItem,
  DeleteAlarmsInput,
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  DisableAlarmActionsInput,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
  ListTagsForResourceInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../aws-error.ts';
import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import { operation } from '../../contract.ts';
import type { Answer, Operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { cadenceOf } from './alarm-schedule.ts';
import { changeState } from './change-state.ts';
import { alarmArn, parentsOf } from './composite-alarms.ts';
import { alarmNameOf } from './composite-rule.ts';
import { findAlarms } from './find-alarms.ts';
import { describeCompositeAlarm, describeMetricAlarm } from './describe-alarm.ts';
import { pageOf } from './pages.ts';
import { readCompositeAlarm, readMetricAlarm } from './read-alarm.ts';
import { nextWake } from './run-evaluation.ts';
import type { Alarm, AlarmConfiguration } from './state.ts';
import { checkAtMost, checkLength, oneOf, validationError } from './validation.ts';

const STATES = ['INSUFFICIENT_DATA', 'ALARM', 'OK'] as const;

const onlyAlarm = (world: World, names: readonly (string | undefined)[] | undefined): string =>
  alarmArn(world, names?.length === 1 ? (names[0] ?? '*') : '*');

/** The chain of wakes goes on over an update; a changed cadence (a period crossing a minute) starts a new one. */
function putAlarm(world: World, configuration: AlarmConfiguration, requestId: string, now: Instant): Answer {
  const { alarmName } = configuration;
  const before = world.cloudwatch.alarms.get(alarmName);
  if (before !== undefined && before.configuration.type !== configuration.type)
    throw validationError(`The alarm ${alarmName} exists already and is of another type.`);
  const goesOn = before !== undefined && cadenceOf(before.configuration) === cadenceOf(configuration);
  // A composite alarm wakes once; an update is evaluated like a new one.
  const keeps = goesOn && configuration.type === 'metric';
  const schedule = keeps ? before.schedule : requestId;
  const put: Effect = { type: 'cloudwatch.AlarmPut', alarmName, configuration, schedule };
  return { output: {}, effects: keeps ? [put] : [put, nextWake(world, configuration, schedule, now)] };
}

function setAlarmState(
  world: World,
  { AlarmName, StateValue, StateReason = '', StateReasonData = '' }: SetAlarmStateInput,
  now: Instant,
): readonly Effect[] {
  const alarm = alarmNamed(world, AlarmName);
  const state = oneOf(StateValue, 'stateValue', STATES);
  const why = { reason: StateReason, reasonData: StateReasonData };
  if (state !== alarm.stateValue) return changeState(world, alarm, { state, ...why }, now);
  return [{ type: 'cloudwatch.AlarmReasonSet', alarmName: alarm.configuration.alarmName, ...why }];
}

function alarmNamed(world: World, name: string | undefined): Alarm {
  const alarm = world.cloudwatch.alarms.get(name ?? '');
  if (alarm === undefined) throw new AwsError('ResourceNotFound', `Unknown alarm: ${name}`, 404);
  return alarm;
}

/**
 * All or none: an unknown name deletes nothing. One composite alarm at most, and no alarm that another depends on which
 * stays. Source: API reference of DeleteAlarms (D); the text: cloud-custodian#7763, ekristen/aws-nuke#462 (C).
 */
function refuseDeletion(world: World, names: readonly string[]): void {
  const alarms = names.map((name) => alarmNamed(world, name));
  if (new Set(alarms.filter(({ configuration: it }) => it.type === 'composite')).size > 1)
    throw validationError('No more than one composite alarm can be deleted in one operation.');
  const needed = [...new Set(names)].filter((name) => parentsOf(world, name).some((parent) => !names.includes(parent)));
  if (needed.length > 0)
    throw validationError(
      `Cannot delete ${needed.join(',')} as there are composite alarm(s) depending on ${needed.length === 1 ? 'it' : 'them'}.`,
    );
}

function describeAlarms(world: World, input: DescribeAlarmsInput): DescribeAlarmsOutput {
  const found = findAlarms(world, input);
  const { items, NextToken } = pageOf(found, input.MaxRecords, input.NextToken, { usual: 50, most: 100 });
  const MetricAlarms = [];
  const CompositeAlarms = [];
  for (const alarm of items) {
    if (alarm.configuration.type === 'metric')
      MetricAlarms.push(describeMetricAlarm(world, alarm, alarm.configuration));
    else CompositeAlarms.push(describeCompositeAlarm(world, alarm, alarm.configuration));
  }
  return { MetricAlarms, CompositeAlarms, ...NextToken };
}

function describeHistory(world: World, input: DescribeAlarmHistoryInput): DescribeAlarmHistoryOutput {
  const { AlarmName, AlarmTypes = ['MetricAlarm'], HistoryItemType, StartDate, EndDate } = input;
  const from = StartDate?.getTime() ?? Number.NEGATIVE_INFINITY;
  const until = EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
  const found = world.cloudwatch.history.filter(
    (item) =>
      (AlarmName === undefined || item.alarmName === AlarmName) &&
      AlarmTypes.includes(item.alarmType) &&
      (HistoryItemType === undefined || item.type === HistoryItemType) &&
      item.at >= from &&
      item.at <= until,
  );
  const ordered = input.ScanBy === 'TimestampAscending' ? found : found.toReversed();
  const { items, NextToken } = pageOf(ordered, input.MaxRecords, input.NextToken, { usual: 100, most: 100 });
  const AlarmHistoryItems = items.map(({ at, alarmName, alarmType, type, summary, data }): AlarmHistoryItem => ({
    AlarmName: alarmName,
    AlarmType: alarmType,
    Timestamp: new Date(at),
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: data,
  }));
  return { AlarmHistoryItems, ...NextToken };
}

/** Names that do not exist are passed over, as on AWS. */
function switchActions(world: World, names: readonly string[] | undefined, enabled: boolean): Answer {
  checkAtMost(names, 'alarmNames', 100);
  const known = (names ?? []).filter((alarmName) => world.cloudwatch.alarms.has(alarmName));
  const effects = known.map((alarmName): Effect => ({ type: 'cloudwatch.AlarmActionsSwitched', alarmName, enabled }));
  return { output: {}, effects };
}

export const alarmOperations: Readonly<Record<string, Operation>> = {
  PutMetricAlarm: operation<PutMetricAlarmInput>({
    action: 'cloudwatch:PutMetricAlarm',
    resource: (world, { AlarmName }) => alarmArn(world, AlarmName ?? '*'),
    run: (world, input, { now, requestId }) => putAlarm(world, readMetricAlarm(input), requestId, now),
  }),
  PutCompositeAlarm: operation<PutCompositeAlarmInput>({
    action: 'cloudwatch:PutCompositeAlarm',
    resource: (world, { AlarmName }) => alarmArn(world, AlarmName ?? '*'),
    run: (world, input, { now, requestId }) => putAlarm(world, readCompositeAlarm(world, input), requestId, now),
  }),
  DescribeAlarms: operation<DescribeAlarmsInput>({
    action: 'cloudwatch:DescribeAlarms',
    resource: (world, { AlarmNames }) => onlyAlarm(world, AlarmNames),
    run: (world, input) => ({ output: describeAlarms(world, input), effects: [] }),
  }),
  DeleteAlarms: operation<DeleteAlarmsInput>({
    action: 'cloudwatch:DeleteAlarms',
    resource: (world, { AlarmNames }) => onlyAlarm(world, AlarmNames),
    run: (world, { AlarmNames = [] }) => {
      checkAtMost(AlarmNames, 'alarmNames', 100);
      refuseDeletion(world, AlarmNames);
      const effects = [...new Set(AlarmNames)].map((alarmName): Effect => ({
        type: 'cloudwatch.AlarmDeleted',
        alarmName,
        alarm: alarmNamed(world, alarmName),
      }));
      return { output: {}, effects };
    },
  }),
  ListTagsForResource: operation<ListTagsForResourceInput>({
    action: 'cloudwatch:ListTagsForResource',
    resource: (_, { ResourceARN }) => ResourceARN ?? '*',
    run: (world, { ResourceARN = '' }) => {
      const { tags } = alarmNamed(world, alarmNameOf(ResourceARN)).configuration;
      return { output: { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }, effects: [] };
    },
  }),
  SetAlarmState: operation<SetAlarmStateInput>({
    action: 'cloudwatch:SetAlarmState',
    resource: (world, { AlarmName }) => alarmArn(world, AlarmName ?? '*'),
    run: (world, input, { now }) => {
      checkLength(input.StateReason, 'stateReason', 0, 1_023);
      if (input.StateReasonData !== undefined) checkLength(input.StateReasonData, 'stateReasonData', 0, 4_000);
      if (input.StateReasonData !== undefined && !isJson(input.StateReasonData))
        throw new AwsError('InvalidFormatFault', 'StateReasonData was not valid JSON');
      return { output: {}, effects: setAlarmState(world, input, now) };
    },
  }),
  DescribeAlarmHistory: operation<DescribeAlarmHistoryInput>({
    action: 'cloudwatch:DescribeAlarmHistory',
    resource: (world, { AlarmName }) => alarmArn(world, AlarmName ?? '*'),
    run: (world, input) => ({ output: describeHistory(world, input), effects: [] }),
  }),
  EnableAlarmActions: operation<DisableAlarmActionsInput>({
    action: 'cloudwatch:EnableAlarmActions',
    resource: (world, { AlarmNames }) => onlyAlarm(world, AlarmNames),
    run: (world, { AlarmNames }) => switchActions(world, AlarmNames, true),
  }),
  DisableAlarmActions: operation<DisableAlarmActionsInput>({
    action: 'cloudwatch:DisableAlarmActions',
    resource: (world, { AlarmNames }) => onlyAlarm(world, AlarmNames),
    run: (world, { AlarmNames }) => switchActions(world, AlarmNames, false),
  }),
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
