import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pageOf } from './page.ts';

const invalid = (): Error => new Error('no such token');

test('pages one after another are the whole list, each of the size that is asked for but the last', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (all, size) => {
      const seen: number[] = [];
      let token: string | undefined;
      do {
        const { items, next } = pageOf(all, { token, size }, invalid);
        expect(next === undefined || items.length === size).toBe(true);
        seen.push(...items);
        token = next;
      } while (token !== undefined);
      expect(seen).toEqual(all);
    }),
  );
});

test.each(['', 'x', 'nonsense', Buffer.from('9').toString('base64url'), Buffer.from('-1').toString('base64url')])(
  'a token that was not given is refused: %j',
  (token) => {
    expect(() => pageOf([1, 2], { token, size: 1 }, invalid)).toThrow('no such token');
  },
);
