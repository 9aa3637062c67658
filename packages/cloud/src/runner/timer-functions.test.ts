import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { answerOf, handlerOf } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1 });
afterAll(() => runner.close());

const PROMISIFY = "import { promisify } from 'node:util'";
const WAIT = "import { setTimeout as wait, setImmediate as soon, setInterval as each } from 'node:timers/promises'";

test.each<[string, string, unknown]>([
  [
    'promisify(setTimeout) sleeps and gives the value',
    handlerOf(
      'const from = Date.now(); const v = await promisify(setTimeout)(100, 7); return [Date.now() - from, v];',
      PROMISIFY,
    ),
    [100, 7],
  ],
  ['promisify(setImmediate) gives the value', handlerOf('return promisify(setImmediate)(8);', PROMISIFY), 8],
  [
    'the module has the functions of the globals',
    handlerOf(
      'return [timers.setTimeout === setTimeout, timers.promises === promises];',
      "import timers from 'node:timers'; import promises from 'node:timers/promises'",
    ),
    [true, true],
  ],
  [
    '`this` in a callback is the timer, and arguments are passed on',
    handlerOf('return new Promise((r) => { const t = setTimeout(function (a) { r([this === t, a]); }, 5, 9); });'),
    [true, 9],
  ],
  [
    'an aborted wait ends as in Node',
    handlerOf(
      'const c = new AbortController(); setTimeout(() => c.abort("why"), 5); try { await wait(100, 1, { signal: c.signal }); } catch (e) { return [e.name, e.code, e.cause, Date.now() % 1000 < 900]; }',
      WAIT,
    ),
    ['AbortError', 'ABORT_ERR', 'why', true],
  ],
  [
    'a wait with a signal that is aborted already never begins',
    handlerOf('try { await soon(1, { signal: AbortSignal.abort() }); } catch (e) { return e.code; }', WAIT),
    'ABORT_ERR',
  ],
  [
    'an interval of promises',
    handlerOf(
      'const from = Date.now(); let n = 0; for await (const v of each(20, 3)) if ((n += v) === 9) return [n, Date.now() - from];',
      WAIT,
    ),
    [9, 60],
  ],
])('%s', async (_title, files, expected) => {
  expect(await answerOf(runner, { files })).toEqual(expected);
});

const STORE = "import { AsyncLocalStorage } from 'node:async_hooks'; const store = new AsyncLocalStorage()";

test.each<[string, string]>([
  ['await', 'await null; await new Promise((r) => setTimeout(r, 5)); done(store.getStore());'],
  ['a timer', 'setTimeout(() => done(store.getStore()), 5);'],
  ['an interval', 'const i = setInterval(() => { clearInterval(i); done(store.getStore()); }, 5);'],
  ['an immediate', 'setImmediate(() => done(store.getStore()));'],
  ['ticks and microtasks', 'process.nextTick(() => queueMicrotask(() => done(store.getStore())));'],
  ['a file', 'fs.readFile("/var/task/index.mjs", () => done(store.getStore()));'],
  ['a compression', 'zlib.gzip("x", () => done(store.getStore()));'],
  ['an event of a request', 'http.get("http://example.com/").on("error", () => done(store.getStore()));'],
])('AsyncLocalStorage holds across %s', async (_title, body) => {
  const head = `${STORE}; import fs from 'node:fs'; import http from 'node:http'; import zlib from 'node:zlib'`;
  const files = handlerOf(`return store.run(7, () => new Promise(async (done) => { ${body} }));`, head);
  expect(await answerOf(runner, { files })).toBe(7);
});

test('what one invocation enters is not seen by the next', async () => {
  const body =
    'const before = store.getStore() ?? null; store.enterWith(event); await readFile("/var/task/index.mjs"); return before;';
  const files = handlerOf(body, `${STORE}; import { readFile } from 'node:fs/promises'`);
  expect(await answerOf(runner, { files, payloads: [1, 2, 3] })).toBeNull();
});
