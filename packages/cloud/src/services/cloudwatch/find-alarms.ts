import type { DescribeAlarmsInput } from '@aws-sdk/client-cloudwatch';
import type { World } from '../../world-state.ts';
import { alarmNameOf } from './composite-rule.ts';
import { childNames } from './composite-alarms.ts';
import type { Alarm, AlarmStateValue } from './state.ts';
import { checkAtMost, invalidCombination } from './validation.ts';

/**
 * The alarms a DescribeAlarms selects, by name. Without AlarmTypes only metric alarms are answered, even those of
 * AlarmNames. Source: API reference of DescribeAlarms (D).
 */
export function findAlarms(world: World, input: DescribeAlarmsInput): readonly Alarm[] {
  const { AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue, ActionPrefix, ChildrenOfAlarmName, ParentsOfAlarmName } =
    input;
  checkAtMost(AlarmNames, 'alarmNames', 100);
  if (AlarmNames !== undefined && AlarmNames.length > 0 && AlarmNamePrefix !== undefined)
    throw invalidCombination('AlarmNamePrefix and AlarmNames cannot both be specified.');
  const types = AlarmTypes === undefined || AlarmTypes.length === 0 ? ['MetricAlarm'] : AlarmTypes;
  const children = ChildrenOfAlarmName === undefined ? undefined : childrenOfAlarm(world, ChildrenOfAlarmName);
  return [...world.cloudwatch.alarms.values()]
    .filter(({ configuration: it, stateValue }) => {
      const type = it.type === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';
      const related = children !== undefined || ParentsOfAlarmName !== undefined;
      return (
        (related || types.includes(type)) &&
        (AlarmNames === undefined || AlarmNames.length === 0 || AlarmNames.includes(it.alarmName)) &&
        (AlarmNamePrefix === undefined || it.alarmName.startsWith(AlarmNamePrefix)) &&
        (StateValue === undefined || stateValue === StateValue) &&
        (ActionPrefix === undefined || allActions(it).some((action) => action.startsWith(ActionPrefix))) &&
        (children === undefined || children.includes(it.alarmName)) &&
        (ParentsOfAlarmName === undefined ||
          (it.type === 'composite' && childNames(it).includes(alarmNameOf(ParentsOfAlarmName))))
      );
    })
    .toSorted((a, b) => (a.configuration.alarmName < b.configuration.alarmName ? -1 : 1));
}

function childrenOfAlarm(world: World, nameOrArn: string): readonly string[] {
  const configuration = world.cloudwatch.alarms.get(alarmNameOf(nameOrArn))?.configuration;
  return configuration?.type === 'composite' ? childNames(configuration) : [];
}

const allActions = ({
  okActions,
  alarmActions,
  insufficientDataActions,
}: Alarm['configuration']): readonly string[] => [...okActions, ...alarmActions, ...insufficientDataActions];

/** Those of the named alarms that are in the given state, in the order of the names. Unknown names are in none. */
export const alarmsInState = (
  world: World,
  names: readonly string[],
  state: AlarmStateValue = 'ALARM',
): readonly string[] => names.filter((name) => world.cloudwatch.alarms.get(name)?.stateValue === state);
