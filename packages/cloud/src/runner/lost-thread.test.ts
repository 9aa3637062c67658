import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRunner, type Runner } from './index.ts';
import { imageOf, invocationOf, settle } from './run-handlers.fixture.ts';

let runner: Runner;
beforeEach(() => {
  runner = createRunner({ seed: 7, workers: 1, endlessMs: 150 });
});
afterEach(() => runner.close());

const good = `let n = 0; export const handler = async () => ++n;`;

test.each([
  [
    'a heap that overflows',
    `export const handler = async (event) => { if (!event.bad) return 1; const all = []; for (;;) all.push(new Array(1e6).fill({})); };`,
  ],
  ['a loop', `export const handler = async (event) => { if (!event.bad) return 1; for (;;) {} };`],
  [
    'a loop that catches everything',
    `export const handler = async (event) => { if (!event.bad) return 1; for (;;) try { for (;;) Date.now(); } catch {} };`,
  ],
  [
    'a loop in a stream’s own event',
    `import { PassThrough } from 'node:stream'; import { createGzip } from 'node:zlib'; export const handler = async (event) => { if (!event.bad) return 1; const z = createGzip(); z.on('data', () => { for (;;) {} }); z.end('x'); await new Promise(() => setTimeout(() => {}, 1000)); };`,
  ],
])('%s ends one environment, and the others of its thread live on', async (_name, files) => {
  const bad = imageOf({ files });
  const other = imageOf({ files: good });
  runner.load(bad);
  runner.load(other);
  const settled = await settle(runner, [
    invocationOf(other, {}, 0),
    invocationOf(bad, {}, 100),
    invocationOf(bad, { bad: true }, 1_000),
    invocationOf(other, {}, 2_000),
    invocationOf(bad, {}, 9_000),
  ]);
  expect(settled.map(({ outcome }) => outcome)).toEqual([
    'success',
    'success',
    expect.stringMatching(/^(?:timeout|error)$/),
    'success',
    'success',
  ]);
  const [first, , ended, second, afresh] = settled;
  expect(second).toMatchObject({ environmentId: first?.environmentId });
  expect(second).not.toHaveProperty('initDurationMs');
  expect(ended).toMatchObject({ died: true, environmentId: afresh?.environmentId });
  expect(afresh?.durationMs).toBeGreaterThan(100);
});

test('CPU time beyond the threshold counts', async () => {
  const files = `export const handler = async () => { const end = performance.timeOrigin; let x = 0; for (let i = 0; i < 3e8; i++) x += i % 7; return x > end; };`;
  // Long limits: a slow machine takes many times as long for it.
  const image = imageOf({ files, image: { timeoutMs: 900_000 } });
  const patient = createRunner({ seed: 7, workers: 1, endlessMs: 60_000 });
  patient.load(image);
  const [settled] = await settle(patient, [invocationOf(image, {}, 0)]);
  await patient.close();
  expect(settled?.measuredMs).toBeGreaterThanOrEqual(200);
  expect((settled?.measuredMs ?? 0) % 100).toBe(0);
  expect(settled?.durationMs).toBeGreaterThan(settled?.measuredMs ?? Infinity);
});
