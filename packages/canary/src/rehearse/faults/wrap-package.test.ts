import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Instant, packageFiles } from '@unicorns/cloud';
import type { Fault } from './fault.ts';
import { parseFault } from './parse-fault.ts';
import { wrapPackage } from './wrap-package.ts';

const scratch = mkdtempSync(join(tmpdir(), 'wrap-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const packaged = (files: Readonly<Record<string, string>>) =>
  packageFiles(new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)])));

const ESM = {
  'index.mjs': 'export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });',
};
const CALLBACK = {
  'index.js': "exports.handler = (event, context, done) => done(null, { statusCode: 200, body: '[1,2]' });",
};

interface Wrapped {
  readonly files?: Readonly<Record<string, string>>;
  readonly handler?: string;
  readonly startsAt?: number;
  readonly seed?: number;
}

function wrap(
  faults: readonly Fault[],
  { files = ESM, handler = 'index.handler', startsAt = 0, seed = 1 }: Wrapped = {},
) {
  return wrapPackage(packaged(files), { handler, faults, seed, startsAt: Instant(startsAt), hasCatalogueSeam: false });
}

type Handler = (event: unknown, context: object) => Promise<{ statusCode: unknown; body: string }>;

let folders = 0;

/** Writes a wrapped package down and loads it as Node would. */
async function load(faults: readonly string[], options: Wrapped = {}): Promise<Handler> {
  const folder = join(scratch, String(folders++));
  const [modulePath = '', exportName = ''] = (options.handler ?? 'index.handler').split('.');
  for (const [path, content] of wrap(faults.map(parseFault), options).files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const ending = ['.js', '.mjs', '.cjs'].find((each) => existsSync(join(folder, modulePath + each))) ?? '';
  const module: Record<string, Handler> = await import(join(folder, modulePath + ending));
  const handler = module[exportName];
  if (handler === undefined) throw new Error(`no ${exportName} in the wrapper`);
  return handler;
}

const context = (awsRequestId: string) => ({ awsRequestId, getRemainingTimeInMillis: () => 1_000 });

test('a wrapped package is another release, and the release inside keeps its bytes', () => {
  const plain = packaged(ESM);
  const wrapped = wrap([parseFault('throw')]);
  expect(wrapped.sha256).not.toBe(plain.sha256);
  expect(wrapped.key).not.toBe(wrap([parseFault('exit')]).key);
  expect(wrapped.files.get('index.release.mjs')).toEqual(plain.files.get('index.mjs'));
});

const packages: readonly [name: string, options: Wrapped][] = [
  ['an ES module', {}],
  ['a CommonJS module with callbacks', { files: CALLBACK }],
  ['a .cjs module', { files: { 'index.cjs': CALLBACK['index.js'] } }],
  [
    'a CommonJS module that others of the package load',
    {
      files: {
        'package.json': '{"type":"commonjs"}',
        'index.js':
          "const other = require('./other'); exports.limit = 7; exports.handler = async () => ({ statusCode: other().limit === 7 ? 200 : 500 });",
        'other.js': "module.exports = () => require('./index');",
      },
    },
  ],
  [
    'an ES module that others of the package load',
    {
      files: {
        'package.json': '{"type":"module"}',
        'index.js':
          "import { limitOf } from './other.js'; export const limit = 7; export const handler = async () => ({ statusCode: limitOf() === 7 ? 200 : 500 });",
        'other.js': "import { limit } from './index.js'; export const limitOf = () => limit;",
      },
    },
  ],
  [
    'a bundle whose exports are getters',
    {
      files: {
        'index.cjs':
          "Object.defineProperty(module.exports, 'handler', { get: () => async () => ({ statusCode: 200 }), enumerable: true });",
      },
    },
  ],
  ['a module in a folder', { files: { 'src/app.mjs': ESM['index.mjs'] }, handler: 'src/app.handler' }],
];

test.each(packages)('a handler without its fault answers as ever: %s', async (_name, options) => {
  const handler = await load(['throw:from=100m'], { ...options, startsAt: Date.now() });
  expect(await handler({ a: 1 }, context('r-1'))).toMatchObject({ statusCode: 200 });
});

test('a throw is thrown, an answer is made malformed, a status and a list are changed', async () => {
  await expect((await load(['throw']))({}, context('r'))).rejects.toThrow('A fault of the rehearsal');
  expect((await (await load(['malformed']))({}, context('r'))).statusCode).toBe('malformed');
  expect((await (await load(['status:code=429']))({}, context('r'))).statusCode).toBe(429);
  const emptied = await (await load(['empty-list']))({ unicorns: [1, 2], page: { of: [3] } }, context('r'));
  expect(JSON.parse(emptied.body)).toEqual({ unicorns: [], page: { of: [] } });
  expect((await (await load(['empty-list'], { files: CALLBACK }))({}, context('r'))).body).toBe('[]');
});

test('the share of faulty requests is drawn from request id and seed alone', async () => {
  const handler = await load(['status:code=503,share=0.1']);
  const ids = Array.from({ length: 2_000 }, (_, index) => `request-${index}`);
  const draw = async (by: Handler) =>
    Promise.all(ids.map(async (id) => (await by({}, context(id))).statusCode === 503));
  const faulty = await draw(handler);
  const share = faulty.filter(Boolean).length / ids.length;
  expect(share).toBeGreaterThan(0.07);
  expect(share).toBeLessThan(0.13);
  expect(await draw(await load(['status:code=503,share=0.1']))).toEqual(faulty);
  expect(await draw(await load(['status:code=503,share=0.1'], { seed: 2 }))).not.toEqual(faulty);
});

test('latency is waited before the release is asked', async () => {
  const startedAt = performance.now();
  await (
    await load(['latency:ms=30'])
  )({}, context('r'));
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
});

const refused: readonly [handler: string, files: Readonly<Record<string, string>>, message: string][] = [
  ['index', ESM, 'not of the form module.export'],
  ['app.handler', ESM, 'its package has none of app.js, app.mjs, app.cjs'],
];

test.each(refused)('no fault can be put around %s', (handler, files, message) => {
  expect(() => wrap([parseFault('throw')], { handler, files })).toThrow(message);
});

test('a module of several handlers keeps those that get no fault, and each that gets one is faulty', async () => {
  const files = {
    'app.js': 'exports.a = async () => "a"; exports.b = async () => "b"; exports.hook = async () => "hook";',
  };
  const request = { faults: [parseFault('throw')], seed: 1, startsAt: Instant(0), hasCatalogueSeam: false };
  const wrapped = ['app.a', 'app.b'].reduce(
    (artifact, handler) => wrapPackage(artifact, { ...request, handler }),
    packaged(files),
  );
  const folder = join(scratch, String(folders++));
  mkdirSync(folder);
  for (const [path, content] of wrapped.files) writeFileSync(join(folder, path), content);
  const module: Record<'a' | 'b' | 'hook', Handler> = await import(join(folder, 'app.js'));
  await expect(module.a({}, context('1'))).rejects.toThrow('this request throws');
  await expect(module.b({}, context('1'))).rejects.toThrow('this request throws');
  await expect(module.hook({}, context('1'))).resolves.toBe('hook');
});

test('the wrapper looks to the runtime as the handler does', async () => {
  expect((await load(['throw'], { files: CALLBACK })).length).toBe(3);
  expect((await load(['throw'])).length).toBe(1);
});
