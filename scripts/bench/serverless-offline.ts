/**
 * The request rate of serverless-offline, over loopback, with the same bundle behind one route. Its newest versions ask
 * for an account; these two do not. They take minutes to install, so that is done when asked for, into a folder of its
 * own, or a person names a folder that has them.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { perSecond } from './row.ts';
import { ROOT } from './unicorns.ts';

const PACKAGES = ['serverless@3.40.0', 'serverless-offline@13.9.0'] as const;
const INSTALL_MS = 900_000;
const STARTS_WITHIN_MS = 120_000;
const MEASURE_MS = 8_000;
/** The first warms it up. */
const CONNECTIONS = [1, 1, 2, 4] as const;

const CONFIGURATION = `
service: bench
frameworkVersion: '3'
configValidationMode: 'off'
provider:
  name: aws
  runtime: nodejs20.x
  environment: { POWERTOOLS_METRICS_NAMESPACE: bench, POWERTOOLS_SERVICE_NAME: list }
plugins: [serverless-offline]
functions:
  list:
    handler: index.handler
    events: [{ http: { path: unicorns, method: get } }]
`;

/** Gives the folder with the two packages in its node_modules, or why there is none. */
export function serverlessOfflineFolder(scratch: string, mayInstall: boolean): { readonly folder: string } | string {
  const named = process.env['SERVERLESS_OFFLINE'];
  if (named !== undefined)
    return existsSync(join(named, 'node_modules/serverless-offline'))
      ? { folder: named }
      : `SERVERLESS_OFFLINE names ${named}, which has no node_modules/serverless-offline`;
  if (!mayInstall) return `give --with-emulators to install ${PACKAGES.join(' and ')}, or SERVERLESS_OFFLINE=folder`;
  const folder = join(scratch, 'serverless-offline');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const options = { cwd: folder, stdio: 'ignore', timeout: INSTALL_MS } as const;
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...PACKAGES], options);
  return status === 0 ? { folder } : `${PACKAGES.join(' and ')} could not be installed with npm`;
}

/** The best rate over some numbers of connections, or why there is none. */
export async function serverlessOfflinePerSecond(scratch: string, folder: string): Promise<number | string> {
  const app = join(scratch, 'app');
  mkdirSync(app);
  symlinkSync(join(folder, 'node_modules'), join(app, 'node_modules'));
  copyFileSync(join(ROOT, 'dist/list/index.mjs'), join(app, 'index.mjs'));
  writeFileSync(join(app, 'serverless.yml'), CONFIGURATION);
  const [httpPort, lambdaPort] = [await freePort(), await freePort()];
  const child = start(app, httpPort, lambdaPort);
  try {
    const url = `http://127.0.0.1:${httpPort}/dev/unicorns`;
    if (!(await isUp(child, url))) return 'serverless-offline did not start';
    const rates: number[] = [];
    for (const connections of CONNECTIONS) rates.push(await send(url, connections));
    const best = Math.max(...rates);
    return best > 0 ? best : 'serverless-offline gave no good answer';
  } finally {
    await stop(child);
  }
}

function start(cwd: string, httpPort: number, lambdaPort: number): ChildProcess {
  const ports = ['--httpPort', String(httpPort), '--lambdaPort', String(lambdaPort)];
  const quiet = { SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off', CI: '1' };
  const script = join(cwd, 'node_modules/serverless/bin/serverless.js');
  const env = { ...process.env, ...quiet };
  return spawn(process.execPath, [script, 'offline', 'start', '--host', '127.0.0.1', ...ports], {
    cwd,
    env,
    stdio: 'ignore',
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const isLate = await Promise.race([ended.then(() => false), later(5_000, true, { ref: false })]);
  if (isLate) child.kill('SIGKILL');
  await ended;
}

async function isUp(child: ChildProcess, url: string): Promise<boolean> {
  for (const from = performance.now(); performance.now() - from < STARTS_WITHIN_MS; await later(500)) {
    if (child.exitCode !== null) return false;
    if ((await statusOf(url, undefined).catch(() => 0)) === 200) return true;
  }
  return false;
}

/** Good answers per second. It is not at its best under load: what goes wrong ends the measurement, and costs its time. */
async function send(url: string, connections: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const from = performance.now();
  let answered = 0;
  let goesOn = true;
  const caller = async (): Promise<void> => {
    while (goesOn && performance.now() - from < MEASURE_MS) {
      goesOn &&= (await statusOf(url, agent).catch(() => 0)) === 200;
      if (goesOn) answered++;
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  agent.destroy();
  return perSecond(answered, performance.now() - from);
}

const statusOf = (url: string, agent: Agent | undefined): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { ...(agent && { agent }), timeout: 10_000 }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .on('timeout', () => reject(new Error('no answer within 10 s')));
  });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
