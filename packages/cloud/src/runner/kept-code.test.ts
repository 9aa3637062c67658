import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Script } from 'node:vm';
import { KeptCode } from './kept-code.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kept-code-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A text that is long enough, of which every reading counts. */
function compile(kept: KeptCode, key = 'key', value = 1) {
  let readings = 0;
  const text = `${'//'.padEnd(9_000, '-')}\n(() => ${value})`;
  const { script, reading } = kept.script(
    key,
    text,
    () => ({ readings: ++readings }),
    (_, cachedData) => new Script(text, { ...(cachedData && { cachedData }) }),
  );
  const made = script.runInThisContext() as () => number;
  return { gives: made(), reading, readings, isRejected: script.cachedDataRejected };
}

/** What a thread has compiled and run is on disk. */
function keepOne(): string {
  const kept = new KeptCode(directory);
  compile(kept);
  expect(kept.hasNews).toBe(true);
  kept.write();
  const [name = ''] = readdirSync(directory);
  return join(directory, name);
}

test('what one thread has compiled the next one finds, with how it was read', () => {
  keepOne();
  const kept = new KeptCode(directory);
  expect(compile(kept)).toEqual({ gives: 1, reading: { readings: 1 }, readings: 0, isRejected: false });
  expect(kept.hasNews).toBe(false);
});

test.each([
  ['another text', 'key', 2],
  ['the same text under another key', 'another key', 1],
])('%s is compiled anew', (_name, key, value) => {
  keepOne();
  expect(compile(new KeptCode(directory), key, value)).toMatchObject({ gives: value, readings: 1 });
});

test.each([
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
  ['empty', () => Buffer.alloc(0)],
  ['of one line', () => Buffer.from('{}')],
  [
    'changed in one byte',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([~(bytes.at(-1) ?? 0)])]),
  ],
])('a file that is %s is not believed, and is written again', (_name, damage) => {
  const file = keepOne();
  const whole = readFileSync(file);
  writeFileSync(file, damage(whole));
  const kept = new KeptCode(directory);
  expect(compile(kept)).toMatchObject({ gives: 1, readings: 1 });
  kept.write();
  expect(compile(new KeptCode(directory))).toMatchObject({ readings: 0, isRejected: false });
});

test('short texts are not kept, nor is anything where there is no directory', () => {
  const kept = new KeptCode(directory);
  kept.script('key', '1', () => 0, () => new Script('1')); // prettier-ignore
  expect(kept.hasNews).toBe(false);
  const nowhere = new KeptCode(undefined);
  compile(nowhere);
  expect(nowhere.hasNews).toBe(false);
});

test('a directory that cannot be written costs nothing but time', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  const kept = new KeptCode(join(file, 'below'));
  expect(compile(kept)).toMatchObject({ gives: 1 });
  expect(() => kept.write()).not.toThrow();
});

test('the oldest files make way', () => {
  for (let i = 0; i < 140; i++) writeFileSync(join(directory, `${i}.code`), '');
  keepOne();
  expect(readdirSync(directory)).toHaveLength(128);
  expect(compile(new KeptCode(directory))).toMatchObject({ readings: 0 });
});
