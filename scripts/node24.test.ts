import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { afterAll, expect, test } from '@jest/globals';
import { at } from './docs/pages.ts';

const root = at('');

const server = createServer((_, response) => response.end());
const port = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    resolve(typeof address === 'object' && address ? address.port : 0);
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Starts the launcher, sends it a signal at the first output that matches, and gives how it ended. */
function interrupted(args: readonly string[], at: RegExp, signal: NodeJS.Signals, env: NodeJS.ProcessEnv = {}) {
  const command = ['scripts/node24.mjs', 'packages/canary/src/main.ts', ...args];
  const child = spawn(process.execPath, command, { cwd: root, env: { ...process.env, NODE_OPTIONS: '', ...env } });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const isFirst = !at.test(out);
    out += text;
    if (isFirst && at.test(out)) child.kill(signal);
  });
  return new Promise<{ exitCode: number | null; out: string }>((resolve) =>
    child.on('close', (exitCode) => resolve({ exitCode, out })),
  );
}

/** Kiritimati is fourteen hours ahead of UTC, all year round. */
const TZ = 'Pacific/Kiritimati';
const hourIn = (timeZone: string): number =>
  Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone }).format(new Date()));

test('a ping tells the time of where it is sent from, not that of Lambda, and ends by Ctrl-C with its totals', async () => {
  const before = hourIn(TZ);
  const { exitCode, out } = await interrupted(['ping', `http://127.0.0.1:${port}`], /200/, 'SIGINT', { TZ });
  expect(exitCode).toBe(0);
  const [, hour, requests] = /^(\d\d):\d\d:\d\d  200 [^]*?\n(\d+) requests?\n/.exec(out) ?? [];
  expect([before, hourIn(TZ)]).toContain(Number(hour));
  expect(Number(requests)).toBeGreaterThan(0);
});

test('what ends the launcher ends the rehearsal that it has started', async () => {
  const { exitCode } = await interrupted(
    ['rehearse', '--traffic', '100000/min', '--fault', 'throw'],
    /callers/,
    'SIGTERM',
  );
  expect(exitCode).toBe(143);
});
