/**
 * The same boto3 calls to moto_server and to our wire. boto3 itself manages a few hundred a second, so that it would be
 * what is measured: the requests that it sends are taken from it once, and the bench's own client sends them to both.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createCloud } from '../../packages/cloud/src/index.ts';
import { type Row, row, thousands } from './row.ts';
import { answerOnce, load } from './wire.ts';

const AT_LEAST = 10;
const NAME = "wire: boto3's calls beside moto_server";
const START_MS = 60_000;

/** Prints what boto3 would send, one JSON string a call. Nothing is sent. */
const CAPTURE = `
import json, boto3
from botocore.awsrequest import AWSResponse
def session(name):
    return boto3.client(name, region_name='us-east-1', endpoint_url='http://127.0.0.1:1', aws_access_key_id='x', aws_secret_access_key='y')
def capture(request, **rest):
    body = request.body or b''
    body = body.decode() if isinstance(body, bytes) else body
    headers = {name: value if isinstance(value, str) else value.decode() for name, value in request.headers.items()}
    print(json.dumps({'method': request.method, 'path': request.url.split('127.0.0.1:1', 1)[1], 'headers': headers, 'body': body}))
    raise KeyboardInterrupt()
for name, operation in [('sts', 'get_caller_identity'), ('lambda', 'list_functions'), ('logs', 'describe_log_groups')]:
    client = session(name)
    client.meta.events.register('before-send', capture)
    try:
        getattr(client, operation)()
    except KeyboardInterrupt:
        pass
`;

interface Captured {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The requests as they go over the socket, or why there are none. */
function boto3Requests(): readonly string[] | string {
  const { status, stdout } = spawnSync('python3', ['-c', CAPTURE], { encoding: 'utf8', timeout: START_MS });
  if (status !== 0) return 'python3 has no boto3';
  return stdout
    .trim()
    .split('\n')
    .map((line) => onSocket(JSON.parse(line) as Captured));
}

function onSocket({ method, path, headers, body }: Captured): string {
  const lines = Object.entries({ host: '127.0.0.1', ...headers })
    .filter(([name]) => name.toLowerCase() !== 'content-length')
    .map(([name, value]) => `${name}: ${value}`);
  return [
    `${method} ${path === '' ? '/' : path} HTTP/1.1`,
    ...lines,
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

interface Moto {
  readonly port: number;
  readonly process: ChildProcess;
}

/** On the path, or as a module of python3; undefined when neither comes up. */
async function startMoto(): Promise<Moto | undefined> {
  const port = await freePort();
  for (const [command, ...args] of [['moto_server'], ['python3', '-m', 'moto.server']]) {
    if (command === undefined) continue;
    const child = spawn(command, [...args, '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore', detached: true });
    const gone = new Promise<void>((resolve) => child.once('error', () => resolve()).once('exit', () => resolve()));
    if (await comesUp(port, gone)) return { port, process: child };
    stop(child);
  }
  return undefined;
}

/** A starter may stand before the server: the group has the id of the process that was started. */
function stop({ pid, exitCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
}

async function comesUp(port: number, gone: Promise<void>): Promise<boolean> {
  let isGone = false;
  void gone.then(() => (isGone = true));
  for (const until = performance.now() + START_MS; performance.now() < until && !isGone;) {
    const answers = await fetch(`http://127.0.0.1:${port}/moto-api/`).then(
      () => true,
      () => false,
    );
    if (answers) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

export async function benchMoto(secondsPerCall: number): Promise<readonly Row[]> {
  const target = `≥ ${AT_LEAST} × moto_server`;
  const skipped = (why: string): readonly Row[] => [row(NAME, `skipped: ${why}`, target, true)];
  const requests = boto3Requests();
  if (typeof requests === 'string') return skipped(requests);
  const moto = await startMoto();
  if (moto === undefined) return skipped('moto_server is not there (pip install "moto[server]")');
  const cloud = await createCloud();
  try {
    const rates: { ours: number; theirs: number }[] = [];
    for (const request of requests) {
      // It loads a service when it is first asked.
      await answerOnce(moto.port, request);
      const theirs = await load(moto.port, request, secondsPerCall);
      rates.push({ ours: await load(Number(new URL(cloud.endpointUrl).port), request, secondsPerCall), theirs });
    }
    if (rates.some(({ theirs }) => theirs === 0)) return skipped('moto_server did not answer');
    const least = Math.min(...rates.map(({ ours, theirs }) => ours / theirs));
    const told = rates.map(({ ours, theirs }) => `${thousands(ours)}/s to ${thousands(theirs)}/s`).join(', ');
    return [row(NAME, `${told}: at least ${least.toFixed(0)} ×`, target, least >= AT_LEAST)];
  } finally {
    stop(moto.process);
    await cloud.close();
  }
}
