/** Sections 5.2 and 5.5 of the reference, row by row. */
import { expect, test } from '@jest/globals';
import { mapResponse } from './proxy-response.ts';

const HTTP_ERROR = '{"message":"Internal Server Error"}';
const REST_ERROR = '{"message": "Internal server error"}';

/** `status content-type body` of an answer. */
function shown(format: Parameters<typeof mapResponse>[0], payload: unknown, binary: readonly string[] = []) {
  const answer = mapResponse(format, typeof payload === 'string' ? payload : JSON.stringify(payload), binary);
  const type = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return `${answer.status} ${type} ${answer.body}`;
}

test.each<[string, unknown, string]>([
  ['a whole answer', { statusCode: 201, headers: { 'Content-Type': 'text/html' }, body: '<p>' }, '201 text/html <p>'],
  ['no content type', { statusCode: 200, body: 'x' }, '200 text/plain; charset=utf-8 x'],
  ['an object without statusCode', { a: 1 }, '200 application/json {"a":1}'],
  ['an array', [1, 2], '200 application/json [1,2]'],
  ['a number', 7, '200 application/json 7'],
  ['a boolean', true, '200 application/json true'],
  ['text that is not JSON', 'not json', '200 application/json not json'],
  ['a JSON string', '"test"', '200 application/json test'],
  ['statusCode 0', { statusCode: 0 }, `500 application/json ${HTTP_ERROR}`],
  ['statusCode 200.5', { statusCode: 200.5 }, `500 application/json ${HTTP_ERROR}`],
])('an HTTP API with payload 2.0 maps %s', (_name, payload, expected) => {
  expect(shown('2.0', payload)).toBe(expected);
});

test.each<[string, unknown, string]>([
  ['a whole answer', { statusCode: 200, body: 'x' }, '200 text/plain; charset=utf-8 x'],
  ['an object without statusCode', { a: 1 }, `500 application/json ${HTTP_ERROR}`],
  ['an array', [1], `500 application/json ${HTTP_ERROR}`],
  ['a string', '"test"', `500 application/json ${HTTP_ERROR}`],
])('an HTTP API with payload 1.0 maps %s', (_name, payload, expected) => {
  expect(shown('1.0', payload)).toBe(expected);
});

test.each<[string, unknown, string]>([
  [
    'a whole answer',
    { statusCode: 404, headers: { 'content-type': 'text/plain' }, body: 'x', isBase64Encoded: false },
    '404 text/plain x',
  ],
  ['no content type', { statusCode: 200, body: '{}' }, '200 application/json {}'],
  ['no body', { statusCode: 204 }, '204 application/json '],
  ['headers null', { statusCode: 200, headers: null, body: 'x' }, '200 application/json x'],
  ['headers alone', { headers: { 'x-a': 'b' } }, '200 application/json '],
  ['statusCode "201"', { statusCode: '201' }, '201 application/json '],
  ['statusCode "test"', { statusCode: 'test' }, `502 application/json ${REST_ERROR}`],
  ['statusCode 0', { statusCode: 0 }, `502 application/json ${REST_ERROR}`],
  ['an unknown member', { statusCode: 200, status: 200 }, `502 application/json ${REST_ERROR}`],
  ['an empty object', {}, `502 application/json ${REST_ERROR}`],
  ['a plain string', '"test"', `502 application/json ${REST_ERROR}`],
  ['nothing', 'null', `502 application/json ${REST_ERROR}`],
  [
    'multiValueHeaders that are no lists',
    { statusCode: 200, multiValueHeaders: { a: 'b' } },
    `502 application/json ${REST_ERROR}`,
  ],
  ['a body that is an object', { statusCode: 200, body: {} }, `502 application/json ${REST_ERROR}`],
])('a REST API maps %s', (_name, payload, expected) => {
  expect(shown('rest', payload)).toBe(expected);
});

test('the REST error body has 36 bytes, the HTTP one 35', () => {
  expect([mapResponse('rest', '{}').body.length, mapResponse('1.0', '{}').body.length]).toEqual([36, 35]);
});

test('a REST API prints booleans in headers and puts multi values first', () => {
  const { headers } = mapResponse(
    'rest',
    JSON.stringify({ statusCode: 200, headers: { a: true, b: '3' }, multiValueHeaders: { b: ['1', '2'] } }),
  );
  expect(headers).toEqual([
    ['content-type', 'application/json'],
    ['b', '1'],
    ['b', '2'],
    ['a', 'true'],
    ['b', '3'],
  ]);
});

test('a REST API renames the headers of a function that are its own, an HTTP API passes them on', () => {
  const headers = {
    'content-type': 'text/plain',
    Date: 'Mon, 05 Jan 2026 09:00:00 GMT',
    Connection: 'close',
    'content-length': 7,
    Server: 'mine',
    'WWW-Authenticate': 'Basic',
    'Transfer-Encoding': 'chunked',
    'X-Date': 'kept',
  };
  const payload = JSON.stringify({ statusCode: 401, headers, multiValueHeaders: { server: ['theirs'] } });
  expect(mapResponse('rest', payload).headers).toEqual([
    ['x-amzn-Remapped-server', 'theirs'],
    ['content-type', 'text/plain'],
    ['x-amzn-Remapped-Date', 'Mon, 05 Jan 2026 09:00:00 GMT'],
    ['x-amzn-Remapped-Connection', 'close'],
    ['x-amzn-Remapped-content-length', '7'],
    ['x-amzn-Remapped-Server', 'mine'],
    ['x-amzn-Remapped-WWW-Authenticate', 'Basic'],
    ['X-Date', 'kept'],
  ]);
  const sent = mapResponse('2.0', payload).headers;
  expect(sent).toContainEqual(['WWW-Authenticate', 'Basic']);
  expect(sent.filter(([name]) => name.startsWith('x-amzn-Remapped-'))).toEqual([]);
});

test('a REST API minds the base64 flag only for its binary media types', () => {
  const payload = JSON.stringify({
    statusCode: 200,
    headers: { 'Content-Type': 'image/png' },
    body: 'aGk=',
    isBase64Encoded: true,
  });
  expect(mapResponse('rest', payload).isBase64Encoded).toBe(false);
  expect(mapResponse('rest', payload, ['image/*']).isBase64Encoded).toBe(true);
});

test('cookies of payload 2.0 become set-cookie headers', () => {
  const { headers } = mapResponse('2.0', JSON.stringify({ statusCode: 200, cookies: ['a=1', 'b=2'] }));
  expect(headers.filter(([name]) => name === 'set-cookie')).toEqual([
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ]);
});
