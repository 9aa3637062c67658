/** A kept cloud: a 10-minute canary under 600 requests a minute, taken up again beside the time that it took to run. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCloud } from '../../packages/cloud/src/index.ts';
import { StateFolder } from '../../packages/cloud/src/shell/index.ts';
import { type Row, row, timed } from './row.ts';
import { deploy, send } from './unicorns.ts';

/** Real milliseconds, how long the journal was, and how many requests there were. */
async function live(folder: string, isFirst: boolean): Promise<{ ms: number; length: number; requests: number }> {
  const cloud = await createCloud({ keep: new StateFolder(folder) });
  try {
    const { ms } = await timed(async () => {
      await cloud.resume(() => send(cloud, 600));
      if (!isFirst) return;
      await deploy(cloud, 0);
      await cloud.note('requests', () => send(cloud, 600));
      await deploy(cloud, 1, { DeploymentType: 'Canary10Percent10Minutes' });
    });
    return { ms, length: cloud.journal.length, requests: 600 * 10 };
  } finally {
    await cloud.close();
  }
}

export async function benchState(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-state-'));
  try {
    const first = await live(folder, true);
    const bytes = statSync(join(folder, 'history')).size;
    const again = await live(folder, false);
    const ratio = first.ms / again.ms;
    const measured = `${(again.ms / 1_000).toFixed(2)} s, ${ratio.toFixed(1)} × as fast as it ran`;
    const perRequest = bytes / first.requests;
    return [
      row(
        'a kept 10-minute canary is taken up again',
        measured,
        '≥ 2 × as fast',
        ratio >= 2 && first.length === again.length,
      ),
      row('what is kept of a request', `${perRequest.toFixed(0)} bytes`, '≤ 400 bytes', perRequest <= 400),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
