import { HOUR, isoTime } from '../../instant.ts';
import type { Instant } from '../../instant.ts';
import type { Alarm, AlarmStateValue, CloudWatchFact } from './state.ts';

export interface HistoryItem {
  readonly at: Instant;
  readonly alarmName: string;
  readonly alarmType: 'MetricAlarm' | 'CompositeAlarm';
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  /** A JSON document. */
  readonly data: string;
}

/** History is kept for 30 days. Source: AL (D). */
const KEPT_MS = 30 * 24 * HOUR;
/** Memory stays bounded however often alarms flap. */
const KEPT_ITEMS = 10_000;

/** Appends what a fact adds to its alarm's history; `before` is the alarm as it was until then. */
export function recordHistory(
  history: HistoryItem[],
  fact: CloudWatchFact,
  before: Alarm | undefined,
  at: Instant,
): void {
  const entry = describe(fact, before, at);
  if (entry === undefined || !('alarmName' in fact)) return;
  const type = fact.type === 'cloudwatch.AlarmPut' ? fact.configuration.type : before?.configuration.type;
  history.push({
    at,
    alarmName: fact.alarmName,
    alarmType: type === 'composite' ? 'CompositeAlarm' : 'MetricAlarm',
    ...entry,
  });
  const expired = history.findIndex((item) => item.at > at - KEPT_MS);
  history.splice(0, Math.max(expired, history.length - KEPT_ITEMS));
}

type Entry = Pick<HistoryItem, 'type' | 'summary' | 'data'>;

function describe(fact: CloudWatchFact, before: Alarm | undefined, at: Instant): Entry | undefined {
  switch (fact.type) {
    case 'cloudwatch.AlarmPut': {
      const [done, type] = before === undefined ? ['created', 'Create'] : ['updated', 'Update'];
      const data = { version: '1.0', type, alarmName: fact.alarmName, configuration: fact.configuration };
      return { type: 'ConfigurationUpdate', summary: `Alarm "${fact.alarmName}" ${done}`, data: JSON.stringify(data) };
    }
    case 'cloudwatch.AlarmDeleted': {
      const data = { version: '1.0', type: 'Delete', alarmName: fact.alarmName };
      return { type: 'ConfigurationUpdate', summary: `Alarm "${fact.alarmName}" deleted`, data: JSON.stringify(data) };
    }
    case 'cloudwatch.AlarmStateChanged': {
      const data = {
        version: '1.0',
        oldState: stateOf(fact.from, before?.stateReason ?? '', before?.stateReasonData),
        newState: stateOf(fact.to, fact.reason, fact.reasonData),
      };
      const summary = `Alarm updated from ${fact.from} to ${fact.to}`;
      return { type: 'StateUpdate', summary, data: JSON.stringify(data) };
    }
    case 'cloudwatch.ActionRan': {
      const data = { actionState: 'Succeeded', notificationResource: fact.actionArn, publishedTime: isoTime(at) };
      return { type: 'Action', summary: `Successfully executed action ${fact.actionArn}`, data: JSON.stringify(data) };
    }
    case 'cloudwatch.AlarmReasonSet':
    case 'cloudwatch.SuppressionChanged':
    case 'cloudwatch.AlarmActionsSwitched':
    case 'cloudwatch.DatapointsRecorded':
      return undefined;
    default:
      return fact satisfies never;
  }
}

/** The reason's data as an object where it is JSON, else as the text somebody passed to SetAlarmState. */
function stateOf(stateValue: AlarmStateValue, stateReason: string, reasonData: string | undefined): object {
  if (reasonData === undefined || reasonData === '') return { stateValue, stateReason };
  try {
    return { stateValue, stateReason, stateReasonData: JSON.parse(reasonData) as unknown };
  } catch {
    return { stateValue, stateReason, stateReasonData: reasonData };
  }
}
