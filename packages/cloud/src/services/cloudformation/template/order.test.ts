import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cyclesIn, orderOf } from './order.ts';

/** `a: b c, b:` → a needs b and c */
const graph = (text: string): Map<string, string[]> =>
  new Map(
    text.split(',').map((row) => {
      const [id = '', needs = ''] = row.split(':').map((it) => it.trim());
      return [id, needs.split(' ').filter(Boolean)] as const;
    }),
  );

test.each([
  ['what needs nothing keeps its place', 'a:, b:, c:', 'a b c'],
  ['what is needed comes first', 'a: c, b:, c:', 'c a b'],
  ['a diamond has its tip last', 'top: left right, left: base, right: base, base:', 'base left right top'],
])('%s', (_, text, expected) => expect(orderOf(graph(text)).join(' ')).toBe(expected));

test.each([
  ['none', 'a: b, b:', []],
  ['a resource that needs itself', 'a: a', [['a']]],
  ['a ring with all its members, and not who hangs on it', 'x: a, a: b, b: c, c: a, d:', [['a', 'b', 'c']]],
  [
    'two rings',
    'a: b, b: a, c: d, d: c',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
])('cycles: %s', (_, text, expected) => expect(cyclesIn(graph(text))).toEqual(expected));

test('without cycles everything stands once, after all that it needs', () => {
  const acyclic = fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 5 }), { maxLength: 30 });
  fc.assert(
    fc.property(acyclic, (rows) => {
      const ids = rows.map((_, i) => `r${i}`);
      const dependencies = new Map(
        rows.map((row, i) => [`r${i}`, row.filter((j) => j > i && j < rows.length).map((j) => `r${j}`)]),
      );
      const order = orderOf(dependencies);
      expect(order.toSorted()).toEqual(ids.toSorted());
      expect(cyclesIn(dependencies)).toEqual([]);
      for (const [id, needs] of dependencies)
        for (const needed of needs) expect(order.indexOf(needed)).toBeLessThan(order.indexOf(id));
    }),
  );
});
