/** SNS as its own client sees it, and what the cloud's own services say to a topic. */
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';
import type { MessagePublished } from './index.ts';

let cloud: Cloud;
let client: SNSClient;
let messages: MessagePublished[] = [];
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
  });
});
afterAll(() => cloud.close());

async function createTopic(Name: string): Promise<string> {
  messages = [];
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
  const wanted = { TopicArn, Protocol: 'email', Endpoint: 'team@example.org' };
  const { SubscriptionArn } = await client.send(new SubscribeCommand(wanted));
  expect((await client.send(new SubscribeCommand(wanted))).SubscriptionArn).toBe(SubscriptionArn);
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ DisplayName: 'Kept', SubscriptionsConfirmed: '1' });
  const list = () => client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect((await list()).Subscriptions).toMatchObject([{ ...wanted, SubscriptionArn }]);
  await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  expect((await list()).Subscriptions ?? []).toEqual([]);
  await expect(client.send(new SubscribeCommand({ ...wanted, Protocol: 'pigeon' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
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
});
