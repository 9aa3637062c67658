import { expect, test } from '@jest/globals';
import { after } from '../../instant.ts';
import type { Settled } from '../../runner/index.ts';
import { cloudWithList, START } from './lambda.fixture.ts';

const ID = 'b8ac0ff4-0000-4000-8000-000000000000';

/** The lines stored for an invocation that ended like this, without the runtime's hash. */
function linesOf(how: Partial<Settled>, LoggingConfig: object = { LogFormat: 'Text' }): string[] {
  const cloud = cloudWithList({ LoggingConfig });
  cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live' }, ID);
  cloud.settle(ID, how);
  return cloud.last('lambda.InvocationEnded').lines.map(({ message }) => message.replaceAll(/[0-9a-f]{64}/g, '<hash>'));
}

const out = (message: string, atMs = 1) => ({ at: after(START, atMs), message, stream: 'stdout' as const });

const REPORT = `REPORT RequestId: ${ID}\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\t`;

test('text: START, what the handler wrote, END and REPORT', () => {
  expect(linesOf({ lines: [out('one'), out('two')] })).toEqual([
    `START RequestId: ${ID} Version: 1`,
    'one',
    'two',
    `END RequestId: ${ID}`,
    REPORT,
  ]);
});

test('text: a cold start has INIT_START and its init lines before START, and init is billed', () => {
  expect(linesOf({ initDurationMs: 166.62, durationMs: 128.83, lines: [out('init', 5), out('run', 200)] })).toEqual([
    'INIT_START Runtime Version: nodejs:24.v1\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:<hash>',
    'init',
    `START RequestId: ${ID} Version: 1`,
    'run',
    `END RequestId: ${ID}`,
    `REPORT RequestId: ${ID}\tDuration: 128.83 ms\tBilled Duration: 296 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\tInit Duration: 166.62 ms\t`,
  ]);
});

test.each([
  ['a time-out', { outcome: 'timeout', errorType: 'Sandbox.Timedout' }, 'Status: timeout'],
  [
    'a dead runtime',
    { outcome: 'error', errorType: 'Runtime.ExitError' },
    'Status: error\tError Type: Runtime.ExitError',
  ],
  ['a thrown error', { outcome: 'error', errorType: 'TypeError' }, ''],
  ['an answer that JSON cannot write', { outcome: 'error', errorType: 'Runtime.JSONStringifyError' }, ''],
  [
    'an answer that is too long',
    { outcome: 'error', errorType: 'Function.ResponseSizeTooLarge' },
    'Status: error\tError Type: Function.ResponseSizeTooLarge',
  ],
  [
    'an error after which the runtime ends',
    { outcome: 'error', errorType: 'Runtime.UnhandledPromiseRejection', died: true },
    'Status: error\tError Type: Runtime.ExitError',
  ],
] as const)('text: REPORT of %s', (_name, how, status) => {
  expect(linesOf(how).at(-1)).toBe(REPORT + status);
});

test.each([
  [
    'an error of the runtime',
    { status: 'error', errorType: 'Runtime.ImportModuleError' },
    'Status: error\tError Type: Runtime.ImportModuleError',
  ],
  [
    'an error of the module',
    { status: 'error', errorType: 'RangeError' },
    'Status: error\tError Type: Runtime.Unknown',
  ],
  ['ten seconds', { status: 'timeout' }, 'Status: timeout'],
] as const)('text: an init that ended with %s has its INIT_REPORT', (_name, initFailure, status) => {
  const lines = linesOf({ initFailure, initDurationMs: 100 });
  expect(lines[1]).toBe(`INIT_REPORT Init Duration: 100.00 ms\tPhase: init\t${status}`);
});

test('text: the REPORT after a failed init has its status and no Init Duration, and bills the invocation alone', () => {
  const initFailure = { status: 'error', errorType: 'RangeError' } as const;
  const lines = linesOf({ initFailure, initDurationMs: 100, outcome: 'error', errorType: 'RangeError' });
  expect(lines.at(-1)).toBe(`${REPORT}Status: error\tError Type: Runtime.Unknown`);
});

test('text: an init that was repeated with success leaves a plain REPORT', () => {
  expect(linesOf({ initFailure: { status: 'timeout' }, initDurationMs: 10_000 }).at(-1)).toBe(REPORT);
});

const json = (how: Partial<Settled>, more: object = {}) =>
  linesOf(how, { LogFormat: 'JSON', ...more }).map((line) => (line.startsWith('{') ? JSON.parse(line) : line));

test('JSON: platform.start and platform.report stand around the handler lines', () => {
  expect(json({ lines: [out('plain')] })).toEqual([
    { time: '2026-11-23T10:00:00.000Z', type: 'platform.start', record: { requestId: ID, version: '1' } },
    'plain',
    {
      time: '2026-11-23T10:00:00.003Z',
      type: 'platform.report',
      record: {
        requestId: ID,
        metrics: { durationMs: 2.5, billedDurationMs: 3, memorySizeMB: 128, maxMemoryUsedMB: 70 },
        status: 'success',
      },
    },
  ]);
});

const types = (how: Partial<Settled>, SystemLogLevel: string): string[] =>
  json(how, { SystemLogLevel }).map((line) => String(line.type).replace('platform.', ''));

test.each([
  ['success', {}, 'DEBUG', 'start runtimeDone report'],
  ['success', {}, 'INFO', 'start report'],
  ['success', {}, 'WARN', ''],
  ['a thrown error', { outcome: 'error', errorType: 'Error' }, 'INFO', 'start report'],
  ['a thrown error', { outcome: 'error', errorType: 'Error' }, 'WARN', ''],
  ['a dead runtime', { outcome: 'error', errorType: 'Runtime.ExitError' }, 'INFO', 'start runtimeDone report'],
  ['a dead runtime', { outcome: 'error', errorType: 'Runtime.ExitError' }, 'WARN', 'runtimeDone report'],
  ['a time-out', { outcome: 'timeout' }, 'WARN', 'runtimeDone report'],
  ['a cold start', { initDurationMs: 9 }, 'DEBUG', 'initStart initRuntimeDone initReport start runtimeDone report'],
  ['a cold start', { initDurationMs: 9 }, 'INFO', 'initStart start report'],
  [
    'a failed init',
    {
      initDurationMs: 9,
      initFailure: { status: 'error', errorType: 'Error' },
      outcome: 'error',
      errorType: 'Error',
    },
    'WARN',
    'initRuntimeDone initReport runtimeDone report',
  ],
] as const)('JSON: records of %s at %3$s', (_name, how, level, expected) => {
  expect(types(how, level).join(' ')).toBe(expected);
});

test('JSON: status and errorType of a failure', () => {
  expect(json({ outcome: 'error', errorType: 'Function.ResponseSizeTooLarge' }).at(-1)).toMatchObject({
    record: { status: 'error', errorType: 'Function.ResponseSizeTooLarge' },
  });
  expect(json({ outcome: 'error', errorType: 'Error' }).at(-1).record).not.toHaveProperty('errorType');
  expect(json({ outcome: 'error', errorType: 'Error' }).at(-1).record.status).toBe('success');
  expect(json({ outcome: 'timeout', errorType: 'Sandbox.Timedout' }).at(-1).record.status).toBe('timeout');
});

test.each([
  ['/aws/lambda/list', {}, '2026/11/23/[1]0123456789abcdef0123456789abcdef'],
  ['/shop/list', { LogGroup: '/shop/list' }, '2026/11/23/list[1]0123456789abcdef0123456789abcdef'],
])('lines go to %s', (logGroup, config, logStream) => {
  const cloud = cloudWithList({ LoggingConfig: { LogFormat: 'Text', ...config } });
  cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live' }, ID);
  cloud.settle(ID);
  expect(cloud.last('logs.EventsIngested')).toMatchObject({ logGroup, logStream });
});
