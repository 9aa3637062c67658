/** What the guides tell their reader to run is run, and ends as they say: exit code 0 is "as expected". */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { at } from './pages.ts';

const commands = readdirSync(at('docs/guides'))
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    [...readFileSync(at(`docs/guides/${name}`), 'utf8').matchAll(/^pnpm (rehearse .+)$/gm)].map(
      ([, command = '']) => [name, command] as const,
    ),
  );

test('there are commands to try', () => {
  expect(commands.length).toBeGreaterThan(4);
});

test.concurrent.each(commands)('%s: pnpm %s', async (_name, command) => {
  const { exitCode, output } = await run(['packages/canary/src/main.ts', ...command.split(' ')]);
  expect(exitCode === 0 ? 'as expected' : output).toBe('as expected');
});

function run(args: readonly string[]): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
    const child = spawn(process.execPath, [...flags, ...args], { cwd: at('') });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}
