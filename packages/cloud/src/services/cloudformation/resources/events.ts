import { arn, type World } from '../../../world-state.ts';
import { defined, list, record, string } from './coerce.ts';
import { call, done, physicalName, type ResourceStep, type ResourceType, type Step } from './resource-type.ts';

const idOf = (target: unknown): string | undefined => string(record(target)['Id']);

/** The rule, then its targets. Both are recorded by EventBridge: no event of the cloud is matched with them. */
function nextRule(world: World, it: ResourceStep): Step {
  const previous = it.previous;
  const bus = string((it.action === 'delete' ? previous?.properties : it.properties)?.['EventBusName']);
  if (it.action === 'delete') {
    const name = previous?.physicalId ?? '';
    const ids = list(previous?.properties['Targets']).map(idOf);
    const calls = [
      ...(ids.length === 0
        ? []
        : [call('events', 'RemoveTargets', defined({ Rule: name, EventBusName: bus, Ids: ids }))]),
      call('events', 'DeleteRule', defined({ Name: name, EventBusName: bus })),
    ];
    return calls[it.replies.length] ?? done(name);
  }
  const name = physicalName(world, it, 'Name', 64);
  const { EventPattern, ScheduleExpression, State, Description } = it.properties;
  const targets = list(it.properties['Targets']);
  const ids = targets.map(idOf);
  const gone =
    it.action === 'update'
      ? list(previous?.properties['Targets'])
          .map(idOf)
          .filter((id) => !ids.includes(id))
      : [];
  const calls = [
    call(
      'events',
      'PutRule',
      defined({
        Name: name,
        EventBusName: bus,
        EventPattern: string(EventPattern),
        ScheduleExpression: string(ScheduleExpression),
        State: string(State),
        Description: string(Description),
      }),
    ),
    ...(gone.length === 0
      ? []
      : [call('events', 'RemoveTargets', defined({ Rule: name, EventBusName: bus, Ids: gone }))]),
    ...(targets.length === 0
      ? []
      : [call('events', 'PutTargets', defined({ Rule: name, EventBusName: bus, Targets: targets }))]),
  ];
  return calls[it.replies.length] ?? done(name, { Arn: arn(world, 'events', `rule/${name}`) });
}

export const eventsTypes: readonly ResourceType[] = [
  { type: 'AWS::Events::Rule', kind: 'recorded', replacedBy: ['Name', 'EventBusName'], next: nextRule },
];
