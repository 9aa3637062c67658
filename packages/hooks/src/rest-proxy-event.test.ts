import { expect, test } from '@jest/globals';
import { restProxyEvent } from './rest-proxy-event.ts';

const AT = Date.UTC(2026, 10, 3, 3, 44, 4);

test('a request without query has null maps, as API Gateway sends it', () => {
  expect(restProxyEvent({}, 'id', AT)).toMatchObject({
    resource: '/unicorns',
    path: '/unicorns',
    httpMethod: 'GET',
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: null,
    requestContext: {
      stage: 'Prod',
      path: '/Prod/unicorns',
      requestTime: '03/Nov/2026:03:44:04 +0000',
      requestId: 'id',
    },
  });
});

test('query and headers come in both maps', () => {
  const event = restProxyEvent({ query: { limit: '2' }, headers: { 'If-None-Match': '"a"' } }, 'id', AT);
  expect(event.queryStringParameters).toEqual({ limit: '2' });
  expect(event.multiValueQueryStringParameters).toEqual({ limit: ['2'] });
  expect(event.multiValueHeaders).toMatchObject({ 'If-None-Match': ['"a"'] });
});
