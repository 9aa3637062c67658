import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type Cloud, createCloud } from './cloud.ts';
import { after, MINUTE } from './instant.ts';
import { artifact } from './shell/kept-cloud.fixture.ts';
import { arrivals } from './traffic.ts';

const TEMPLATE = `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Api:
    MethodSettings:
      - { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 500, ThrottlingBurstLimit: 250 }
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: app
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference: { Type: Canary10Percent5Minutes, Alarms: [!Ref ErrorsAlarm] }
      Events:
        Get: { Type: Api, Properties: { Path: /x, Method: get } }
  ErrorsAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub '\${AWS::StackName}-\${Fn.Version.Version}-errors'
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions:
        - { Name: FunctionName, Value: !Ref Fn }
        - { Name: Resource, Value: !Sub '\${Fn}:live' }
        - { Name: ExecutedVersion, Value: !GetAtt Fn.Version.Version }
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
`;

/** A share of requests fails, some take their time; all drawn inside the handler, from its seeded Math.random. */
const handler = (faultShare: number): string => `
export const handler = async () => {
  await new Promise((resolve) => setTimeout(resolve, 20 + 200 * Math.random()));
  if (Math.random() < ${faultShare}) throw new Error('fault');
  console.log('answered');
  return { statusCode: 200, body: '{}' };
};`;

const deploy = (cloud: Cloud, faultShare: number, stackName = 'shop', template = TEMPLATE) =>
  cloud.deploy({
    stackName,
    template,
    fileName: 'template.yaml',
    packageCode: () => artifact(handler(faultShare)),
  });

const flat = (_key: string, value: unknown): unknown => {
  if (value instanceof Map) return [...value];
  return value instanceof Set ? [...value] : value;
};

/** A cloud with traffic, followed from its first entry; the journal comes back as text. */
async function journalOf(seed: number, story: (cloud: Cloud) => Promise<void>): Promise<string> {
  const cloud = await createCloud({ seed, workers: 2 });
  const digest = createHash('sha256');
  let length = 0;
  cloud.journal.subscribe((entry) => {
    length++;
    digest.update(JSON.stringify(entry, flat));
  });
  try {
    await deploy(cloud, 0);
    const apiId = [...cloud.world.apigateway.apis.keys()][0] ?? '';
    const request = () => ({ method: 'GET', path: '/x', headers: {}, query: {} });
    cloud.send({
      apiId,
      stage: 'Prod',
      request,
      arrivesAt: arrivals([{ minute: 0, requestsPerMinute: 120 }], cloud.now, cloud.world.random),
    });
    await story(cloud);
  } finally {
    await cloud.close();
  }
  return `${length} ${digest.digest('hex')}`;
}

test('the same seed gives the same journal, byte for byte; another seed another one', async () => {
  const story = async (cloud: Cloud): Promise<void> => void (await deploy(cloud, 0.2));
  const [one, same, other] = [await journalOf(5, story), await journalOf(5, story), await journalOf(6, story)];
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

test('advancing in one step or in many gives the same journal', async () => {
  const inSteps = (steps: readonly number[]) =>
    journalOf(7, async (cloud) => {
      for (const ms of steps) await cloud.advance(ms);
    });
  const whole = await inSteps([4 * MINUTE]);
  expect(await inSteps([1, 1_499, 30_001, 333, 28_166, 2 * MINUTE + 12_345, 47_655])).toBe(whole);
  expect(await inSteps(Array.from({ length: 480 }, () => 500))).toBe(whole);
});

test('what a stage’s limits let pass hangs on no batch and no step', async () => {
  const inSteps = async (steps: readonly number[]) => {
    const statuses: number[] = [];
    const journal = await journalOf(12, async (cloud) => {
      const apiId = [...cloud.world.apigateway.apis.keys()][0] ?? '';
      // Ahead of 600 a second the rate limit of 500 is reached after two and a half, when the burst of 250 is used up.
      const arrivesAt = arrivals([{ minute: 0, requestsPerMinute: 36_000 }], cloud.now, cloud.world.random);
      const request = () => ({ method: 'GET', path: '/x', headers: {}, query: {} });
      cloud.send({ apiId, stage: 'Prod', request, arrivesAt });
      const stop = cloud.journal.subscribe(({ effect }) => {
        if (effect.type === 'apigateway.RequestServed') statuses[effect.index] = effect.status;
      });
      for (const ms of steps) await cloud.advance(ms);
      stop();
    });
    return { journal, statuses };
  };
  const whole = await inSteps([5_000]);
  expect(whole.statuses.filter((status) => status === 429).length).toBeGreaterThan(150);
  expect(whole.statuses.indexOf(429)).toBeGreaterThan(1_000);
  expect(await inSteps([1, 499, 2_001, 333, 2_166])).toEqual(whole);
});

test('a rollback ends with the alias where it began', async () => {
  await journalOf(8, async (cloud) => {
    expect((await deploy(cloud, 0.5)).type).toBe('rolledBack');
    const aliases = [...cloud.world.lambda.functions.values()].flatMap((fn) => [...fn.aliases.values()]);
    expect(aliases.map(({ functionVersion, additional }) => ({ functionVersion, additional }))).toEqual([
      { functionVersion: '1', additional: undefined },
    ]);
  });
});

test('two stacks in one cloud never touch each other', async () => {
  await journalOf(9, async (cloud) => {
    await deploy(cloud, 0, 'second');
    const before = cloud.world.cloudformation.stacks.get('second');
    expect((await deploy(cloud, 0.5, 'shop')).type).toBe('rolledBack');
    expect(cloud.world.cloudformation.stacks.get('second')).toBe(before);
    const states = [...cloud.world.cloudwatch.alarms.values()].map((alarm) => [
      alarm.configuration.alarmName,
      alarm.stateValue,
    ]);
    expect(states).toContainEqual(['second-1-errors', 'OK']);
    expect((await deploy(cloud, 0, 'second')).type).toBe('noChanges');
  });
});

test('requests are answered at their own instants, whatever else happens', async () => {
  await journalOf(10, async (cloud) => {
    const served: number[] = [];
    const stop = cloud.journal.subscribe(({ effect, at }) => {
      if (effect.type !== 'apigateway.RequestServed') return;
      served.push(effect.index);
      expect(at).toBe(after(effect.arrivedAt, effect.latencyMs));
    });
    await cloud.advance(2 * MINUTE);
    stop();
    expect(new Set(served).size).toBe(served.length);
    expect(served.length).toBeGreaterThan(180);
  });
});

test('traffic that ends while a batch of it is under way is answered to the batch’s end, whatever the threads do', async () => {
  const story = async (cloud: Cloud): Promise<void> => {
    const apiId = [...cloud.world.apigateway.apis.keys()][0] ?? '';
    const request = () => ({ method: 'GET', path: '/x', headers: {}, query: {} });
    cloud.send({
      apiId,
      stage: 'Prod',
      request,
      arrivesAt: arrivals([{ minute: 0, requestsPerMinute: 1_200 }], cloud.now, undefined),
    });
    const served: number[] = [];
    const stop = cloud.journal.subscribe(({ effect }) => {
      if (effect.type === 'apigateway.RequestServed' && served.push(effect.index) === 100) cloud.send(undefined);
    });
    await cloud.advance(2 * MINUTE);
    await cloud.advance(MINUTE);
    stop();
    expect(served.toSorted((a, b) => a - b)).toEqual([...served.keys()]);
    expect(served).toHaveLength(2_400);
  };
  expect(await journalOf(11, story)).toBe(await journalOf(11, story));
});

test('traffic beyond the concurrency is throttled at its own instant, in one step or in many', async () => {
  const crowded = TEMPLATE.replace('live', 'live\n      ReservedConcurrentExecutions: 2');
  const inSteps = (steps: readonly number[]) =>
    journalOf(12, async (cloud) => {
      await deploy(cloud, 0, 'shop', crowded);
      const apiId = [...cloud.world.apigateway.apis.keys()][0] ?? '';
      const request = () => ({ method: 'GET', path: '/x', headers: {}, query: {} });
      const startAt = cloud.now;
      const arrived = new Map<string, number>();
      const seen = { served: 0, throttled: 0 };
      const stop = cloud.journal.subscribe(({ effect, at }) => {
        if (effect.type === 'apigateway.RequestServed') seen.served++;
        if (effect.type === 'apigateway.RequestReceived') arrived.set(effect.requestId, at);
        if (effect.type !== 'lambda.InvocationThrottled') return;
        seen.throttled++;
        expect(arrived.get(effect.requestId)).toBe(at);
      });
      // Every second one comes together with the one before.
      const arrivesAt = (index: number) => (index < 400 ? after(startAt, 20 * (index >> 1)) : undefined);
      cloud.send({ apiId, stage: 'Prod', request, arrivesAt });
      for (const ms of steps) await cloud.advance(ms);
      stop();
      expect(seen.served).toBe(400);
      expect(seen.throttled).toBeGreaterThan(100);
    });
  const whole = await inSteps([MINUTE]);
  expect(await inSteps([7, 993, 12_000, 1, MINUTE - 13_001])).toBe(whole);
});
