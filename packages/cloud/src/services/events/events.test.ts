/** EventBridge as its own client sees it, and what the cloud's services tell it. */
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import type { EventDelivered, EventPut } from './index.ts';

let cloud: Cloud;
let client: EventBridgeClient;
const events: EventPut[] = [];
let deliveries: EventDelivered[] = [];

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
    if (effect.type === 'events.EventDelivered') deliveries.push(effect);
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

async function rule(Name: string, pattern: object): Promise<void> {
  deliveries = [];
  await client.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
  const Targets = [{ Id: 'queue', Arn: `arn:aws:sqs:us-east-1:123456789012:${Name}`, InputPath: '$.detail' }];
  await client.send(new PutTargetsCommand({ Rule: Name, Targets }));
}
const putSold = (Detail: object) =>
  client.send(
    new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'Sold', Detail: JSON.stringify(Detail) }] }),
  );

test('an event goes to the targets of the rules that it matches, and to no others', async () => {
  await rule('dear', { source: ['shop'], detail: { price: [{ numeric: ['>=', 100] }] } });
  await putSold({ price: 100 });
  await putSold({ price: 99 });
  expect(deliveries).toMatchObject([{ rule: 'dear', targetId: 'queue', input: '{"price":100}' }]);
  await client.send(new DisableRuleCommand({ Name: 'dear' }));
  await putSold({ price: 100 });
  expect(deliveries).toHaveLength(1);
  await client.send(new EnableRuleCommand({ Name: 'dear' }));
  await putSold({ price: 100 });
  expect(deliveries).toHaveLength(2);
});

test('an alarm that turns is an event, where a rule asks for it', async () => {
  const alarms = new CloudWatchClient({
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  await rule('red', { source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } });
  const put = {
    Namespace: 'a',
    MetricName: 'b',
    Statistic: 'Sum' as const,
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
  };
  await alarms.send(
    new PutMetricAlarmCommand({ AlarmName: 'errors', ...put, ComparisonOperator: 'GreaterThanThreshold' }),
  );
  for (const StateValue of ['ALARM', 'OK'] as const)
    await alarms.send(
      new SetAlarmStateCommand({ AlarmName: 'errors', StateValue, StateReason: 'try', StateReasonData: '{"a":1}' }),
    );
  expect(deliveries).toHaveLength(1);
  const timestamp = expect.stringMatching(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  expect(JSON.parse(deliveries[0]?.input ?? '')).toEqual({
    alarmName: 'errors',
    state: { value: 'ALARM', reason: 'try', reasonData: '{"a":1}', timestamp },
    previousState: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', timestamp },
    configuration: {
      metrics: [
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          metricStat: { metric: { namespace: 'a', name: 'b', dimensions: {} }, period: 60, stat: 'Sum' },
          returnData: true,
        },
      ],
    },
  });
});

test('the event of a metric-math alarm has its list, that of a composite alarm its rule', async () => {
  const alarms = new CloudWatchClient({
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  await rule('red', { source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } });
  const Metric = { Namespace: 'a', MetricName: 'b', Dimensions: [{ Name: 'd', Value: 'v' }] };
  await alarms.send(
    new PutMetricAlarmCommand({
      AlarmName: 'math',
      AlarmDescription: 'twice',
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      Metrics: [
        { Id: 'e1', Expression: 'm1 * 2', Label: 'Twice' },
        { Id: 'm1', MetricStat: { Metric, Period: 300, Stat: 'Maximum' }, ReturnData: false },
      ],
    }),
  );
  await alarms.send(new PutCompositeAlarmCommand({ AlarmName: 'all', AlarmRule: 'ALARM(math)' }));
  await alarms.send(new SetAlarmStateCommand({ AlarmName: 'math', StateValue: 'ALARM', StateReason: 'try' }));
  const configurations = deliveries.map(({ input }) => (JSON.parse(input) as { configuration: object }).configuration);
  expect(configurations).toHaveLength(2);
  expect(configurations).toContainEqual({ alarmRule: 'ALARM(math)' });
  expect(configurations).toContainEqual({
    description: 'twice',
    metrics: [
      { id: 'e1', expression: 'm1 * 2', label: 'Twice', returnData: true },
      {
        id: 'm1',
        metricStat: {
          metric: { namespace: 'a', name: 'b', dimensions: { d: 'v' } },
          period: 300,
          stat: 'Maximum',
        },
        returnData: false,
      },
    ],
  });
});

test('the event of a composite alarm tells that its actions are suppressed', async () => {
  const alarms = new CloudWatchClient({
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  await rule('red', { source: ['aws.cloudwatch'], detail: { state: { actionsSuppressedBy: ['Alarm'] } } });
  const AlarmRule = 'TRUE';
  await alarms.send(new PutCompositeAlarmCommand({ AlarmName: 'quiet', AlarmRule }));
  const suppressor = {
    ActionsSuppressor: 'quiet',
    ActionsSuppressorWaitPeriod: 120,
    ActionsSuppressorExtensionPeriod: 180,
  };
  await alarms.send(new PutCompositeAlarmCommand({ AlarmName: 'main', AlarmRule, ...suppressor }));
  await alarms.send(new SetAlarmStateCommand({ AlarmName: 'quiet', StateValue: 'ALARM', StateReason: 'try' }));
  await alarms.send(new SetAlarmStateCommand({ AlarmName: 'main', StateValue: 'ALARM', StateReason: 'try' }));
  expect(deliveries.map(({ input }) => JSON.parse(input) as unknown)).toMatchObject([
    {
      alarmName: 'main',
      state: { actionsSuppressedBy: 'Alarm', actionsSuppressedReason: 'Actions suppressed by Alarm', value: 'ALARM' },
      previousState: { actionsSuppressedBy: 'Alarm', value: 'INSUFFICIENT_DATA' },
      configuration: {
        alarmRule: 'TRUE',
        actionsSuppressor: 'quiet',
        actionsSuppressorWaitPeriod: 120,
        actionsSuppressorExtensionPeriod: 180,
      },
    },
  ]);
});

test('an alarm that is made, changed or deleted is an event', async () => {
  const alarms = new CloudWatchClient({
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  await rule('kept', { 'detail-type': ['CloudWatch Alarm Configuration Change'] });
  const cpu = {
    AlarmName: 'cpu',
    AlarmDescription: 'too high',
    Namespace: 'AWS/EC2',
    MetricName: 'CPUUtilization',
    Statistic: 'Average' as const,
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 70,
    ComparisonOperator: 'GreaterThanThreshold' as const,
    TreatMissingData: 'ignore',
  };
  await alarms.send(new PutMetricAlarmCommand(cpu));
  await alarms.send(new PutMetricAlarmCommand({ ...cpu, Threshold: 80 }));
  await alarms.send(new DeleteAlarmsCommand({ AlarmNames: ['cpu'] }));
  const timestamp = expect.stringMatching(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  const configuration = (threshold: number) => ({
    evaluationPeriods: 1,
    threshold,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'ignore',
    metrics: [
      {
        id: expect.any(String),
        metricStat: {
          metric: { namespace: 'AWS/EC2', name: 'CPUUtilization', dimensions: {} },
          period: 300,
          stat: 'Average',
        },
        returnData: true,
      },
    ],
    alarmName: 'cpu',
    description: 'too high',
    actionsEnabled: true,
    timestamp,
    okActions: [],
    alarmActions: [],
    insufficientDataActions: [],
  });
  const common = { alarmName: 'cpu', state: { value: 'INSUFFICIENT_DATA', timestamp } };
  expect(deliveries.map(({ input }) => JSON.parse(input) as unknown)).toEqual([
    { ...common, operation: 'create', configuration: configuration(70) },
    { ...common, operation: 'update', configuration: configuration(80), previousConfiguration: configuration(70) },
    { ...common, operation: 'delete', configuration: configuration(80) },
  ]);
});

test('a pattern is tried on an event', async () => {
  const event = {
    id: '1',
    account: '1',
    source: 'shop',
    time: '2026-01-05T09:00:00Z',
    region: 'us-east-1',
    'detail-type': 'Sold',
  };
  const tried = (EventPattern: object, Event: object) =>
    client.send(
      new TestEventPatternCommand({ EventPattern: JSON.stringify(EventPattern), Event: JSON.stringify(Event) }),
    );
  expect((await tried({ source: ['shop'] }, event)).Result).toBe(true);
  expect((await tried({ source: ['else'] }, event)).Result).toBe(false);
  await expect(tried({ source: ['shop'] }, { source: 'shop' })).rejects.toMatchObject({ name: 'ValidationException' });
});

test('rules are listed page by page', async () => {
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ Limit: 1, ...(NextToken !== undefined && { NextToken }) }));
    seen.push(...(page.Rules ?? []).map(({ Name }) => Name ?? ''));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(seen).toEqual(['dear', 'red', 'kept']);
});

const templateOf = (transformer: string): string => `
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: from-template
      EventPattern: { source: [shop] }
      Targets: [{ Id: queue, Arn: arn:aws:sqs:us-east-1:123456789012:q, InputTransformer: ${transformer} }]
`;
const deployRule = (stackName: string, transformer: string) =>
  cloud.deploy({
    stackName,
    template: templateOf(transformer),
    fileName: 'template.yaml',
    packageCode: () => {
      throw new Error('there is no code');
    },
  });

test('what a template says of a target’s input is text, whatever it looks like', async () => {
  deliveries = [];
  expect((await deployRule('texts', '{ InputPathsMap: { a: 7, b: $.detail.b }, InputTemplate: 5 }')).type).toBe(
    'created',
  );
  await putSold({ b: 1 });
  expect(deliveries).toMatchObject([{ rule: 'from-template', input: '5' }]);
  await cloud.remove('texts');
});

test('a transformer without a template fails the stack in EventBridge’s words', async () => {
  const { type, stack } = await deployRule('no-template', '{ InputPathsMap: { a: $.detail } }');
  expect(type).toBe('failed');
  expect(JSON.stringify(stack)).toContain('inputTransformer.inputTemplate');
});
