/**
 * decode(encode(x)) = x for every operation of every service but S3, which has a file of its own: values are drawn from the operation's own schemas, the
 * SDK's client writes the request and reads the answer, the wire stands between. No sockets.
 */
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as lambda from '@aws-sdk/client-lambda';
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { test } from '@jest/globals';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as sns from '@aws-sdk/client-sns';
import * as sts from '@aws-sdk/client-sts';
import type { ServiceName } from '../contract.ts';
import { roundTrip, type Tailored } from './round-trip.fixture.ts';
import { membersOf } from './schema-kind.ts';
import type { ClientClass, OperationShape } from './service-description.ts';

const CASES: readonly (readonly [string, ServiceName, object, ClientClass, object, Tailored?])[] = [
  ['CodeDeploy by JSON 1.1', 'codedeploy', codedeploy, codedeploy.CodeDeployClient, {}],
  ['Logs by JSON 1.1', 'logs', logs, logs.CloudWatchLogsClient, {}],
  ['Lambda by REST-JSON', 'lambda', lambda, lambda.LambdaClient, {}],
  ['CloudWatch by JSON 1.0', 'cloudwatch', cloudwatch, cloudwatch.CloudWatchClient, {}],
  ['CloudWatch by Query', 'cloudwatch', cloudwatch, cloudwatch.CloudWatchClient, { protocol: AwsQueryProtocol }],
  [
    'CloudWatch by CBOR',
    'cloudwatch',
    cloudwatch,
    cloudwatch.CloudWatchClient,
    { protocol: AwsSmithyRpcV2CborProtocol },
  ],
  ['CloudFormation by Query', 'cloudformation', cloudformation, cloudformation.CloudFormationClient, {}],
  [
    'CloudFormation by JSON 1.0',
    'cloudformation',
    cloudformation,
    cloudformation.CloudFormationClient,
    { protocol: AwsJson1_0Protocol },
  ],
  ['SNS by Query', 'sns', sns, sns.SNSClient, {}],
  ['STS by Query', 'sts', sts, sts.STSClient, {}],
  ['IAM by Query', 'iam', iam, iam.IAMClient, {}],
  // An endpoint of several regions would have to be found, and a signature of its own for it.
  ['EventBridge by JSON 1.1', 'events', eventbridge, eventbridge.EventBridgeClient, {}, { EndpointId: 'left out' }],
];

test.each(CASES)(
  '%s: what a client sends is what is read, and the other way round',
  async (_name, service, module, Client, options, tailored = {}) => {
    const { operations, check } = roundTrip(service, module, Client, options);
    for (const operation of operations.filter((it) => !isStreaming(it))) {
      await check(operation, tailored);
    }
  },
);

const isStreaming = ({ input, output }: OperationShape): boolean =>
  [input, output].some((it) => membersOf(it).some(([, member]) => member.isStreaming()));
