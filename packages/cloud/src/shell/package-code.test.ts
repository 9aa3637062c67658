import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../user-error.ts';
import { zipOf } from '../services/lambda/zip.fixture.ts';
import { packageCode } from './package-code.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-code-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function checkRefused(path: string, message: string): void {
  const refused = (): unknown => packageCode(folder, path);
  expect(refused).toThrow(UserError);
  expect(refused).toThrow(message);
}

test('a folder becomes its files, by path inside it, in order', () => {
  write({ 'dist/list/index.js': 'x', 'dist/list/a/data.json': '{}', 'other.js': 'y' });
  const { key, sha256, files } = packageCode(folder, 'dist/list/');
  expect([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
    ['a/data.json', '{}'],
    ['index.js', 'x'],
  ]);
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(Buffer.from(sha256, 'base64')).toHaveLength(32);
});

test('equal names and contents give equal keys, whatever their times', () => {
  write({ 'one/index.js': 'x', 'two/index.js': 'x' });
  utimesSync(join(folder, 'one/index.js'), 0, 0);
  expect(packageCode(folder, 'one')).toEqual(packageCode(folder, 'two'));
});

test.each([
  ['contents', { 'two/index.js': 'y' }],
  ['names', { 'two/main.js': 'x' }],
  ['number of files', { 'two/index.js': 'x', 'two/b.js': '' }],
])('other %s give another key and hash', (_what, files) => {
  write({ 'one/index.js': 'x', ...files });
  const [one, two] = [packageCode(folder, 'one'), packageCode(folder, 'two')];
  expect(one.key).not.toBe(two.key);
  expect(one.sha256).not.toBe(two.sha256);
});

test('a single file is a package of one', () => {
  write({ 'index.js': 'x' });
  expect([...packageCode(folder, 'index.js').files.keys()]).toEqual(['index.js']);
});

test('a link inside the folder is followed', () => {
  write({ 'code/a.js': 'x' });
  symlinkSync('a.js', join(folder, 'code/b.js'));
  expect([...packageCode(folder, 'code').files.keys()]).toEqual(['a.js', 'b.js']);
});

test('a link out of the folder, and one in a circle, are refused', () => {
  write({ 'code/a.js': 'x', 'secret.txt': 's' });
  symlinkSync('../secret.txt', join(folder, 'code/b.js'));
  checkRefused('code', 'The code folder code holds a link that leads out of it: b.js.');
  write({ 'circle/a.js': 'x' });
  symlinkSync('.', join(folder, 'circle/again'));
  checkRefused('circle', 'The code folder circle holds a link to a folder above it: again.');
});

test('an archive is unpacked', () => {
  const zip = zipOf({ 'index.mjs': 'code', 'lib/a.mjs': 'more' });
  writeFileSync(join(folder, 'good.zip'), zip);
  const { files } = packageCode(folder, 'good.zip');
  expect([...files].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)])).toEqual([
    ['index.mjs', 'code'],
    ['lib/a.mjs', 'more'],
  ]);
});

test('what is missing, empty, broken or Java’s is refused', () => {
  write({ 'code.zip': 'PK', 'code.jar': 'PK' });
  mkdirSync(join(folder, 'empty'));
  checkRefused('nowhere', 'The code folder nowhere does not exist. Build the function first.');
  checkRefused('empty', 'The code folder empty is empty.');
  checkRefused('code.zip', 'The code code.zip cannot be unpacked: ');
  checkRefused('code.jar', 'The code code.jar is Java’s');
});
