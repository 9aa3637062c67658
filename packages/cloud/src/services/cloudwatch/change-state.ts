import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { actionsOf } from './alarm-actions.ts';
import type { Alarm, AlarmStateValue } from './state.ts';
import { endOf, heldBack } from './suppression.ts';

/**
 * An alarm takes another state: the change, then its actions for that state, unless they are suppressed. Actions run
 * only on a change; the state changes in any case, and CodeDeploy reads states. Source: AA, API-PMA (D).
 */
export function changeState(
  world: World,
  { configuration, stateValue: from }: Alarm,
  to: { readonly state: AlarmStateValue; readonly reason: string; readonly reasonData: string },
  now: Instant,
): readonly Effect[] {
  const { alarmName } = configuration;
  const { state, reason, reasonData } = to;
  const suppression = heldBack(world, configuration, now);
  const turned = { type: 'cloudwatch.AlarmStateChanged', alarmName, from, to: state, reason, reasonData } as const;
  return suppression === undefined
    ? [turned, ...actionsOf(configuration, state, from)]
    : [{ ...turned, suppression }, ...endOf(alarmName, suppression)];
}
