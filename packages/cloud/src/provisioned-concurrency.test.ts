/** A function with provisioned concurrency, from its template to its requests. */
import * as lambda from '@aws-sdk/client-lambda';
import { expect, test } from '@jest/globals';
import { createCloud, type Cloud } from './cloud.ts';
import { after, type Instant, MINUTE } from './instant.ts';
import type { JournalEntry } from './journal.ts';
import type { InvocationEnded } from './services/lambda/index.ts';
import { artifact } from './shell/kept-cloud.fixture.ts';

const START = Date.UTC(2026, 0, 5, 9) as Instant;

const template = (code: string, provisioned: number, preference: string): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ${code}
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      ${provisioned === 0 ? '' : `ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: ${provisioned} }`}
      ${preference}
      Events: { Get: { Type: Api, Properties: { Path: /x, Method: get } } }
`;

const SOURCE = `console.log('loaded as', process.env.AWS_LAMBDA_INITIALIZATION_TYPE);
export const handler = async () => {
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { statusCode: 200, body: '{}' };
};`;

async function withCloud(story: (cloud: Cloud, entries: readonly JournalEntry[]) => Promise<void>): Promise<void> {
  const cloud = await createCloud({ start: START });
  const entries: JournalEntry[] = [];
  cloud.journal.subscribe((entry) => entries.push(entry));
  try {
    await story(cloud, entries);
  } finally {
    await cloud.close();
  }
}

const deploy = (cloud: Cloud, code: string, provisioned: number, { preference = '', source = SOURCE } = {}) =>
  cloud.deploy({
    stackName: 'shop',
    template: template(code, provisioned, preference),
    fileName: 'template.yaml',
    packageCode: (path) => artifact(`${source} // ${path}`),
  });

/** Sends `count` requests together every second for a while. */
async function send(cloud: Cloud, count: number): Promise<void> {
  const startAt = cloud.now;
  cloud.send({
    apiId: [...cloud.world.apigateway.apis.keys()][0] ?? '',
    stage: 'Prod',
    request: () => ({ method: 'GET', path: '/x', headers: {}, query: {} }),
    arrivesAt: (index) => (index < 5 * count ? after(startAt, 1_000 * Math.floor(index / count)) : undefined),
  });
  await cloud.advance(10_000);
}

const endedOf = (entries: readonly JournalEntry[]): readonly InvocationEnded[] =>
  entries.flatMap(({ effect }) => (effect.type === 'lambda.InvocationEnded' ? [effect] : []));

/** `provisioned` and cold starts of the invocations of a version. */
function seen(entries: readonly JournalEntry[], version: string): { used: number; spillover: number; cold: number } {
  const all = endedOf(entries).filter((it) => it.version === version);
  return {
    used: all.filter((it) => it.provisioned === 'used').length,
    spillover: all.filter((it) => it.provisioned === 'spillover').length,
    cold: all.filter((it) => it.initDurationMs !== undefined).length,
  };
}

test('the stack waits for it; requests meet no cold start until there are more than it can take', () =>
  withCloud(async (cloud, entries) => {
    const { type } = await deploy(cloud, 'first', 3);
    expect([type, cloud.now - START > 90_000]).toEqual(['created', true]);
    await send(cloud, 3);
    expect(seen(entries, '1')).toEqual({ used: 15, spillover: 0, cold: 0 });
    await send(cloud, 5);
    expect(seen(entries, '1')).toEqual({ used: 30, spillover: 10, cold: 2 });
    const loaded = entries.flatMap(({ effect }) =>
      effect.type === 'logs.EventsIngested' ? effect.events.filter(({ message }) => message.includes('loaded as')) : [],
    );
    expect(loaded.map(({ message }) => message.split('loaded as ')[1])).toEqual([
      ...Array.from({ length: 3 }, () => 'provisioned-concurrency'),
      ...Array.from({ length: 2 }, () => 'on-demand'),
    ]);
  }));

test('an update without CodeDeploy moves the traffic when the new version has it, and more or none of it follows the template', () =>
  withCloud(async (cloud, entries) => {
    await deploy(cloud, 'first', 2);
    expect((await deploy(cloud, 'second', 3)).type).toBe('updated');
    await send(cloud, 3);
    expect(seen(entries, '2')).toEqual({ used: 15, spillover: 0, cold: 0 });
    expect((await deploy(cloud, 'second', 0)).type).toBe('updated');
    const [fn] = cloud.world.lambda.functions.values();
    expect([fn?.provisionedConfigs.size, fn?.allocations.size]).toEqual([0, 0]);
    await cloud.advance(MINUTE);
    await send(cloud, 1);
    expect(seen(entries, '2')).toMatchObject({ used: 15, cold: 1 });
  }));

test('CodeDeploy shifts an alias that has it', () =>
  withCloud(async (cloud, entries) => {
    const preference = 'DeploymentPreference: { Type: Canary10Percent5Minutes }';
    await deploy(cloud, 'first', 2, { preference });
    expect((await deploy(cloud, 'second', 2, { preference })).type).toBe('updated');
    await send(cloud, 2);
    expect(seen(entries, '2')).toEqual({ used: 10, spillover: 0, cold: 0 });
  }));

test('a version that cannot be initialised fails the stack with the reason', () =>
  withCloud(async (cloud) => {
    const { type, stack } = await deploy(cloud, 'first', 2, { source: "throw new Error('no');" });
    expect(type).toBe('failed');
    expect(stack.events.map(({ reason }) => reason)).toContain(
      'Provisioned Concurrency configuration failed to be applied. Reason: FUNCTION_ERROR_INIT_FAILURE',
    );
  }));

test('a client of AWS asks for it, and is throttled', () =>
  withCloud(async (cloud) => {
    await deploy(cloud, 'first', 0);
    const client = new lambda.LambdaClient({
      endpoint: cloud.endpointUrl,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const [FunctionName = ''] = cloud.world.lambda.functions.keys();
    const of = { FunctionName, Qualifier: 'live' };
    const put = await client.send(
      new lambda.PutProvisionedConcurrencyConfigCommand({ ...of, ProvisionedConcurrentExecutions: 2 }),
    );
    expect(put).toMatchObject({ Status: 'IN_PROGRESS', $metadata: { httpStatusCode: 202 } });
    await cloud.advance(2 * MINUTE);
    expect(await client.send(new lambda.GetProvisionedConcurrencyConfigCommand(of))).toMatchObject({
      Status: 'READY',
      AllocatedProvisionedConcurrentExecutions: 2,
    });
    const { ProvisionedConcurrencyConfigs } = await client.send(
      new lambda.ListProvisionedConcurrencyConfigsCommand({ FunctionName }),
    );
    expect(ProvisionedConcurrencyConfigs).toHaveLength(1);
    expect((await client.send(new lambda.GetAccountSettingsCommand({}))).AccountLimit).toMatchObject({
      ConcurrentExecutions: 1_000,
      UnreservedConcurrentExecutions: 998,
    });
    const gone = await client.send(new lambda.DeleteProvisionedConcurrencyConfigCommand(of));
    expect(gone.$metadata.httpStatusCode).toBe(204);
    await client.send(new lambda.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    const error = await client.send(new lambda.InvokeCommand(of)).catch((it: unknown) => it);
    expect(error).toBeInstanceOf(lambda.TooManyRequestsException);
    expect(error).toMatchObject({
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
    client.destroy();
  }));
