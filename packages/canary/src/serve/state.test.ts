/** A served cloud that is killed at any moment and taken up again: the journal of both lives is one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
      DeploymentPreference: { Type: Linear10PercentEvery1Minute, Hooks: { PreTraffic: !Ref Hook, PostTraffic: !Ref Hook } }
      Events: { Get: { Type: Api, Properties: { Path: /hello, Method: get } } }
  Hook:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: CodeDeployHook_state
      CodeUri: ./hook
      Timeout: 60
      Handler: hook.handler
      Runtime: nodejs24.x
      DeploymentPreference: { Enabled: false }
      Policies: [{ Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }]
`,
);
mkdirSync(join(folder, 'hook'));
writeFileSync(
  join(folder, 'hook', 'hook.mjs'),
  `import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
  export const handler = async ({ DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId }) => {
    console.log(process.env.AWS_ENDPOINT_URL);
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    await new CodeDeployClient({}).send(new PutLifecycleEventHookExecutionStatusCommand({ deploymentId, lifecycleEventHookExecutionId, status: 'Succeeded' }));
    await new Promise((resolve) => setTimeout(resolve, 20_000));
  };`,
);
writeFileSync(
  join(folder, 'index.mjs'),
  "export const handler = async () => (console.log(Math.random()), { statusCode: 200, body: 'hello' });",
);

const state = join(folder, 'state');
const journal = join(folder, 'journal');

function serve(own: { readonly state: string; readonly journal: string }, ...flags: readonly string[]) {
  const files = ['--state', own.state, '--template', template, '--journal', own.journal];
  const args = [MAIN, 'serve', '--port', '0', ...files, ...flags];
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
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) =>
    child.on('close', (code) => {
      hasEnded = true;
      look?.();
      resolve(code);
    }),
  );
  return {
    child,
    ended,
    told,
    says: async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const match = pattern.exec(told.join('\n'));
        if (match !== null) return match[1] ?? match[0];
        if (hasEnded) throw new Error(`The server ended without ${pattern}: ${told.join('\n')}`);
        await new Promise<void>((resolve) => (look = resolve));
      }
    },
  };
}

/** Releases a second version through CloudFormation, and waits for nothing. */
async function release(url: string): Promise<void> {
  const [code = '', hook = ''] = ['./index.mjs', './hook'].map(
    (path) => `s3://aws-sam-cli-managed-default-samclisourcebucket-123456789012/${packageCode(folder, path).key}`,
  );
  const body = new URLSearchParams({
    Action: 'UpdateStack',
    Version: '2010-05-15',
    StackName: 'unicorns',
    TemplateBody: readFileSync(template, 'utf8')
      .replace('./index.mjs', code)
      .replace('./hook', hook)
      .replace('MemorySize: 128', 'MemorySize: 256'),
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
  const first = serve({ state, journal }, ...flags);
  const url = await first.says(/AWS_ENDPOINT_URL=(\S+)/);
  await first.says(/^Requests arrive/m);
  await release(url);
  await first.says(/deployment .*: created/);
  await soon();
  first.child.kill('SIGKILL');
  await first.ended;
  const second = serve({ state, journal }, ...flags);
  await second.says(/is taken up again at/);
  await soon();
  second.child.kill('SIGKILL');
  await second.ended;
  const third = serve({ state, journal }, ...flags);
  await third.says(/is taken up again at/);
  await third.says(/answers at/);
  // The second life may have got as far before it was killed; what it has told is not told again.
  if (!second.told.some((line) => /unicorns.*UPDATE_COMPLETE$/.test(line)))
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
});

const MESSAGE = 'outside ';

/** Publishes one message after another until the server is gone. Gives those that were acknowledged. */
async function publish(url: string, life: number): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  const topic = { Action: 'CreateTopic', Version: '2010-03-31', Name: 'outside' };
  const topicArn = 'arn:aws:sns:us-east-1:123456789012:outside';
  try {
    await fetch(url, { method: 'POST', body: new URLSearchParams(topic) });
    for (let i = 0; ; i++) {
      const Message = `${MESSAGE}${life}.${i}`;
      const asked = { Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, Message };
      const { ok } = await fetch(url, { method: 'POST', body: new URLSearchParams(asked) });
      if (ok) acknowledged.push(Message);
    }
  } catch {
    return acknowledged;
  }
}

/** What is whole of a journal that a kill cut off. */
const wholeLines = (file: string): string => {
  const text = readFileSync(file, 'utf8');
  return text.slice(0, text.lastIndexOf('\n') + 1);
};

test('killed again and again under traffic, hooks and outside calls, no effect is lost or happens twice', async () => {
  const again = join(folder, 'again');
  const flags = ['--speed', '300', '--traffic', '60/min'];
  const acknowledged: string[] = [];
  const journals: string[] = [];
  for (let life = 0; life < 5; life++) {
    const own = join(folder, `journal-${life}`);
    const served = serve({ state: again, journal: own }, ...flags);
    const url = await served.says(/AWS_ENDPOINT_URL=(\S+)/);
    const publishing = publish(url, life);
    if (life === 0) await release(url);
    await soon();
    await soon();
    if (life === 4) {
      await served.says(/unicorns: UPDATE_(?:ROLLBACK_)?COMPLETE$/m);
      served.child.kill('SIGINT');
    } else served.child.kill('SIGKILL');
    await served.ended;
    acknowledged.push(...(await publishing));
    journals.push(wholeLines(own));
  }
  const last = journals.at(-1) ?? '';
  for (const before of journals) expect(last.startsWith(before)).toBe(true);

  const effects = last
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as JournalEntry).effect);
  const published = effects.flatMap((effect) => (effect.type === 'sns.MessagePublished' ? [effect.message] : []));
  const outside = published.filter((message) => message.startsWith(MESSAGE));
  expect(new Set(outside).size).toBe(outside.length);
  expect(acknowledged.filter((message) => !outside.includes(message))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(0);
  const statuses = effects.filter(
    (effect) => effect.type === 'call' && effect.operation === 'PutLifecycleEventHookExecutionStatus',
  );
  expect(statuses).toHaveLength(2);
  expect(effects.filter(({ type }) => type === 'codedeploy.DeploymentEnded')).toMatchObject([{ status: 'Succeeded' }]);
});
