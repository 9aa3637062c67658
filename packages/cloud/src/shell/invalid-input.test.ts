/** What AWS's clients are told of input that breaks the model, in each protocol and in each service's own code. */
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../cloud.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
});
afterAll(() => cloud.close());

type Send = (command: never) => Promise<unknown>;
type ClientClass = new (config: object) => { readonly send: Send };

async function refusalOf(Client: unknown, command: object): Promise<string> {
  const client = new (Client as ClientClass)({
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
    forcePathStyle: true,
  });
  const error = await client.send(command as never).then(
    () => new Error('it was taken'),
    (cause: unknown) => cause as Error,
  );
  return `${error.name}: ${error.message}`;
}

const failed = (what: string, at: string, must: string): string =>
  `1 validation error detected: Value '${what}' at '${at}' failed to satisfy constraint: ${must}`;
/** The client's types keep such values out; its wire does not. */
const wrong = (value: unknown): never => value as never;

test.each<readonly [string, unknown, object, string]>([
  [
    'an enum by Query (CloudFormation)',
    cloudformation.CloudFormationClient,
    new cloudformation.CreateChangeSetCommand({ StackName: 'a', ChangeSetName: 'b', ChangeSetType: wrong('PATCH') }),
    `ValidationError: ${failed('PATCH', 'changeSetType', 'Member must satisfy enum value set: [CREATE, UPDATE, IMPORT]')}`,
  ],
  [
    'a length by CBOR (CloudWatch)',
    cloudwatch.CloudWatchClient,
    new cloudwatch.DescribeAlarmHistoryCommand({ MaxRecords: 101 }),
    `ValidationException: ${failed('101', 'maxRecords', 'Member must have value less than or equal to 100')}`,
  ],
  [
    'items of a list',
    cloudwatch.CloudWatchClient,
    new cloudwatch.DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', wrong('Odd')] }),
    `ValidationException: ${failed('[MetricAlarm, Odd]', 'alarmTypes', 'Member must satisfy constraint: [Member must satisfy enum value set: [CompositeAlarm, MetricAlarm]]')}`,
  ],
  [
    'two constraints of one member by JSON (Logs)',
    logs.CloudWatchLogsClient,
    new logs.GetLogEventsCommand({ logGroupName: 'g', logStreamName: 'a:b', limit: 0 }),
    "InvalidParameterException: 2 validation errors detected: Value 'a:b' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*; Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    'a pattern in a path by REST-JSON (Lambda)',
    lambda.LambdaClient,
    new lambda.GetAliasCommand({ FunctionName: 'f', Name: '42' }),
    `ValidationException: ${failed('42', 'name', 'Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)')}`,
  ],
  [
    'a member of a structure in a list',
    events.EventBridgeClient,
    new events.PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 'a b', Arn: 'arn:aws:sns:us-east-1:1:t' }] }),
    `ValidationException: ${failed('a b', 'targets.1.member.id', 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+')}`,
  ],
  [
    'a range (IAM)',
    iam.IAMClient,
    new iam.UpdateRoleCommand({ RoleName: 'r', MaxSessionDuration: 60 }),
    `ValidationError: ${failed('60', 'maxSessionDuration', 'Member must have value greater than or equal to 3600')}`,
  ],
  [
    'a status, in CodeDeploy’s own code',
    codedeploy.CodeDeployClient,
    new codedeploy.ListDeploymentsCommand({ includeOnlyStatuses: [wrong('Odd')] }),
    `InvalidDeploymentStatusException: ${failed('[Odd]', 'includeOnlyStatuses', 'Member must satisfy constraint: [Member must satisfy enum value set: [Created, Queued, InProgress, Baking, Succeeded, Failed, Stopped, Ready]]')}`,
  ],
  [
    'a body of S3, which says no more',
    s3.S3Client,
    new s3.PutBucketVersioningCommand({ Bucket: 'b-b-b', VersioningConfiguration: { Status: wrong('On') } }),
    'MalformedXML: The XML you provided was not well-formed or did not validate against our published schema',
  ],
  [
    'a body of S3 in which something is missing',
    s3.S3Client,
    new s3.DeleteObjectsCommand({ Bucket: 'b-b-b', Delete: { Objects: [] } }),
    'MalformedXML: The XML you provided was not well-formed or did not validate against our published schema',
  ],
])('%s', async (_name, Client, command, said) => {
  expect(await refusalOf(Client, command)).toBe(said);
});
