/** A release whose gate hangs on a metric filter. */
import { type Changes, type Json, ref } from '../judged.fixture.ts';

const GROUP = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/list' } };

/** A filter with these properties over the ordinary ones, and the alarm on what it publishes. */
export function onFilter(properties: Json, { alarm, resources, ...changes }: Changes = {}): Changes {
  const Filter = {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: ref('Group'),
      FilterPattern: '{ $.status >= 500 }',
      MetricTransformations: [{ MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1' }],
      ...properties,
    },
  };
  return {
    alarm: { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null, ...alarm },
    resources: { Group: GROUP, Filter, ...resources },
    ...changes,
  };
}
