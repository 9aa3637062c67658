/**
 * Invocations through the whole path (route → alias → bundle in a worker → logs → filters → EMF → alarms) beside a
 * bare loop over the same bundle in one thread with its output captured.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { perSecond, type Row, row, thousands, timed } from './row.ts';
import { deploy, deployed, ROOT, send } from './unicorns.ts';

const INVOCATIONS = 20_000;

/** All traffic goes to one version, as most of the time. */
export async function wholePathPerSecond(): Promise<number> {
  const cloud = await deployed();
  try {
    await deploy(cloud, 1, { DeploymentType: 'AllAtOnce' });
    send(cloud, 60_000);
    await cloud.advance(5_000);
    const { ms } = await timed(() => cloud.advance((INVOCATIONS / 60_000) * 60_000));
    return perSecond(INVOCATIONS, ms);
  } finally {
    await cloud.close();
  }
}

function bare(): Promise<number> {
  const env = {
    ...process.env,
    AWS_LAMBDA_FUNCTION_NAME: 'list',
    AWS_LAMBDA_FUNCTION_VERSION: '1',
    POWERTOOLS_METRICS_NAMESPACE: 'bench',
    POWERTOOLS_SERVICE_NAME: 'list',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  };
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { bareLoop: true }, env });
    worker.once('message', (rate: number) => resolve(rate));
    worker.once('error', reject);
  });
}

async function bareLoop(): Promise<number> {
  let captured = 0;
  process.stdout.write = ((text: string) => (captured += text.length) > 0) as typeof process.stdout.write;
  const { handler } = (await import(pathToFileURL(join(ROOT, 'dist/list/index.mjs')).href)) as {
    handler: (event: object, context: object) => Promise<unknown>;
  };
  const event = {
    resource: '/unicorns',
    path: '/unicorns',
    httpMethod: 'GET',
    headers: { accept: 'application/json' },
    multiValueHeaders: { accept: ['application/json'] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: { requestId: 'r', identity: { sourceIp: '203.0.113.10' }, stage: 'Prod' },
    body: null,
    isBase64Encoded: false,
  };
  const context = {
    functionName: 'list',
    functionVersion: '1',
    awsRequestId: 'r',
    getRemainingTimeInMillis: () => 3_000,
  };
  const run = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await handler(event, context);
  };
  await run(2_000);
  const { ms } = await timed(() => run(INVOCATIONS));
  if (captured === 0) throw new Error('the handler wrote nothing');
  return perSecond(INVOCATIONS, ms);
}

export async function benchPath(): Promise<readonly Row[]> {
  const [loop, path] = [await bare(), await wholePathPerSecond()];
  const ratio = path / loop;
  return [
    row(
      'invocations through the whole path',
      `${thousands(path)}/s, ${ratio.toFixed(2)} × the bare loop (${thousands(loop)}/s)`,
      '≥ 1 × the bare loop',
      ratio >= 1,
    ),
  ];
}

if (!isMainThread && (workerData as { bareLoop?: boolean } | null)?.bareLoop === true)
  parentPort?.postMessage(await bareLoop());
