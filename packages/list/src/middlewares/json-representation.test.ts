import { expect, test } from '@jest/globals';
import { inMemoryCatalogue } from '../in-memory-catalogue.ts';
import { asker, get } from '../testing/ask.ts';
import { unicorns } from '../unicorns.ts';

const ask = asker(inMemoryCatalogue(unicorns));
const etagOf = async (query: Record<string, string>): Promise<string> =>
  (await ask(get(query))).answer.headers['ETag'] ?? '';
const etag = await etagOf({ limit: '2' });

test('equal pages have equal ETags, and others have others', async () => {
  expect(etag).toMatch(/^"[\w-]{43}"$/);
  expect(await etagOf({ limit: '2' })).toBe(etag);
  expect(await etagOf({ limit: '3' })).not.toBe(etag);
});

const conditions: [string, object, number][] = [
  ['the same tag', { headers: { 'If-None-Match': etag } }, 304],
  ['the same tag, made weak by a cache', { headers: { 'If-None-Match': `W/${etag}` } }, 304],
  ['a list that holds it', { headers: { 'if-none-match': `"a", ${etag} ,"b"` } }, 304],
  ['a star', { headers: { 'IF-NONE-MATCH': '*' } }, 304],
  ['several header lines', { headers: null, multiValueHeaders: { 'If-None-Match': ['"a"', etag] } }, 304],
  ['another tag', { headers: { 'If-None-Match': '"a"' } }, 200],
  ['a tag without quotes', { headers: { 'If-None-Match': etag.slice(1, -1) } }, 200],
  ['garbage', { headers: { 'If-None-Match': '"""W/*,,' } }, 200],
  ['no headers', { headers: null, multiValueHeaders: null }, 200],
];

test.each(conditions)('If-None-Match with %s', async (_name, headers, statusCode) => {
  const { answer } = await ask({ ...get({ limit: '2' }), ...headers });
  expect(answer.statusCode).toBe(statusCode);
  expect(answer.headers).toMatchObject({ ETag: etag, 'Cache-Control': 'public, max-age=60' });
  expect(answer.body === '').toBe(statusCode === 304);
});

test('a bad request stays one, whatever tag the caller holds', async () => {
  expect((await ask(get({ limit: 'x' }, { 'If-None-Match': '*' }))).answer.statusCode).toBe(400);
});
