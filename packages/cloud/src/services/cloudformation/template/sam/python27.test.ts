import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copyDict, PlainDict, printed, PythonDict, textIn, Unicode } from './python27.ts';

const dictOf = (keys: string): PythonDict => PythonDict.of(keys.split(' ').map((key) => [key, 1]));
const keysOf = (dict: PythonDict): string => dict.keys().map(textIn).join(' ');

// Recorded from samtranslator.utils.py27hash_fix.
test('keys come in the order of the hash table, which changes when it grows', () => {
  const dict = dictOf('Team Service Owner Stage Name');
  expect(keysOf(dict)).toBe('Owner Stage Name Service Team');
  for (const key of 'abcdefg') dict.set(key, 1);
  expect(keysOf(dict)).toBe('a c b e Name Service f d g Team Owner Stage');
  dict.delete('a');
  dict.set('z', 1);
  expect(keysOf(dict)).toBe('c b e Name Service f d g Team Owner z Stage');
});

test('values are printed as Python 2.7 printed them', () => {
  const value = new PlainDict([
    ['q', [1, true, null, 1.5, PythonDict.of([['k', new Unicode('v')]])]],
    ['p', "a'b"],
    ['z', new Unicode('it\'s é \\ \n"x"')],
    ['e', new Unicode('😀')],
  ]);
  expect(printed(value)).toBe(
    String.raw`{'q': [1, True, None, 1.5, {'k': u'v'}], 'p': "a'b", 'z': u'it\'s \xe9 \\ \n"x"', 'e': u'\U0001f600'}`,
  );
});

test('a copy has the same keys and values', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 })), (keys) => {
      const dict = PythonDict.of(keys.map((key, i) => [key, i]));
      const copy = copyDict(dict);
      expect(new Map(copy.entries())).toEqual(new Map(dict.entries()));
      expect(copy.keys().length).toBe(new Set(keys).size);
    }),
  );
});
