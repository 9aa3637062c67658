import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type Cloud, createCloud } from './cloud.ts';
import { after } from './instant.ts';
import { packageFiles } from './shell/package-code.ts';
import { arrivals } from './traffic.ts';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: orders, CodeUri: app, Handler: index.handler, Runtime: RUNTIME, AutoPublishAlias: live }
`;

interface Ran {
  readonly left: readonly string[];
  readonly latestMs: number;
  readonly digest: string;
}

/** Twelve calls, a second apart. */
async function run(body: string, runtime = 'nodejs24.x'): Promise<Ran> {
  const files = packageFiles(new Map([['index.mjs', new TextEncoder().encode(body)]]));
  const cloud: Cloud = await createCloud({ seed: 2, workers: 2 });
  const left: string[] = [];
  const digest = createHash('sha256');
  let latestMs = 0;
  cloud.journal.subscribe(({ at, effect }) => {
    digest.update(JSON.stringify([at, effect.type]));
    if (effect.type === 'lambda.SliceLeft') left.push(effect.what);
    if (effect.type === 'lambda.InvocationEnded') latestMs = Math.max(latestMs, at - effect.startedAt);
  });
  try {
    const template = TEMPLATE.replace('RUNTIME', runtime);
    await cloud.deploy({ stackName: 'shop', template, fileName: 'template.yaml', packageCode: () => files });
    const arrivesAt = arrivals([{ minute: 0, requestsPerMinute: 60 }], after(cloud.now, 0), undefined);
    cloud.send({ target: () => ({ functionName: 'orders', qualifier: 'live' }), event: '{}', arrivesAt });
    await cloud.advance(12_000);
    return { left, latestMs, digest: digest.digest('hex') };
  } finally {
    await cloud.close();
  }
}

const call = (headers: object, body = '{}', path = '/', method = 'POST'): string => `
const headers = ${JSON.stringify(headers)};
export const handler = async () => {
  const url = process.env.AWS_ENDPOINT_URL + ${JSON.stringify(path)};
  const init = { method: ${JSON.stringify(method)}, headers${method === 'GET' ? '' : `, body: ${JSON.stringify(body)}`} };
  return (await fetch(url, init)).status;
};`;

const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AK/20260105/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const beyond: readonly [name: string, body: string, what: string, runtime?: string][] = [
  [
    'a service by its target',
    call({ ...signed('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.GetItem' }),
    'dynamodb:GetItem',
  ],
  [
    'a service by its form',
    call({ ...signed('sqs'), ...FORM }, 'Action=SendMessage&Version=2012-11-05'),
    'sqs:SendMessage',
  ],
  [
    'a service of which only the method and the path are known',
    call(signed('execute-api'), '', '/Prod/orders?all=1', 'GET'),
    'execute-api:GET /Prod/orders',
  ],
  [
    'an operation of a service that is here',
    call(signed('lambda'), '', '/2018-10-31/layers', 'GET'),
    'lambda:ListLayers',
  ],
  [
    'another host, though the code makes nothing of it',
    'export const handler = async () => fetch("https://example.com/x").catch(() => "all right");',
    'the host example.com:443',
  ],
  [
    'another host, by http',
    'import { get } from "node:http"; export const handler = () => new Promise((r) => get("http://db.internal:81").on("error", r));',
    'the host db.internal:81',
  ],
  [
    'what a rehearsal does not run',
    'import { exec } from "node:child_process"; export const handler = async () => exec("ls");',
    'node:child_process.exec',
  ],
  [
    'a client that the image has on AWS',
    'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; export const handler = async () => new DynamoDBClient();',
    'the module @aws-sdk/client-dynamodb of Lambda’s image',
  ],
  [
    'a client that is looked for in the middle of a request',
    'export const handler = async () => import("@aws-sdk/client-sqs").catch(() => "all right");',
    'the module @aws-sdk/client-sqs of Lambda’s image',
    'nodejs20.x',
  ],
];

test.each(beyond)('code that asks for %s is told once, by name', async (_name, body, what, runtime = 'nodejs24.x') => {
  const { left, latestMs } = await run(body, runtime);
  expect(left).toEqual([what]);
  expect(latestMs).toBeLessThan(500);
});

const within: readonly [name: string, body: string, runtime?: string][] = [
  [
    'the SDK on an image that never had it',
    'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; export const handler = async () => DynamoDBClient;',
    'nodejs16.x',
  ],
  ['version 2 of the SDK, which no image has', 'import AWS from "aws-sdk"; export const handler = async () => AWS;'],
  ['a module of the release’s own', 'import "./gone.mjs"; export const handler = async () => 1;'],
  ['a call that is refused as on AWS', call(signed('lambda'), '', '/2015-03-31/functions/', 'GET')],
  ['a call that nobody can read', call({ ...signed('logs'), 'x-amz-target': 'Logs_20140328.DescribeLogGroups' }, '{')],
];

test.each(within)('code that asks for %s is at fault itself', async (_name, body, runtime = 'nodejs24.x') => {
  expect((await run(body, runtime)).left).toEqual([]);
});

test('calls that the wire refuses have their place on the timeline: the same seed gives the same journal', async () => {
  const refused = call({ ...signed('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.GetItem' });
  const runs = [await run(refused), await run(refused), await run(refused)];
  expect(new Set(runs.map(({ digest }) => digest)).size).toBe(1);
});
