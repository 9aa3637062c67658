/** A served cloud that is killed at any moment and taken up again: the journal of both lives is one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { type JournalEntry, packageCode } from '@unicorns/cloud';
import { eventLine } from './event-line.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'serve-state-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const template = join(folder, 'template.yaml');
writeFileSync(
  template,
  `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./index.mjs
      Handler: index.handler
      Runtime: nodejs24.x
      MemorySize: 128
      AutoPublishAlias: live
      DeploymentPreference: { Type: Linear10PercentEvery1Minute }
      Events: { Get: { Type: Api, Properties: { Path: /hello, Method: get } } }
`,
);
writeFileSync(
  join(folder, 'index.mjs'),
  "export const handler = async () => (console.log(Math.random()), { statusCode: 200, body: 'hello' });",
);

const state = join(folder, 'state');
const journal = join(folder, 'journal');

function serve(...flags: readonly string[]) {
  const args = [MAIN, 'serve', '--port', '0', '--state', state, '--template', template, '--journal', journal, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  const told: string[] = [];
  let look: (() => void) | undefined;
  const heard = (line: string): void => {
    told.push(line);
    look?.();
  };
  createInterface({ input: child.stdout }).on('line', heard);
  createInterface({ input: child.stderr }).on('line', heard);
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return {
    child,
    ended,
    told,
    says: async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const match = pattern.exec(told.join('\n'));
        if (match !== null) return match[1] ?? match[0];
        await new Promise<void>((resolve) => (look = resolve));
      }
    },
  };
}

/** Releases a second version through CloudFormation, and waits for nothing. */
async function release(url: string): Promise<void> {
  const code = `s3://aws-sam-cli-managed-default-samclisourcebucket-123456789012/${packageCode(folder, './index.mjs').key}`;
  const body = new URLSearchParams({
    Action: 'UpdateStack',
    Version: '2010-05-15',
    StackName: 'unicorns',
    TemplateBody: `${readFileSync(template, 'utf8').replace('./index.mjs', code)}`.replace(
      'MemorySize: 128',
      'MemorySize: 256',
    ),
    'Capabilities.member.1': 'CAPABILITY_IAM',
    'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
  });
  const response = await fetch(url, { method: 'POST', body });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('UpdateStackResult')]);
}

const EVENT = /^\d\d:\d\d:\d\d  /;
const events = (lines: readonly string[]): readonly string[] => lines.filter((line) => EVENT.test(line));
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20 + 200 * Math.random()));

test('killed twice while a deployment is in flight, it ends the deployment, and tells nothing twice', async () => {
  const flags = ['--speed', 'max', '--traffic', '1/s'];
  const first = serve(...flags);
  const url = await first.says(/AWS_ENDPOINT_URL=(\S+)/);
  await first.says(/^Requests arrive/m);
  await release(url);
  await first.says(/deployment .*: created/);
  await soon();
  first.child.kill('SIGKILL');
  await first.ended;
  const second = serve(...flags);
  await second.says(/is taken up again at/);
  await soon();
  second.child.kill('SIGKILL');
  await second.ended;
  const third = serve(...flags);
  await third.says(/is taken up again at/);
  await third.says(/answers at/);
  await third.says(/unicorns.*UPDATE_COMPLETE$/m);
  third.child.kill('SIGINT');
  expect(await third.ended).toBe(0);

  const entries = readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);
  expect(entries.every(({ seq }, index) => seq === index)).toBe(true);
  const served = entries.flatMap(({ effect }) => (effect.type === 'apigateway.RequestServed' ? [effect.index] : []));
  expect(served.toSorted((a, b) => a - b)).toEqual(served.map((_, index) => index));
  // A line that was cut off was not told; no line is told twice, or is not in the journal.
  const all = entries.flatMap((entry) => eventLine(entry) ?? []);
  let from = 0;
  for (const line of [first, second, third].flatMap(({ told }) => events(told))) {
    const found = all.indexOf(line, from);
    expect([line, found >= from]).toEqual([line, true]);
    from = found + 1;
  }
  expect(all.filter((line) => line.endsWith(': created'))).toHaveLength(1);
}, 60_000);
