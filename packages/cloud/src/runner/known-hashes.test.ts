import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashOfText } from './known-hashes.ts';

const long = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'é').map((letter) => letter.repeat(300));

test('digests are those of Node, whatever was asked before', () => {
  const call = fc.tuple(
    fc.constantFrom('sha256', 'sha1', 'md5'),
    fc.oneof(long, fc.string()),
    fc.constantFrom('hex', 'base64url', undefined),
  );
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      for (const [algorithm, text, encoding] of calls)
        expect(hashOfText(algorithm, text, encoding)).toBe(hash(algorithm, text, encoding));
    }),
  );
});

test('bytes are new each time', () => {
  const text = 'x'.repeat(1_000);
  const [one, other] = [hashOfText('sha256', text, 'buffer'), hashOfText('sha256', text, 'buffer')] as Buffer[];
  expect(one).toEqual(hash('sha256', text, 'buffer'));
  expect(one).not.toBe(other);
});

test('an unknown algorithm is refused as Node refuses it, each time', () => {
  const text = 'x'.repeat(1_000);
  for (let i = 0; i < 2; i++) expect(() => hashOfText('none', text, 'hex')).toThrow(/none|Invalid digest|unsupported/i);
});
