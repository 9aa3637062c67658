/** SNS as its own client sees it, and what the cloud's own services say to a topic. */
import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  PublishCommand,
  type PublishCommandInput,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';
import type { MessageDelivered, MessagePublished } from './index.ts';

let cloud: Cloud;
let client: SNSClient;
let messages: MessagePublished[] = [];
let deliveries: MessageDelivered[] = [];
const tokens: string[] = [];

function kind(StringValue: string): Partial<PublishCommandInput> {
  return { MessageAttributes: { kind: { DataType: 'String', StringValue } } };
}
const configured = () => ({
  region: 'us-east-1',
  endpoint: cloud.endpointUrl,
  credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
  maxAttempts: 1,
});

beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
  client = new SNSClient(configured());
  cloud.journal.subscribe(({ effect }) => {
    if (effect.type === 'sns.MessagePublished') messages.push(effect);
    if (effect.type === 'sns.MessageDelivered') deliveries.push(effect);
    if (effect.type === 'sns.Subscribed' && effect.subscription.confirmation.type === 'pending')
      tokens.push(effect.subscription.confirmation.token);
  });
});
afterAll(() => cloud.close());

async function createTopic(Name: string): Promise<string> {
  messages = [];
  deliveries = [];
  return (await client.send(new CreateTopicCommand({ Name }))).TopicArn ?? '';
}

test('a topic is made once, listed and deleted', async () => {
  const TopicArn = await createTopic('alarms');
  expect(TopicArn).toBe('arn:aws:sns:us-east-1:123456789012:alarms');
  expect(await createTopic('alarms')).toBe(TopicArn);
  expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
  await client.send(new DeleteTopicCommand({ TopicArn }));
  await client.send(new DeleteTopicCommand({ TopicArn }));
  await expect(client.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'Topic does not exist',
    $metadata: { httpStatusCode: 404 },
  });
});

test('a topic keeps its attributes and subscriptions', async () => {
  const TopicArn = await createTopic('kept');
  await client.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DisplayName', AttributeValue: 'Kept' }));
  const wanted = { TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:123456789012:q' };
  const { SubscriptionArn } = await client.send(new SubscribeCommand(wanted));
  expect((await client.send(new SubscribeCommand(wanted))).SubscriptionArn).toBe(SubscriptionArn);
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ DisplayName: 'Kept', SubscriptionsConfirmed: '1', SubscriptionsPending: '0' });
  const list = () => client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect((await list()).Subscriptions).toMatchObject([{ ...wanted, SubscriptionArn }]);
  expect((await client.send(new ListSubscriptionsCommand({}))).Subscriptions).toMatchObject([wanted]);
  await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  expect((await list()).Subscriptions ?? []).toEqual([]);
  await expect(client.send(new SubscribeCommand({ ...wanted, Protocol: 'pigeon' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('a mail address hears nothing before it has said yes', async () => {
  const TopicArn = await createTopic('mail');
  const asked = { TopicArn, Protocol: 'email', Endpoint: 'team@example.org' };
  expect((await client.send(new SubscribeCommand(asked))).SubscriptionArn).toBe('pending confirmation');
  const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions).toMatchObject([{ SubscriptionArn: 'PendingConfirmation' }]);
  await client.send(new PublishCommand({ TopicArn, Message: 'one' }));
  expect(deliveries).toEqual([]);
  await expect(client.send(new ConfirmSubscriptionCommand({ TopicArn, Token: 'guess' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  const { SubscriptionArn } = await client.send(new ConfirmSubscriptionCommand({ TopicArn, Token: tokens.at(-1) }));
  const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes).toMatchObject({ PendingConfirmation: 'false', Endpoint: 'team@example.org' });
  await client.send(new PublishCommand({ TopicArn, Message: 'two' }));
  expect(deliveries).toMatchObject([
    { protocol: 'email', endpoint: 'team@example.org', subscriptionArn: SubscriptionArn },
  ]);
});

test.each<readonly [string, Record<string, string>, Partial<PublishCommandInput>, boolean]>([
  ['no filter', {}, {}, true],
  ['an attribute that it wants', { FilterPolicy: '{"kind":["sold"]}' }, kind('sold'), true],
  ['another', { FilterPolicy: '{"kind":["sold"]}' }, kind('lost'), false],
  ['none', { FilterPolicy: '{"kind":["sold"]}' }, {}, false],
  ['a filter that was taken away', { FilterPolicy: '{}' }, {}, true],
  [
    'a body that it wants',
    { FilterPolicy: '{"n":[{"numeric":[">",1]}]}', FilterPolicyScope: 'MessageBody' },
    { Message: '{"n":2}' },
    true,
  ],
  ['a body that is no JSON', { FilterPolicy: '{"n":[2]}', FilterPolicyScope: 'MessageBody' }, { Message: 'n' }, false],
])('a subscription gets what its filter takes: %s', async (name, Attributes, message, isDelivered) => {
  const TopicArn = await createTopic(name.replaceAll(/\W/g, '-'));
  const Endpoint = 'arn:aws:sqs:us-east-1:123456789012:q';
  const { SubscriptionArn } = await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  for (const [AttributeName, AttributeValue] of Object.entries(Attributes).toReversed())
    await client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
  await client.send(new PublishCommand({ TopicArn, Message: 'm', ...message }));
  expect(deliveries).toHaveLength(isDelivered ? 1 : 0);
});

test.each([
  ['a filter that is no pattern', { FilterPolicy: '{"a":1}' }, 'InvalidParameterException'],
  ['a scope that is none', { FilterPolicyScope: 'Odd' }, 'InvalidParameterException'],
  ['what is not followed', { RedrivePolicy: '{}' }, 'NotImplemented'],
])('a subscription with %s is refused', async (_name, Attributes, name) => {
  const TopicArn = await createTopic('filters');
  const Endpoint = 'arn:aws:sqs:us-east-1:123456789012:q';
  await expect(
    client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes })),
  ).rejects.toMatchObject({ name });
});

test('what is published stands in the journal', async () => {
  const TopicArn = await createTopic('news');
  const { MessageId } = await client.send(new PublishCommand({ TopicArn, Message: 'é', Subject: 's' }));
  expect(messages).toEqual([
    {
      type: 'sns.MessagePublished',
      topicArn: TopicArn,
      messageId: MessageId,
      message: 'é',
      subject: 's',
      source: 'api',
    },
  ]);
  await expect(client.send(new PublishCommand({ TopicArn: `${TopicArn}x`, Message: 'm' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});

test('an alarm that turns tells its topic', async () => {
  const TopicArn = await createTopic('pager');
  const alarms = new CloudWatchClient(configured());
  await alarms.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      Namespace: 'a',
      MetricName: 'b',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [TopicArn, 'arn:aws:sns:us-east-1:123456789012:nobody'],
    }),
  );
  await alarms.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'try' }));
  expect(messages).toMatchObject([{ topicArn: TopicArn, source: 'cloudwatch' }]);
  expect(messages[0]?.subject).toBe('ALARM: "errors" in US East (N. Virginia)');
  const told = JSON.parse(messages[0]?.message ?? '') as Record<string, unknown>;
  expect(Object.keys(told)).toEqual(
    'AlarmName AlarmDescription AWSAccountId AlarmConfigurationUpdatedTimestamp NewStateValue NewStateReason StateChangeTime Region AlarmArn OldStateValue OKActions AlarmActions InsufficientDataActions Trigger'.split(
      ' ',
    ),
  );
  expect(told).toMatchObject({
    AlarmName: 'errors',
    AlarmDescription: null,
    AWSAccountId: '123456789012',
    NewStateValue: 'ALARM',
    NewStateReason: 'try',
    StateChangeTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
    OldStateValue: 'INSUFFICIENT_DATA',
    OKActions: [],
    AlarmActions: [TopicArn, 'arn:aws:sns:us-east-1:123456789012:nobody'],
  });
  expect(told['Trigger']).toEqual({
    MetricName: 'b',
    Namespace: 'a',
    StatisticType: 'Statistic',
    Statistic: 'SUM',
    Unit: null,
    Dimensions: [],
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
    TreatMissingData: '',
    EvaluateLowSampleCountPercentile: '',
  });
});

const COMMON = { EvaluationPeriods: 3, Threshold: 0.28, ComparisonOperator: 'GreaterThanThreshold' } as const;
const METRIC = { Namespace: 'a', MetricName: 'b', Dimensions: [{ Name: 'd', Value: 'v' }] };

/** As recorded messages have them, with every member in its order. */
test.each<[string, Partial<PutMetricAlarmInput>, string]>([
  [
    'a percentile',
    {
      ...METRIC,
      ExtendedStatistic: 'p99',
      Unit: 'Milliseconds',
      Period: 60,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
      EvaluateLowSampleCountPercentile: 'ignore',
    },
    '{"MetricName":"b","Namespace":"a","StatisticType":"ExtendedStatistic","ExtendedStatistic":"p99","Unit":"Milliseconds","Dimensions":[{"value":"v","name":"d"}],"Period":60,"EvaluationPeriods":3,"DatapointsToAlarm":2,"ComparisonOperator":"GreaterThanThreshold","Threshold":0.28,"TreatMissingData":"notBreaching","EvaluateLowSampleCountPercentile":"ignore"}',
  ],
  [
    'metric math',
    {
      Metrics: [
        { Id: 'e1', Expression: 'm1 * 2', Label: 'twice' },
        { Id: 'm1', MetricStat: { Metric: METRIC, Period: 60, Stat: 'Sum' }, ReturnData: false },
      ],
    },
    '{"Period":60,"EvaluationPeriods":3,"ComparisonOperator":"GreaterThanThreshold","Threshold":0.28,"TreatMissingData":"","EvaluateLowSampleCountPercentile":"","Metrics":[{"Expression":"m1 * 2","Id":"e1","Label":"twice","ReturnData":true},{"Id":"m1","MetricStat":{"Metric":{"Dimensions":[{"value":"v","name":"d"}],"MetricName":"b","Namespace":"a"},"Period":60,"Stat":"Sum"},"ReturnData":false}]}',
  ],
])('an alarm on %s tells its trigger', async (AlarmName, input, trigger) => {
  const AlarmActions = [await createTopic('pager')];
  const alarms = new CloudWatchClient(configured());
  await alarms.send(new PutMetricAlarmCommand({ ...COMMON, AlarmName, AlarmActions, ...input }));
  await alarms.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'try' }));
  const { Trigger } = JSON.parse(messages[0]?.message ?? '') as { Trigger: object };
  expect(JSON.stringify(Trigger)).toBe(trigger);
});

test('a composite alarm tells its rule and the child that turned it', async () => {
  const AlarmActions = [await createTopic('pager')];
  const alarms = new CloudWatchClient(configured());
  const METRIC_ALARM = { ...COMMON, ...METRIC, Statistic: 'Sum', Period: 60 } as const;
  await alarms.send(new PutMetricAlarmCommand({ ...METRIC_ALARM, AlarmName: 'child' }));
  await alarms.send(new PutCompositeAlarmCommand({ AlarmName: 'all', AlarmRule: 'ALARM(child)', AlarmActions }));
  await alarms.send(new SetAlarmStateCommand({ AlarmName: 'child', StateValue: 'ALARM', StateReason: 'try' }));
  expect(JSON.parse(messages[0]?.message ?? '')).toMatchObject({
    AlarmName: 'all',
    AlarmRule: 'ALARM(child)',
    TriggeringChildren: [
      {
        Arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:child',
        State: { Value: 'ALARM', Timestamp: expect.stringContaining('+0000') },
      },
    ],
  });
});
