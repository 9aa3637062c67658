/** The whole `rehearse` command, installed and built, as a person waits for it. */
import { spawnSync } from 'node:child_process';
import { type Row, row, timed } from './row.ts';
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
  return [row('rehearse, all scenarios', `${(best / 1_000).toFixed(2)} s`, '< 3 s', best < 3_000)];
}
