import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import type { Datapoint } from '../cloudwatch/state.ts';
import type { MinuteEnded } from './state.ts';

/**
 * Publishes default values for a minute: the group ingested events in it and none matched. A minute without
 * events publishes nothing. Source: MF, API-MT (D), rule 1.7.3.
 */
export function publishDefaults(world: World, { logGroup, minute }: MinuteEnded, now: Instant): readonly Effect[] {
  const group = world.logs.groups.get(logGroup);
  const counted = group?.minutes.get(minute);
  if (group === undefined || counted === undefined || counted.closed) return [];
  const datapoints: Datapoint[] = [];
  for (const { name, transformation } of group.filters.values()) {
    const { metricNamespace: namespace, metricName, defaultValue: value, unit } = transformation;
    if (value === undefined || counted.matched.has(name)) continue;
    datapoints.push({
      namespace,
      metricName,
      dimensions: [],
      at: minute,
      value,
      visibleAt: now,
      ...(unit !== undefined && { unit }),
    });
  }
  const effects: Effect[] = [{ type: 'logs.MinuteClosed', logGroup, minute }];
  if (datapoints.length > 0) effects.push({ type: 'cloudwatch.DatapointsRecorded', datapoints });
  return effects;
}
