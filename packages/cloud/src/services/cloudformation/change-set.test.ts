/** Change sets and what surrounds them, as CloudFormation's own client sees them. */
import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  type CreateChangeSetInput,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetOutput,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListChangeSetsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  UpdateStackCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogGroupCommand, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';
import { HOUR } from '../../instant.ts';
import { zipOf } from '../lambda/zip.fixture.ts';

let cloud: Cloud;
let client: CloudFormationClient;
let s3: S3Client;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
  const configuration = {
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  client = new CloudFormationClient(configuration);
  s3 = new S3Client(configuration);
  logs = new CloudWatchLogsClient(configuration);
  await s3.send(new CreateBucketCommand({ Bucket: 'packages' }));
});
afterAll(() => cloud.close());

const TOPIC = `
Parameters:
  Shown: { Type: String, Default: orders, AllowedValues: [orders, returns], Description: what it is about }
  Secret: { Type: String, Default: hidden, NoEcho: true }
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { DisplayName: !Ref Shown } }
Outputs:
  Arn: { Value: !Ref Topic, Export: { Name: !Sub '\${AWS::StackName}-arn' } }
`;

/** Creates a change set and lets it be looked at. */
async function propose(input: Partial<CreateChangeSetInput>): Promise<DescribeChangeSetOutput> {
  const whole = { StackName: 'shop', ChangeSetName: 'change', TemplateBody: TOPIC, ...input };
  if (input.TemplateURL !== undefined) Object.assign(whole, { TemplateBody: undefined });
  const { Id } = await client.send(new CreateChangeSetCommand(whole));
  const pending = await client.send(new DescribeChangeSetCommand({ ChangeSetName: Id }));
  expect(pending).toMatchObject({ Status: 'CREATE_PENDING', ExecutionStatus: 'UNAVAILABLE' });
  await cloud.advance(5_000);
  return client.send(new DescribeChangeSetCommand({ ChangeSetName: Id }));
}

async function settled(StackName: string): Promise<void> {
  await cloud.advanceTo(
    (cloud.now + HOUR) as typeof cloud.now,
    () => cloud.world.cloudformation.stacks.get(StackName)?.operation === undefined,
  );
}

/** Proposes, executes and waits; gives the stack's status. */
async function carryOut(input: Partial<CreateChangeSetInput>): Promise<string | undefined> {
  const { ChangeSetId } = await propose(input);
  await client.send(new ExecuteChangeSetCommand({ ChangeSetName: ChangeSetId }));
  const StackName = input.StackName ?? 'shop';
  await settled(StackName);
  return statusOf(StackName);
}

const statusOf = async (StackName: string): Promise<string | undefined> =>
  (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;

/** What changes, in short: `Modify Topic False Properties.DisplayName`. */
const changesOf = ({ Changes }: DescribeChangeSetOutput): string[] =>
  (Changes ?? []).map(({ ResourceChange: it }) =>
    [
      it?.Action,
      it?.LogicalResourceId,
      it?.Replacement ?? '',
      ...(it?.Details ?? []).map(({ Target, Evaluation }) => `${Evaluation ?? ''}.${Target?.Name ?? 'Tags'}`),
    ]
      .join(' ')
      .trim(),
  );

async function checkRefused(asked: Promise<unknown>, name: string, message: string): Promise<void> {
  await expect(asked).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
}

describe('a stack made by a change set', () => {
  test('is under review until it is executed, and has no change sets afterwards', async () => {
    const proposed = await propose({ ChangeSetType: 'CREATE', Tags: [{ Key: 'team', Value: 'a' }] });
    expect(proposed).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
    expect(changesOf(proposed)).toEqual(['Add Topic']);
    expect(await statusOf('shop')).toBe('REVIEW_IN_PROGRESS');
    const { Summaries } = await client.send(new ListChangeSetsCommand({ StackName: 'shop' }));
    expect(Summaries).toMatchObject([{ ChangeSetName: 'change', Status: 'CREATE_COMPLETE' }]);
    await checkRefused(propose({ ChangeSetType: 'CREATE' }), 'AlreadyExistsException', 'change already exists');
    await client.send(new ExecuteChangeSetCommand({ StackName: 'shop', ChangeSetName: 'change' }));
    expect((await client.send(new ListChangeSetsCommand({ StackName: 'shop' }))).Summaries ?? []).toEqual([]);
    await settled('shop');
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'shop' }));
    expect(Stacks).toMatchObject([
      {
        StackStatus: 'CREATE_COMPLETE',
        Tags: [{ Key: 'team', Value: 'a' }],
        Parameters: [
          { ParameterKey: 'Shown', ParameterValue: 'orders' },
          { ParameterKey: 'Secret', ParameterValue: '****' },
        ],
        Outputs: [{ OutputKey: 'Arn', ExportName: 'shop-arn' }],
      },
    ]);
    expect(cloud.world.sns.topics.size).toBe(1);
  });

  test('keeps the parameters that are not given again', async () => {
    const Shown = { ParameterKey: 'Shown', ParameterValue: 'returns' };
    const proposed = await propose({ Parameters: [Shown] });
    expect(changesOf(proposed)).toEqual(['Modify Topic False Static.DisplayName']);
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName: proposed.ChangeSetId }));
    await settled('shop');
    const same = await propose({ Parameters: [{ ParameterKey: 'Shown', UsePreviousValue: true }] });
    expect(same).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    await checkRefused(
      client.send(new ExecuteChangeSetCommand({ ChangeSetName: same.ChangeSetId })),
      'InvalidChangeSetStatusException',
      'cannot be executed in its current status of [FAILED]',
    );
    await client.send(new DeleteChangeSetCommand({ ChangeSetName: same.ChangeSetId }));
    await client.send(new DeleteChangeSetCommand({ ChangeSetName: same.ChangeSetId }));
    await checkRefused(
      client.send(new DescribeChangeSetCommand({ StackName: 'shop', ChangeSetName: 'change' })),
      'ChangeSetNotFoundException',
      'ChangeSet [change] does not exist',
    );
  });

  test.each<[string, Partial<CreateChangeSetInput>, string, string]>([
    ['CREATE of a stack that is there', { ChangeSetType: 'CREATE' }, 'ValidationError', 'already exists and cannot'],
    ['UPDATE of one that is not', { StackName: 'nobody' }, 'ValidationError', 'Stack [nobody] does not exist'],
    ['a name with a blank', { ChangeSetName: 'a b' }, 'ValidationError', "at 'changeSetName' failed"],
    ['no template', { TemplateBody: undefined }, 'ValidationError', 'Either Template URL or Template Body'],
    [
      'an object that is not there',
      { TemplateURL: 'https://packages.s3.amazonaws.com/x' },
      'ValidationError',
      'S3 error',
    ],
    ['a template above 51,200 bytes', { TemplateBody: ' '.repeat(51_201) }, 'ValidationError', 'less than or equal to'],
    ['a template that is none', { TemplateBody: '- a' }, 'ValidationError', 'Template format error'],
    [
      'an unknown parameter',
      { Parameters: [{ ParameterKey: 'No', ParameterValue: 'x' }] },
      'ValidationError',
      'Parameters: [No] do not exist in the template',
    ],
    [
      'a previous value that never was',
      { Parameters: [{ ParameterKey: 'No', UsePreviousValue: true }] },
      'ValidationError',
      'Cannot specify usePreviousValue',
    ],
    [
      'a capability that does not exist',
      { Capabilities: ['CAPABILITY_EVERYTHING' as 'CAPABILITY_IAM'] },
      'ValidationError',
      'Member must satisfy enum value set',
    ],
    [
      'settings that nothing would come of',
      {
        NotificationARNs: ['arn:aws:sns:us-east-1:123456789012:t'],
        RollbackConfiguration: { MonitoringTimeInMinutes: 5 },
      },
      'NotImplemented',
      'NotificationARNs, RollbackConfiguration are not part of the embedded cloud',
    ],
    [
      'IAM resources that nobody has accepted',
      { TemplateBody: 'Resources: { R: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: {} } } }' },
      'InsufficientCapabilitiesException',
      'Requires capabilities : [CAPABILITY_IAM]',
    ],
  ])('is refused for %s', (_what, input, name, message) => checkRefused(propose(input), name, message));
});

const FUNCTION = (key: string): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: 's3://packages/${key}', Handler: index.handler, Runtime: nodejs24.x, AutoPublishAlias: live }
`;
const upload = (Key: string, Body: Uint8Array | string) =>
  s3.send(new PutObjectCommand({ Bucket: 'packages', Key, Body }));
const CAPABILITIES = { Capabilities: ['CAPABILITY_IAM'] } as const;

describe('a packaged template', () => {
  const StackName = 'functions';
  const url = (key: string): string => `${cloud.endpointUrl}/packages/${key}`;

  test('is read from S3, and its code is unpacked', async () => {
    await upload('one.zip', zipOf({ 'index.mjs': 'export const handler = async () => 1;' }));
    await upload('t/1.template', FUNCTION('one.zip'));
    const input = { StackName, ChangeSetType: 'CREATE', TemplateURL: url('t/1.template') } as const;
    expect(await propose({ ...input, ChangeSetName: 'poor' })).toMatchObject({
      Status: 'FAILED',
      StatusReason: 'Requires capabilities : [CAPABILITY_IAM]',
    });
    expect(await carryOut({ ...input, ...CAPABILITIES, Capabilities: [...CAPABILITIES.Capabilities] })).toBe(
      'CREATE_COMPLETE',
    );
    const [fn] = cloud.world.lambda.functions.values();
    expect(fn?.aliases.get('live')?.functionVersion).toBe('1');
  });

  test('with other code changes the function, and what hangs on it', async () => {
    await upload('two.zip', zipOf({ 'index.mjs': 'export const handler = async () => 2;' }));
    const proposed = await propose({ StackName, TemplateBody: FUNCTION('two.zip'), Capabilities: ['CAPABILITY_IAM'] });
    const versions = changesOf(proposed).filter((it) => it.includes('FnVersion'));
    expect(changesOf(proposed).filter((it) => !it.includes('FnVersion'))).toEqual([
      'Modify Fn False Static.Code',
      'Modify FnAliaslive False Dynamic.FunctionVersion',
    ]);
    expect(versions.map((it) => it.split(' ')[0])).toEqual(['Add', 'Remove']);
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName: proposed.ChangeSetId }));
    await settled(StackName);
    expect(await statusOf(StackName)).toBe('UPDATE_COMPLETE');
    const same = await propose({ StackName, TemplateBody: FUNCTION('two.zip'), Capabilities: ['CAPABILITY_IAM'] });
    expect(same).toMatchObject({ Status: 'FAILED', StatusReason: 'No updates are to be performed.' });
  });

  test('with a bad archive rolls back, or stays where it failed', async () => {
    await upload('bad.zip', 'PK nonsense');
    const bad = { StackName, TemplateBody: FUNCTION('bad.zip'), Capabilities: ['CAPABILITY_IAM'] } as const;
    expect(await carryOut({ ...bad, Capabilities: ['CAPABILITY_IAM'], ChangeSetName: 'bad' })).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
    expect(
      StackEvents?.find(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED')?.ResourceStatusReason,
    ).toContain('Could not unzip uploaded file.');
    const again = await propose({ ...bad, Capabilities: ['CAPABILITY_IAM'], ChangeSetName: 'again' });
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName: again.ChangeSetId, DisableRollback: true }));
    await settled(StackName);
    expect(await statusOf(StackName)).toBe('UPDATE_FAILED');
    expect(await carryOut({ StackName, TemplateBody: FUNCTION('two.zip'), Capabilities: ['CAPABILITY_IAM'] })).toBe(
      'UPDATE_COMPLETE',
    );
  });
});

test('a failed creation can only be deleted', async () => {
  await upload('worse.zip', 'PK');
  const input = { StackName: 'stillborn', TemplateBody: FUNCTION('worse.zip') };
  await checkRefused(
    client.send(new CreateStackCommand({ ...input, Capabilities: ['CAPABILITY_IAM'] })),
    'InsufficientCapabilitiesException',
    '[CAPABILITY_AUTO_EXPAND]',
  );
  await client.send(new CreateStackCommand({ ...input, Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'] }));
  await settled('stillborn');
  expect(await statusOf('stillborn')).toBe('ROLLBACK_COMPLETE');
  await checkRefused(
    client.send(new UpdateStackCommand({ StackName: 'stillborn', UsePreviousTemplate: true })),
    'ValidationError',
    'is in ROLLBACK_COMPLETE state and can not be updated',
  );
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'stillborn' }));
  const StackId = Stacks?.[0]?.StackId ?? '';
  await client.send(new DeleteStackCommand({ StackName: 'stillborn' }));
  await settled('stillborn');
  expect(await statusOf(StackId)).toBe('DELETE_COMPLETE');
  await checkRefused(statusOf('stillborn'), 'ValidationError', 'does not exist');
});

test.each([
  [
    'resource',
    'Resources: { A: { Type: AWS::SNS::Topic }, B: { Type: AWS::SNS::Topic, Properties: { DisplayName: !GetAtt A.Colour } } }',
  ],
  ['output', 'Resources: { A: { Type: AWS::SNS::Topic } }\nOutputs: { Colour: { Value: !GetAtt A.Colour } }'],
])('an attribute that does not exist rolls the stack back: of a %s', async (what, TemplateBody) => {
  const input = { StackName: `colourful-${what}`, ChangeSetType: 'CREATE', TemplateBody } as const;
  expect(await carryOut(input)).toBe('ROLLBACK_COMPLETE');
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: input.StackName }));
  const reasons = StackEvents?.flatMap(({ ResourceStatusReason: reason }) => reason ?? []);
  expect(reasons).toContainEqual(
    expect.stringContaining('Requested attribute Colour does not exist in schema for AWS::SNS::Topic'),
  );
});

describe('what a template asks for', () => {
  test('is summarised', async () => {
    const summary = await client.send(new GetTemplateSummaryCommand({ TemplateBody: FUNCTION('x') }));
    expect(summary).toMatchObject({
      Capabilities: ['CAPABILITY_IAM'],
      CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role]',
      ResourceTypes: ['AWS::Serverless::Function'],
      DeclaredTransforms: ['AWS::Serverless-2016-10-31'],
    });
    const { Parameters } = await client.send(new GetTemplateSummaryCommand({ StackName: 'shop' }));
    expect(Parameters).toEqual([
      {
        ParameterKey: 'Shown',
        ParameterType: 'String',
        NoEcho: false,
        DefaultValue: 'orders',
        Description: 'what it is about',
        ParameterConstraints: { AllowedValues: ['orders', 'returns'] },
      },
      {
        ParameterKey: 'Secret',
        ParameterType: 'String',
        NoEcho: true,
        DefaultValue: 'hidden',
        ParameterConstraints: {},
      },
    ]);
  });

  test('is validated', async () => {
    const { Parameters } = await client.send(new ValidateTemplateCommand({ TemplateBody: TOPIC }));
    expect(Parameters?.map(({ ParameterKey }) => ParameterKey)).toEqual(['Shown', 'Secret']);
    for (const TemplateBody of ['{', 'Resources: 1', '!Nope a', 'Parameters: {}', ''])
      await checkRefused(client.send(new ValidateTemplateCommand({ TemplateBody })), 'ValidationError', 'emplate');
  });
});

test('a stack is seen from every side', async () => {
  const names = { StackName: 'shop', LogicalResourceId: 'Topic' };
  const { StackResourceDetail } = await client.send(new DescribeStackResourceCommand(names));
  expect(StackResourceDetail).toMatchObject({ ResourceType: 'AWS::SNS::Topic', ResourceStatus: 'UPDATE_COMPLETE' });
  await checkRefused(
    client.send(new DescribeStackResourceCommand({ ...names, LogicalResourceId: 'No' })),
    'ValidationError',
    'Resource No does not exist for stack shop',
  );
  const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName: 'shop' }));
  const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName: 'shop' }));
  expect([StackResources?.length, StackResourceSummaries?.length]).toEqual([1, 1]);
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: 'shop' }));
  expect(TemplateBody).toBe(TOPIC);
  const { StackSummaries } = await client.send(new ListStacksCommand({ StackStatusFilter: ['UPDATE_COMPLETE'] }));
  expect(StackSummaries?.map(({ StackName }) => StackName)).toContain('shop');
});

test('a direct update changes tags alone, and refuses to change nothing', async () => {
  const input = { StackName: 'shop', UsePreviousTemplate: true };
  const Parameters = [{ ParameterKey: 'Shown', UsePreviousValue: true }];
  await client.send(new UpdateStackCommand({ ...input, Parameters, Tags: [{ Key: 'team', Value: 'b' }] }));
  await settled('shop');
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'shop' }));
  expect(Stacks).toMatchObject([{ StackStatus: 'UPDATE_COMPLETE', Tags: [{ Value: 'b' }] }]);
  await checkRefused(
    client.send(new UpdateStackCommand({ ...input, Parameters })),
    'ValidationError',
    'No updates are to be performed.',
  );
});

describe('a rollback that cannot be finished', () => {
  const StackName = 'stuck';
  const logGroupName = 'outside';
  const template = (pattern: string, more = ''): string => `
Resources:
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: ${logGroupName}
      FilterPattern: ${pattern}
      MetricTransformations: [{ MetricName: a, MetricNamespace: b, MetricValue: '1' }]
${more}`;
  const BAD = `
  Bad:
    Type: AWS::Lambda::Function
    DependsOn: Filter
    Properties:
      Handler: index.handler
      Runtime: nodejs24.x
      Role: arn:aws:iam::123456789012:role/r
      Code: { S3Bucket: packages, S3Key: bad.zip }
`;

  /** The group that the filter needs goes while the update is under way, so that its rollback fails. */
  async function getStuck(): Promise<void> {
    const { ChangeSetId } = await propose({ StackName, TemplateBody: template('new', BAD) });
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName: ChangeSetId }));
    const isBegun = (): boolean =>
      cloud.world.cloudformation.stacks.get(StackName)?.operation?.inFlight.has('Filter') === true;
    await cloud.advanceTo((cloud.now + HOUR) as typeof cloud.now, isBegun);
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    await settled(StackName);
    expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_FAILED');
  }

  beforeAll(async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const TemplateBody = template('old');
    await carryOut({ StackName, ChangeSetType: 'CREATE', TemplateBody });
  });

  test('goes on when what it needs is there again', async () => {
    await getStuck();
    await checkRefused(
      client.send(new UpdateStackCommand({ StackName, UsePreviousTemplate: true })),
      'ValidationError',
      'is in UPDATE_ROLLBACK_FAILED state and can not be updated',
    );
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await client.send(new ContinueUpdateRollbackCommand({ StackName }));
    await settled(StackName);
    expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(cloud.world.logs.groups.get(logGroupName)?.filters.size).toBe(1);
  });

  test('or without the resource that cannot be had back', async () => {
    await getStuck();
    await checkRefused(
      client.send(new ContinueUpdateRollbackCommand({ StackName, ResourcesToSkip: ['Bad'] })),
      'ValidationError',
      'ResourcesToSkip can only hold resources that failed',
    );
    await client.send(new ContinueUpdateRollbackCommand({ StackName, ResourcesToSkip: ['Filter'] }));
    await settled(StackName);
    expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

test('only a rollback that is stuck is continued', () =>
  checkRefused(
    client.send(new ContinueUpdateRollbackCommand({ StackName: 'shop' })),
    'ValidationError',
    'is in UPDATE_COMPLETE state and can not continue rollback',
  ));

test('the events of a stack come in pages, newest first', async () => {
  const events = [];
  let NextToken: string | undefined;
  const stack = cloud.world.cloudformation.stacks.get('functions');
  do {
    const page = await client.send(
      new DescribeStackEventsCommand({ StackName: stack?.id, ...(NextToken && { NextToken }) }),
    );
    expect(page.StackEvents?.length).toBeLessThanOrEqual(100);
    events.push(...(page.StackEvents ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(events.map(({ EventId }) => EventId)).toEqual(stack?.events.map(({ eventId }) => eventId).toReversed());
});
