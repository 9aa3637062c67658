/** A served cloud as its callers see it: real HTTP to APIs, AWS's clients and their waiters, commands to the clock. */
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  ExecuteChangeSetCommand,
  waitUntilChangeSetCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { CodeDeployClient, ListDeploymentsCommand, waitUntilDeploymentSuccessful } from '@aws-sdk/client-codedeploy';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { type Cloud, createCloud } from '../cloud.ts';
import { zipOf } from '../services/lambda/zip.fixture.ts';
import { readDuration, readSpeed, type ServedCloud, serveCloud } from './serve-cloud.ts';

const TEMPLATE = (key: string): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://packages/${key}
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference: { Type: Canary10Percent5Minutes }
      Events:
        Rest: { Type: Api, Properties: { Path: '/echo/{id}', Method: any } }
        Http: { Type: HttpApi, Properties: { Path: '/echo/{id}', Method: any } }
`;
const HANDLER = (version: number): string => `
export const handler = async (event) => event.crash ? process.exit(1) : ({
  statusCode: Number(event.queryStringParameters?.status ?? 201),
  headers: {
    'Content-Type': 'application/json',
    'X-Version': '${version}',
    ...JSON.parse(event.queryStringParameters?.headers ?? '{}'),
  },
  body: JSON.stringify({
    id: event.pathParameters?.id,
    query: event.multiValueQueryStringParameters ?? event.queryStringParameters,
    header: event.headers?.['X-Custom'] ?? event.headers?.['x-custom'],
    body: event.body,
    isBase64Encoded: event.isBase64Encoded,
  }),
});
`;

let cloud: Cloud;
let served: ServedCloud;
let cloudFormation: CloudFormationClient;
const bugs: unknown[] = [];
const configured = () => ({
  region: 'us-east-1',
  endpoint: served.url,
  credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
  maxAttempts: 1,
});

/** Uploads a version of the handler and deploys it as a deploying client does, in jumps. */
async function release(version: number): Promise<void> {
  const s3 = new S3Client(configured());
  const Key = `${version}.zip`;
  await s3.send(new PutObjectCommand({ Bucket: 'packages', Key, Body: zipOf({ 'index.mjs': HANDLER(version) }) }));
  const names = { StackName: 'shop', ChangeSetName: `release-${version}` };
  await cloudFormation.send(
    new CreateChangeSetCommand({
      ...names,
      ChangeSetType: version === 1 ? 'CREATE' : 'UPDATE',
      TemplateBody: TEMPLATE(Key),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  await waitUntilChangeSetCreateComplete({ client: cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, names);
  await cloudFormation.send(new ExecuteChangeSetCommand(names));
}

beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
  served = await serveCloud(cloud, {
    port: 0,
    speed: 'max',
    onApi: () => undefined,
    onError: (error) => bugs.push(error),
  });
  cloudFormation = new CloudFormationClient(configured());
  await new S3Client(configured()).send(new CreateBucketCommand({ Bucket: 'packages' }));
  await release(1);
  // Whoever asks next comes after the jump.
  await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: 'shop' }));
  await command('POST', 'speed?value=paused');
});
afterAll(async () => {
  await served.close();
  await cloud.close();
});

async function command(method: string, what: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${served.url}/_canary/${what}`, { method });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The URL of the REST or the HTTP API. */
function urlOf(kind: 'REST' | 'HTTP'): string {
  const api = served.apis().find(({ apiId }) => cloud.world.apigateway.apis.get(apiId)?.kind === kind);
  return api?.url ?? '';
}

test.each([
  ['REST', '/Prod'],
  ['HTTP', ''],
] as const)('a %s API sends what a function has for headers as far as a socket takes them', async (kind, stage) => {
  const headers = {
    'x-two': 'a\nb',
    'x-far': '✓',
    'not a name': 'x',
    'x-last': 'c',
    connection: 'upgrade',
    upgrade: 'h2c',
    trailer: 'x',
    'content-length': '3',
    'transfer-encoding': 'chunked',
  };
  const asked = new URLSearchParams({ headers: JSON.stringify(headers) });
  const response = await fetch(`${urlOf(kind)}${stage}/echo/1?${asked.toString()}`);
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ id: '1' });
  const far = Buffer.from(response.headers.get('x-far') ?? '', 'latin1').toString();
  expect([response.headers.get('x-two'), far, response.headers.get('x-last')]).toEqual(['a b', '✓', 'c']);
  expect(bugs).toEqual([]);
});

test.each([
  ['REST', '/Prod', { a: ['1', '2'] }],
  ['HTTP', '', { a: '1,2' }],
] as const)('a %s API answers by its paths, with what the caller sent', async (kind, stage, query) => {
  const response = await fetch(`${urlOf(kind)}${stage}/echo/x%20y?a=1&a=2`, {
    method: 'POST',
    headers: { 'X-Custom': 'yes', 'Content-Type': 'application/json' },
    body: '{"é":1}',
  });
  expect(response.status).toBe(201);
  expect(response.headers.get('x-version')).toBe('1');
  expect(await response.json()).toMatchObject({ query, header: 'yes', body: '{"é":1}', isBase64Encoded: false });
});

test('bytes reach the function of an HTTP API in base64', async () => {
  const response = await fetch(`${urlOf('HTTP')}/echo/1`, {
    method: 'PUT',
    headers: { 'Content-Type': 'image/png' },
    body: new Uint8Array([0, 255]),
  });
  expect(await response.json()).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
});

test.each([
  ['/Prod/nothing', 403, 'Missing Authentication Token'],
  ['/Beta/echo/1', 403, 'Forbidden'],
  ['/', 403, 'Forbidden'],
  ['/__proto__/x', 403, 'Forbidden'],
])('a REST API refuses %s as AWS does', async (path, status, message) => {
  const response = await fetch(urlOf('REST') + path);
  expect([response.status, await response.json()]).toEqual([status, { message }]);
});

test.each([
  ['REST', '/Prod', 'HTTP content length exceeded 10485760 bytes.'],
  ['HTTP', '', '{"message":"Request Entity Too Large"}'],
] as const)('a %s API refuses a body beyond 10 MB as AWS does', async (kind, stage, body) => {
  const sent = { method: 'POST', body: new Uint8Array(10 * 1024 * 1024 + 1) };
  const response = await fetch(`${urlOf(kind)}${stage}/echo/1`, sent);
  expect([response.status, await response.text()]).toEqual([413, body]);
});

test('callers at the same time are answered each', async () => {
  const ids = Array.from({ length: 20 }, (_, i) => String(i));
  const answers = await Promise.all(
    ids.map(async (id) => ((await (await fetch(`${urlOf('REST')}/Prod/echo/${id}`)).json()) as { id: string }).id),
  );
  expect(answers).toEqual(ids);
});

test('paused time stands still but for what an answer needs, and is advanced by command', async () => {
  const before = cloud.now;
  expect(await command('GET', 'status')).toMatchObject({ status: 200, body: { speed: 'paused' } });
  expect(cloud.now).toBe(before);
  const { body } = await command('POST', 'advance?for=1.5h');
  expect(body['now']).toBe(new Date(before + 5_400_000).toISOString());
});

test.each(['POST advance', 'POST advance?for=5', 'POST advance?for=999h', 'POST speed?value=-1', 'GET other'])(
  'the command %j is refused',
  async (what) => {
    const [method = '', path = ''] = what.split(' ');
    expect((await command(method, path)).status).toBe(400);
  },
);

test('at a speed, time passes by itself and requests wait for it', async () => {
  const before = cloud.now;
  await command('POST', 'speed?value=3600');
  const response = await fetch(`${urlOf('REST')}/Prod/echo/1`);
  expect(response.status).toBe(201);
  await command('POST', 'speed?value=paused');
  expect(cloud.now).toBeGreaterThan(before);
});

test('the waiters of deploying clients see the end at their first look', async () => {
  await command('POST', 'speed?value=max');
  await release(2);
  await waitUntilStackUpdateComplete(
    { client: cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { StackName: 'shop' },
  );
  const codeDeploy = new CodeDeployClient(configured());
  const { deployments } = await codeDeploy.send(new ListDeploymentsCommand({}));
  const waited = await waitUntilDeploymentSuccessful(
    { client: codeDeploy, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { deploymentId: deployments?.[0] },
  );
  expect(waited.state).toBe('SUCCESS');
  const response = await fetch(`${urlOf('REST')}/Prod/echo/1`);
  expect(response.headers.get('x-version')).toBe('2');
  await command('POST', 'speed?value=paused');
});

test('a function that crashes does not take the server down', async () => {
  const lambda = new LambdaClient(configured());
  const [fn] = cloud.world.lambda.functions.keys();
  const crashed = await lambda.send(new InvokeCommand({ FunctionName: fn, Payload: JSON.stringify({ crash: true }) }));
  expect(crashed.FunctionError).toBe('Unhandled');
  expect((await fetch(`${urlOf('REST')}/Prod/echo/1`)).status).toBe(201);
});

test.each(['REST', 'HTTP'] as const)(
  'a status that ends no request leaves no caller of the %s API waiting',
  async (kind) => {
    const url = kind === 'REST' ? `${urlOf('REST')}/Prod` : urlOf('HTTP');
    expect((await fetch(`${url}/echo/1?status=103`)).status).toBe(502);
    expect((await fetch(`${url}/echo/1?status=299`)).status).toBe(299);
  },
);

test('garbage on every port is refused, and the server lives', async () => {
  const urls = [served.url, urlOf('REST'), urlOf('HTTP')];
  for (const url of urls)
    for (const bytes of [
      '\0\u0001\r\n\r\n',
      'GET /%zz%00/../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    ])
      expect(await rawAnswer(url, bytes)).toMatch(/^HTTP\/1\.1 [345]\d\d /);
  expect((await command('GET', 'status')).status).toBe(200);
});

test('a stack that is deleted takes its APIs off the air', async () => {
  const url = urlOf('REST');
  await command('POST', 'speed?value=max');
  await cloudFormation.send(new DeleteStackCommand({ StackName: 'shop' }));
  await waitUntilStackDeleteComplete(
    { client: cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { StackName: 'shop' },
  );
  expect(cloud.world.apigateway.apis.size).toBe(0);
  expect(served.apis()).toEqual([]);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('no bug was met on the way', () => expect(bugs).toEqual([]));

async function rawAnswer(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end(text);
  let answer = '';
  for await (const part of socket) answer += String(part);
  return answer;
}

test.each([
  ['250ms', 250],
  ['90s', 90_000],
  ['1.5h', 5_400_000],
  ['5', undefined],
  ['-1m', undefined],
  ['', undefined],
])('%j is a duration of %s', (text, ms) => expect(readDuration(text)).toBe(ms));

test.each([
  ['60', 60],
  ['0.5', 0.5],
  ['max', 'max'],
  ['paused', 'paused'],
  ['0', undefined],
  ['fast', undefined],
])('%j is the speed %s', (text, speed) => expect(readSpeed(text)).toBe(speed));
