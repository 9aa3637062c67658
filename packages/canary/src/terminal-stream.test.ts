import { expect, test } from '@jest/globals';
import { widthOf } from './terminal-stream.ts';

test.each([
  ['that does not know how wide it is', 0, 80],
  ['too narrow for a table', 12, 60],
  ['as usual', 80, 80],
  ['of half a screen', 100, 100],
  ['of a whole screen', 240, 110],
])('a terminal %s, of %d columns, is written on in %d', (_name, columns, width) => {
  expect(widthOf({ columns })).toBe(width);
});
