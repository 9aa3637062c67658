/** EventBridge as its own client sees it: everything is recorded. */
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';
import type { EventPut } from './index.ts';

let cloud: Cloud;
let client: EventBridgeClient;
const events: EventPut[] = [];

beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
  client = new EventBridgeClient({
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  cloud.journal.subscribe(({ effect }) => {
    if (effect.type === 'events.EventPut') events.push(effect);
  });
});
afterAll(() => cloud.close());

const PATTERN = JSON.stringify({ source: ['aws.codedeploy'] });

test('a rule keeps its pattern and its targets, and goes when they are gone', async () => {
  const { RuleArn } = await client.send(new PutRuleCommand({ Name: 'deployments', EventPattern: PATTERN }));
  expect(RuleArn).toBe('arn:aws:events:us-east-1:123456789012:rule/deployments');
  const Targets = [{ Id: 'topic', Arn: 'arn:aws:sns:us-east-1:123456789012:alarms', Input: '{}' }];
  await client.send(new PutTargetsCommand({ Rule: 'deployments', Targets }));
  await client.send(new PutRuleCommand({ Name: 'deployments', EventPattern: PATTERN, State: 'DISABLED' }));
  const rule = await client.send(new DescribeRuleCommand({ Name: 'deployments' }));
  expect(rule).toMatchObject({ Arn: RuleArn, EventPattern: PATTERN, State: 'DISABLED', EventBusName: 'default' });
  expect((await client.send(new ListRulesCommand({ NamePrefix: 'dep' }))).Rules).toHaveLength(1);
  expect((await client.send(new ListTargetsByRuleCommand({ Rule: 'deployments' }))).Targets).toEqual(Targets);
  await expect(client.send(new DeleteRuleCommand({ Name: 'deployments' }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await client.send(new RemoveTargetsCommand({ Rule: 'deployments', Ids: ['topic'] }));
  await client.send(new DeleteRuleCommand({ Name: 'deployments' }));
  await expect(client.send(new DescribeRuleCommand({ Name: 'deployments' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test.each([
  ['neither pattern nor schedule', { Name: 'a' }, 'ValidationException'],
  ['a pattern that is no object', { Name: 'a', EventPattern: '[]' }, 'InvalidEventPatternException'],
  ['a name with a blank', { Name: 'a b', EventPattern: PATTERN }, 'ValidationException'],
])('a rule with %s is refused', async (_what, input, name) => {
  await expect(client.send(new PutRuleCommand(input))).rejects.toMatchObject({ name });
});

test('events stand in the journal; those that are not whole are refused one by one', async () => {
  const good = { Source: 'shop', DetailType: 'Sold', Detail: '{"a":1}' };
  const answer = await client.send(
    new PutEventsCommand({ Entries: [good, { ...good, Detail: '{' }, { ...good, Source: '' }] }),
  );
  expect(answer.FailedEntryCount).toBe(2);
  expect(answer.Entries).toMatchObject([{}, { ErrorCode: 'MalformedDetail' }, { ErrorCode: 'InvalidArgument' }]);
  expect(events).toMatchObject([{ bus: 'default', source: 'shop', detailType: 'Sold', detail: '{"a":1}' }]);
});
