import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { packageCode } from '@unicorns/cloud';
import { BuildFailed, buildFunctions, bundle, functions } from './index.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
const LIST = functions.filter(({ name }) => name === 'list');
const LIST_ENTRY = 'packages/list/src/list-unicorns.ts';
const CATALOGUE = 'packages/list/src/catalogue.ts';
const scratch = await mkdtemp(join(tmpdir(), 'build-'));
const outdir = join(scratch, 'dist');
await mkdir(join(outdir, 'list'), { recursive: true });
await writeFile(join(outdir, 'list', 'left-over.txt'), '');
const built = await buildFunctions({ root: ROOT, outdir, byproductsDir: join(scratch, '.build') });

afterAll(() => rm(scratch, { recursive: true }));

/** The sources that functions are made of, in another folder, with the installed dependencies linked. */
async function copyOfRepository(name: string): Promise<string> {
  const root = join(scratch, name);
  for (const pack of ['list', 'hooks']) {
    const from = join(ROOT, 'packages', pack);
    const to = join(root, 'packages', pack);
    await mkdir(to, { recursive: true });
    await cp(join(from, 'src'), join(to, 'src'), { recursive: true });
    await cp(join(from, 'package.json'), join(to, 'package.json'));
    await symlink(join(from, 'node_modules'), join(to, 'node_modules'));
  }
  return root;
}

test('each function gets a folder that holds only its bundle', async () => {
  expect(built.map(({ name }) => name)).toEqual(functions.map(({ name }) => name));
  for (const { name } of built) expect(await readdir(join(outdir, name))).toEqual(['index.mjs']);
  expect(await readdir(join(scratch, '.build', 'maps'))).toContain('list.mjs.map');
  expect(await readdir(join(scratch, '.build', 'meta'))).toContain('list.json');
});

/** The key under which each function's package is uploaded, as a deployment has it. */
const packageKeys = (folder: string): readonly string[] => functions.map(({ name }) => packageCode(folder, name).key);

test('equal sources give equal bytes and package keys wherever they lie, and no path of the machine', async () => {
  for (const name of ['one', 'another-place']) {
    const root = await copyOfRepository(name);
    const again = await buildFunctions({ root, outdir: join(scratch, `dist-${name}`) });
    expect(again.map(({ sha256 }) => sha256)).toEqual(built.map(({ sha256 }) => sha256));
    expect(packageKeys(join(scratch, `dist-${name}`))).toEqual(packageKeys(outdir));
  }
  for (const { file } of built) {
    const code = await readFile(file, 'utf8');
    expect(code).not.toContain(scratch);
    expect(code).not.toContain(ROOT);
    expect(code).not.toContain('sourceMappingURL');
  }
});

test('an unchanged bundle keeps its time, so that it is not packaged anew', async () => {
  const request = { root: ROOT, outdir: join(scratch, 'dist-kept'), only: LIST };
  const file = join(request.outdir, 'list', 'index.mjs');
  await buildFunctions(request);
  const before = await stat(file, { bigint: true });
  await buildFunctions(request);
  expect((await stat(file, { bigint: true })).mtimeNs).toBe(before.mtimeNs);
});

test('a replaced catalogue makes another release of the list function alone', async () => {
  const source = `import { Problem } from './problem.ts';
    export const catalogue = { list: async () => { throw new Problem(503, 'Closed.'); } };`;
  const [list, , , reportFailed] = built;
  const only = functions.filter(({ name }) => name === 'list' || name === 'report-failed');
  const request = { root: ROOT, outdir: join(scratch, 'closed'), only, replacements: { [CATALOGUE]: source } };
  const closed = await buildFunctions(request);
  expect(closed.map(({ replaced }) => replaced)).toEqual([[CATALOGUE], []]);
  expect(closed.map(({ sha256 }) => sha256)).toEqual([
    expect.not.stringMatching(list?.sha256 ?? ''),
    reportFailed?.sha256,
  ]);
});

test('a replacement that reaches nothing is refused', async () => {
  const request = {
    root: ROOT,
    outdir: join(scratch, 'idle'),
    only: LIST,
    replacements: { 'packages/list/src/gone.ts': '' },
  };
  await expect(buildFunctions(request)).rejects.toThrow('No function imports packages/list/src/gone.ts');
});

test('sources that do not build are named with file and line', async () => {
  const broken = bundle({
    root: ROOT,
    entry: LIST_ENTRY,
    replacements: { [CATALOGUE]: 'export const x = 1;\nexport let = ;' },
  });
  await expect(broken).rejects.toBeInstanceOf(BuildFailed);
  await expect(broken).rejects.toMatchObject({ problems: [{ file: CATALOGUE, line: 2 }] });
});

test('the list handler is at most 10 kB larger than middy, Logger and Metrics alone', async () => {
  const frameworkAlone = `
    import { Logger } from '@aws-lambda-powertools/logger';
    import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
    import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
    import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
    import middy from '@middy/core';
    const metrics = new Metrics();
    export const handler = middy().use(injectLambdaContext(new Logger())).use(logMetrics(metrics)).handler(async () => {
      metrics.addMetric('Orders', MetricUnit.Count, 1);
      return { statusCode: 200 };
    });`;
  const alone = await bundle({ root: ROOT, entry: LIST_ENTRY, replacements: { [LIST_ENTRY]: frameworkAlone } });
  const whole = await bundle({ root: ROOT, entry: LIST_ENTRY });
  expect(alone.code.length).toBeGreaterThan(37_000);
  expect(whole.code.length - alone.code.length).toBeLessThanOrEqual(10_000);
});

test('every bundle starts and exports its handler', async () => {
  for (const { file } of built) {
    const { handler }: { handler: unknown } = await import(file);
    expect(handler).toBeInstanceOf(Function);
  }
});

test('every function that does not build is told, once for each place', async () => {
  const root = await copyOfRepository('broken-twice');
  await rm(join(root, 'packages/hooks/src/synthetic-load.ts'));
  await writeFile(join(root, 'packages/list/src/catalogue.ts'), 'import "./gone.ts";');
  await writeFile(join(root, 'packages/hooks/src/settings.ts'), 'import "./gone.ts";');
  const building = buildFunctions({ root, outdir: join(scratch, 'nowhere') }).then((): readonly string[] => []);
  const problems = await building.catch((error: unknown) =>
    error instanceof BuildFailed
      ? error.problems.map(({ file, message }) => `${file ?? ''} ${message}`).toSorted()
      : [],
  );
  expect(problems).toEqual(
    expect.arrayContaining([
      ' Could not resolve "packages/hooks/src/synthetic-load.ts"',
      'packages/list/src/catalogue.ts Could not resolve "./gone.ts"',
    ]),
  );
  expect(problems.filter((problem) => problem.includes('settings.ts'))).toHaveLength(1);
});
