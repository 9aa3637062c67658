/** What can be asked of SNS. Source: SNS API reference (D). */
import type {
  ConfirmSubscriptionInput,
  CreateTopicInput,
  DeleteTopicInput,
  GetSubscriptionAttributesInput,
  GetTopicAttributesInput,
  ListSubscriptionsInput,
  ListSubscriptionsByTopicInput,
  ListTopicsInput,
  PublishInput,
  SetSubscriptionAttributesInput,
  SetTopicAttributesInput,
  SubscribeInput,
  UnsubscribeInput,
} from '@aws-sdk/client-sns';
import { AwsError } from '../../aws-error.ts';
import { operation, type Operation } from '../../contract.ts';
import { pageOf } from '../../page.ts';
import { arn, type World } from '../../world-state.ts';
import { attributesOf, checkAttributes } from './filter-policy.ts';
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

const ListTopics = operation<ListTopicsInput>({
  action: 'sns:ListTopics',
  resource: () => '*',
  run(world, { NextToken }) {
    const { items, next } = page([...world.sns.topics.keys()], NextToken);
    return { output: { Topics: items.map((TopicArn) => ({ TopicArn })), ...next }, effects: [] };
  },
});

const GetTopicAttributes = operation<GetTopicAttributesInput>({
  action: 'sns:GetTopicAttributes',
  resource: byTopic,
  run(world, { TopicArn }) {
    const { topicArn, attributes } = requireTopic(world, TopicArn);
    const all = subscriptionsOf(world, topicArn);
    const pending = all.filter(({ confirmation }) => confirmation.type === 'pending').length;
    const own = {
      TopicArn: topicArn,
      Owner: world.accountId,
      SubscriptionsConfirmed: String(all.length - pending),
      SubscriptionsPending: String(pending),
      SubscriptionsDeleted: '0',
    };
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
  run(world, input) {
    const { TopicArn, TargetArn, Message: message = '', Subject: subject } = input;
    const { topicArn } = requireTopic(world, TopicArn ?? TargetArn);
    if (message === '') throw invalid('Empty message');
    if (Buffer.byteLength(message) > 262_144) throw invalid('Message too long');
    if (subject !== undefined && (subject === '' || subject.length > 100 || /[\n\p{Cc}]/u.test(subject)))
      throw invalid('Subject');
    if (input.MessageStructure === 'json') defaultMessage(message);
    else if (input.MessageStructure !== undefined) throw invalid('MessageStructure');
    const attributes = attributesOf(input.MessageAttributes);
    const fact = published(world, topicArn, { message, subject, attributes, source: 'api' });
    return { output: { MessageId: fact.messageId }, effects: [fact] };
  },
});

/** With the structure `json` there is a message per protocol, and one for all others. */
function defaultMessage(message: string): void {
  let read: unknown;
  try {
    read = JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  if (typeof (read as { readonly default?: unknown } | null)?.default !== 'string')
    throw invalid('Message Structure - No default entry in JSON message body');
}

const PROTOCOLS = ['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose'];
/** Whoever owns them has to agree. Source: SNS developer guide, sns-create-subscribe-endpoint-to-topic (D). */
const CONFIRMED_BY_HAND = ['http', 'https', 'email', 'email-json'];
const PENDING = 'pending confirmation';

const Subscribe = operation<SubscribeInput>({
  action: 'sns:Subscribe',
  resource: byTopic,
  run(world, input) {
    const { TopicArn, Protocol: protocol = '', Endpoint: endpoint = '', Attributes: attributes = {} } = input;
    const { topicArn } = requireTopic(world, TopicArn);
    if (!PROTOCOLS.includes(protocol)) throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`);
    checkAttributes(attributes);
    const answer = ({ subscriptionArn, confirmation }: Subscription) => ({
      SubscriptionArn:
        confirmation.type === 'pending' && input.ReturnSubscriptionArn !== true ? PENDING : subscriptionArn,
    });
    const same = subscriptionsOf(world, topicArn).find((it) => it.protocol === protocol && it.endpoint === endpoint);
    if (same !== undefined) return { output: answer(same), effects: [] };
    const id = world.random.uuid('ids', `${world.applied}:${endpoint}`);
    const subscription: Subscription = {
      subscriptionArn: `${topicArn}:${id}`,
      topicArn,
      protocol,
      endpoint,
      confirmation: CONFIRMED_BY_HAND.includes(protocol)
        ? { type: 'pending', token: world.random.text('confirmation tokens', id, 64, '0123456789abcdef') }
        : { type: 'confirmed' },
      attributes,
    };
    return { output: answer(subscription), effects: [{ type: 'sns.Subscribed', subscription }] };
  },
});

/** The token is what a mail or a request to the endpoint would bring: it stands in the journal. */
const ConfirmSubscription = operation<ConfirmSubscriptionInput>({
  action: 'sns:ConfirmSubscription',
  resource: byTopic,
  run(world, { TopicArn, Token }) {
    const { topicArn } = requireTopic(world, TopicArn);
    const asked = subscriptionsOf(world, topicArn).find(
      ({ confirmation }) => confirmation.type === 'pending' && confirmation.token === Token,
    );
    if (asked === undefined) throw invalid('Token');
    const subscription: Subscription = { ...asked, confirmation: { type: 'confirmed' } };
    return {
      output: { SubscriptionArn: asked.subscriptionArn },
      effects: [{ type: 'sns.Subscribed', subscription }],
    };
  },
});

function requireSubscription(world: World, subscriptionArn = ''): Subscription {
  const subscription = world.sns.subscriptions.get(subscriptionArn);
  if (subscription === undefined) throw new AwsError('NotFound', 'Subscription does not exist', 404);
  return subscription;
}

const bySubscription = (
  _world: World,
  { SubscriptionArn = '*' }: { readonly SubscriptionArn?: string | undefined },
): string => SubscriptionArn;

const GetSubscriptionAttributes = operation<GetSubscriptionAttributesInput>({
  action: 'sns:GetSubscriptionAttributes',
  resource: bySubscription,
  run(world, { SubscriptionArn }) {
    const { subscriptionArn, topicArn, protocol, endpoint, confirmation, attributes } = requireSubscription(
      world,
      SubscriptionArn,
    );
    const Attributes = {
      RawMessageDelivery: 'false',
      ...attributes,
      SubscriptionArn: subscriptionArn,
      TopicArn: topicArn,
      Protocol: protocol,
      Endpoint: endpoint,
      Owner: world.accountId,
      PendingConfirmation: String(confirmation.type === 'pending'),
    };
    return { output: { Attributes }, effects: [] };
  },
});

const SetSubscriptionAttributes = operation<SetSubscriptionAttributesInput>({
  action: 'sns:SetSubscriptionAttributes',
  resource: bySubscription,
  run(world, { SubscriptionArn, AttributeName = '', AttributeValue = '' }) {
    const known = requireSubscription(world, SubscriptionArn);
    const attributes = { ...known.attributes, [AttributeName]: AttributeValue };
    checkAttributes(attributes);
    return { output: {}, effects: [{ type: 'sns.Subscribed', subscription: { ...known, attributes } }] };
  },
});

const Unsubscribe = operation<UnsubscribeInput>({
  action: 'sns:Unsubscribe',
  resource: bySubscription,
  run: (world, { SubscriptionArn: subscriptionArn = '' }) => ({
    output: {},
    effects: world.sns.subscriptions.has(subscriptionArn) ? [{ type: 'sns.Unsubscribed', subscriptionArn }] : [],
  }),
});

const subscriptionsOf = (world: World, topicArn: string): readonly Subscription[] =>
  [...world.sns.subscriptions.values()].filter((it) => it.topicArn === topicArn);

const shownIn = (world: World, it: Subscription) => ({
  SubscriptionArn: it.confirmation.type === 'pending' ? 'PendingConfirmation' : it.subscriptionArn,
  TopicArn: it.topicArn,
  Protocol: it.protocol,
  Endpoint: it.endpoint,
  Owner: world.accountId,
});

const ListSubscriptionsByTopic = operation<ListSubscriptionsByTopicInput>({
  action: 'sns:ListSubscriptionsByTopic',
  resource: byTopic,
  run(world, { TopicArn, NextToken }) {
    const { items, next } = page(subscriptionsOf(world, requireTopic(world, TopicArn).topicArn), NextToken);
    return { output: { Subscriptions: items.map((it) => shownIn(world, it)), ...next }, effects: [] };
  },
});

const ListSubscriptions = operation<ListSubscriptionsInput>({
  action: 'sns:ListSubscriptions',
  resource: () => '*',
  run(world, { NextToken }) {
    const { items, next } = page([...world.sns.subscriptions.values()], NextToken);
    return { output: { Subscriptions: items.map((it) => shownIn(world, it)), ...next }, effects: [] };
  },
});

/** 100 a page. */
function page<T>(all: readonly T[], token: string | undefined) {
  const { items, next } = pageOf(all, { token, size: 100 }, () => invalid('NextToken'));
  return { items, next: next === undefined ? {} : { NextToken: next } };
}

export const operations: Readonly<Record<string, Operation>> = {
  ConfirmSubscription,
  CreateTopic,
  DeleteTopic,
  GetSubscriptionAttributes,
  GetTopicAttributes,
  ListSubscriptions,
  ListSubscriptionsByTopic,
  ListTopics,
  Publish,
  SetSubscriptionAttributes,
  SetTopicAttributes,
  Subscribe,
  Unsubscribe,
};
