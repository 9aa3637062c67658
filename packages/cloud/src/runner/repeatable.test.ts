import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRunner, type Settled } from './index.ts';
import { imageOf, invocationOf, settle } from './run-handlers.fixture.ts';

const runners: ReturnType<typeof createRunner>[] = [];
const runnerOf = (seed: number, workers: number) => {
  const runner = createRunner({ seed, workers });
  runners.push(runner);
  return runner;
};
afterAll(() => Promise.all(runners.map((runner) => runner.close())));

/** Draws chance, reads the clock, waits, works for real, sometimes dies: all that could differ. */
const files = `
  import { randomUUID } from 'node:crypto';
  import { gzipSync, gzip } from 'node:zlib';
  let n = 0;
  export const handler = async ({ kind }) => {
    console.log(randomUUID(), Math.random(), n++);
    if (kind === 1) await new Promise((resolve) => setTimeout(resolve, 700 * Math.random()));
    if (kind === 2) await new Promise((resolve) => gzip('x', resolve));
    if (kind === 3) process.exit(1);
    if (kind === 4) throw new Error('no');
    return [n, Date.now(), performance.now(), process.hrtime()];
  };`;

const image = imageOf({ files });
const SIZE = 40;
const invocations = fc.sample(fc.record({ kind: fc.nat(6), gapMs: fc.nat(90) }), { numRuns: SIZE, seed: 3 });
let atMs = 0;
const all = invocations.map(({ kind, gapMs }) => invocationOf(image, { kind }, (atMs += gapMs)));

/** Everything that a run leaves, with a fresh runner, in batches cut at `cuts`. */
async function leaves(seed: number, workers: number, cuts: readonly number[]): Promise<string> {
  const runner = runnerOf(seed, workers);
  const fresh = { ...image, key: `${image.key}` };
  runner.load(fresh);
  const settled: Settled[] = [];
  const edges = [0, ...new Set(cuts.toSorted((a, b) => a - b)), SIZE];
  for (const [index, from] of edges.entries())
    settled.push(...(await settle(runner, all.slice(from, edges[index + 1] ?? SIZE))));
  await runner.close();
  return JSON.stringify(settled, undefined, 1);
}

test('the same seed gives the same bytes, however arrivals are cut into batches', async () => {
  const whole = await leaves(5, 2, []);
  expect(whole).toContain('Runtime.ExitError');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: SIZE - 1 }), { maxLength: 6 }),
      fc.constantFrom(1, 2),
      async (cuts, workers) => {
        expect(await leaves(5, workers, cuts)).toBe(whole);
      },
    ),
    { numRuns: 6 },
  );
});

test('another seed gives other chance', async () => {
  expect(await leaves(6, 1, [])).not.toBe(await leaves(5, 1, []));
});
