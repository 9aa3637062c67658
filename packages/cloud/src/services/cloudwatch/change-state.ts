import type { Effect } from '../../effects.ts';
import type { Alarm, AlarmStateValue } from './state.ts';

/**
 * An alarm takes another state: the change, then its actions for that state. Actions run only on a change and
 * only while enabled; the state changes in any case, and CodeDeploy reads states. Source: AA, API-PMA (D).
 */
export function changeState(
  { configuration, stateValue }: Alarm,
  to: AlarmStateValue,
  reason: string,
  reasonData: string,
): readonly Effect[] {
  const { alarmName, actionsEnabled, okActions, alarmActions, insufficientDataActions } = configuration;
  const actions = { OK: okActions, ALARM: alarmActions, INSUFFICIENT_DATA: insufficientDataActions }[to];
  const runs = actionsEnabled ? actions : [];
  return [
    { type: 'cloudwatch.AlarmStateChanged', alarmName, from: stateValue, to, reason, reasonData },
    ...runs.map((actionArn): Effect => ({ type: 'cloudwatch.ActionRan', alarmName, actionArn, from: stateValue })),
  ];
}
