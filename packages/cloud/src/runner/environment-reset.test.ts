import { afterAll, expect, test } from '@jest/globals';
import { createRunner, lostAfter } from './index.ts';
import { handlerOf, imageOf, invocationOf, runHandler, settle } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1, endlessMs: 150 });
afterAll(() => runner.close());

const HEAD = "import fs from 'node:fs'; let n = 0; const id = crypto.randomUUID(); console.log('init')";
const BODY = (dies: string) =>
  `fs.appendFileSync('/tmp/seen', 'x'); if (event === 'die') { ${dies} } return [n++, fs.readFileSync('/tmp/seen', 'utf8').length, id];`;

test.each([
  ['a time-out', 'await new Promise((r) => setTimeout(r, 10_000));'],
  ['an endless loop', 'for (;;) {}'],
  ['process.exit', 'process.exit(1);'],
  ['a signal', "process.kill(process.pid, 'SIGKILL');"],
  ['an uncaught error', "setTimeout(() => { throw new Error('x'); }, 1); await new Promise(() => {});"],
])('after %s the environment stays, and its next invocation begins with the init', async (_title, dies) => {
  const image = imageOf({ files: handlerOf(BODY(dies), HEAD) });
  runner.load(image);
  const at = [
    ['', 0],
    ['die', 1_000],
    ['', 10_000],
    ['', 11_000],
  ] as const;
  const all = await settle(
    runner,
    at.map(([payload, ms]) => invocationOf(image, payload, ms)),
  );
  const [first, died, next, last] = all;
  expect(new Set(all.map(({ environmentId }) => environmentId)).size).toBe(1);
  expect(all.map((one) => one.died ?? false)).toEqual([false, true, false, false]);
  const [[, , oldId], [n, seen, newId]] = [first, next].map((one) => JSON.parse(one?.payload ?? '') as unknown[]) as [
    unknown[],
    unknown[],
  ];
  expect([n, Number(seen) >= 3, newId === oldId]).toEqual([0, true, false]);
  expect(next?.initDurationMs).toBeUndefined();
  expect(next?.durationMs).toBeGreaterThan(100);
  expect(next?.lines.map(({ message }) => message.endsWith('init'))).toEqual([true]);
  expect(died?.outcome).not.toBe('success');
  expect(JSON.parse(last?.payload ?? '')).toEqual([1, Number(seen) + 1, newId]);
  expect(last?.durationMs).toBeLessThan(100);
});

test('an init that fails is tried again by each invocation, under the timeout of the function', async () => {
  const all = await runHandler(runner, { files: 'throw new Error("x");', payloads: [1, 2] });
  expect(all.map((one) => [one.errorType, one.initDurationMs !== undefined, one.initFailure?.status])).toEqual([
    ['Error', true, 'error'],
    ['Error', false, undefined],
  ]);
  expect(new Set(all.map(({ environmentId }) => environmentId)).size).toBe(1);
});

test('an environment that had died when its thread was lost begins with the init too', async () => {
  const image = imageOf({ files: handlerOf(BODY('process.exit(1);'), HEAD) });
  runner.load(image);
  const [died] = await settle(runner, [invocationOf(image, 'die', 0)]);
  const other = createRunner({ seed: 7, workers: 1 });
  other.load(image);
  if (died !== undefined) other.adopt([lostAfter(image.key, died)]);
  const [next] = await settle(other, [invocationOf(image, '', 10_000)]);
  await other.close();
  expect([next?.environmentId, next?.initDurationMs]).toEqual([died?.environmentId, undefined]);
  expect(next?.durationMs).toBeGreaterThan(100);
});

/** What is left over from one invocation, and what becomes of the next one, a second later. */
test.each<[string, string, object]>([
  ['an error', 'throw new Error("late");', { errorType: 'Runtime.ExitError', died: true }],
  ['a rejection', 'Promise.reject(new Error("late"));', { errorType: 'Runtime.ExitError', died: true }],
  ['an exit', 'process.exit(3);', { errorType: 'Runtime.ExitError', died: true }],
  [
    'a line',
    'console.log("late");',
    { outcome: 'success', lines: [{ message: expect.stringMatching(/\tINFO\tlate$/) }] },
  ],
  ['a change', 'n = 7;', { outcome: 'success', payload: '8' }],
])('%s of an overdue timer comes before the handler is called', async (_title, late, expected) => {
  const body = `n++; if (n === 1) setTimeout(() => { ${late} }, 50); return n;`;
  const [first, next] = await runHandler(runner, { files: handlerOf(body, 'let n = 0'), payloads: [{}, {}] });
  expect(first).toMatchObject({ outcome: 'success', payload: '1', lines: [] });
  expect(next).toMatchObject(expected);
});

test('timers that are overdue come once each, however often they would have been due', async () => {
  const body = 'const before = n; setInterval(() => { n++; }, 10); return before;';
  const all = await runHandler(runner, { files: handlerOf(body, 'let n = 0'), payloads: [{}, {}, {}] });
  expect(all.map(({ payload }) => payload)).toEqual(['0', '1', '3']);
});

test.each([
  ['nodejs24.x', 'Runtime.ExitError'],
  ['nodejs22.x', 'Runtime.UnhandledPromiseRejection'],
])('a rejection that a module leaves unhandled fails the init on %s', async (runtime, errorType) => {
  const files = handlerOf('return 1;', 'Promise.reject(new Error("lost"))');
  const all = await runHandler(runner, { files, image: { runtime }, payloads: [{}, {}] });
  expect(all.map((one) => [one.errorType, one.initFailure])).toEqual([
    [errorType, { status: 'error', errorType }],
    [errorType, undefined],
  ]);
});
