import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Value } from '../template-value.ts';
import { mergeGlobal } from './globals.ts';

test.each<[string, Value, Value, Value]>([
  ['a local scalar wins', 5, 10, 10],
  ['maps are merged key by key', { a: 1, b: 2 }, { b: 3, c: 4 }, { a: 1, b: 3, c: 4 }],
  ['maps are merged inside maps', { e: { a: 1 } }, { e: { b: 2 } }, { e: { a: 1, b: 2 } }],
  ['of lists the global entries come first, and nothing is dropped', ['a', 'b'], ['b'], ['a', 'b', 'b']],
  ['a local value of another kind wins', ['a'], { b: 1 }, { b: 1 }],
  ['an intrinsic counts as a scalar', { 'Fn::If': ['C', 1, 2] }, { a: 1 }, { a: 1 }],
  ['a local intrinsic wins over a map', { a: 1 }, { Ref: 'P' }, { Ref: 'P' }],
])('%s', (_, global, local, expected) => expect(mergeGlobal(global, local)).toEqual(expected));

test('nothing that is local is lost', () => {
  const scalars = fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string()));
  fc.assert(
    fc.property(scalars, scalars, (global, local) => {
      expect(mergeGlobal(global, local)).toEqual({ ...global, ...local });
    }),
  );
});
