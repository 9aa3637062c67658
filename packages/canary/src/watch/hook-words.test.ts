import { expect, test } from '@jest/globals';
import { failedLines, toldLine } from './hook-words.ts';

const CHECK = '{"log":"check","outcome":"failed","check":"lists","what":"status","expected":200,"got":503}';
const PLATFORM = [
  'INIT_START Runtime Version: nodejs:24.v1',
  'START RequestId: 8f2c Version: $LATEST',
  'END RequestId: 8f2c',
  'REPORT RequestId: 8f2c Duration: 12.00 ms',
];

test.each<[string, readonly string[], readonly string[]]>([
  ['a failed check speaks for the hook', [...PLATFORM, 'an error of no matter', CHECK], [CHECK]],
  [
    'a function that died is told in Lambda’s words',
    [...PLATFORM, 'Task timed out after 3.00 seconds'],
    ['Task timed out after 3.00 seconds'],
  ],
  [
    'complaints of the function are told',
    ['START RequestId: 1', 'all is well', 'Error: no answer'],
    ['Error: no answer'],
  ],
  ['without a complaint its last line is told', ['START RequestId: 1', 'one', 'two', 'END RequestId: 1'], ['two']],
  ['nothing of its own is nothing', PLATFORM, []],
  [
    'the same complaint of another invocation is told once',
    [
      '2026-01-05T10:04:07.000Z 7b9e7b3e-8d4f-4ad3-9a5e-0c9a86a2bb6c ERROR no',
      '2026-01-05T10:05:07.000Z 1b9e7b3e-8d4f-4ad3-9a5e-0c9a86a2bb6c ERROR no',
    ],
    ['2026-01-05T10:04:07.000Z 7b9e7b3e-8d4f-4ad3-9a5e-0c9a86a2bb6c ERROR no'],
  ],
  [
    'no more than five are told',
    Array.from({ length: 9 }, (_, index) => `Error ${index}`),
    [0, 1, 2, 3, 4].map((index) => `Error ${index}`),
  ],
])('%s', (_, lines, expected) => {
  expect(failedLines(lines)).toEqual(expected);
});

test.each([
  [CHECK, 'lists (status): expected 200, got 503'],
  ['{"outcome":"failed","check":"lists"}', 'lists: expected nothing, got nothing'],
  ['{"outcome":"failed"}', '{"outcome":"failed"}'],
  ['Error: no answer', 'Error: no answer'],
])('%s is told as «%s»', (line, expected) => {
  expect(toldLine(line)).toBe(expected);
});
