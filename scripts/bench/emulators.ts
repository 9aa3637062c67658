/**
 * Invocations through our whole path beside those of other emulators with the same bundle: lambda-local, which calls it
 * in its own process with no logs, metrics or routes behind it, and serverless-offline, which serves it over HTTP. They
 * are fetched with npm into a folder of its own; where that cannot be, the row says so. What they write goes nowhere.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { wholePathPerSecond } from './path.ts';
import { type Row, row, thousands } from './row.ts';
import { serverlessOfflineFolder, serverlessOfflinePerSecond } from './serverless-offline.ts';
import { ROOT } from './unicorns.ts';

const LAMBDA_LOCAL = 'lambda-local@2.2.0';
/** Of each one's own rate. */
const AT_LEAST = { 'lambda-local': 3, 'serverless-offline': 20 } as const;
const INVOCATIONS = 3_000;
const FETCH_MS = 120_000;

const script = (bundle: string): string => `
import { createRequire } from 'node:module';
const lambdaLocal = createRequire(import.meta.url)('lambda-local');
Object.assign(process.env, { POWERTOOLS_METRICS_NAMESPACE: 'bench', POWERTOOLS_SERVICE_NAME: 'list' });
lambdaLocal.getLogger().level = 'error';
const lambdaFunc = await import(${JSON.stringify(bundle)});
const event = {
  resource: '/unicorns', path: '/unicorns', httpMethod: 'GET', headers: {}, multiValueHeaders: {},
  queryStringParameters: null, multiValueQueryStringParameters: null, pathParameters: null, stageVariables: null,
  requestContext: { requestId: 'r', identity: {}, stage: 'Prod' }, body: null, isBase64Encoded: false,
};
const run = async (count) => {
  for (let i = 0; i < count; i++) {
    const answer = await lambdaLocal.execute({ event, lambdaFunc, lambdaHandler: 'handler', timeoutMs: 3000, verboseLevel: 0 });
    if (answer.statusCode !== 200) throw new Error('lambda-local answered ' + JSON.stringify(answer));
  }
};
await run(500);
const from = performance.now();
await run(${INVOCATIONS});
process.stderr.write('per second: ' + (${INVOCATIONS} / (performance.now() - from)) * 1000);
`;

/** Invocations per second, or why there are none. */
function lambdaLocalPerSecond(folder: string): number | string {
  const options = { cwd: folder, encoding: 'utf8', timeout: FETCH_MS } as const;
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const fetched = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', LAMBDA_LOCAL], options);
  if (fetched.status !== 0) return `${LAMBDA_LOCAL} could not be fetched with npm`;
  writeFileSync(join(folder, 'loop.mjs'), script(pathToFileURL(join(ROOT, 'dist/list/index.mjs')).href));
  const { stderr } = spawnSync(process.execPath, ['loop.mjs'], { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  const rate = Number(/per second: ([\d.]+)$/.exec(stderr)?.[1]);
  return Number.isFinite(rate) ? rate : `${LAMBDA_LOCAL} did not run: ${stderr.trim().split('\n').at(-1) ?? ''}`;
}

export async function benchEmulators(mayInstall: boolean): Promise<readonly Row[]> {
  const ours = await wholePathPerSecond();
  const scratch = mkdtempSync(join(tmpdir(), 'bench-emulators-'));
  try {
    const found = serverlessOfflineFolder(scratch, mayInstall);
    return [
      beside('lambda-local', ours, lambdaLocalPerSecond(scratch)),
      beside(
        'serverless-offline',
        ours,
        typeof found === 'string' ? found : await serverlessOfflinePerSecond(scratch, found.folder),
      ),
    ];
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function beside(name: keyof typeof AT_LEAST, ours: number, theirs: number | string): Row {
  const target = `≥ ${AT_LEAST[name]} × ${name}`;
  if (typeof theirs === 'string') return row(`invocations beside ${name}`, `skipped: ${theirs}`, target, true);
  const measured = `${thousands(ours)}/s, ${(ours / theirs).toFixed(1)} × ${name} (${thousands(theirs)}/s)`;
  return row(`invocations beside ${name}`, measured, target, ours >= AT_LEAST[name] * theirs);
}
