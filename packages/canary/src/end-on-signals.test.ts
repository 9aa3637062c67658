import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const FLAGS = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Resources:
  List:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs24.x
      CodeUri: app
      Handler: app.handler
      AutoPublishAlias: live
      DeploymentPreference: { Type: Linear10PercentEvery10Minutes }
`;
const WRITES_TO_TMP = `const { writeFileSync } = require('node:fs');
exports.handler = async () => writeFileSync('/tmp/a', 'a');
`;

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'signals-')));
const repository = join(scratch, 'repository');
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=A', '-c', 'user.email=a@b.c', ...args], { encoding: 'utf8' });
mkdirSync(join(repository, 'app'), { recursive: true });
writeFileSync(join(repository, 'template.yaml'), TEMPLATE);
writeFileSync(join(repository, 'app', 'app.js'), WRITES_TO_TMP);
git('init', '--quiet', '--initial-branch=main');
git('add', '.');
git('commit', '--quiet', '-m', 'before');
afterAll(() => rmSync(scratch, { recursive: true }));

/** Starts a rehearsal against `main` in a process group of its own, as a terminal does. */
function rehearsal(tmp: string) {
  const args = ['rehearse', '--template', join(repository, 'template.yaml'), '--baseline', 'main'];
  const child = spawn(process.execPath, [...FLAGS, MAIN, ...args, '--traffic', '6000/min'], {
    env: { ...process.env, TMPDIR: tmp, NODE_OPTIONS: '' },
    detached: true,
  });
  const written = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.err += text));
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
  return { written, ended, interrupt: (signal: NodeJS.Signals) => process.kill(-Number(child.pid), signal) };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

const signals: readonly [signal: NodeJS.Signals, exitCode: number][] = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
];

test.each(signals)(
  '%s in the middle of a rehearsal leaves no worktree and no temporary file',
  async (signal, exitCode) => {
    const tmp = mkdtempSync(join(scratch, 'tmp-'));
    const { ended, interrupt } = rehearsal(tmp);
    // The worktree, and the disk that the handler writes to.
    await until(() => readdirSync(tmp).length === 2);
    interrupt(signal);
    expect(await ended).toBe(exitCode);
    expect(readdirSync(tmp)).toEqual([]);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  },
);

test('an interrupted checkout is no mistake of the person', async () => {
  const tmp = mkdtempSync(join(scratch, 'tmp-'));
  const begun = join(scratch, 'begun');
  const hook = join(repository, '.git', 'hooks', 'post-checkout');
  mkdirSync(join(hook, '..'), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\ntouch '${begun}'\nexec sleep 30\n`);
  chmodSync(hook, 0o755);
  const { written, ended, interrupt } = rehearsal(tmp);
  await until(() => existsSync(begun));
  interrupt('SIGINT');
  expect(await ended).toBe(130);
  expect(written.err).toBe('');
  expect(readdirSync(tmp)).toEqual([]);
  rmSync(hook);
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
});
