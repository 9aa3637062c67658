import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { answerOf, handlerOf, runHandler } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1 });
afterAll(() => runner.close());

const NEVER = 'await new Promise(() => {});';

test.each<[string, string, RegExp, readonly string[]]>([
  [
    'exit listeners hear the status',
    'process.on("exit", (s) => console.log("bye", s)); process.exit(3);',
    /exit status 3$/,
    ['bye 3'],
  ],
  [
    'an exit listener may change it',
    'process.on("exit", () => { process.exitCode = 5; }); process.exit(3);',
    /exit status 5$/,
    [],
  ],
  ['process.exit without a status takes exitCode', 'process.exitCode = 4; process.exit();', /exit status 4$/, []],
  ['so does an empty event loop', `process.exitCode = 4; ${NEVER}`, /exit status 4$/, []],
  [
    'beforeExit is told of an empty event loop',
    `process.on("beforeExit", () => console.log("empty")); ${NEVER}`,
    /without providing a reason$/,
    ['empty'],
  ],
  [
    'an uncaught error is told to exit listeners',
    `process.on("exit", (s) => console.log("bye", s)); setTimeout(() => { throw 1; }, 1); ${NEVER}`,
    /exit status 1$/,
    ['bye 1'],
  ],
  ['of a status the lowest eight bits are kept', 'process.exit(300);', /exit status 44$/, []],
  ['a negative one too', 'process.exit(-1);', /exit status 255$/, []],
  ['a status may be text', 'process.exitCode = "12"; process.exit();', /exit status 12$/, []],
  [
    'an exit listener that throws as the process ends by an error changes nothing',
    `process.on("exit", () => { throw 2; }); setTimeout(() => { throw 1; }, 1); ${NEVER}`,
    /exit status 1$/,
    [],
  ],
  [
    'a listener for uncaught errors may end the process',
    `process.on("uncaughtException", (e) => { console.log("caught", e); process.exit(5); }); setTimeout(() => { throw 1; }, 1); ${NEVER}`,
    /exit status 5$/,
    ['caught 1'],
  ],
  [
    'a listener for uncaught errors that throws ends it as in Node',
    `process.on("uncaughtException", () => { throw 2; }); setTimeout(() => { throw 1; }, 1); ${NEVER}`,
    /exit status 7$/,
    [],
  ],
  [
    'also in a microtask',
    `process.on("uncaughtException", () => { throw 2; }); queueMicrotask(() => { throw 1; }); ${NEVER}`,
    /exit status 7$/,
    [],
  ],
  [
    'what a listener for rejections throws is an uncaught error',
    `process.on("unhandledRejection", (e) => { throw e; }); process.on("uncaughtExceptionMonitor", (e, origin) => console.log(e, origin)); Promise.reject(3); ${NEVER}`,
    /exit status 1$/,
    ['3 uncaughtException'],
  ],
  ['a signal has its word', 'process.kill(process.pid, "SIGINT");', /signal: interrupt$/, []],
  ['and its number', 'process.kill(process.pid, 1);', /signal: hangup$/, []],
])('%s', async (_title, body, message, said) => {
  const [settled] = await runHandler(runner, { files: handlerOf(body) });
  expect(JSON.parse(settled?.payload ?? '')).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(message),
  });
  const lines = settled?.lines.flatMap((line) => /\tINFO\t(.*)$/.exec(line.message)?.slice(1) ?? []);
  expect(lines).toEqual(said);
});

test.each<[string, string, unknown]>([
  [
    'beforeExit may give the loop new work',
    'return new Promise((r) => process.once("beforeExit", () => setTimeout(r, 50, "late")));',
    'late',
  ],
  [
    'uncaught errors may be captured',
    'return new Promise((r) => { process.setUncaughtExceptionCaptureCallback((e) => r(e.message)); setTimeout(() => { throw new Error("x"); }, 1); });',
    'x',
  ],
  [
    'getBuiltinModule gives the environment’s own',
    'return [process.getBuiltinModule("node:timers").setTimeout === setTimeout, process.getBuiltinModule("fs").existsSync("/var/task/index.mjs"), process.getBuiltinModule("nothing") ?? null];',
    [true, true, null],
  ],
  [
    'what is no status is refused',
    `const tried = ["abc", 1.5, true].map((status) => { try { process.exit(status); } catch (e) { return e.code; } }); try { process.exitCode = "x"; } catch (e) { tried.push(e.code); } return [...tried, process.exitCode ?? null];`,
    ['ERR_INVALID_ARG_TYPE', 'ERR_OUT_OF_RANGE', 'ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_TYPE', null],
  ],
  [
    'so is what is no signal',
    'return ["SIGNOPE", 99].map((signal) => { try { process.kill(process.pid, signal); } catch (e) { return e.code; } });',
    ['ERR_UNKNOWN_SIGNAL', 'EINVAL'],
  ],
  [
    'variables cannot be frozen',
    'try { Object.freeze(process.env); } catch (e) { process.env.A = 1; return [e.name, process.env.A]; }',
    ['TypeError', '1'],
  ],
  [
    'variables become text',
    'process.env.N = 5; process.env.U = undefined; Object.defineProperty(process.env, "D", { value: 7, configurable: true, writable: true, enumerable: true }); return [process.env.N, process.env.U, process.env.D];',
    ['5', 'undefined', '7'],
  ],
  [
    'variables have what all objects have, and come and go',
    'process.env.A = ""; const has = process.env.hasOwnProperty("A"); delete process.env.A; return [has, "A" in process.env, Object.keys(process.env).includes("AWS_REGION"), process.env.NONE ?? null];',
    [true, false, true, null],
  ],
  [
    'nothing but plain data is a variable',
    'const said = []; for (const f of [() => { process.env.S = Symbol("x"); }, () => { process.env[Symbol("x")] = "1"; }, () => Object.defineProperty(process.env, "G", { get: () => 1 })]) try { f(); } catch (e) { said.push(e.code ?? e.name); } return said;',
    ['TypeError', 'TypeError', 'ERR_INVALID_OBJECT_DEFINE_PROPERTY'],
  ],
])('%s', async (_title, body, expected) => {
  expect(await answerOf(runner, { files: handlerOf(body) })).toEqual(expected);
});

test('loadEnvFile reads a file of the package and overwrites nothing', async () => {
  const files = {
    'index.mjs': handlerOf('process.loadEnvFile(); return [process.env.A, process.env.AWS_REGION];'),
    '.env': 'A=1\nAWS_REGION=x\n',
  };
  expect(await answerOf(runner, { files })).toEqual(['1', 'eu-west-1']);
});

const LATE =
  'setTimeout(() => { throw new Error("late"); }, 1); await new Promise((r) => setTimeout(r, 20)); return 1;';
const REJECTS = 'Promise.reject(new Error("late")); await new Promise((r) => setTimeout(r, 20)); return 1;';

/** The listeners of the third client come first, and end the process. Source: RIC 3.3 src/index.mjs (R). */
test.each<[string, string, string, string | undefined, readonly RegExp[]]>([
  ['an error', 'process.on("uncaughtException", () => {});', LATE, 'Error', [/\tERROR\tUncaught Exception \t/]],
  [
    'a rejection',
    'process.on("unhandledRejection", () => {});',
    REJECTS,
    'Runtime.UnhandledPromiseRejection',
    [/\tERROR\tUnhandled Promise Rejection \t/],
  ],
  [
    'an error, and exit listeners are told',
    'process.on("exit", (s) => console.log("bye", s));',
    LATE,
    'Error',
    [/\tERROR\tUncaught Exception \t/, /\tINFO\tbye 129$/],
  ],
  [
    'no error of code that has taken them away',
    'process.removeAllListeners("uncaughtException").on("uncaughtException", () => {});',
    LATE,
    undefined,
    [],
  ],
  [
    'an error before them where code says so',
    'process.prependListener("uncaughtException", () => process.exit(5));',
    LATE,
    'Runtime.ExitError',
    [],
  ],
])('below Node 24 the client takes %s', async (_title, head, body, errorType, lines) => {
  const [settled] = await runHandler(runner, { files: handlerOf(body, head), image: { runtime: 'nodejs22.x' } });
  expect(settled?.errorType).toBe(errorType);
  expect(settled?.lines.map(({ message }) => message)).toEqual(lines.map((line) => expect.stringMatching(line)));
});
