import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, jest, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud/user-error';
import { runCommandLine } from './command-line.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const FLAGS = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
const TEMPLATE = fileURLToPath(
  new URL('../../../scenarios/2-the-workshop-without-hooks/template.yaml', import.meta.url),
);
/** A disk that is always full, as Linux has one. */
const FULL = '/dev/full';
const scratch = mkdtempSync(join(tmpdir(), 'command-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Ended {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as a person does; nothing of it is a terminal. */
const canary = (...args: readonly string[]): Promise<Ended> => canaryWith({}, args);

function canaryWith(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [...FLAGS, MAIN, ...args], {
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, out, err })));
}

type BadInput = readonly [args: readonly string[], message: string];

const badInput: readonly BadInput[] = [
  [['rehearse', '--bogus'], "unknown option '--bogus'"],
  [['rehearse', '--fault', 'slow'], 'Kinds are throw, latency'],
  [['rehearse', '--journal', join(scratch, 'no', 'journal')], 'The journal cannot be written'],
  [['rehearse', 'no-such-scenario'], 'There is no scenario "no-such-scenario"'],
  [['rehearse', 'x', '--fault', 'throw'], 'says itself what is released'],
  [['ping', 'nowhere'], 'is not a URL'],
];

/** What is found before anything begins, without a process for each. */
const moreBadInput: readonly BadInput[] = [
  [['rehearse', '--parameter', 'x', '--parameter', 'y'], 'The parameter "y" is not of the form Key=Value.'],
  [['rehearse', '--parameter', 'A=1', '--parameter', 'A=2'], 'The parameter "A" is given twice.'],
  [['rehearse', '--type', 'AllAtOnce', '--type', 'AllAtOnce'], "option '--type <configuration>' is given twice"],
  [['plan', '--at', '0', '--at', '1'], 'is given twice'],
  [['rehearse', '--traffic', 'often'], 'neither a rate such as 1/s'],
  [['rehearse', '--expect', 'success'], 'Allowed choices are created, promoted'],
  [['rehearse', '--seed', '-1'], 'whole number'],
  [['rehearse', '--sla', '1s'], 'whole milliseconds'],
];

test.each(badInput)('%j is bad input: exit 2 and a sentence', async (args, message) => {
  const { exitCode, out, err } = await canary(...args);
  expect(err).toContain(message);
  expect(exitCode).toBe(2);
  expect(out).toBe('');
  expect(err).not.toMatch(/\n {4}at /);
});

test('without git nobody takes a branch for a mistake', async () => {
  const { exitCode, err } = await canaryWith({ PATH: scratch }, ['rehearse', '--baseline', 'main']);
  expect(err).toMatch(/^"main" is no folder, and git cannot look for it .*: spawnSync git ENOENT\n$/);
  expect(exitCode).toBe(2);
});

test.each(moreBadInput)('%j is bad input too', async (args, message) => {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const ended = await runCommandLine(args).catch((error: unknown) => {
      if (error instanceof UserError) return error.message;
      throw error;
    });
    const said = written.mock.calls.join('');
    expect(ended === 2 ? said : ended).toContain(message);
  } finally {
    written.mockRestore();
  }
});

test('a fault that no gate sees ends otherwise than expected: exit 1, in plain text of 80 columns', async () => {
  const { exitCode, out } = await canary('rehearse', '--template', TEMPLATE, '--fault', 'malformed:share=0.5');
  expect(exitCode).toBe(1);
  expect(out).toContain('expected rolled back, but it was promoted');
  expect(out).not.toContain('\u001B');
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('the same with --expect is as expected: exit 0, one JSON document, and a journal without gaps', async () => {
  const journal = join(scratch, 'journal.jsonl');
  const expected = ['--expect', 'promoted', '--json', '--journal', journal];
  const { exitCode, out } = await canary('rehearse', '--template', TEMPLATE, '--fault', 'malformed', ...expected);
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    rehearsals: [{ isAsExpected: true, releases: [{}, { outcome: 'promoted' }] }],
  });
  const entries = readFileSync(journal, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { seq: number });
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index));
});

test('an output that takes nothing is no verdict: exit 2', async () => {
  if (!existsSync(FULL)) return;
  const full = openSync(FULL, 'w');
  const child = spawn(process.execPath, [...FLAGS, MAIN, 'faults'], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  expect([exitCode, err]).toEqual([
    2,
    'What is said here cannot be written: ENOSPC: no space left on device, write.\n',
  ]);
});
