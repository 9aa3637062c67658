import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BadZip, unzip } from './unzip.ts';
import { type Written, zipOf } from './zip.fixture.ts';

const textsOf = (zip: Uint8Array): Record<string, string> =>
  Object.fromEntries([...unzip(zip)].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));

function checkRefused(zip: Uint8Array, message: string): void {
  expect(() => unzip(zip)).toThrow(BadZip);
  expect(() => unzip(zip)).toThrow(message);
}

test('files come back by their paths, in order, and folders are left out', () => {
  const zip = zipOf([
    { name: 'lib/', content: '', isStored: true },
    { name: './lib/b.js', content: 'b'.repeat(10_000) },
    { name: 'a.js', content: 'a', isStored: true },
    { name: 'é.txt', content: 'é' },
  ]);
  expect(textsOf(zip)).toEqual({ 'a.js': 'a', 'lib/b.js': 'b'.repeat(10_000), 'é.txt': 'é' });
  expect([...unzip(zip).keys()]).toEqual(['a.js', 'lib/b.js', 'é.txt']);
});

test('links stand for the file or the folder that they lead to', () => {
  const link = (name: string, content: string): Written => ({ name, content, mode: 0o120777 });
  const zip = zipOf([link('bin/a', '../lib/a.js'), link('all', 'lib'), { name: 'lib/a.js', content: 'a' }]);
  expect(textsOf(zip)).toEqual({ 'lib/a.js': 'a', 'bin/a': 'a', 'all/a.js': 'a' });
  checkRefused(zipOf([link('a', '../../secret')]), 'a path that leads out of it');
});

test.each(['../evil.js', 'a/../../evil.js', '/etc/passwd', String.raw`..\evil.js`, 'C:/evil.js', 'a\0b', '..'])(
  'a path that leads out of the package is refused: %j',
  (name) => checkRefused(zipOf([{ name, content: 'x' }]), 'a path that leads out of it'),
);

const entry = (lies: Written['lies'], content = 'content'): Uint8Array =>
  zipOf([{ name: 'a', content, ...(lies && { lies }) }]);

test.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(), 'This is no zip archive.'],
  ['text', Buffer.from('hello'), 'This is no zip archive.'],
  ['an encrypted one', entry({ flags: 1 }), 'encrypted'],
  ['an unknown method', entry({ method: 14 }), 'a method other than deflate'],
  ['a wrong checksum', entry({ crc: 1 }), 'damaged inside a'],
  ['a file larger than it says', entry({ bytes: 3 }), 'The archive is damaged.'],
  ['a file smaller than it says', entry({ bytes: 30 }), 'damaged inside a'],
  ['a bomb that tells the truth', entry({ bytes: 300_000_000 }), 'Unzipped size must be smaller than 262144000 bytes'],
  ['a bomb that lies', entry({ bytes: 10 }, '\0'.repeat(10_000_000)), 'The archive is damaged.'],
  ['one cut short', zipOf({ a: 'content' }).subarray(0, 40), 'This is no zip archive.'],
])('%s is refused', (_what, zip, message) => checkRefused(zip, message));

test('what goes in comes out', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}(?:\/[a-z]{1,8}){0,2}\.js$/);
  fc.assert(
    fc.property(fc.dictionary(name, fc.string({ unit: 'grapheme' })), (files) => {
      expect(textsOf(zipOf(files))).toEqual(files);
    }),
    { numRuns: 50 },
  );
});

test('damage anywhere gives files or a refusal, and nothing else', () => {
  const good = zipOf({ 'index.mjs': 'export const handler = 1;', 'lib/a.js': 'a'.repeat(500) });
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
      const bad = good.slice(0, Math.max(at + 1, length));
      bad[at] = byte;
      expect(outcomeOf(bad)).toMatch(/^(?:files|refused)$/);
    }),
    { numRuns: 500 },
  );
});

function outcomeOf(zip: Uint8Array): string {
  try {
    return unzip(zip).size <= 2 ? 'files' : 'too many files';
  } catch (error) {
    return error instanceof BadZip ? 'refused' : String(error);
  }
}
