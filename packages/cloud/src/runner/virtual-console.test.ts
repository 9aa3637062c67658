import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { handlerOf, runHandler } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1 });
afterAll(() => runner.close());

/** The lines of a handler, without their time and their invocation. */
async function linesOf(body: string, logFormat: 'Text' | 'JSON'): Promise<readonly string[]> {
  const files = handlerOf(body, 'const wait = (ms) => new Promise((r) => setTimeout(r, ms))');
  const [settled] = await runHandler(runner, { files, image: { logFormat, timeoutMs: 10_000_000 } });
  return settled?.lines.map(({ message }) => message.replace(/^\S+\trequest-\d+\t/, '')) ?? [];
}

test.each<[string, string, readonly string[]]>([
  [
    'console.time',
    'console.time("x"); await wait(50); console.timeLog("x", 1); await wait(1450); console.timeEnd("x");',
    ['INFO\tx: 50ms 1', 'INFO\tx: 1.500s'],
  ],
  [
    'minutes and hours',
    'console.time(); await wait(123004); console.timeLog(); await wait(3600000); console.timeEnd();',
    ['INFO\tdefault: 2:03.004 (m:ss.mmm)', 'INFO\tdefault: 1:02:03.004 (h:mm:ss.mmm)'],
  ],
  ['a label that is not there', 'console.timeEnd("x");', ["(node:8) Warning: No such label 'x' for console.timeEnd()"]],
  [
    'a label that is there',
    'console.time("x"); console.time("x");',
    ["(node:8) Warning: Label 'x' already exists for console.time()"],
  ],
  ['console.log without arguments', 'console.log();', ['INFO\tundefined']],
  [
    'console.assert and count',
    'console.assert(false, "no"); console.count();',
    ['WARN\tAssertion failed: no', 'INFO\tdefault: 1'],
  ],
  ['a line break in a message', 'console.log("a\\nb");', ['INFO\ta\nb']],
  ['a line break in raw text', 'process.stdout.write("a\\nb\\n");', ['a', 'b']],
  ['console.dir is raw', 'console.dir({ a: 1 });', ['{ a: 1 }']],
])('%s in text format', async (_title, body, expected) => {
  expect(await linesOf(body, 'Text')).toEqual(expected);
});

test.each<[string, string, object]>([
  [
    'an error among several arguments',
    'console.error("x", new TypeError("y"));',
    { message: expect.stringMatching(/^x TypeError: y/), errorType: 'TypeError', errorMessage: 'y' },
  ],
  [
    'an error that is the first of several',
    'console.error(new TypeError("y"), "x");',
    { message: expect.stringMatching(/^TypeError: y/), errorType: 'TypeError', errorMessage: 'y' },
  ],
  [
    'a lone error with members of its own',
    'console.error(Object.assign(new TypeError("y"), { a: 1 }));',
    { message: { errorType: 'TypeError', errorMessage: 'y', stackTrace: expect.any(Array), a: 1 } },
  ],
  [
    'what JSON cannot write',
    'const o = {}; o.o = o; console.log(o);',
    { message: expect.stringContaining('[Circular *1]') },
  ],
])('%s in JSON format', async (_title, body, expected) => {
  expect(JSON.parse((await linesOf(body, 'JSON'))[0] ?? '')).toMatchObject(expected);
});
