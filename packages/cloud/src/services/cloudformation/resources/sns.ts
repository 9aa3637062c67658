import { arn, type World } from '../../../world-state.ts';
import { defined, list, record, string } from './coerce.ts';
import { call, done, output, physicalName, type ResourceStep, type ResourceType, type Step } from './resource-type.ts';

const tags = (value: unknown) => list(value).map(record);

/** The topic, then the subscriptions that stand inside it. */
function nextTopic(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') {
    const id = it.previous?.physicalId ?? '';
    return it.replies.length === 0 ? call('sns', 'DeleteTopic', { TopicArn: id }) : done(id);
  }
  const name =
    it.action === 'update' && it.previous !== undefined
      ? it.previous.physicalId.slice(it.previous.physicalId.lastIndexOf(':') + 1)
      : physicalName(world, it, 'TopicName', 256);
  const topicArn = arn(world, 'sns', name);
  const had = it.action === 'update' && it.previous?.properties['DisplayName'] !== undefined;
  const display = string(it.properties['DisplayName']) ?? (had ? '' : undefined);
  const calls = [
    call('sns', 'CreateTopic', { Name: name, Tags: tags(it.properties['Tags']) }),
    ...(display === undefined
      ? []
      : [
          call('sns', 'SetTopicAttributes', {
            TopicArn: topicArn,
            AttributeName: 'DisplayName',
            AttributeValue: display,
          }),
        ]),
    ...list(it.properties['Subscription']).map((each) =>
      call('sns', 'Subscribe', {
        TopicArn: topicArn,
        Protocol: string(record(each)['Protocol']),
        Endpoint: string(record(each)['Endpoint']),
      }),
    ),
  ];
  return calls[it.replies.length] ?? done(topicArn, { TopicArn: topicArn, TopicName: name });
}

function nextSubscription(_world: World, it: ResourceStep): Step {
  if (it.action === 'delete') {
    const id = it.previous?.physicalId ?? '';
    return it.replies.length === 0 ? call('sns', 'Unsubscribe', { SubscriptionArn: id }) : done(id);
  }
  const wanted = subscriptionAttributes(it.properties);
  if (it.action === 'update') {
    const id = it.previous?.physicalId ?? '';
    const given = subscriptionAttributes(it.previous?.properties ?? {});
    const names = [...new Set([...Object.keys(given), ...Object.keys(wanted)])];
    const changed = names.filter((name) => given[name] !== wanted[name]);
    const calls = changed.map((AttributeName) => {
      const AttributeValue = wanted[AttributeName] ?? (AttributeName === 'FilterPolicy' ? '{}' : 'MessageAttributes');
      return call('sns', 'SetSubscriptionAttributes', { SubscriptionArn: id, AttributeName, AttributeValue });
    });
    return calls[it.replies.length] ?? done(id, { Arn: id });
  }
  if (it.replies.length > 0) {
    const id = String(output(it.replies, 0)['SubscriptionArn']);
    return done(id, { Arn: id });
  }
  const { TopicArn, Protocol, Endpoint } = it.properties;
  return call(
    'sns',
    'Subscribe',
    defined({
      TopicArn: string(TopicArn),
      Protocol: string(Protocol),
      Endpoint: string(Endpoint),
      ReturnSubscriptionArn: true,
      Attributes: Object.keys(wanted).length > 0 ? wanted : undefined,
    }),
  );
}

/** What a subscription filters by, in the texts of the API; a policy without a scope is about attributes. */
const subscriptionAttributes = (p: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  defined({ FilterPolicy: string(p['FilterPolicy']), FilterPolicyScope: string(p['FilterPolicyScope']) });

export const snsTypes: readonly ResourceType[] = [
  {
    type: 'AWS::SNS::Topic',
    kind: 'emulated',
    replacedBy: ['TopicName', 'FifoTopic'],
    named: 'TopicName',
    exists: (world, name) => world.sns.topics.has(arn(world, 'sns', name)),
    made: (_world, it) => String(output(it.replies, 0)['TopicArn']),
    next: nextTopic,
  },
  {
    type: 'AWS::SNS::Subscription',
    kind: 'emulated',
    replacedBy: ['TopicArn', 'Protocol', 'Endpoint'],
    next: nextSubscription,
  },
];
