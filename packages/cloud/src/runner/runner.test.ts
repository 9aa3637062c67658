import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { runHandler, type Given } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 2 });
/** Finds loops soon. On a machine that stands still for a moment it takes good code for one. */
const impatient = createRunner({ seed: 7, workers: 1, endlessMs: 150 });
afterAll(() => Promise.all([runner, impatient].map((it) => it.close())));

interface Expected {
  readonly outcome?: string;
  readonly errorType?: string;
  /** The payload, parsed: equal, or for an object with some members. */
  readonly answer?: unknown;
  readonly lines?: readonly (string | RegExp)[];
}

/** Runs the handler and looks at its last invocation. */
async function checkHandler(given: Given, expected: Expected, by = runner): Promise<void> {
  const last = (await runHandler(by, given)).at(-1);
  const answer: unknown = JSON.parse(last?.payload ?? 'null');
  const lines = last?.lines.map(({ message }) => message) ?? [];
  expect({ outcome: last?.outcome, errorType: last?.errorType, answer, lines }).toEqual({
    outcome: expected.outcome ?? 'success',
    errorType: expected.errorType,
    answer: 'answer' in expected ? membersOf(expected.answer) : answer,
    lines: expected.lines?.map(asMatcher) ?? lines,
  });
}

const asMatcher = (line: string | RegExp): unknown => (typeof line === 'string' ? line : expect.stringMatching(line));

/** Objects may have more members than expected, lists and values may not. */
const membersOf = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? expect.objectContaining(answer) : answer;

const esm = (body: string): string => `export const handler = async (event, context) => { ${body} };`;
const callback = (body: string): Record<string, string> => ({
  'index.js': `exports.handler = (event, context, callback) => { ${body} };`,
});
const NODE22 = { runtime: 'nodejs22.x' };

test.each<[string, Given, Expected]>([
  ['a value is the answer', { files: esm('return { a: event.b };'), payloads: [{ b: 1 }] }, { answer: { a: 1 } }],
  ['nothing returned is null', { files: esm('') }, { answer: null }],
  ['a handler without a promise answers too', { files: 'export const handler = () => 5;' }, { answer: 5 }],
  [
    'module state stays between invocations',
    { files: `let n = 0; ${esm('return ++n;')}`, payloads: [1, 2, 3] },
    { answer: 3 },
  ],
  [
    'a CommonJS handler runs',
    { files: { 'index.js': 'exports.handler = async () => require("node:path").sep;' } },
    { answer: '/' },
  ],
  [
    'type: module makes .js an ES module',
    { files: { 'package.json': '{"type":"module"}', 'index.js': esm('return 1;') } },
    { answer: 1 },
  ],
  ['an untyped .js with ES syntax is an ES module', { files: { 'index.js': esm('return 1;') } }, { answer: 1 }],
  [
    'a file beside it is required',
    {
      files: {
        'index.js': 'const b = require("./lib/b"); exports.handler = async () => b.x;',
        'lib/b.js': 'exports.x = 3;',
      },
    },
    { answer: 3 },
  ],
  [
    'a package in node_modules is found',
    {
      files: {
        'index.mjs': `import x, { y } from 'pkg/sub'; ${esm('return [x, y];')}`,
        'node_modules/pkg/package.json': '{"exports":{"./sub":{"import":"./s.mjs"}}}',
        'node_modules/pkg/s.mjs': 'export default 1; export const y = 2;',
      },
    },
    { answer: [1, 2] },
  ],
  [
    'a file beside it is imported',
    {
      files: {
        'index.mjs': `import * as b from './b.mjs'; import { x as z } from './b.mjs'; ${esm('return [b.x, z, b.default()];')}`,
        'b.mjs': 'export let x = 1; export default function f() { return 2; }',
      },
    },
    { answer: [1, 1, 2] },
  ],
  [
    'import() of a builtin gives its exports',
    {
      files: esm(
        "const { createHash, default: all } = await import('node:crypto'); return [typeof createHash, all.createHash === createHash];",
      ),
    },
    { answer: ['function', true] },
  ],
  [
    'import() of nothing is an error of the invocation',
    { files: esm("await import('./b.mjs');") },
    {
      outcome: 'error',
      errorType: 'Error',
      answer: { errorMessage: "Cannot find module '/var/task/b.mjs' imported from /var/task/index.mjs" },
    },
  ],
  [
    'import() of a file gives its exports',
    { files: { 'index.mjs': esm("const b = await import('./b.mjs'); return b.x;"), 'b.mjs': 'export const x = 4;' } },
    { answer: 4 },
  ],
  [
    'top-level await is awaited',
    { files: `const x = await new Promise((r) => setTimeout(r, 50, 9)); ${esm('return x;')}` },
    { answer: 9 },
  ],
  [
    'import.meta.url names the file',
    { files: esm('return import.meta.url;') },
    { answer: 'file:///var/task/index.mjs' },
  ],
  [
    'createRequire works in a module',
    {
      files: {
        'index.mjs': `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${esm('return require("./d.json").x;')}`,
        'd.json': '{"x":6}',
      },
    },
    { answer: 6 },
  ],
  [
    'a nested handler path is followed',
    { files: { 'src/app.mjs': 'export const api = { get: async () => 1 };' }, image: { handler: 'src/app.api.get' } },
    { answer: 1 },
  ],
])('%s', async (_title, given, expected) => {
  await checkHandler(given, expected);
});

test.each<[string, Given, Expected]>([
  [
    'a thrown error is the payload',
    { files: esm('throw new TypeError("no");') },
    {
      outcome: 'error',
      errorType: 'TypeError',
      answer: {
        errorType: 'TypeError',
        errorMessage: 'no',
        trace: ['TypeError: no', expect.stringContaining('/var/task/index.mjs:1:')],
      },
    },
  ],
  [
    'a thrown text is a string',
    { files: esm('throw "just a string";') },
    {
      outcome: 'error',
      errorType: 'string',
      answer: { errorType: 'string', errorMessage: 'just a string', trace: [] },
      lines: [/ERROR\tInvoke Error \t\{"errorType":"Error","errorMessage":"just a string"/],
    },
  ],
  ['undefined thrown', { files: esm('throw undefined;') }, { outcome: 'error', errorType: 'undefined' }],
  [
    'a circular answer',
    { files: esm('const a = {}; a.a = a; return a;') },
    {
      outcome: 'error',
      errorType: 'Runtime.JSONStringifyError',
      answer: { errorMessage: 'Unable to stringify response body' },
    },
  ],
  [
    'a circular answer on an older runtime',
    { files: esm('const a = {}; a.a = a; return a;'), image: NODE22 },
    { outcome: 'error', errorType: 'Error', answer: { errorMessage: 'Unable to stringify response body' } },
  ],
  [
    'an answer over 6 MB',
    { files: esm('return "x".repeat(6291600);') },
    { outcome: 'error', errorType: 'Function.ResponseSizeTooLarge' },
  ],
  [
    'a wait beyond the timeout',
    { files: esm('await new Promise((r) => setTimeout(r, 4000));') },
    {
      outcome: 'timeout',
      errorType: 'Sandbox.Timedout',
      answer: { errorMessage: expect.stringMatching(/Error: Task timed out after 3.00 seconds$/) },
    },
  ],
  [
    'a loop on the clock beyond the timeout',
    { files: esm('while (Date.now() < Infinity) {}') },
    { outcome: 'timeout', errorType: 'Sandbox.Timedout' },
  ],
  [
    'process.exit with a status',
    { files: esm('process.exit(127);') },
    {
      outcome: 'error',
      errorType: 'Runtime.ExitError',
      answer: { errorMessage: expect.stringMatching(/Runtime exited with error: exit status 127$/) },
    },
  ],
  [
    'process.exit that is caught',
    { files: esm('try { process.exit(1); } catch { console.log("unseen"); } return 1;') },
    { outcome: 'error', errorType: 'Runtime.ExitError', lines: [] },
  ],
  [
    'process.exit with 0',
    { files: esm('process.exit(0);') },
    {
      outcome: 'error',
      errorType: 'Runtime.ExitError',
      answer: { errorMessage: expect.stringMatching(/Runtime exited without providing a reason$/) },
    },
  ],
  [
    'killed for its memory',
    { files: esm("process.kill(process.pid, 'SIGKILL');") },
    {
      outcome: 'error',
      errorType: 'Runtime.ExitError',
      answer: { errorMessage: expect.stringMatching(/signal: killed$/) },
    },
  ],
  [
    'an unhandled rejection ends the process',
    { files: esm('Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 10));') },
    {
      outcome: 'error',
      errorType: 'Runtime.ExitError',
      answer: { errorMessage: expect.stringMatching(/exit status 1$/) },
    },
  ],
  [
    'an unhandled rejection on an older runtime',
    { files: esm('Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 10));'), image: NODE22 },
    { outcome: 'error', errorType: 'Runtime.UnhandledPromiseRejection', answer: { errorMessage: 'Error: lost' } },
  ],
  [
    'an error in a timer ends the process',
    { files: esm('setTimeout(() => { throw new Error("late"); }, 5); await new Promise((r) => setTimeout(r, 10));') },
    { outcome: 'error', errorType: 'Runtime.ExitError' },
  ],
  [
    'an error in a tick ends the process',
    {
      files: esm('process.nextTick(() => { throw new Error("late"); }); await new Promise((r) => setTimeout(r, 10));'),
    },
    { outcome: 'error', errorType: 'Runtime.ExitError' },
  ],
  [
    'handler code may listen for it',
    {
      files: `process.on('unhandledRejection', () => {}); ${esm('Promise.reject(1); await new Promise((r) => setTimeout(r, 10)); return 1;')}`,
    },
    { answer: 1 },
  ],
  [
    'a promise that nothing will settle',
    { files: esm('await new Promise(() => {});') },
    {
      outcome: 'error',
      errorType: 'Runtime.ExitError',
      answer: { errorMessage: expect.stringMatching(/without providing a reason$/) },
    },
  ],
  [
    'the same on an older runtime',
    { files: esm('await new Promise(() => {});'), image: NODE22 },
    { outcome: 'error', errorType: 'Runtime.NodeJsExit' },
  ],
  [
    'a missing aws-sdk',
    { files: { 'index.js': 'const AWS = require("aws-sdk"); exports.handler = async () => 1;' } },
    {
      outcome: 'error',
      errorType: 'Runtime.ImportModuleError',
      answer: {
        errorMessage:
          "Error: Cannot find module 'aws-sdk'\nRequire stack:\n- /var/task/index.js\n- /var/runtime/index.mjs",
      },
    },
  ],
  [
    'no such file',
    { files: esm(''), image: { handler: 'nofile.handler' } },
    { outcome: 'error', errorType: 'Runtime.ImportModuleError' },
  ],
  [
    'no such export',
    { files: esm(''), image: { handler: 'index.other' } },
    {
      outcome: 'error',
      errorType: 'Runtime.HandlerNotFound',
      answer: { errorMessage: 'index.other is undefined or not exported' },
    },
  ],
  [
    'an export that is no function',
    { files: 'export const handler = 1;' },
    {
      outcome: 'error',
      errorType: 'Runtime.HandlerNotFound',
      answer: { errorMessage: 'index.handler is not a function' },
    },
  ],
  [
    'a syntax error',
    { files: 'export const handler = async ( => 1;' },
    { outcome: 'error', errorType: 'Runtime.UserCodeSyntaxError' },
  ],
  [
    'a malformed handler name',
    { files: esm(''), image: { handler: 'index' } },
    { outcome: 'error', errorType: 'Runtime.MalformedHandlerName', answer: { errorMessage: 'Bad handler' } },
  ],
  [
    'an error while loading',
    { files: `throw new RangeError('boom'); ${esm('')}` },
    { outcome: 'error', errorType: 'RangeError', lines: [/\t-\tERROR\tInit Error \t/, /\t-\tERROR\tInit Error \t/] },
  ],
  [
    'a callback handler on Node 24',
    { files: callback('callback(null, 1);') },
    { outcome: 'error', errorType: 'Runtime.CallbackHandlerDeprecated' },
  ],
  [
    'a callback handler below 24',
    { files: callback('setTimeout(() => callback(null, { a: 1 }), 100);'), image: NODE22 },
    { answer: { a: 1 } },
  ],
  [
    'a callback with an error',
    { files: callback('callback(new Error("no"));'), image: NODE22 },
    { outcome: 'error', errorType: 'Error' },
  ],
  [
    'context.succeed',
    { files: { 'index.js': 'exports.handler = (event, context) => { context.succeed(3); };' }, image: NODE22 },
    { answer: 3 },
  ],
  [
    'context.fail',
    { files: { 'index.js': 'exports.handler = (event, context) => { context.fail("x"); };' }, image: NODE22 },
    { outcome: 'error', errorType: 'string' },
  ],
  [
    'context.done',
    { files: { 'index.js': 'exports.handler = (event, context) => { context.done(null, 4); };' }, image: NODE22 },
    { answer: 4 },
  ],
  [
    'a callback with a value that JSON cannot write ends the process, as an uncaught exception does',
    { files: callback('const a = {}; a.a = a; callback(null, a);'), image: NODE22 },
    {
      outcome: 'error',
      errorType: 'Error',
      answer: { errorType: 'Error', errorMessage: 'Unable to stringify response body' },
      lines: [/\tERROR\tUncaught Exception \t\{"errorType":"Error"/],
    },
  ],
  [
    'a callback that does not wait, with a value that JSON cannot write',
    {
      files: callback('context.callbackWaitsForEmptyEventLoop = false; callback(null, { a: 1n });'),
      image: NODE22,
    },
    { outcome: 'error', errorType: 'Error', answer: { errorMessage: 'Unable to stringify response body' } },
  ],
  ['a callback never called is null', { files: callback(''), image: NODE22 }, { answer: null }],
])('%s', async (_title, given, expected) => {
  await checkHandler(given, expected);
});

test.each([
  ['an endless loop', 'for (;;) {}'],
  ['an endless loop after an await', 'await null; for (;;) {}'],
  ['an endless loop in a timer', 'await new Promise(() => setTimeout(() => { for (;;) {} }, 5));'],
])('%s', async (_title, body) => {
  await checkHandler({ files: esm(body) }, { outcome: 'timeout', errorType: 'Sandbox.Timedout' }, impatient);
});

test.each<[string, Given, Expected]>([
  [
    'console in text',
    { files: `console.log('init'); ${esm("console.warn('a %d', 1, { b: 2 });")}` },
    {
      lines: [
        /^2026-11-22T12:00:00.\d{3}Z\t-\tINFO\tinit$/,
        /^2026-11-22T12:00:00.\d{3}Z\trequest-\d+\tWARN\ta 1 \{ b: 2 \}$/,
      ],
    },
  ],
  [
    'init lines on an older runtime have no id',
    { files: `console.log('init'); ${esm('')}`, image: NODE22 },
    { lines: [/\tundefined\tINFO\tinit$/] },
  ],
  [
    'console in JSON',
    {
      files: esm("console.info({ a: 1 }); console.error('x', new TypeError('y')); console.debug('hidden');"),
      image: { logFormat: 'JSON' },
    },
    {
      lines: [
        /^\{"timestamp":"2026-11-22T12:00:00.\d{3}Z","level":"INFO","requestId":"request-\d+","message":\{"a":1\}\}$/,
        /"level":"ERROR".*"errorType":"TypeError","errorMessage":"y","stackTrace":\[/,
      ],
    },
  ],
  [
    'levels below the limit are silent',
    { files: esm("console.info(1); console.warn('w');"), image: { logFormat: 'JSON', applicationLogLevel: 'WARN' } },
    { lines: [/"WARN"/] },
  ],
  [
    'raw lines have no prefix',
    { files: esm("process.stdout.write('a\\nb'); process.stdout.write('c\\n{\"d\":1}');") },
    { lines: ['a', 'bc', '{"d":1}'] },
  ],
  [
    'a private console',
    {
      files: `import { Console } from 'node:console'; const c = new Console(process.stdout, process.stderr); ${esm("c.log('x'); c.error('y');")}`,
    },
    { lines: ['x', 'y'] },
  ],
  [
    'writes to the descriptors',
    { files: `import { writeSync } from 'node:fs'; ${esm("writeSync(1, 'x\\n');")}` },
    { lines: ['x'] },
  ],
])('%s', async (_title, given, expected) => {
  await checkHandler(given, expected);
});

test.each<[string, Given, Expected]>([
  [
    'a timer waits in virtual time',
    { files: esm('const a = Date.now(); await new Promise((r) => setTimeout(r, 1500)); return Date.now() - a;') },
    { answer: 1500 },
  ],
  [
    'node:timers/promises too',
    {
      files: `import { setTimeout as wait } from 'node:timers/promises'; ${esm('const a = performance.now(); await wait(700); return performance.now() - a;')}`,
    },
    { answer: 700 },
  ],
  [
    'hrtime and uptime move with it',
    {
      files: esm(
        'const a = process.hrtime.bigint(); const u = process.uptime(); await new Promise((r) => setTimeout(r, 500)); return [Number(process.hrtime.bigint() - a), Math.round((process.uptime() - u) * 1e3)];',
      ),
    },
    { answer: [500_000_000, 500] },
  ],
  [
    "the workshop's loop ends at once",
    { files: esm('const start = new Date(); while ((new Date()) - start <= 1500) {} return 1;') },
    { answer: 1 },
  ],
  [
    'AbortSignal.timeout',
    {
      files: esm(
        'const s = AbortSignal.timeout(100); const a = Date.now(); await Promise.race([new Promise((r) => s.addEventListener("abort", r)), new Promise((r) => setTimeout(r, 500))]); return [s.aborted, Date.now() - a, s instanceof AbortSignal];',
      ),
    },
    { answer: [true, 100, true] },
  ],
  [
    'an interval counts',
    {
      files: esm(
        'let n = 0; await new Promise((r) => { const t = setInterval(() => { if (++n === 5) { clearInterval(t); r(); } }, 10); }); return n;',
      ),
    },
    { answer: 5 },
  ],
  [
    'setImmediate comes before a timer',
    {
      files: esm(
        'const o = []; setTimeout(() => o.push("t"), 0); setImmediate(() => o.push("i")); await new Promise((r) => setTimeout(r, 5)); return o;',
      ),
    },
    { answer: ['i', 't'] },
  ],
  [
    'real work ends before timers jump',
    {
      files: `import { gzip } from 'node:zlib'; import { promisify } from 'node:util'; ${esm('const o = []; const t = setTimeout(() => o.push("timer"), 20); await promisify(gzip)("x".repeat(100000)); o.push("gzip"); await new Promise((r) => setTimeout(r, 50)); return o;')}`,
    },
    { answer: ['gzip', 'timer'] },
  ],
  [
    'key derivation too',
    {
      files: `import { pbkdf2 } from 'node:crypto'; ${esm('const o = []; setTimeout(() => o.push("timer"), 20); await new Promise((r) => pbkdf2("a", "b", 20000, 32, "sha256", r)); o.push("key"); await new Promise((r) => setTimeout(r, 50)); return o;')}`,
    },
    { answer: ['key', 'timer'] },
  ],
  [
    'files too',
    {
      files: `import { readFile } from 'node:fs/promises'; ${esm('const o = []; setTimeout(() => o.push("timer"), 20); await readFile("/proc/version"); o.push("file"); await new Promise((r) => setTimeout(r, 50)); return o;')}`,
    },
    { answer: ['file', 'timer'] },
  ],
  [
    'subtle crypto too',
    {
      files: esm(
        'const o = []; setTimeout(() => o.push("timer"), 20); const d = await crypto.subtle.digest("SHA-256", new Uint8Array(3)); o.push("digest"); await new Promise((r) => setTimeout(r, 50)); return [...o, d.byteLength];',
      ),
    },
    { answer: ['digest', 'timer', 32] },
  ],
  [
    'compression streams too',
    {
      files: esm(
        'const o = []; setTimeout(() => o.push("timer"), 2000); const s = new Blob(["x".repeat(1e5)]).stream().pipeThrough(new CompressionStream("gzip")); for await (const c of s) o[0] = "gzip"; await new Promise((r) => setTimeout(r, 2100)); return o;',
      ),
    },
    { answer: ['gzip', 'timer'] },
  ],
  [
    'a file of the package is read',
    {
      files: {
        'index.mjs': `import { readFileSync, createReadStream } from 'node:fs'; ${esm('let t = ""; for await (const c of createReadStream("/var/task/data/a.txt", "utf8")) t += c; return [readFileSync(new URL("./data/a.txt", import.meta.url), "utf8"), t];')}`,
        'data/a.txt': 'unicorn',
      },
    },
    { answer: ['unicorn', 'unicorn'] },
  ],
  [
    '/tmp stays with the environment',
    {
      files: `import { existsSync, writeFileSync, readFileSync } from 'node:fs'; import { open, writeFile } from 'node:fs/promises'; ${esm('if (!existsSync("/tmp/n")) { await writeFile("/tmp/n", "1"); return; } const h = await open("/tmp/n"); const t = await h.readFile("utf8"); await h.close(); return t;')}`,
      payloads: [1, 2],
    },
    { answer: '1' },
  ],
  [
    'errors name the paths that the function knows',
    {
      files: `import { readFileSync } from 'node:fs'; import { readFile } from 'node:fs/promises'; ${esm('const seen = []; try { readFileSync("/tmp/no"); } catch (e) { seen.push(e.message); } await readFile("/var/task/no").catch((e) => seen.push(e.path)); return seen;')}`,
    },
    { answer: ["ENOENT: no such file or directory, open '/tmp/no'", '/var/task/no'] },
  ],
  [
    'remaining time counts down',
    { files: esm('await new Promise((r) => setTimeout(r, 1000)); return context.getRemainingTimeInMillis();') },
    { answer: 2000 },
  ],
  [
    'timers are frozen between invocations, and come before the next one',
    {
      files: `let fired = 0; ${esm('if (event.first) { setTimeout(() => fired++, 10); return; } const before = fired; await new Promise((r) => setTimeout(r, 1)); return [before, fired];')}`,
      payloads: [{ first: true }, {}],
    },
    { answer: [1, 1] },
  ],
  [
    'globals are the environment’s own',
    { files: 'globalThis.n = (globalThis.n ?? 0) + 1; export const handler = async () => globalThis.n;' },
    { answer: 1 },
  ],
  [
    'host classes are of one kind',
    {
      files: `import { Buffer } from 'node:buffer'; ${esm('return [Buffer.from("a") instanceof Uint8Array, new TextEncoder().encode("a") instanceof Uint8Array, new URL("http://a") instanceof URL, new Date() instanceof Date, [] instanceof Array, (await Promise.resolve(1)) === 1];')}`,
    },
    { answer: [true, true, true, true, true, true] },
  ],
  [
    'a child process is refused by name',
    { files: `import { execSync } from 'node:child_process'; ${esm('execSync("ls");')}` },
    {
      outcome: 'error',
      errorType: 'Error',
      answer: { errorMessage: 'node:child_process.execSync cannot be rehearsed. See docs/slice.md.' },
    },
  ],
  [
    'a native module is refused by name',
    {
      files: { 'index.js': 'exports.handler = async () => require("./lib/image.node");', 'lib/image.node': '\x7fELF' },
    },
    {
      outcome: 'error',
      errorType: 'Error',
      answer: {
        errorMessage: 'The native module /var/task/lib/image.node cannot be rehearsed. See docs/slice.md.',
      },
    },
  ],
  [
    'other hosts are unreachable by fetch',
    { files: esm('try { await fetch("http://example.com/"); } catch (e) { return [e.message, e.cause.code]; }') },
    { answer: ['fetch failed', 'ENETUNREACH'] },
  ],
  [
    'other hosts are unreachable by http',
    {
      files: `import { request } from 'node:http'; ${esm('return new Promise((r) => request("http://example.com/x").on("error", (e) => r(e.code)).end());')}`,
    },
    { answer: 'ENETUNREACH' },
  ],
  [
    'other hosts are unreachable by https',
    {
      files: `import https from 'node:https'; ${esm('return new Promise((r) => https.get({ hostname: "example.com" }).on("error", (e) => r(e.code)));')}`,
    },
    { answer: 'ENETUNREACH' },
  ],
  [
    'context has the keys of the runtime client',
    { files: esm('return Object.keys(context);') },
    {
      answer: [
        'clientContext',
        'identity',
        'invokedFunctionArn',
        'awsRequestId',
        'tenantId',
        'xRayTraceId',
        'getRemainingTimeInMillis',
        'functionName',
        'functionVersion',
        'memoryLimitInMB',
        'logGroupName',
        'logStreamName',
      ],
    },
  ],
])('%s', async (_title, given, expected) => {
  await checkHandler(given, expected);
});

test.each<[string, string, object]>([
  [
    'throws',
    'throw new RangeError("boom"); export const handler = async () => 1;',
    { status: 'error', errorType: 'RangeError' },
  ],
  [
    'takes more than ten seconds',
    'await new Promise((r) => setTimeout(r, 11_000)); export const handler = async () => 1;',
    { status: 'timeout' },
  ],
])('an init that %s is told of', async (_title, files, initFailure) => {
  const [settled] = await runHandler(runner, { files });
  expect(settled?.initFailure).toEqual(initFailure);
});

test('an init that takes too long the first time is repeated under the timeout of the function', async () => {
  const files = `import fs from 'node:fs'; const again = fs.existsSync('/tmp/again'); fs.writeFileSync('/tmp/again', ''); if (!again) await new Promise((r) => setTimeout(r, 11_000)); export const handler = async () => 1;`;
  const [settled] = await runHandler(runner, { files });
  expect(settled).toMatchObject({ payload: '1', initDurationMs: 10_000, initFailure: { status: 'timeout' } });
});
