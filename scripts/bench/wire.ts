/**
 * Calls per second that the wire answers over loopback, one JSON, one REST-JSON and one Query operation, beside a bare
 * node:http server that answers the same bytes: on a busy machine the share of it says more. The load comes from a worker of its own over raw keep-alive sockets, so that the server is what is measured.
 *
 *     node scripts/bench/wire.ts [seconds per row]
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { isMainThread, Worker, workerData, parentPort } from 'node:worker_threads';
import { createHttpServer, prepareWire } from '../../packages/cloud/src/shell/index.ts';
import { createWire, type WireRequest, type WireResponse } from '../../packages/cloud/src/wire/index.ts';

const CONNECTIONS = 20;
const AT = new Date(1_700_000_000_123);
/** What bare node:http did a second where the numbers to land were taken: a slower machine is held to the share of it. */
const BARE_THERE = 78_000;

interface Row {
  readonly name: string;
  readonly atLeast: number;
  readonly request: string;
  readonly operation: string;
  readonly output: object;
}

const authorization = (service: string): string =>
  `authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`;

function httpRequest(start: string, headers: readonly string[], body = ''): string {
  const lines = [
    `${start} HTTP/1.1`,
    'host: 127.0.0.1',
    'user-agent: bench',
    'x-amz-date: 20260101T000000Z',
    ...headers,
  ];
  return `${[...lines, `content-length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`;
}

const ROWS: readonly Row[] = [
  {
    name: 'JSON 1.1, CodeDeploy GetDeployment',
    atLeast: 20_000,
    request: httpRequest(
      'POST /',
      [
        'content-type: application/x-amz-json-1.1',
        'x-amz-target: CodeDeploy_20141006.GetDeployment',
        authorization('codedeploy'),
      ],
      '{"deploymentId":"d-ABCDEF123"}',
    ),
    operation: 'GetDeployment',
    output: {
      deploymentInfo: {
        applicationName: 'app',
        deploymentGroupName: 'group',
        deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        deploymentId: 'd-ABCDEF123',
        status: 'Stopped',
        createTime: AT,
        startTime: AT,
        completeTime: AT,
        errorInformation: { code: 'ALARM_ACTIVE', message: 'One or more alarms have been activated' },
        rollbackInfo: { rollbackDeploymentId: 'd-ABCDEF124' },
        computePlatform: 'Lambda',
      },
    },
  },
  {
    name: 'REST-JSON, Lambda GetAlias',
    atLeast: 20_000,
    request: httpRequest('GET /2015-03-31/functions/list/aliases/live', [authorization('lambda')]),
    operation: 'GetAlias',
    output: {
      AliasArn: 'arn:aws:lambda:eu-west-1:123456789012:function:list:live',
      Name: 'live',
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } },
      RevisionId: '5f1b3d0e-0000-4000-8000-000000000000',
    },
  },
  {
    name: 'Query, CloudFormation DescribeStacks',
    atLeast: 15_000,
    request: httpRequest(
      'POST /',
      ['content-type: application/x-www-form-urlencoded', authorization('cloudformation')],
      'Action=DescribeStacks&Version=2010-05-15&StackName=unicorns',
    ),
    operation: 'DescribeStacks',
    output: {
      Stacks: [
        {
          StackName: 'unicorns',
          StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/unicorns/0',
          CreationTime: AT,
          StackStatus: 'UPDATE_COMPLETE',
          Capabilities: ['CAPABILITY_IAM'],
          Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'Prod' }],
          Outputs: [
            { OutputKey: 'Endpoint', OutputValue: 'https://x.execute-api.eu-west-1.amazonaws.com/Prod/unicorns' },
          ],
          Tags: [],
        },
      ],
    },
  },
];

export interface Measured extends Row {
  readonly perSecond: number;
  /** Of a node:http server that does nothing but answer. */
  readonly barePerSecond: number;
}

/** Where a row has to be: absolutely, or as a share of the bare server on a machine that is slower. */
export function verdict({ atLeast, perSecond, barePerSecond }: Measured): {
  readonly target: string;
  readonly isMet: boolean;
  readonly by: string;
} {
  const share = atLeast / BARE_THERE;
  const target = `≥ ${atLeast.toLocaleString('en')}/s, or ≥ ${share.toFixed(2)} × bare where bare does less than ${BARE_THERE.toLocaleString('en')}/s`;
  if (perSecond >= atLeast) return { target, isMet: true, by: 'absolutely' };
  const isMet = barePerSecond < BARE_THERE && perSecond / barePerSecond >= share;
  return { target, isMet, by: isMet ? 'by the share' : 'neither way' };
}

/** Measures every row. */
export async function benchWire(secondsPerRow: number): Promise<readonly Measured[]> {
  const outputs = new Map(ROWS.map((it) => [it.operation, it.output]));
  const wire = createWire({ emulates: () => true });
  let calls = 0;
  const handle = (request: WireRequest): WireResponse | Promise<WireResponse> => {
    const loading = prepareWire(wire, request);
    if (loading !== undefined) return loading.then(() => handle(request));
    const call = wire.decode(request, `request-${++calls}`);
    return call.type === 'failure' ? call.response : wire.encode(call, outputs.get(call.operation) ?? {});
  };
  const server = await createHttpServer({ handle });
  const bare = await bareServer();
  const rows: Measured[] = [];
  for (const row of ROWS) {
    const barePerSecond = await load(bare.port, row.request, secondsPerRow);
    rows.push({
      ...row,
      barePerSecond,
      perSecond: await load(Number(new URL(server.url).port), row.request, secondsPerRow),
    });
  }
  bare.close();
  await server.close();
  return rows;
}

async function bareServer(): Promise<{ readonly port: number; close(): void }> {
  const body = '{"answer":"of about the same length as those of the wire, so that the sockets do the same"}';
  const server = createServer((message, response) => {
    message.resume().on('end', () => response.writeHead(200, { 'content-length': body.length }).end(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** Answers a second that many connections at once get, each sending the same request again and again. */
export function load(port: number, request: string, seconds: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { load: { port, request, seconds } } });
    worker.once('message', (perSecond: number) => resolve(perSecond));
    worker.once('error', reject);
  });
}

/** In the worker: each connection sends its next request when the last answer is whole. The first second warms up. */
async function generateLoad(port: number, request: string, seconds: number): Promise<number> {
  const state = { answers: 0, isOver: false };
  for (let i = 0; i < CONNECTIONS; i++) askAgainAndAgain(port, Buffer.from(request), state);
  await pause(1);
  const [before, start] = [state.answers, performance.now()];
  await pause(seconds);
  const perSecond = (state.answers - before) / ((performance.now() - start) / 1000);
  state.isOver = true;
  return Math.round(perSecond);
}

/** A server that ends the connection after each answer, as Python's does, gets another. */
function askAgainAndAgain(port: number, request: Buffer, state: { answers: number; isOver: boolean }): void {
  const socket = connect(port, '127.0.0.1');
  let awaited = 0;
  let isLast = false;
  socket.setNoDelay(true).write(request);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    if (!state.isOver) askAgainAndAgain(port, request, state);
  });
  socket.on('data', (data: Buffer) => {
    if (awaited === 0) {
      const head = headOf(data);
      isLast = /^connection: close/im.test(head);
      awaited = head.length + Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    }
    awaited -= Math.min(data.length, awaited);
    if (awaited > 0) return;
    state.answers++;
    if (state.isOver || isLast) socket.destroy();
    else socket.write(request);
  });
}

function headOf(data: Buffer): string {
  const head = data.toString('latin1', 0, Math.max(0, data.indexOf('\r\n\r\n')) + 4);
  if (!/^HTTP\/1\.\d 200 /.test(head)) throw new Error(data.toString('latin1'));
  return head;
}

/** Waits for one answer to the request, however long it takes. */
export async function answerOnce(port: number, request: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  await once(socket, 'data');
  socket.destroy();
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

interface LoadOrder {
  readonly load: { readonly port: number; readonly request: string; readonly seconds: number };
}

if (!isMainThread && (workerData as Partial<LoadOrder> | null)?.load !== undefined) {
  const { port, request, seconds } = (workerData as LoadOrder).load;
  parentPort?.postMessage(await generateLoad(port, request, seconds));
} else if (import.meta.main) {
  for (const measured of await benchWire(Number(process.argv[2] ?? 3))) {
    const { name, perSecond, barePerSecond } = measured;
    const share = `${((100 * perSecond) / barePerSecond).toFixed(0)} % of bare node:http (${barePerSecond})`;
    console.log(`${name.padEnd(40)} ${String(perSecond).padStart(7)} calls/s, ${share}: ${verdict(measured).by}`);
  }
}
