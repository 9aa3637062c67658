import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { answerOf, handlerOf } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1 });
afterAll(() => runner.close());

test.each<[string, string, unknown]>([
  [
    'a date’s constructor is Date',
    'const d = new Date(); return [d.constructor === Date, Math.abs(new d.constructor() - d) < 5];',
    [true, true],
  ],
  [
    'Intl.DateTimeFormat is called without new',
    'return Intl.DateTimeFormat("en-US", { timeZone: "UTC" }).format(new Date(0));',
    '1/1/1970',
  ],
  ['format is bound to its object', 'return [0].map(new Intl.DateTimeFormat("en-US").format);', ['1/1/1970']],
  ['a format without a date has the environment’s', 'return new Intl.DateTimeFormat("en-US").format();', '11/22/2026'],
  [
    'parts without a date have the environment’s',
    'return new Intl.DateTimeFormat("en-US", { year: "numeric" }).formatToParts()[0].value;',
    '2026',
  ],
  [
    'local time is UTC, the locale en-US',
    'return [new Date(0).getHours(), (1234.5).toLocaleString(), Intl.DateTimeFormat().resolvedOptions().timeZone];',
    [0, '1,234.5', 'UTC'],
  ],
  [
    'Atomics.wait sleeps in virtual time',
    'const t = Date.now(); const cell = new Int32Array(new SharedArrayBuffer(4)); return [Atomics.wait(cell, 0, 0, 300), Atomics.wait(cell, 0, 1), Date.now() - t];',
    ['timed-out', 'not-equal', 300],
  ],
  [
    'marks and measures can be read again',
    'performance.mark("a"); await new Promise((r) => setTimeout(r, 5)); performance.mark("b"); const { duration } = performance.measure("m", "a", "b"); const [found] = performance.getEntriesByName("m"); performance.clearMeasures(); return [duration, found.duration, found.entryType, performance.getEntriesByType("mark").length, performance.getEntries().length];',
    [5, 5, 'measure', 2, 2],
  ],
  [
    'a measure from options',
    'return performance.measure("m", { start: 5, duration: 2, detail: "d" });',
    { name: 'm', entryType: 'measure', startTime: 5, duration: 2, detail: 'd' },
  ],
  [
    'a measure from a mark that is not there',
    'try { performance.measure("m", "a"); } catch (e) { return [e.name, e.message]; }',
    ['SyntaxError', 'The "a" performance mark has not been set'],
  ],
  [
    'an observer is told of them',
    'const seen = []; const o = new PerformanceObserver((list) => seen.push(...list.getEntries().map((e) => e.name))); o.observe({ entryTypes: ["measure"] }); performance.mark("a"); performance.measure("m", "a"); await new Promise((r) => setTimeout(r, 5)); o.disconnect(); performance.measure("n"); await new Promise((r) => setTimeout(r, 5)); return seen;',
    ['m'],
  ],
  [
    'clocks agree',
    'const a = [Date.now(), performance.timeOrigin + performance.now(), process.hrtime()]; await new Promise((r) => setTimeout(r, 123)); const [s, ns] = process.hrtime(a[2]); return [Date.now() - a[0], performance.timeOrigin + performance.now() - a[1], s * 1e3 + ns / 1e6];',
    [123, 123, 123],
  ],
  [
    'timers and the clock in order',
    'const o = []; setTimeout(() => o.push("timeout"), 1); setImmediate(() => o.push("immediate")); process.nextTick(() => o.push("tick")); queueMicrotask(() => o.push("microtask")); await new Promise((r) => setTimeout(r, 5)); return o;',
    ['tick', 'microtask', 'immediate', 'timeout'],
  ],
])('%s', async (_title, body, expected) => {
  expect(await answerOf(runner, { files: handlerOf(body) })).toEqual(expected);
});

const CRYPTO = "import crypto from 'node:crypto'; import os from 'node:os'; import { promisify } from 'node:util'";

test.each<[string, string, unknown]>([
  [
    'randomFillSync fills the part that is asked for',
    'const b = crypto.randomFillSync(Buffer.alloc(8), 4, 2); return [b.subarray(0, 4).toString("hex"), b.readUInt16BE(4) > 0, b.readUInt16BE(6)];',
    ['00000000', true, 0],
  ],
  ['randomFill takes an ArrayBuffer', 'return (await promisify(crypto.randomFill)(new ArrayBuffer(4))).byteLength;', 4],
  [
    'promisify(generateKeyPair) has both keys',
    'return Object.keys(await promisify(crypto.generateKeyPair)("ed25519"));',
    ['publicKey', 'privateKey'],
  ],
  [
    'the machine is Lambda’s, not this one',
    'return [os.userInfo().username, os.totalmem(), os.cpus().length, os.tmpdir(), os.hostname(), process.getuid()];',
    ['sbx_user1051', 128 * 2 ** 20, 2, '/tmp', '169.254.100.1', 993],
  ],
])('%s', async (_title, body, expected) => {
  expect(await answerOf(runner, { files: handlerOf(body, CRYPTO) })).toEqual(expected);
});
