/** A 10-minute canary under 600 requests a minute, with real bundles and hooks over the wire: time, linearity, memory. */
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { timeRow } from './frameworks.ts';
import { type Row, row, timed } from './row.ts';
import { deploy, deployed, send } from './unicorns.ts';

setFlagsFromString('--expose-gc');
/** What nobody holds any more is not the canary's. */
const collectGarbage = runInNewContext('gc') as () => void;

async function canary(requestsPerMinute: number, seed = 1): Promise<{ ms: number; heapMb: number; journal: string }> {
  const cloud = await deployed(seed);
  const journal = createHash('sha256');
  cloud.journal.subscribe(({ seq, at, effect }) => journal.update(`${seq} ${at} ${effect.type}\n`));
  try {
    send(cloud, requestsPerMinute);
    const { ms } = await timed(() => deploy(cloud, 1, { DeploymentType: 'Canary10Percent10Minutes' }));
    collectGarbage();
    return { ms, heapMb: process.memoryUsage().heapUsed / 1e6, journal: journal.digest('hex') };
  } finally {
    await cloud.close();
  }
}

export async function benchCanary(): Promise<readonly Row[]> {
  await canary(60);
  const once = await canary(600);
  const again = await canary(600);
  const four = await canary(2_400);
  const growth = four.ms / Math.min(once.ms, again.ms);
  const heap = four.heapMb / again.heapMb;
  return [
    await timeRow('10-minute canary at 600 requests/min, hooks over the wire', Math.min(once.ms, again.ms), 1_000),
    row(
      'the same at four times the traffic',
      `${growth.toFixed(2)} × the time, ${heap.toFixed(2)} × the heap`,
      '≤ 4.4 × the time, heap flat',
      growth <= 4.4 && heap < 1.5,
    ),
    row(
      'same seed, same inputs',
      once.journal === again.journal ? 'identical journals' : 'journals differ',
      'identical',
      once.journal === again.journal,
    ),
  ];
}
