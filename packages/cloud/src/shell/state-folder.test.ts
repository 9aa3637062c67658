/** A cloud that is cut off anywhere and taken up again goes on as if nothing had been. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../cloud.ts';
import { after, type Instant, MINUTE } from '../instant.ts';
import { arrivals } from '../traffic.ts';
import { frame } from './frame-records.ts';
import { artifact, call, cutOff, endOf, invoke, keptIn, linesOf, live, START, typeOf } from './kept-cloud.fixture.ts';
import { type Packed, Packing } from './pack-records.ts';
import { StateFolder } from './state-folder.ts';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: app
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference:
        Type: Canary10Percent5Minutes
        Hooks: { PreTraffic: !Ref Hook }
      Events: { Get: { Type: Api, Properties: { Path: /x, Method: get } } }
  Hook:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: CodeDeployHook_keep
      CodeUri: hook
      Handler: index.handler
      Runtime: nodejs24.x
      DeploymentPreference: { Enabled: false }
      Policies: [{ Statement: [{ Effect: Allow, Action: 'codedeploy:*', Resource: '*' }] }]
`;

const handler = (version: number): string => `
export const handler = async () => {
  await new Promise((resolve) => setTimeout(resolve, 20 + 900 * Math.random()));
  console.log('version ${version}');
  return { statusCode: 200, body: '${version}' };
};`;

const HOOK = `
import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
export const handler = async ({ DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId }) => {
  console.log(Math.random());
  await new CodeDeployClient({}).send(new PutLifecycleEventHookExecutionStatusCommand({ deploymentId, lifecycleEventHookExecutionId, status: 'Succeeded' }));
};`;

const root = mkdtempSync(join(tmpdir(), 'state-'));
afterAll(() => rmSync(root, { recursive: true }));

const at = (minutes: number): Instant => after(START as Instant, minutes * MINUTE);
const isBusy = (cloud: Cloud): boolean => cloud.world.cloudformation.stacks.get('shop')?.operation !== undefined;
const apiId = (cloud: Cloud): string => [...cloud.world.apigateway.apis.keys()][0] ?? '';

function hear(cloud: Cloud): void {
  const request = () => ({ method: 'GET', path: '/x', headers: {}, query: {} });
  const arrivesAt = arrivals([{ minute: 0, requestsPerMinute: 60 }], cloud.now, cloud.world.random);
  cloud.send({ apiId: apiId(cloud), stage: 'Prod', request, arrivesAt });
}

const deploy = (cloud: Cloud, version: number): Promise<unknown> =>
  cloud.deploy({
    stackName: 'shop',
    template: TEMPLATE,
    fileName: 'template.yaml',
    packageCode: (path) => artifact(path === 'hook' ? HOOK : handler(version)),
  });

const invokeFirst = (cloud: Cloud): Promise<unknown> =>
  invoke([...cloud.world.lambda.functions.keys()][0] ?? '')(cloud);

const ask = (movesTime: boolean) => (cloud: Cloud) => {
  const request = { apiId: apiId(cloud), stage: 'Prod', method: 'GET', path: '/x', headers: {}, query: {} };
  const served = cloud.request({ ...request, sourceIp: '127.0.0.1' }, movesTime);
  // Without moving time nobody answers until somebody else does.
  return movesTime ? served : undefined;
};

type Act = { readonly input: (cloud: Cloud) => unknown } | { readonly until: Instant; readonly endsEarly?: boolean };

/** Each input is one record; time moves to instants of its own in between. */
const STORY: readonly Act[] = [
  { input: (cloud) => deploy(cloud, 1) },
  { until: at(3) },
  { input: (cloud) => cloud.note('traffic', () => hear(cloud)) },
  { until: at(3.51) },
  { input: call('CodeDeploy_20141006.ListApplications', {}) },
  { input: ask(false) },
  { input: invokeFirst },
  { input: ask(true) },
  { until: at(4) },
  { input: call('CodeDeploy_20141006.GetDeployment', { deploymentId: 'd-NOTHING00' }) },
  { input: (cloud) => deploy(cloud, 2) },
  { until: at(13) },
  { input: call('CodeDeploy_20141006.ListDeployments', {}) },
  { until: at(14) },
];

async function tell(
  directory: string,
  story: (cloud: Cloud) => Promise<void>,
  workers = 1,
): Promise<readonly string[]> {
  const { endedAt, entries } = await live(directory, story, hear, workers);
  return [`ended after ${endedAt - START} ms`, ...linesOf(entries)];
}

/** Does what has not been done yet. */
const goOn = (inputsDone: number) => async (cloud: Cloud) => {
  let input = 0;
  for (const act of STORY) {
    if ('until' in act) {
      if (input >= inputsDone && act.until > cloud.now) await cloud.advanceTo(act.until);
    } else if (input++ >= inputsDone) await act.input(cloud);
    // A deployment that has begun is waited for, as `deploy` does.
    else if (input === inputsDone && isBusy(cloud))
      await cloud.advanceTo(after(cloud.now, 60 * MINUTE), () => !isBusy(cloud));
  }
};

const whole = join(root, 'whole');
let told: readonly string[];
let records: readonly Packed[];
let kept: readonly (string | undefined)[];
beforeAll(async () => {
  told = await tell(whole, goOn(0), 2);
  records = await keptIn(whole);
  kept = records.map(typeOf);
});

const isInput = (type: string | undefined): boolean =>
  type !== undefined && !['advance', 'stopped', 'called', 'settled'].includes(type);

async function checkCut(at: number, bytes: number): Promise<void> {
  const inputs = kept.slice(0, at).filter(isInput);
  expect(await tell(cutOff(whole, root, at, bytes), goOn(inputs.length))).toEqual(told);
}

test('what is kept are inputs, stretches of time, and what handlers did', () => {
  expect(kept.filter((type) => type === 'called')).toHaveLength(1);
  expect(kept.filter((type) => type === 'settled').length).toBeGreaterThan(300);
  expect([kept[0], ...kept.filter(isInput)]).toEqual([
    undefined,
    'begin',
    'begin',
    'call',
    'request',
    'call',
    'request',
    'call',
    'begin',
    'call',
  ]);
});

test('ended in order, it is the same again', async () => {
  expect(await tell(whole, async () => undefined)).toEqual(told);
});

test.each([
  ['while a request waits, one byte into the next', () => kept.indexOf('request') + 1, 1],
  ['before the call of a hook is kept', () => kept.lastIndexOf('called'), 0],
  ['after the call of a hook', () => kept.lastIndexOf('called') + 1, 5],
  ['in the middle of the canary', () => kept.length - 300, 13],
  ['in the middle of the canary, after a stretch has begun', () => kept.lastIndexOf('advance', -300) + 1, 0],
])('cut off %s, it goes on to the same journal', (_name, at, bytes) => checkCut(at(), bytes));

test('a folder that cannot be made is refused, also where the file system has no folders to make', () => {
  for (const folder of ['/proc/none', '/proc/none/below', join(root, 'file', 'below')]) {
    writeFileSync(join(root, 'file'), '');
    expect(() => new StateFolder(folder)).toThrow(`The state folder ${folder} cannot be made.`);
  }
});

const open = (folder: string) => (): void => void new StateFolder(folder).close();

test('a folder that is in use is refused', async () => {
  const folder = join(root, 'used');
  const first = new StateFolder(folder);
  expect(open(folder)).toThrow(`is in use by the process ${process.pid}. End it, or use another folder.`);
  await first.close();
  expect(open(folder)).not.toThrow();
});

test.each([
  ['in a length', 1],
  ['in what was kept', 40],
])('a byte that has changed %s of a record in the middle is refused, and nothing is changed', (_name, offset) => {
  const folder = cutOff(whole, root, 6);
  const history = join(folder, 'history');
  const bytes = readFileSync(history);
  const place = endOf(whole, 2) + offset;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(history, bytes);
  expect(open(folder)).toThrow(/is corrupted at byte \d+ of history.* Nothing has been changed in it/);
  expect(readFileSync(history)).toEqual(bytes);
});

test('what does not lead to the same journal again is refused, and nothing is changed', async () => {
  const folder = cutOff(whole, root, 0);
  const history = Buffer.concat(packed(records.slice(0, 4).map(withOtherDigest)));
  writeFileSync(join(folder, 'history'), history);
  await expect(tell(folder, goOn(0))).rejects.toThrow('does not lead to the same journal again');
  expect(readFileSync(join(folder, 'history'))).toEqual(history);
});

const packed = (documents: readonly Packed[]): Buffer[] => {
  const packing = new Packing();
  return documents.map(({ document, bytes }) => frame(packing.pack(document, bytes)));
};

const withOtherDigest = ({ document, bytes }: Packed, index: number): Packed =>
  index === 3 ? { document: { ...(document as object), digest: 'another' }, bytes } : { document, bytes };

test.each([
  ['the file of format 1', 'inputs', Buffer.alloc(0)],
  [
    'a header of another format',
    'history',
    Buffer.concat(packed([{ document: { format: 3 }, bytes: Buffer.alloc(0) }])),
  ],
])('%s is refused, and nothing is changed', (_name, file, content) => {
  const folder = mkdtempSync(join(root, 'old-'));
  writeFileSync(join(folder, file), content);
  expect(open(folder)).toThrow('was written in another format than this version knows (2).');
  expect(readFileSync(join(folder, file))).toEqual(content);
});

test('a link that leads out of the folder is not followed', () => {
  const [folder, elsewhere] = [mkdtempSync(join(root, 'linked-')), join(root, 'elsewhere')];
  writeFileSync(elsewhere, 'mine');
  symlinkSync(elsewhere, join(folder, 'history'));
  expect(open(folder)).toThrow('cannot be opened for writing');
  expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
});

test('another seed is another cloud', async () => {
  const keep = new StateFolder(whole);
  await expect(createCloud({ seed: 2, keep })).rejects.toThrow(
    'has the seed 1, not 2. Give that one, or use a new folder.',
  );
});

test('time that went on while nothing happened does not go back', async () => {
  const folder = join(root, 'idle');
  const later = after(START as Instant, 5_400_000);
  await tell(folder, async (cloud) => {
    await cloud.advanceTo(after(START as Instant, 1_000));
    await cloud.advanceTo(later);
  });
  expect(await tell(folder, async (cloud) => expect(cloud.now).toBe(later))).toEqual(['ended after 5400000 ms']);
});

test('time that ends at the very instant of a request ends there, with the request', async () => {
  /** Whoever goes round in circles is told. */
  class Bounded extends StateFolder {
    #left = 20;
    override append(...record: Parameters<StateFolder['append']>): void {
      if (this.#left-- === 0) throw new Error('the folder is written to without end');
      super.append(...record);
    }
  }
  const cloud = await createCloud({ start: START, keep: new Bounded(mkdtempSync(join(root, 'edge-'))), workers: 1 });
  const served: number[] = [];
  cloud.journal.subscribe(({ effect, at: now }) => {
    if (effect.type === 'apigateway.RequestServed') served.push(now - START);
  });
  try {
    const request = () => ({ method: 'GET', path: '/x', headers: {}, query: {} });
    const arrivesAt = (index: number) => after(START as Instant, 1_000 * (index + 1));
    cloud.send({ apiId: 'nobody', stage: 'Prod', request, arrivesAt });
    await cloud.advance(1_000);
    expect([cloud.now - START, served]).toEqual([1_000, [1_000]]);
    await cloud.advance(1_500);
    expect([cloud.now - START, served]).toEqual([2_500, [1_000, 2_000]]);
  } finally {
    await cloud.close();
  }
});
