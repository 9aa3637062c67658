import { expect, test } from '@jest/globals';
import { findResponseLine } from './prove-error-filter.ts';

const JSON_LINE = '{"log":"response","function":"list:7","statusCode":200}';
const AS_503 = '{"log":"response","function":"list:7","statusCode":503}';

const tails: [string, string, string | undefined][] = [
  ['a bare JSON line', `START\n${JSON_LINE}\nEND\n`, AS_503],
  [
    'a line with the prefix of a text log, which stays',
    `2026-11-23T03:44:04Z\tid\tINFO\t${JSON_LINE}`,
    `2026-11-23T03:44:04Z\tid\tINFO\t${AS_503}`,
  ],
  ['the last of several', `{"log":"response","function":"list:7","statusCode":400,"n":1}\n${JSON_LINE}`, AS_503],
  ['a tail that begins in the middle of a line', `sponse","function":"list:7"}\n${JSON_LINE}`, AS_503],
  ['the line of another version', JSON_LINE.replace(':7', ':6'), undefined],
  ['a line of another log', JSON_LINE.replace('response', 'request'), undefined],
  ['no JSON', 'START\nEND', undefined],
  ['nothing', '', undefined],
];

test.each(tails)('the response line is found in %s', (_name, tail, faulty) => {
  expect(findResponseLine(tail, 'list:7')?.withStatus(503)).toBe(faulty);
});
