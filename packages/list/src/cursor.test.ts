import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cursorAfter, idBefore } from './cursor.ts';

test('a cursor leads back to the id it was made of', () => {
  const ids = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
  fc.assert(fc.property(ids, (id) => expect(idBefore(cursorAfter(id))).toBe(id)));
});

test('a text is a cursor only when it is one to the letter', () => {
  const nearly = fc.string().map((text) => Buffer.from(`after:${text}`).toString('base64url'));
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      const id = idBefore(text);
      expect(id === undefined || cursorAfter(id) === text).toBe(true);
    }),
  );
});
