/** What a kill cut short runs again, in a cold environment, and does nothing twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cloud } from '../cloud.ts';
import { after, type Instant, MINUTE } from '../instant.ts';
import type { JournalEntry } from '../journal.ts';
import { artifact, cutOff, invoke, keptIn, linesOf, live, START, typeOf } from './kept-cloud.fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'take-up-'));
afterAll(() => rmSync(root, { recursive: true }));

const functions = (names: readonly string[]): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: told } }
${names
  .map(
    (name) => `  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: ${name}
      CodeUri: ${name}
      Handler: index.handler
      Runtime: nodejs24.x
      Timeout: 30
      Policies: [{ Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }]`,
  )
  .join('\n')}
`;

/** Calls without an SDK, whose own start would take most of the time. */
const CALLS = `
const key = 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260105/us-east-1/';
const ask = (service, path, headers, body) =>
  fetch(process.env.AWS_ENDPOINT_URL + path, { method: 'POST', headers: { authorization: key + service + '/aws4_request', ...headers }, body });
const tell = (message) =>
  ask('sns', '/', { 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn: 'arn:aws:sns:us-east-1:123456789012:told', Message: message }).toString());
const run = async (name) => (await ask('lambda', '/2015-03-31/functions/' + name + '/invocations', {}, '{}')).text();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

/** Each calls in another way: in turn, at once, through another function, in vain, when it has ended, tried again. */
const CODE: Readonly<Record<string, string>> = {
  Caller: `${CALLS}
    export const handler = async () => {
      await tell('one ' + Math.random());
      console.log(await run('Callee'));
      await Promise.all([tell('two'), run('Callee'), tell('three')]);
      console.log((await ask('sns', '/', { 'content-type': 'application/x-www-form-urlencoded' }, 'Action=Nothing')).status);
      await tell('after what was refused');
      await pause(1500);
      tell('four');
      return crypto.randomUUID();
    };`,
  Callee: `${CALLS}
    export const handler = async () => (await pause(700), await tell('callee'), 'called ' + Math.random());`,
  Failing: `${CALLS}
    export const handler = async () => {
      await tell('attempt ' + Math.random());
      throw new Error('again');
    };`,
};

const deploy = (cloud: Cloud, code: Readonly<Record<string, string>>): Promise<unknown> =>
  cloud.deploy({
    stackName: 'functions',
    template: functions(Object.keys(code)),
    fileName: 'template.yaml',
    packageCode: (path) => artifact(code[path] ?? ''),
  });

const messages = (entries: readonly JournalEntry[]): readonly string[] =>
  entries.flatMap(({ effect }) => (effect.type === 'sns.MessagePublished' ? [effect.message] : []));

const UNTIL = after(START as Instant, 10 * MINUTE);

/** What has not been done of the inputs, and time to the end. */
const goOn =
  (inputs: readonly ((cloud: Cloud) => Promise<unknown>)[], done: number) =>
  async (cloud: Cloud): Promise<void> => {
    for (const input of inputs.slice(done)) await input(cloud);
    await cloud.advanceTo(UNTIL);
  };

const isInput = (type: string | undefined): boolean => type === 'call' || type === 'begin';

describe('code that does the same again', () => {
  const inputs = [
    (cloud: Cloud) => deploy(cloud, CODE),
    invoke('Caller', 'Event'),
    invoke('Failing', 'Event'),
    invoke('Caller'),
  ];
  const whole = join(root, 'whole');
  let told: readonly string[];
  let kept: readonly (string | undefined)[];
  /** Where the history is cut: after every record but a result that has left a call behind it, which nobody waits for. */
  let places: readonly number[];
  beforeAll(async () => {
    told = linesOf((await live(whole, goOn(inputs, 0), undefined, 2)).entries);
    kept = (await keptIn(whole)).map(typeOf);
    const all = kept.map((_, index) => index + 1).slice(kept.indexOf('call'));
    places = all.filter((at) => kept[at - 1] !== 'settled' || kept[at] !== 'called');
  });

  test('has its calls and its results kept', () => {
    expect(kept.filter((type) => type === 'called').length).toBeGreaterThan(15);
    expect(told.filter((line) => line.includes('AsyncEventSettled'))).toHaveLength(2);
  });

  // The deployment is one input, with stretches of time behind it: before its end there is nothing to be cut.
  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'cut off at any record, it comes to the same journal, no call happening twice: place %i of 8',
    async (place) => {
      const at = places[Math.floor(((place + 0.5) * places.length) / 8)] ?? 0;
      const done = kept.slice(0, at).filter(isInput).length;
      const { entries } = await live(cutOff(whole, root, at, 3), goOn(inputs, done));
      expect(linesOf(entries)).toEqual(told);
    },
  );
});

describe('code that does not do the same again', () => {
  test('is not asked to: what it did stands', async () => {
    const code = {
      Reader: `${CALLS}
        export const handler = async () => {
          console.log(process.env.AWS_ENDPOINT_URL);
          let sum = 0;
          for (let i = 0; i < 5e8; i++) sum += i % 7;
          console.log(sum);
          await tell(process.env.AWS_ENDPOINT_URL);
        };`,
    };
    const folder = join(root, 'reader');
    const story = goOn([(cloud) => deploy(cloud, code), invoke('Reader')], 0);
    const { entries } = await live(folder, story);
    const again = await live(folder, async () => undefined);
    expect(linesOf(again.entries)).toEqual(linesOf(entries));
    expect(messages(entries)).toHaveLength(1);
  });

  test('cut short, makes another call than it made: it is a new one, and the journal says so', async () => {
    const code = {
      Teller: `${CALLS}
        export const handler = async () => {
          await tell('the same');
          await tell(process.env.AWS_ENDPOINT_URL);
          await tell('last');
        };`,
    };
    const inputs = [(cloud: Cloud) => deploy(cloud, code), invoke('Teller', 'Event')];
    const whole = join(root, 'teller');
    const first = messages((await live(whole, goOn(inputs, 0))).entries);
    const kept = (await keptIn(whole)).map(typeOf);
    // The last call was kept, the result was not.
    const cut = cutOff(whole, root, kept.lastIndexOf('called') + 1);
    const second = await live(cut, goOn(inputs, inputs.length));
    const [same = '', port = '', last = ''] = first;
    expect(messages(second.entries)).toEqual([same, port, expect.stringMatching(/^http/), last]);
    const marked = second.entries.filter(({ effect }) => effect.type === 'call' && effect.ranAgain === true);
    expect(marked.map(({ effect }) => effect.type === 'call' && effect.operation)).toEqual(['Publish']);
    const third = await live(cut, async () => undefined);
    expect(linesOf(third.entries)).toEqual(linesOf(second.entries));
  });

  test('remembers nothing in a warm environment that was made again, which is no cold start', async () => {
    const code = {
      Counter: `let count = 0; console.log('init'); export const handler = async () => 'times ' + ++count;`,
    };
    const ends = (entries: readonly JournalEntry[]): readonly unknown[] =>
      entries.flatMap(({ effect }) =>
        effect.type === 'lambda.InvocationEnded'
          ? [[effect.payload, effect.logStream, effect.initDurationMs !== undefined]]
          : [],
      );
    const folder = join(root, 'counter');
    const twice = [(cloud: Cloud) => deploy(cloud, code), invoke('Counter'), invoke('Counter')];
    await live(folder, async (cloud) => {
      for (const act of twice) await act(cloud);
    });
    const { entries } = await live(folder, async (cloud) => {
      await invoke('Counter')(cloud);
      await invoke('Counter')(cloud);
    });
    const stream = expect.stringMatching(/^2026/);
    expect(ends(entries)).toEqual([
      ['"times 1"', stream, true],
      ['"times 2"', stream, false],
      ['"times 1"', stream, false],
      ['"times 2"', stream, false],
    ]);
    expect(new Set(ends(entries).map((end) => (end as readonly unknown[])[1])).size).toBe(1);
  });
});
