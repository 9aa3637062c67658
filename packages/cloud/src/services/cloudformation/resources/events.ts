import { arn, type World } from '../../../world-state.ts';
import { defined, list, record, string } from './coerce.ts';
import { call, done, physicalName, type ResourceStep, type ResourceType, type Step } from './resource-type.ts';

const idOf = (target: unknown): string | undefined => string(record(target)['Id']);

function targetOf(target: unknown): object {
  const { Id, Arn, Input, InputPath, InputTransformer, ...rest } = record(target);
  return defined({
    ...rest,
    Id: string(Id) ?? '',
    Arn: string(Arn) ?? '',
    Input: string(Input),
    InputPath: string(InputPath),
    InputTransformer: InputTransformer === undefined ? undefined : transformerOf(record(InputTransformer)),
  });
}

function transformerOf({ InputPathsMap, InputTemplate }: ReturnType<typeof record>): object {
  const paths = Object.entries(record(InputPathsMap)).map(([name, path]) => [name, string(path) ?? '']);
  return defined({
    InputPathsMap: InputPathsMap === undefined ? undefined : Object.fromEntries(paths),
    InputTemplate: string(InputTemplate),
  });
}

/** The rule, then its targets. Both are recorded by EventBridge: no event of the cloud is matched with them. */
function nextRule(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') return nextDeletion(world, it);
  const bus = string(it.properties['EventBusName']);
  const name = physicalName(world, it, 'Name', 64);
  const { EventPattern, ScheduleExpression, State, Description, RoleArn } = it.properties;
  const targets = list(it.properties['Targets']).map(targetOf);
  const ids = targets.map(idOf);
  const gone =
    it.action === 'update'
      ? list(it.previous?.properties['Targets'])
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
        RoleArn: string(RoleArn),
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

/** Whatever targets the rule has have to go before it. */
function nextDeletion(world: World, { previous }: ResourceStep): Step {
  const name = previous?.physicalId ?? '';
  const given = string(previous?.properties['EventBusName']);
  const bus = (given ?? 'default').slice((given ?? 'default').lastIndexOf('/') + 1);
  const rule = world.events.rules.get(`${bus}/${name}`);
  if (rule === undefined) return done(name);
  const Ids = [...rule.targets.keys()];
  return Ids.length > 0
    ? call('events', 'RemoveTargets', { Rule: name, EventBusName: bus, Ids })
    : call('events', 'DeleteRule', { Name: name, EventBusName: bus });
}

export const eventsTypes: readonly ResourceType[] = [
  {
    type: 'AWS::Events::Rule',
    kind: 'recorded',
    replacedBy: ['Name', 'EventBusName'],
    identity: ['Name', 'EventBusName'],
    next: nextRule,
  },
];
