import { expect, test } from '@jest/globals';
import { proxy, proxy2, openApi } from './api.fixture.ts';
import { findRoute } from './find-route.ts';
import { readDefinition } from './read-definition.ts';
import type { ApiKind } from './state.ts';

const PATHS = {
  '/unicorns': { get: proxy2(), 'x-amazon-apigateway-any-method': proxy2() },
  '/unicorns/{id}': { get: proxy2() },
  '/unicorns/{id}/rides': { get: proxy2() },
  '/unicorns/best': { get: proxy2() },
  '/files/{path+}': { 'x-amazon-apigateway-any-method': proxy2() },
  '/files/{name}': { get: proxy2() },
  $default: { 'x-amazon-apigateway-any-method': proxy2() },
};
const { $default: _default, ...REST_PATHS } = PATHS;

function checkRoute(kind: ApiKind, request: string, expected: string | undefined) {
  const [method = '', path = ''] = request.split(' ');
  const definition = readDefinition(kind, openApi(kind === 'HTTP' ? PATHS : REST_PATHS));
  const found = findRoute(definition, kind, method, path);
  const shown = found && `${found.route.method} ${found.route.resource} ${JSON.stringify(found.parameters ?? null)}`;
  expect(shown).toBe(expected);
}

test.each<[ApiKind, string, string | undefined]>([
  ['HTTP', 'GET /unicorns', 'GET /unicorns null'],
  ['HTTP', 'POST /unicorns', 'ANY /unicorns null'],
  ['HTTP', 'GET /unicorns/best', 'GET /unicorns/best null'],
  ['HTTP', 'GET /unicorns/7', 'GET /unicorns/{id} {"id":"7"}'],
  ['HTTP', 'GET /unicorns/a%20b', 'GET /unicorns/{id} {"id":"a b"}'],
  ['REST', 'GET /unicorns/a%20b', 'GET /unicorns/{id} {"id":"a%20b"}'],
  ['HTTP', 'GET /unicorns/7/rides', 'GET /unicorns/{id}/rides {"id":"7"}'],
  ['HTTP', 'GET /files/a', 'GET /files/{name} {"name":"a"}'],
  ['HTTP', 'GET /files/a/b', 'ANY /files/{path+} {"path":"a/b"}'],
  ['HTTP', 'PUT /files/a', 'ANY /files/{path+} {"path":"a"}'],
  ['HTTP', 'GET /nowhere', 'ANY $default null'],
  ['REST', 'GET /nowhere', undefined],
  ['REST', 'DELETE /unicorns/7', undefined],
  // What a REST API makes of a method that the nearest resource lacks was measured (ministackorg/ministack#1423, C).
  ['REST', 'PUT /files/a', 'ANY /files/{path+} {"path":"a"}'],
  ['REST', 'GET /unicorns/', 'GET /unicorns null'],
  ['REST', 'GET /unicorns/7/', 'GET /unicorns/{id} {"id":"7"}'],
  ['HTTP', 'GET /unicorns/', 'ANY $default null'],
])('%s: %s goes to %s', checkRoute);

test('a REST API has resources without a slash at their end', () => {
  const { routes } = readDefinition('REST', openApi({ '/a/': { get: proxy() }, '/': { get: proxy() } }));
  expect(routes.map(({ resource }) => resource)).toEqual(['/a', '/']);
});

test.each<[string, object, RegExp]>([
  [
    'an HTTP integration',
    { get: proxy({ type: 'http_proxy' }) },
    /'GET' for resource at path '\/a': an integration of type http_proxy cannot be rehearsed/,
  ],
  ['no integration', { get: {} }, /No integration defined for method/],
  [
    'a URI that names no function',
    { get: proxy({ uri: 'arn:aws:apigateway:us-east-1:s3:path/x' }) },
    /Invalid ARN specified/,
  ],
  [
    'a time-out beyond the limit',
    { get: proxy({ timeoutInMillis: 40_000 }) },
    /Timeout should be between 50 ms and 29000 ms/,
  ],
  ['an authorizer', { get: { ...proxy(), security: [{ api_key: [] }] } }, /security cannot be rehearsed/],
])('a definition with %s is refused', (_name, item, message) => {
  expect(() => readDefinition('REST', openApi({ '/a': item }))).toThrow(message);
});

test('all problems of a definition are told at once', () => {
  const read = () => readDefinition('REST', openApi({ '/a': { get: {}, put: {} }, '/b': { get: {} } }));
  expect(read).toThrow(/'GET'.*\/a[^]*'PUT'.*\/a[^]*'GET'.*\/b/);
});
