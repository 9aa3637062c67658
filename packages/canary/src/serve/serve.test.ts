import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { Instant, type JournalEntry } from '@unicorns/cloud';
import { eventLine } from './event-line.ts';
import { readCommand } from './read-command.ts';
import { environmentLines, paceOf } from './serve-lines.ts';

test.each([
  ['advance 5m', { type: 'advance', ms: 300_000 }],
  ['  speed   60 ', { type: 'speed', speed: 60 }],
  ['speed paused', { type: 'speed', speed: 'paused' }],
  ['status', { type: 'status' }],
  ['quit', { type: 'quit' }],
  ['', { type: 'nothing' }],
])('%j is understood', (line, command) => expect(readCommand(line)).toEqual(command));

test.each(['advance', 'advance 5', 'speed', 'speed fast', 'status now', 'quit 1', 'advance 5m please', 'help'])(
  '%j is not understood',
  (line) => expect(readCommand(line)).toMatchObject({ type: 'wrong', message: expect.stringContaining(line) }),
);

test('the environment names the region twice, and says no secret', () => {
  expect(environmentLines('http://127.0.0.1:1', 'eu-west-1').join('\n')).toBe(
    'export AWS_ENDPOINT_URL=http://127.0.0.1:1\n' +
      'export AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1\n' +
      'export AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal',
  );
  expect(paceOf(60)).toBe('passes 60 times as fast as real time');
});

test.each<[JournalEntry['effect'], string | undefined]>([
  [
    { type: 'cloudwatch.AlarmStateChanged', alarmName: 'a', from: 'OK', to: 'ALARM', reason: '', reasonData: '' },
    'alarm a: OK → ALARM',
  ],
  [
    { type: 'sns.MessagePublished', topicArn: 'arn:aws:sns:r:1:t', messageId: 'm', message: 'x', source: 'api' },
    'topic t: x',
  ],
  [
    {
      type: 'events.EventPut',
      eventId: 'e',
      bus: 'default',
      source: 'shop',
      detailType: 'Sold',
      resources: [],
      detail: '{}',
    },
    'event shop: Sold',
  ],
  [
    { type: 'events.EventDelivered', eventId: 'e', rule: 'r', targetId: 't', targetArn: 'arn:t', input: '{}' },
    '  matched by rule r, delivered to arn:t',
  ],
  [
    { type: 'sns.MessageDelivered', messageId: 'm', subscriptionArn: 's', protocol: 'sqs', endpoint: 'arn:q' },
    '  delivered to sqs arn:q',
  ],
  [
    {
      type: 'codedeploy.DeploymentEnded',
      deploymentId: 'd-1',
      status: 'Failed',
      error: { code: 'ALARM_ACTIVE', message: 'One alarm.' },
    },
    'deployment d-1: Failed: One alarm.',
  ],
  [{ type: 'iam.PolicyDeleted', policyArn: 'p' }, undefined],
  [{ type: 'call', as: { type: 'root' }, service: 's3', operation: 'PutObject' }, undefined],
])('%j passes by as %j', (effect, line) => {
  const at = Instant(Date.UTC(2026, 0, 5, 9, 1, 2));
  expect(eventLine({ seq: 0, at, effect })).toBe(line && `09:01:02  ${line}`);
});

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Runs the command; gives its lines as they come, and its exit code at the end. */
function serve(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout });
  const told: string[] = [];
  let look: (() => void) | undefined;
  lines.on('line', (line) => {
    told.push(line);
    look?.();
  });
  let errors = '';
  child.stderr.on('data', (part: Buffer) => (errors += part.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return {
    child,
    ended,
    errors: () => errors,
    /** The first part that matches, once it is there. */
    says: async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const match = pattern.exec(told.join('\n'));
        if (match !== null) return match[1] ?? match[0];
        await new Promise<void>((resolve) => (look = resolve));
      }
    },
  };
}

test('a template is deployed, its API answers, traffic arrives, time is advanced by hand, and Ctrl-C ends it all', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'serve-'));
  writeFileSync(join(folder, 'index.mjs'), "export const handler = async () => ({ statusCode: 200, body: 'hello' });");
  writeFileSync(
    join(folder, 'template.yaml'),
    `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./index.mjs
      Handler: index.handler
      Runtime: nodejs24.x
      Events: { Get: { Type: Api, Properties: { Path: /hello, Method: get } } }
`,
  );
  const [template, journal] = [join(folder, 'template.yaml'), join(folder, 'journal')];
  const flags = ['--speed', 'paused', '--traffic', '1/s', '--template', template, '--journal', journal];
  const { child, ended, says } = serve(...flags);
  try {
    const api = await says(/^API .* (http:\S+\/Prod)$/m);
    expect(await (await fetch(`${api}/hello`)).text()).toBe('hello');
    child.stdin.write('nonsense\nadvance 1h\n');
    await says(/"nonsense" is not understood/);
    await says(/^It is .*; time stands still/m);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    // An hour of generated requests, and the real one.
    expect(readFileSync(journal, 'utf8').match(/"apigateway\.RequestServed"/g)?.length).toBeGreaterThan(3_600);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

test.each(['SIGTERM', 'SIGHUP'] as const)('%s ends it as Ctrl-C does', async (signal) => {
  const { child, ended, says } = serve('--speed', 'paused');
  await says(/AWS_ENDPOINT_URL/);
  child.kill(signal);
  expect(await ended).toBe(0);
});

test('a template that is not there, and one whose code is not built, are the person’s own', async () => {
  const missing = serve('--template', 'nowhere.yaml');
  expect(await missing.ended).toBe(2);
  expect(missing.errors()).toContain('There is no template nowhere.yaml.');
});
