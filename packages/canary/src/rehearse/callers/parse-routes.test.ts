import { expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { parseRoutes } from './parse-routes.ts';

test('what is left of all callers is split evenly among routes without a share', () => {
  const shares = (...texts: readonly string[]) => parseRoutes(texts).map(({ share }) => share);
  expect(shares('GET /a')).toEqual([1]);
  expect(shares('GET /a', 'GET /b')).toEqual([0.5, 0.5]);
  expect(shares('GET /a,share=50%', 'GET /b', 'GET /c')).toEqual([0.5, 0.25, 0.25]);
  expect(shares('GET /a,share=0.9', 'GET /b,share=10%')).toEqual([0.9, 0.1]);
});

test('a query goes with the request', () => {
  expect(parseRoutes(['GET /a?limit=5&colour=dark+blue'])).toEqual([
    {
      text: 'GET /a?limit=5&colour=dark+blue',
      method: 'GET',
      path: '/a',
      query: { limit: '5', colour: 'dark blue' },
      share: 1,
    },
  ]);
});

const wrong: readonly [texts: readonly string[], words: readonly string[]][] = [
  [['/a'], ['"/a" is not of the form "GET /path"']],
  [
    ['get /a', 'GET b'],
    ['"get /a" is not of the form', '"GET b" is not of the form'],
  ],
  [
    ['GET /a,share=0', 'GET /b,share=half'],
    ['"share" is "0"', '"share" is "half"'],
  ],
  [['GET /a,share=50%'], ['make 50 %; together they make 100 %']],
  [['GET /a,share=1', 'GET /b'], ['leaves nothing for those without one']],
];

test.each(wrong)('%j is refused, with all that is wrong', (texts, words) => {
  const problems = (() => {
    try {
      return parseRoutes(texts) && [];
    } catch (error) {
      return error instanceof UserError ? error.problems : [];
    }
  })();
  expect(problems.map(({ message }) => message)).toEqual(words.map((word) => expect.stringContaining(word)));
});
