/** The whole `rehearse` command, installed and built, as a person waits for it. */
import { spawnSync } from 'node:child_process';
import { timeRow } from './frameworks.ts';
import { type Row, timed } from './row.ts';
import { ROOT } from './unicorns.ts';

export async function benchCommand(): Promise<readonly Row[]> {
  const run = async (): Promise<void> => {
    const { status } = spawnSync(process.execPath, ['scripts/node24.mjs', 'packages/canary/src/main.ts', 'rehearse'], {
      cwd: ROOT,
      stdio: 'ignore',
    });
    if (status !== 0) throw new Error(`rehearse ended with ${status}`);
  };
  await run();
  const best = Math.min((await timed(run)).ms, (await timed(run)).ms, (await timed(run)).ms);
  return [await timeRow('rehearse, all scenarios', best, 3_000)];
}
