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
