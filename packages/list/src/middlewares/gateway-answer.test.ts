import { expect, test } from '@jest/globals';
import { whyRefused } from './gateway-answer.ts';

const TAKEN = /^taken$/;

const circularHeaders = (): object => {
  const headers: Record<string, unknown> = {};
  headers['self'] = headers;
  return headers;
};

const answers: [string, unknown, RegExp][] = [
  ['a status and a body', { statusCode: 200, body: '' }, TAKEN],
  ['no body', { statusCode: 204 }, TAKEN],
  ['null headers', { statusCode: 200, headers: null }, TAKEN],
  ['a boolean header', { statusCode: 200, headers: { a: true } }, TAKEN],
  ['a status as digits', { statusCode: '201' }, TAKEN],
  ['lists of headers', { statusCode: 200, multiValueHeaders: { a: ['1', 2] } }, TAKEN],
  ['nothing', undefined, /no object/],
  ['a string', 'hello', /no object/],
  ['a list', [], /no object/],
  ['an empty object', {}, /statusCode/],
  ['a status in words', { statusCode: 'test' }, /statusCode/],
  ['half a status', { statusCode: 200.5 }, /statusCode/],
  ['status zero', { statusCode: 0 }, /statusCode/],
  ['a body that is an object', { statusCode: 200, body: { a: 1 } }, /body/],
  ['an unknown key', { statusCode: 200, status: 200 }, /unknown key status/],
  ['a header that is an object', { statusCode: 200, headers: { a: {} } }, /headers/],
  ['headers that no JSON can hold', { statusCode: 200, headers: circularHeaders() }, /headers/],
  ['a multi-value header that is no list', { statusCode: 200, multiValueHeaders: { a: 'b' } }, /multiValueHeaders/],
  ['an encoding that is no flag', { statusCode: 200, isBase64Encoded: 'yes' }, /isBase64Encoded/],
  ['six megabytes of body', { statusCode: 200, body: 'x'.repeat(6_291_556) }, /larger/],
  ['quotes that double when escaped', { statusCode: 200, body: '"'.repeat(3_200_000) }, /larger/],
  ['five megabytes of body', { statusCode: 200, body: 'x'.repeat(5_000_000) }, TAKEN],
];

test.each(answers)('%s is judged as API Gateway judges it', (_name, answer, verdict) => {
  expect(whyRefused(answer) ?? 'taken').toMatch(verdict);
});
