import { expect, test } from '@jest/globals';
import type { Value } from '../template-value.ts';
import { logicalIdHash, pythonJson } from './logical-id-hash.ts';

test.each<[string, Value, string]>([
  ['keys are sorted at every level', { b: 1, a: { d: [], c: null } }, '{"a":{"c":null,"d":[]},"b":1}'],
  ['what is not ASCII is escaped by UTF-16 units', 'é😀', '"\\u00e9\\ud83d\\ude00"'],
  ['control characters are escaped as JSON does', 'a\tb\u0001', '"a\\tb\\u0001"'],
  ['DEL stays as it is', '\u007f', '"\u007f"'],
])('%s, as Python prints JSON', (_, value, expected) => expect(pythonJson(value)).toBe(expected));

test('text is hashed as it is, all else as JSON, and nothing has no hash', () => {
  expect([logicalIdHash('a'), logicalIdHash({ a: 1 }), logicalIdHash(''), logicalIdHash({})]).toEqual([
    '86f7e437fa',
    '9f89c740ce',
    '',
    '',
  ]);
});
