/**
 * Whatever functions do (sleep, call the cloud, start others, die), however few of them may run at a time, and however
 * time is let pass, with a state folder or without, by one thread or two: the journal is the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCloud } from './cloud.ts';
import { after, type Instant } from './instant.ts';
import type { JournalEntry } from './journal.ts';
import { artifact, linesOf } from './shell/kept-cloud.fixture.ts';
import { StateFolder } from './shell/state-folder.ts';

const START = Date.UTC(2026, 0, 5, 9) as Instant;
const SPAN = 5_000;
const root = mkdtempSync(join(tmpdir(), 'cuts-'));
afterAll(() => rmSync(root, { recursive: true }));

interface Story {
  readonly seed: number;
  readonly timeout: number;
  /** How many invocations may run at a time: of the first function, both versions together, and of the account. */
  readonly limit: { readonly reserved: number | undefined; readonly account: number };
  /** Environments of the first function that are initialised ahead, where its limits allow it. */
  readonly provisioned: number;
  /** Shares of the invocations. */
  readonly sleeps: number;
  readonly calls: number;
  readonly starts: number;
  readonly exits: number;
  readonly hangs: number;
  readonly sleepMs: number;
  /** `group` requests every `gap` milliseconds. */
  readonly gap: number;
  readonly group: number;
}

const template = ({ timeout, limit: { reserved, account }, provisioned }: Story, code: string): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: told } }
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ${code}
      Handler: index.handler
      Runtime: nodejs24.x
      Timeout: ${timeout}
      AutoPublishAlias: live${reserved === undefined ? '' : `\n      ReservedConcurrentExecutions: ${reserved}`}
      ${provisioned <= (reserved ?? account - 100) ? `ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: ${provisioned} }` : ''}
      Policies: [{ Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }]
      Events: { Get: { Type: Api, Properties: { Path: /x, Method: get } } }
  Other:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: first
      Handler: index.handler
      Runtime: nodejs24.x
      Timeout: ${timeout}
      AutoPublishAlias: live
      Policies: [{ Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }]
      Events: { Get: { Type: Api, Properties: { Path: /y, Method: get } } }
`;

/** Both versions of the first function get traffic, and what it starts may be of either. */
const split = (functionName: string) => ({
  method: 'PUT',
  url: `/2015-03-31/functions/${functionName}/aliases/live`,
  headers: {
    authorization: 'AWS4-HMAC-SHA256 Credential=test/20260105/us-east-1/lambda/aws4_request',
    'content-type': 'application/json',
  },
  body: Buffer.from('{"RoutingConfig":{"AdditionalVersionWeights":{"1":0.4}}}'),
});

const handler = ({ sleeps, sleepMs, calls, starts, exits, hangs }: Story): string => `
const key = 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260105/us-east-1/';
const ask = (service, path, headers, body) =>
  fetch(process.env.AWS_ENDPOINT_URL + path, { method: 'POST', headers: { authorization: key + service + '/aws4_request', ...headers }, body });
const tell = (Message) => ask('sns', '/', { 'content-type': 'application/x-www-form-urlencoded' },
  new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn: 'arn:aws:sns:us-east-1:123456789012:told', Message }).toString());
const start = () => ask('lambda', '/2015-03-31/functions/' + process.env.AWS_LAMBDA_FUNCTION_NAME + ':live/invocations', { 'x-amz-invocation-type': 'Event' }, '{}');
let n = 0;
export const handler = async (event) => {
  console.log(n++, Math.random());
  if (Math.random() < ${sleeps}) await new Promise((resolve) => setTimeout(resolve, ${sleepMs} * Math.random()));
  if (event.requestContext && Math.random() < ${calls}) await tell('told ' + n);
  if (event.requestContext && Math.random() < ${starts}) await start();
  if (Math.random() < ${exits}) process.exit(1);
  if (Math.random() < ${hangs}) await new Promise(() => setTimeout(() => {}, 1e6));
  return { statusCode: 200, body: '{}' };
};`;

async function journalOf(
  story: Story,
  steps: readonly number[],
  workers: number,
  isKept: boolean,
): Promise<readonly string[]> {
  const keep = isKept ? { keep: new StateFolder(mkdtempSync(join(root, 'kept-'))) } : {};
  const { seed, limit } = story;
  const cloud = await createCloud({ start: START, seed, accountConcurrency: limit.account, workers, ...keep });
  const entries: JournalEntry[] = [];
  cloud.journal.subscribe((entry) => entries.push(entry));
  try {
    await cloud.resume(() => undefined);
    for (const code of ['first', 'second'])
      await cloud.deploy({
        stackName: 'shop',
        template: template(story, code),
        fileName: 'template.yaml',
        packageCode: (path) => artifact(`${handler(story)} // ${path}`),
      });
    const { functionName = '' } =
      [...cloud.world.lambda.functions.values()].find(({ versions }) => versions.size === 2) ?? {};
    await cloud.handle(split(functionName));
    expect(cloud.world.lambda.functions.get(functionName)?.aliases.get('live')?.additional?.weight).toBe(0.4);
    const startAt = cloud.now;
    const apiId = [...cloud.world.apigateway.apis.keys()][0] ?? '';
    const request = (index: number) => ({
      method: 'GET',
      path: index % 4 === 3 ? '/y' : '/x',
      headers: {},
      query: {},
    });
    const arrivesAt = (index: number) => after(startAt, story.gap * Math.floor(index / story.group));
    cloud.send({ apiId, stage: 'Prod', request, arrivesAt });
    for (const until of steps) await cloud.advanceTo(after(startAt, until));
    return linesOf(entries);
  } finally {
    await cloud.close();
  }
}

const share = (...shares: readonly number[]) => fc.constantFrom(0, ...shares);
const stories = fc.record({
  seed: fc.nat(),
  timeout: fc.constantFrom(1, 3),
  limit: fc.constantFrom<Story['limit']>(
    { reserved: undefined, account: 1_000 },
    { reserved: 1, account: 1_000 },
    { reserved: 3, account: 104 },
    { reserved: undefined, account: 1 },
    { reserved: undefined, account: 4 },
  ),
  provisioned: fc.constantFrom(1, 2, 1_000),
  sleeps: share(0.3, 1),
  calls: share(0.1, 1),
  starts: share(0.2),
  exits: share(0.05),
  hangs: share(0.03),
  sleepMs: fc.constantFrom(10, 200, 1_000),
  gap: fc.constantFrom(50, 100, 500),
  group: fc.constantFrom(1, 2, 5),
});
/** Also such that end with a request. */
const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: SPAN }), fc.constantFrom(500, 1_000, 3_500)), {
  maxLength: 6,
});

/** Those that started at their limit, and those that were throttled for want of concurrency below it. */
function breaches({ limit: { reserved, account } }: Story, lines: readonly string[]): readonly string[] {
  const running = new Map<string, string>();
  const beside = (functionName: string) => {
    const isOwn = (name: string) => reserved !== undefined && name.includes('-Fn-');
    const pool = [...running.values()].filter((name) => isOwn(name) === isOwn(functionName)).length;
    return pool - (isOwn(functionName) ? (reserved ?? 0) : account - (reserved ?? 0));
  };
  return lines.filter((line) => {
    const { effect } = JSON.parse(line) as JournalEntry;
    if (effect.type === 'lambda.InvocationEnded') running.delete(effect.requestId);
    if (effect.type === 'lambda.InvocationThrottled')
      return effect.reason.includes('Concurrent') && beside(effect.functionName) !== 0;
    if (effect.type !== 'lambda.InvocationStarted') return false;
    const isOver = beside(effect.functionName) >= 0;
    running.set(effect.requestId, effect.functionName);
    return isOver;
  });
}

test('the journal depends neither on steps, nor on threads, nor on a folder', async () => {
  await fc.assert(
    fc.asyncProperty(stories, cuts, fc.constantFrom(1, 2), async (story, cut, workers) => {
      const whole = await journalOf(story, [SPAN], workers, false);
      expect(breaches(story, whole)).toEqual([]);
      const steps = [...cut.toSorted((a, b) => a - b), SPAN];
      expect(await journalOf(story, steps, 3 - workers, false)).toEqual(whole);
      expect(await journalOf(story, steps, workers, true)).toEqual(whole);
    }),
    { numRuns: 3 },
  );
});
