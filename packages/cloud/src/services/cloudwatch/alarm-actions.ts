import type { Effect } from '../../effects.ts';
import type { AlarmConfiguration, AlarmStateValue } from './state.ts';

/** The actions of an alarm for a state. They run only while enabled. Source: AA, API-PMA (D). */
export function actionsOf(it: AlarmConfiguration, to: AlarmStateValue, from: AlarmStateValue): readonly Effect[] {
  const { alarmName, actionsEnabled, okActions, alarmActions, insufficientDataActions } = it;
  const actions = { OK: okActions, ALARM: alarmActions, INSUFFICIENT_DATA: insufficientDataActions }[to];
  return (actionsEnabled ? actions : []).map((actionArn) => ({
    type: 'cloudwatch.ActionRan',
    alarmName,
    actionArn,
    from,
  }));
}
