import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { answerOf } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1 });
afterAll(() => runner.close());

const COUNTS = 'n = (typeof n === "undefined" ? 0 : n) + 1; exports.handler = async () => n;';

test.each<[string, string | Readonly<Record<string, string>>, unknown]>([
  ['a property of global is a variable', 'global.foo = 3; exports.handler = async () => foo;', 3],
  [
    'a variable without declaration is a property of globalThis',
    'foo = 3; exports.handler = async () => [globalThis.foo, "foo" in globalThis, Object.keys(globalThis).includes("foo")];',
    [3, true, true],
  ],
  ['it can be deleted', 'global.foo = 3; delete global.foo; exports.handler = async () => typeof foo;', 'undefined'],
  ['a name that nobody made is none', 'exports.handler = async () => typeof foo;', 'undefined'],
  [
    'strict code may not make one',
    '"use strict"; exports.handler = async () => { try { foo = 3; } catch (e) { return e.name; } };',
    'ReferenceError',
  ],
  [
    'it is there after an await',
    'exports.handler = async (event) => { result = event; await new Promise((r) => setTimeout(r, 10)); return result; };',
    {},
  ],
  ['what one environment has made …', COUNTS, 1],
  ['… no other one finds', COUNTS, 1],
])('%s', async (_title, text, expected) => {
  expect(await answerOf(runner, { files: typeof text === 'string' ? { 'index.js': text } : text })).toEqual(expected);
});

const TRACE =
  'exports.handler = async () => { const { stack } = new Error("x"); return typeof stack === "string" ? stack.split("\\n").at(-1) : stack; };';

test.each<[string, string, unknown]>([
  [
    'a format of stack traces, which sees nothing of the runner',
    `Error.prepareStackTrace = (e, sites) => sites.map((site) => site.getFileName()); ${TRACE}`,
    ['/var/task/index.js'],
  ],
  ['… is not seen by another environment', TRACE, expect.stringMatching(/^    at .*\/var\/task\/index\.js:1:\d+\)$/)],
  [
    'what is read of it can be set again',
    `Error.prepareStackTrace = () => "mine"; const was = Error.prepareStackTrace; Error.prepareStackTrace = () => "other"; Error.prepareStackTrace = was; ${TRACE}`,
    'mine',
  ],
  [
    'a format that throws costs the trace alone',
    'Error.prepareStackTrace = () => { throw new Error("no"); }; exports.handler = async () => { setTimeout(() => { throw new Error("x"); }, 1); await new Promise((r) => setTimeout(r, 9)); };',
    { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 1$/) },
  ],
])('%s', async (_title, text, expected) => {
  expect(await answerOf(runner, { files: { 'index.js': text } })).toEqual(expected);
});

test('code that breaks JSON for its thread does not break the runner', async () => {
  const breaker = createRunner({ seed: 7, workers: 1 });
  try {
    const files = {
      'index.js': 'JSON.stringify = JSON.parse = () => { throw 1; }; exports.handler = async () => [2];',
    };
    expect(await answerOf(breaker, { files })).toEqual([2]);
    expect(await answerOf(breaker, { files: { 'index.js': 'exports.handler = async (e) => e;' } })).toEqual({});
    const throws = { 'index.js': 'exports.handler = async () => { throw new TypeError("t"); };' };
    expect(await answerOf(breaker, { files: throws })).toMatchObject({ errorType: 'TypeError', errorMessage: 't' });
  } finally {
    await breaker.close();
  }
});
