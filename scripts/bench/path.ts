/**
 * Invocations through the whole path (route → alias → bundle in a worker → logs → filters → EMF → alarms) beside a
 * bare loop over the same bundle and the same event in one thread, its lines kept. They take turns, several times, and
 * the best of each counts, because other work on the machine hits one or the other. The path keeps two threads busy, and
 * where two cores are one that is shared, both slow down: what two bare loops make at once tells how much there is to have.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Cloud } from '../../packages/cloud/src/index.ts';
import { perSecond, type Row, row, thousands, timed } from './row.ts';
import { deploy, deployed, ROOT, send } from './unicorns.ts';

/** Threads that are put up anew compile anew, with more luck or less. */
const CLOUDS = 2;
const TURNS = 8;
const INVOCATIONS = 36_000;
const WARM_UP = 30_000;
/** One environment is enough for them, as in the loop. */
const REQUESTS_PER_MINUTE = 6_000;

const VARIABLES = {
  AWS_LAMBDA_FUNCTION_NAME: 'list',
  AWS_LAMBDA_FUNCTION_VERSION: '1',
  POWERTOOLS_METRICS_NAMESPACE: 'bench',
  POWERTOOLS_SERVICE_NAME: 'list',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
};

/** All traffic goes to one version, as most of the time. */
async function warmCloud(): Promise<{ readonly cloud: Cloud; readonly event: string }> {
  const cloud = await deployed();
  await deploy(cloud, 1, { DeploymentType: 'AllAtOnce' });
  let event = '';
  const end = cloud.journal.subscribe(({ effect }) => {
    if (effect.type === 'lambda.InvocationStarted') event = String(effect.payload);
  });
  send(cloud, REQUESTS_PER_MINUTE);
  await advance(cloud, WARM_UP);
  end();
  return { cloud, event };
}

const advance = (cloud: Cloud, requests: number): Promise<void> =>
  cloud.advance((requests / REQUESTS_PER_MINUTE) * 60_000);

async function turnOfPath(cloud: Cloud): Promise<number> {
  const { ms } = await timed(() => advance(cloud, INVOCATIONS));
  return perSecond(INVOCATIONS, ms);
}

/** The best of several turns. */
export async function wholePathPerSecond(): Promise<number> {
  const { cloud } = await warmCloud();
  try {
    let best = 0;
    for (let turn = 0; turn < TURNS; turn++) best = Math.max(best, await turnOfPath(cloud));
    return best;
  } finally {
    await cloud.close();
  }
}

export async function benchPath(): Promise<readonly Row[]> {
  let loops: readonly [Worker, Worker] | undefined;
  try {
    let [bare, both, path] = [0, 0, 0];
    for (let round = 0; round < CLOUDS; round++) {
      const { cloud, event } = await warmCloud();
      try {
        if (loops === undefined) {
          loops = [loopOver(event), loopOver(event)];
          await Promise.all(loops.map(said));
        }
        for (let turn = 0; turn < TURNS; turn++) {
          bare = Math.max(bare, await turnOfLoop(loops[0]));
          const [one, other] = await Promise.all([turnOfLoop(loops[0]), turnOfLoop(loops[1])]);
          both = Math.max(both, one + other);
          path = Math.max(path, await turnOfPath(cloud));
        }
      } finally {
        await cloud.close();
      }
    }
    const ratio = path / bare;
    const there = `two of them at once make ${(both / bare).toFixed(2)} × one here`;
    const measured = `${thousands(path)}/s, ${ratio.toFixed(2)} × the bare loop (${thousands(bare)}/s; ${there})`;
    return [row('invocations through the whole path', measured, '≥ 1 × the bare loop', ratio >= 1)];
  } finally {
    await Promise.all((loops ?? []).map((loop) => loop.terminate()));
  }
}

const loopOver = (event: string): Worker =>
  new Worker(new URL(import.meta.url), { workerData: { bareLoop: event }, env: VARIABLES });

function turnOfLoop(loop: Worker): Promise<number> {
  loop.postMessage('go');
  return said(loop);
}

const said = async (worker: Worker): Promise<number> => Number((await once(worker, 'message'))[0]);

async function serveBareLoop(event: string): Promise<void> {
  let lines: string[] = [];
  process.stdout.write = ((text: string) => lines.push(text) > 0) as typeof process.stdout.write;
  const { handler } = (await import(pathToFileURL(join(ROOT, 'dist/list/index.mjs')).href)) as {
    handler: (event: object, context: object) => Promise<unknown>;
  };
  const given = JSON.parse(event) as object;
  const context = {
    functionName: 'list',
    functionVersion: '1',
    awsRequestId: 'r',
    getRemainingTimeInMillis: () => 3_000,
  };
  const run = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      lines = [];
      await handler(given, context);
      if (lines.length === 0) throw new Error('the handler wrote nothing');
    }
  };
  await run(WARM_UP);
  parentPort?.on('message', () => {
    void timed(() => run(INVOCATIONS)).then(({ ms }) => parentPort?.postMessage(perSecond(INVOCATIONS, ms)));
  });
  parentPort?.postMessage(0);
}

const { bareLoop } = (workerData ?? {}) as { bareLoop?: string };
if (!isMainThread && bareLoop !== undefined) await serveBareLoop(bareLoop);
