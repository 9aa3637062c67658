/** The documentation that is generated is up to date. */
import { expect, test } from '@jest/globals';
import { stale } from './docs/pages.ts';
import { withPassage } from './docs/markdown.ts';

test('no generated page is stale', () => {
  expect(stale()).toEqual([]);
});

test('a passage replaces what stands between its marks, and nothing else', () => {
  const written = 'before\n<!-- generated: x -->\nold\n<!-- end -->\nafter\n';
  expect(withPassage(written, 'x', 'new')).toBe('before\n<!-- generated: x -->\n\nnew\n\n<!-- end -->\nafter\n');
  expect(() => withPassage(written, 'y', 'new')).toThrow('There is no passage');
});
