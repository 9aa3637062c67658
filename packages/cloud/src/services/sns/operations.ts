/** What can be asked of SNS. Nothing is delivered. Source: SNS API reference (D). */
import type {
  CreateTopicInput,
  DeleteTopicInput,
  GetTopicAttributesInput,
  ListSubscriptionsByTopicInput,
  PublishInput,
  SetTopicAttributesInput,
  SubscribeInput,
  UnsubscribeInput,
} from '@aws-sdk/client-sns';
import { AwsError } from '../../aws-error.ts';
import { operation, type Operation } from '../../contract.ts';
import { arn, type World } from '../../world-state.ts';
import { published } from './publish.ts';
import type { Subscription, Topic } from './state.ts';

const invalid = (message: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${message}`);

function requireTopic(world: World, topicArn = ''): Topic {
  const topic = world.sns.topics.get(topicArn);
  if (topic === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
  return topic;
}

const byTopic = (_world: World, { TopicArn = '*' }: { readonly TopicArn?: string | undefined }): string => TopicArn;

/** Creating a topic that is there answers with it. */
const CreateTopic = operation<CreateTopicInput>({
  action: 'sns:CreateTopic',
  resource: (world, { Name }) => arn(world, 'sns', Name ?? '*'),
  run(world, { Name: name = '', Attributes = {}, Tags = [] }) {
    if (!/^[\w-]{1,256}$|^[\w-]{1,251}\.fifo$/.test(name)) throw invalid('Topic Name');
    const topicArn = arn(world, 'sns', name);
    if (world.sns.topics.has(topicArn)) return { output: { TopicArn: topicArn }, effects: [] };
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
    const topic: Topic = { topicArn, name, attributes: Attributes, tags };
    return { output: { TopicArn: topicArn }, effects: [{ type: 'sns.TopicPut', topic }] };
  },
});

/** Deleting one that is not there succeeds. */
const DeleteTopic = operation<DeleteTopicInput>({
  action: 'sns:DeleteTopic',
  resource: byTopic,
  run: (world, { TopicArn = '' }) => ({
    output: {},
    effects: world.sns.topics.has(TopicArn) ? [{ type: 'sns.TopicDeleted', topicArn: TopicArn }] : [],
  }),
});

const ListTopics = operation({
  action: 'sns:ListTopics',
  resource: () => '*',
  run: (world) => ({
    output: { Topics: [...world.sns.topics.keys()].map((TopicArn) => ({ TopicArn })) },
    effects: [],
  }),
});

const GetTopicAttributes = operation<GetTopicAttributesInput>({
  action: 'sns:GetTopicAttributes',
  resource: byTopic,
  run(world, { TopicArn }) {
    const { topicArn, attributes } = requireTopic(world, TopicArn);
    const subscribed = subscriptionsOf(world, topicArn).length;
    const own = { TopicArn: topicArn, Owner: world.accountId, SubscriptionsConfirmed: String(subscribed) };
    return { output: { Attributes: { ...attributes, ...own } }, effects: [] };
  },
});

const SetTopicAttributes = operation<SetTopicAttributesInput>({
  action: 'sns:SetTopicAttributes',
  resource: byTopic,
  run(world, { TopicArn, AttributeName = '', AttributeValue = '' }) {
    const topic = requireTopic(world, TopicArn);
    const attributes = { ...topic.attributes, [AttributeName]: AttributeValue };
    return { output: {}, effects: [{ type: 'sns.TopicPut', topic: { ...topic, attributes } }] };
  },
});

const Publish = operation<PublishInput>({
  action: 'sns:Publish',
  resource: (_world, { TopicArn, TargetArn }) => TopicArn ?? TargetArn ?? '*',
  run(world, { TopicArn, TargetArn, Message: message = '', Subject: subject }) {
    const { topicArn } = requireTopic(world, TopicArn ?? TargetArn);
    if (message === '') throw invalid('Empty message');
    if (Buffer.byteLength(message) > 262_144) throw invalid('Message too long');
    const fact = published(world, topicArn, { message, subject, source: 'api' });
    return { output: { MessageId: fact.messageId }, effects: [fact] };
  },
});

const PROTOCOLS = ['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose'];

const Subscribe = operation<SubscribeInput>({
  action: 'sns:Subscribe',
  resource: byTopic,
  run(world, { TopicArn, Protocol: protocol = '', Endpoint: endpoint = '' }) {
    const { topicArn } = requireTopic(world, TopicArn);
    if (!PROTOCOLS.includes(protocol)) throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`);
    const same = subscriptionsOf(world, topicArn).find((it) => it.protocol === protocol && it.endpoint === endpoint);
    if (same !== undefined) return { output: { SubscriptionArn: same.subscriptionArn }, effects: [] };
    const subscriptionArn = `${topicArn}:${world.random.uuid('ids', `${world.applied}:${endpoint}`)}`;
    const subscription: Subscription = { subscriptionArn, topicArn, protocol, endpoint };
    return { output: { SubscriptionArn: subscriptionArn }, effects: [{ type: 'sns.Subscribed', subscription }] };
  },
});

const Unsubscribe = operation<UnsubscribeInput>({
  action: 'sns:Unsubscribe',
  resource: (_world, { SubscriptionArn = '*' }) => SubscriptionArn,
  run: (world, { SubscriptionArn: subscriptionArn = '' }) => ({
    output: {},
    effects: world.sns.subscriptions.has(subscriptionArn) ? [{ type: 'sns.Unsubscribed', subscriptionArn }] : [],
  }),
});

const subscriptionsOf = (world: World, topicArn: string): readonly Subscription[] =>
  [...world.sns.subscriptions.values()].filter((it) => it.topicArn === topicArn);

const ListSubscriptionsByTopic = operation<ListSubscriptionsByTopicInput>({
  action: 'sns:ListSubscriptionsByTopic',
  resource: byTopic,
  run(world, { TopicArn }) {
    const { topicArn } = requireTopic(world, TopicArn);
    const Subscriptions = subscriptionsOf(world, topicArn).map((it) => ({
      SubscriptionArn: it.subscriptionArn,
      TopicArn: it.topicArn,
      Protocol: it.protocol,
      Endpoint: it.endpoint,
      Owner: world.accountId,
    }));
    return { output: { Subscriptions }, effects: [] };
  },
});

export const operations: Readonly<Record<string, Operation>> = {
  CreateTopic,
  DeleteTopic,
  GetTopicAttributes,
  ListSubscriptionsByTopic,
  ListTopics,
  Publish,
  SetTopicAttributes,
  Subscribe,
  Unsubscribe,
};
