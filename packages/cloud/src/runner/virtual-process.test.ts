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
