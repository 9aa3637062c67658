import { expect, test } from '@jest/globals';
import { type JournalEntry, packageFiles } from '@unicorns/cloud';
import type { Rehearsal, Release } from './rehearsal.ts';
import type { RehearsalEvent } from './report/events.ts';
import { isJudged } from './report/verdict.ts';
import { runRehearsal } from './run-rehearsal.ts';
import { parseFault } from './faults/parse-fault.ts';
import { parseRoutes } from './callers/parse-routes.ts';
import { parseTraffic } from './traffic/parse-traffic.ts';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: orders
      CodeUri: app
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference: { Type: Canary10Percent5Minutes, Alarms: [!Ref Errors] }
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: orders-errors
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{ Name: FunctionName, Value: !Ref Fn }, { Name: Resource, Value: !Sub '\${Fn}:live' }]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
`;

const release = (name: string, expect: Release['expect'], code: string): Release => ({
  name,
  expect,
  template: { fileName: 'template.yaml', text: TEMPLATE },
  parameters: {},
  packageCode: () => packageFiles(new Map([['index.mjs', new TextEncoder().encode(code)]])),
  waitBeforeMs: 0,
  waitAfterMs: 60_000,
  warnings: [],
});

const rehearsal = (...releases: readonly Release[]): Rehearsal => ({
  name: 'test',
  title: 'Test',
  stackName: 'shop',
  seed: 1,
  traffic: parseTraffic('1/s'),
  slaMs: 1_000,
  releases,
});

test('functions without an API are rehearsed by invocations of the alias, and a function error hits its caller', async () => {
  const events: RehearsalEvent[] = [];
  const verdicts = await runRehearsal(
    rehearsal(
      release('first', 'created', 'export const handler = async () => "done";'),
      release('second', 'rolled-back', 'export const handler = async () => { throw new Error("no order"); };'),
    ),
    { tell: (event) => void events.push(event) },
  );
  expect(events.filter(({ type }) => type === 'callersBegan')).toMatchObject([
    { callers: 'lambda:Invoke of orders:live with the event {}, since the template has no API' },
  ]);
  const [first, second] = verdicts;
  expect(first?.requests).toMatchObject({ count: 60, byStatus: [['ok', 60]] });
  expect(second).toMatchObject({ outcome: 'rolled-back', gate: { type: 'alarms', names: ['orders-errors'] } });
  const errors = second?.requests.byStatus.find(([status]) => status === 'function error')?.[1];
  expect(errors).toBe(second?.requestsHit);
  // A tenth of a request a second, for a minute or two.
  expect(errors).toBeGreaterThan(3);
  expect(errors).toBeLessThan(25);
});

test('an account that lets one invocation run at a time throttles, which is told', async () => {
  const events: RehearsalEvent[] = [];
  const slow = 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 1_500));';
  const [verdict] = await runRehearsal(
    { ...rehearsal(release('first', 'created', slow)), accountConcurrency: 1 },
    { tell: (event) => void events.push(event) },
  );
  expect(verdict?.requests.byStatus.map(([status]) => status).toSorted()).toEqual(['ok', 'throttled']);
  const findings = events.flatMap((event) => (event.type === 'finding' ? [event.text] : []));
  expect(findings).toEqual([expect.stringContaining('"orders" was throttled: more invocations at a time than the 1 ')]);
});

test.each(['promoted', 'rolled-back'] as const)(
  'a fault that begins after the release is through is told of once, when it was to be %s',
  async (expected) => {
    const events: RehearsalEvent[] = [];
    const late = {
      ...release('second', expected, 'export const handler = async () => 2;'),
      faults: [parseFault('throw:from=99m')],
    };
    const first = release('first', 'created', 'export const handler = async () => 1;');
    const [, verdict] = await runRehearsal(rehearsal(first, late), { tell: (event) => void events.push(event) });
    const findings = events.flatMap((event) => (event.type === 'finding' ? [event.text] : []));
    const told = expected === 'promoted' ? findings : [verdict?.difference];
    expect(told).toEqual([expect.stringMatching(/the fault throw:from=99m never began .* through after 05:\d\d/)]);
    expect(findings).toHaveLength(expected === 'promoted' ? 1 : 0);
    expect(verdict?.isAsExpected).toBe(expected === 'promoted');
  },
);

test('what is worth saying of a template is said once, with its line', async () => {
  const events: RehearsalEvent[] = [];
  const text = `${TEMPLATE.replace(': AWS::Serverless-2016-10-31', ': [AWS::Serverless-2016-10-31, AWS::CodeStar]')}
  Topic: { Type: AWS::SNS::Topic, Properties: { DisplayName: '{{resolve:ssm:/name}}' } }
`;
  const code = (build: number): string => `export const handler = async () => ${build};`;
  const releases = [release('first', 'created', code(1)), release('second', 'promoted', code(2))];
  await runRehearsal(
    rehearsal(...releases.map((each) => ({ ...each, template: { fileName: 'template.yaml', text } }))),
    { tell: (event) => void events.push(event) },
  );
  expect(events.flatMap((event) => (event.type === 'releaseBegan' ? [event.warnings] : []))).toEqual([
    [
      expect.stringMatching(/^template\.yaml:2: The transform AWS::CodeStar went with CodeStar/),
      'template.yaml:26: What {{resolve:ssm:/name}} stands for is known to AWS alone: here it stays as it is written.',
    ],
    [],
  ]);
});

test('callers who cannot go where they should are refused before anything is deployed', async () => {
  const entries: JournalEntry[] = [];
  const callers = { type: 'routes', routes: parseRoutes(['GET /orders']) } as const;
  const wrong = { ...rehearsal(release('first', 'created', '')), callers };
  await expect(
    runRehearsal(wrong, { tell: () => undefined, follow: (entry) => void entries.push(entry) }),
  ).rejects.toThrow('template.yaml: The template has no route for "GET /orders". It has no routes.');
  expect(entries).toEqual([]);
});

const CALLS_OUT = 'export const handler = async () => fetch("https://example.com/");';

test('a release whose code asks for what a rehearsal has not is not judged, whatever becomes of it', async () => {
  const first = release('first', 'created', 'export const handler = async () => 1;');
  const verdicts = await runRehearsal(rehearsal(first, release('second', 'rolled-back', CALLS_OUT)), {
    tell: () => undefined,
  });
  expect(verdicts.map(isJudged)).toEqual([true, false]);
  expect(verdicts[1]).toMatchObject({
    outcome: 'rolled-back',
    isAsExpected: false,
    difference: 'the code asks for what lies outside the slice (docs/slice.md): the host example.com:443, in orders',
  });
});

test('nor is a release that meets the answers of an older version that does', async () => {
  const first = { ...release('first', 'created', CALLS_OUT), waitAfterMs: 5_000 };
  const verdicts = await runRehearsal(
    rehearsal(first, release('second', 'promoted', 'export const handler = async () => 1;')),
    { tell: () => undefined },
  );
  expect(verdicts.map(isJudged)).toEqual([false, false]);
});
