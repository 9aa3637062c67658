import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as lambda from '@aws-sdk/client-lambda';
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol, AwsSmithyRpcV2JsonProtocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsError } from '../aws-error.ts';
import { createWire, type DecodedCall, type WireRequest, type WireResponse } from '../wire/index.ts';
import { createHttpServer, type HttpServer } from './http-server.ts';
import { prepareWire } from './load-service.ts';

const AT = new Date(1_700_000_000_123);
const ALARM = {
  AlarmName: 'errors',
  Threshold: 1.5,
  StateUpdatedTimestamp: AT,
  ActionsEnabled: true,
  AlarmActions: [],
};

/** What the services of this test answer: an output, or an AwsError. */
const ANSWERS: Readonly<Record<string, (input: Record<string, unknown>) => object>> = {
  'codedeploy.GetDeployment': ({ deploymentId }) => ({
    deploymentInfo: { deploymentId, createTime: AT, rollbackInfo: { rollbackMessage: 'é "quoted" <x>' } },
  }),
  'codedeploy.PutLifecycleEventHookExecutionStatus': () => {
    throw new AwsError('LifecycleEventAlreadyCompletedException', 'Already completed');
  },
  'lambda.Invoke': ({ FunctionName, Payload, Qualifier }) => {
    if (FunctionName === 'busy')
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason: 'ConcurrentInvocationLimitExceeded',
      });
    if (Payload === undefined) return { StatusCode: 202 };
    return {
      StatusCode: 200,
      FunctionError: 'Unhandled',
      ExecutedVersion: '7',
      LogResult: 'RU5E',
      Payload: `${String(Qualifier)} ${Buffer.from(Payload as Uint8Array).toString()}`,
    };
  },
  'lambda.GetAlias': ({ FunctionName, Name }) => {
    if (Name !== 'live')
      throw new AwsError(
        'ResourceNotFoundException',
        `Cannot find alias arn: ${String(FunctionName)}:${String(Name)}`,
        404,
        {
          Type: 'User',
        },
      );
    return { AliasArn: FunctionName, RoutingConfig: { AdditionalVersionWeights: { 4: 0.1 } } };
  },
  'lambda.GetFunction': () => {
    throw new AwsError('AccessDeniedException', 'User: x is not authorized to perform: lambda:GetFunction', 403);
  },
  'logs.PutLogEvents': ({ logGroupName, logEvents }) => {
    if (logGroupName === 'none')
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return { nextSequenceToken: JSON.stringify(logEvents) };
  },
  'cloudwatch.DescribeAlarms': ({ AlarmNames }) => ({
    MetricAlarms: (AlarmNames as string[]).map((it) => ({ ...ALARM, AlarmName: it })),
  }),
  'cloudwatch.PutMetricData': ({ MetricData }) => {
    const last = (MetricData as cloudwatch.MetricDatum[]).at(-1);
    if (last?.Value !== 199 || !(last.Timestamp instanceof Date)) throw new Error('The last datum was lost.');
    return {};
  },
  'cloudwatch.PutMetricAlarm': () => {
    throw new AwsError('InvalidParameterCombination', 'Period must be given');
  },
  'cloudwatch.SetAlarmState': () => {
    throw new AwsError('ResourceNotFound', 'no such alarm', 404);
  },
  'cloudformation.DescribeStacks': ({ StackName }) => {
    if (StackName === 'gone') throw new AwsError('ValidationError', 'Stack with id gone does not exist');
    const outputs = [{ OutputKey: 'Endpoint', OutputValue: 'https://x/?a=1&b=<2>' }];
    return {
      Stacks: [
        {
          StackName,
          CreationTime: AT,
          StackStatus: 'CREATE_COMPLETE',
          Outputs: outputs,
          Tags: [],
          EnableTerminationProtection: false,
        },
      ],
    };
  },
  'cloudformation.CreateChangeSet': ({ Parameters, Tags }) => {
    if (
      JSON.stringify({ Parameters, Tags }) !==
      '{"Parameters":[{"ParameterKey":"p","ParameterValue":"a=b&c é"}],"Tags":[]}'
    )
      throw new Error('Read wrongly.');
    throw new AwsError('AlreadyExistsException', 'ChangeSet dup already exists');
  },
  'cloudformation.DescribeStackEvents': () => ({ StackEvents: [] }),
};

let server: HttpServer;
let calls: DecodedCall[] = [];
const wire = createWire({ emulates: (service, operation) => ANSWERS[`${service}.${operation}`] !== undefined });

async function handle(request: WireRequest): Promise<WireResponse> {
  await prepareWire(wire, request);
  const call = wire.decode(request, 'request-1');
  if (call.type === 'failure') return call.response;
  calls.push(call);
  try {
    const answer = ANSWERS[`${call.service}.${call.operation}`];
    return wire.encode(call, answer?.(call.input) ?? {});
  } catch (error) {
    if (error instanceof AwsError) return wire.encodeError(call, error);
    throw error;
  }
}

beforeAll(async () => {
  server = await createHttpServer({ handle, unref: true });
});
afterAll(() => server.close());

const config = () => ({
  endpoint: server.url,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  maxAttempts: 1,
});

async function failureOf(
  call: Promise<unknown>,
): Promise<Error & { $metadata?: { httpStatusCode?: number; requestId?: string } }> {
  return call.then(
    () => Promise.reject(new Error('The call succeeded.')),
    (error: Error) => error,
  );
}

describe('CodeDeploy by JSON 1.1', () => {
  const client = () => new codedeploy.CodeDeployClient(config());

  test('an output arrives with its dates and its text', async () => {
    const { deploymentInfo } = await client().send(new codedeploy.GetDeploymentCommand({ deploymentId: 'd-1' }));
    expect(deploymentInfo).toEqual({
      deploymentId: 'd-1',
      createTime: AT,
      rollbackInfo: { rollbackMessage: 'é "quoted" <x>' },
    });
  });

  test('a modelled error arrives as its class', async () => {
    const error = await failureOf(
      client().send(new codedeploy.PutLifecycleEventHookExecutionStatusCommand({ deploymentId: 'd' })),
    );
    expect(error).toBeInstanceOf(codedeploy.LifecycleEventAlreadyCompletedException);
    expect(error.message).toBe('Already completed');
    expect(error.$metadata).toMatchObject({ httpStatusCode: 400, requestId: 'request-1' });
  });

  test('a missing member has the code that CodeDeploy has for it', async () => {
    const error = await failureOf(client().send(new codedeploy.GetDeploymentCommand({ deploymentId: undefined })));
    expect(error).toBeInstanceOf(codedeploy.DeploymentIdRequiredException);
    expect(error.message).toContain(
      "Value null at 'deploymentId' failed to satisfy constraint: Member must not be null",
    );
  });

  test('an operation outside the slice is refused by name', async () => {
    const error = await failureOf(client().send(new codedeploy.ListOnPremisesInstancesCommand({})));
    expect(error.name).toBe('NotImplemented');
    expect(error.message).toBe(
      'The operation ListOnPremisesInstances of CodeDeploy is not part of the embedded cloud. See docs/slice.md.',
    );
    expect(error.$metadata?.httpStatusCode).toBe(501);
  });

  test('the call knows who makes it, and where', async () => {
    calls = [];
    await client().send(new codedeploy.GetDeploymentCommand({ deploymentId: 'd-1' }));
    expect(calls[0]).toMatchObject({ accessKeyId: 'AKIDEXAMPLE', region: 'eu-west-1', environment: undefined });
  });

  test('the call knows the environment that makes it', async () => {
    calls = [];
    const from = client();
    from.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        Object.assign(headers, {
          'x-rehearsal-environment': 'e-1',
          'x-rehearsal-invocation': 'r-1',
          'x-rehearsal-instant': '1700000000000',
          'x-rehearsal-call': '3',
        });
        return next(args);
      },
      { step: 'build' },
    );
    await from.send(new codedeploy.GetDeploymentCommand({ deploymentId: 'd-1' }));
    expect(calls[0]?.environment).toEqual({
      environmentId: 'e-1',
      requestId: 'r-1',
      instant: 1_700_000_000_000,
      number: 3,
    });
  });
});

describe('Lambda by REST-JSON', () => {
  const client = () => new lambda.LambdaClient(config());

  test('an invocation carries payload, qualifier, function error, version and log', async () => {
    const answer = await client().send(
      new lambda.InvokeCommand({
        FunctionName: 'f',
        Qualifier: 'live',
        LogType: 'Tail',
        Payload: Buffer.from('{"a":1}'),
      }),
    );
    expect({ ...answer, Payload: answer.Payload?.transformToString() }).toMatchObject({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      ExecutedVersion: '7',
      LogResult: 'RU5E',
      Payload: 'live {"a":1}',
    });
  });

  test('the status of an answer may come from the output', async () => {
    expect(await client().send(new lambda.InvokeCommand({ FunctionName: 'f' }))).toMatchObject({ StatusCode: 202 });
  });

  test('an ARN travels in the path', async () => {
    const FunctionName = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
    const answer = await client().send(new lambda.GetAliasCommand({ FunctionName, Name: 'live' }));
    expect(answer).toMatchObject({ AliasArn: FunctionName, RoutingConfig: { AdditionalVersionWeights: { 4: 0.1 } } });
  });

  test('modelled errors bring their status and members', async () => {
    const missing = await failureOf(client().send(new lambda.GetAliasCommand({ FunctionName: 'f', Name: 'nope' })));
    expect(missing).toBeInstanceOf(lambda.ResourceNotFoundException);
    expect(missing).toMatchObject({
      message: 'Cannot find alias arn: f:nope',
      Type: 'User',
      $metadata: { httpStatusCode: 404 },
    });
    const busy = await failureOf(client().send(new lambda.InvokeCommand({ FunctionName: 'busy' })));
    expect(busy).toBeInstanceOf(lambda.TooManyRequestsException);
    expect(busy).toMatchObject({ Reason: 'ConcurrentInvocationLimitExceeded', $metadata: { httpStatusCode: 429 } });
  });

  test('an error that the service does not model keeps its name', async () => {
    const error = await failureOf(client().send(new lambda.GetFunctionCommand({ FunctionName: 'f' })));
    expect(error).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('lambda:GetFunction'),
      $metadata: { httpStatusCode: 403 },
    });
  });
});

describe('CloudWatch Logs by JSON 1.1', () => {
  const client = () => new logs.CloudWatchLogsClient(config());

  test('log events arrive as they were sent', async () => {
    const logEvents = [{ timestamp: 1, message: 'hé\n' }];
    const { nextSequenceToken } = await client().send(
      new logs.PutLogEventsCommand({ logGroupName: 'g', logStreamName: 's', logEvents }),
    );
    expect(JSON.parse(nextSequenceToken ?? '')).toEqual(logEvents);
  });

  test('errors are the service’s own', async () => {
    const missing = await failureOf(
      client().send(
        new logs.PutLogEventsCommand({
          logGroupName: 'none',
          logStreamName: 's',
          logEvents: [{ timestamp: 1, message: 'm' }],
        }),
      ),
    );
    expect(missing).toBeInstanceOf(logs.ResourceNotFoundException);
    const invalid = await failureOf(
      client().send(
        new logs.PutLogEventsCommand({
          logGroupName: 'g',
          logStreamName: 's',
          logEvents: [{ timestamp: 1, message: undefined }],
        }),
      ),
    );
    expect(invalid).toBeInstanceOf(logs.InvalidParameterException);
    expect(invalid.message).toBe(
      "1 validation error detected: Value null at 'logEvents.1.member.message' failed to satisfy constraint: Member must not be null",
    );
  });
});

describe.each([
  ['JSON 1.0', undefined],
  ['Query', AwsQueryProtocol],
  ['RPC v2 CBOR', AwsSmithyRpcV2CborProtocol],
  ['RPC v2 JSON', AwsSmithyRpcV2JsonProtocol],
])('CloudWatch by %s', (_name, protocol) => {
  const client = () => new cloudwatch.CloudWatchClient({ ...config(), ...(protocol && { protocol }) });

  test('an output arrives with its numbers, dates and lists', async () => {
    const { MetricAlarms } = await client().send(new cloudwatch.DescribeAlarmsCommand({ AlarmNames: ['a', 'b'] }));
    expect(MetricAlarms).toEqual(['a', 'b'].map((AlarmName) => ({ ...ALARM, AlarmName })));
  });

  test('a large, zipped request is read to its end', async () => {
    const MetricData = Array.from({ length: 200 }, (_, i) => ({ MetricName: `metric-${i}`, Value: i, Timestamp: AT }));
    await expect(
      client().send(new cloudwatch.PutMetricDataCommand({ Namespace: 'n', MetricData })),
    ).resolves.toBeDefined();
  });

  test('errors arrive as their classes, by shape name or by query code', async () => {
    const missing = await failureOf(
      client().send(new cloudwatch.SetAlarmStateCommand({ AlarmName: 'a', StateReason: 'r', StateValue: 'OK' })),
    );
    expect(missing).toBeInstanceOf(cloudwatch.ResourceNotFound);
    expect(missing.message).toBe('no such alarm');
    const invalid = await failureOf(
      client().send(
        new cloudwatch.PutMetricAlarmCommand({
          AlarmName: 'a',
          EvaluationPeriods: 1,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      ),
    );
    expect(invalid).toBeInstanceOf(cloudwatch.InvalidParameterCombinationException);
  });
});

describe('CloudFormation by Query', () => {
  const client = () => new cloudformation.CloudFormationClient(config());

  test('an output arrives with XML’s special characters, empty lists and dates', async () => {
    const { Stacks } = await client().send(new cloudformation.DescribeStacksCommand({ StackName: 's' }));
    expect(Stacks?.[0]).toEqual({
      StackName: 's',
      CreationTime: AT,
      StackStatus: 'CREATE_COMPLETE',
      Tags: [],
      EnableTerminationProtection: false,
      Outputs: [{ OutputKey: 'Endpoint', OutputValue: 'https://x/?a=1&b=<2>' }],
    });
  });

  test('errors keep AWS’s code and text', async () => {
    const gone = await failureOf(client().send(new cloudformation.DescribeStacksCommand({ StackName: 'gone' })));
    expect(gone).toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id gone does not exist',
      $metadata: { httpStatusCode: 400 },
    });
    const Parameters = [{ ParameterKey: 'p', ParameterValue: 'a=b&c é' }];
    const duplicate = await failureOf(
      client().send(
        new cloudformation.CreateChangeSetCommand({ StackName: 's', ChangeSetName: 'dup', Parameters, Tags: [] }),
      ),
    );
    expect(duplicate).toBeInstanceOf(cloudformation.AlreadyExistsException);
  });

  test('a missing member is a ValidationError', async () => {
    const error = await failureOf(
      client().send(new cloudformation.DescribeStackEventsCommand({ StackName: undefined })),
    );
    expect(error).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("Value null at 'stackName'"),
    });
  });
});
