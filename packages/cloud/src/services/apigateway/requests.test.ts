/** Requests on their whole way: routed, invoked, answered, counted. */
import { expect, test } from '@jest/globals';
import { after } from '../../instant.ts';
import { service as lambda } from '../lambda/index.ts';
import { openApi, proxy, proxy2, START, startApi } from './api.fixture.ts';

const PATHS = { '/unicorns': { get: proxy() }, '/unicorns/{id}': { get: proxy() } };
const HTTP_PATHS = { '/unicorns': { get: proxy2() }, '/unicorns/{id}': { get: proxy2() } };
const OK = { statusCode: 200, body: '[]' };

test('a REST API hands the function the proxy event of its first version', () => {
  const cloud = startApi();
  const apiId = cloud.restApi(PATHS);
  cloud.advanceTo(after(START, 1234));
  const requestId = cloud.send(apiId, {
    path: '/unicorns/a%20b',
    headers: { Accept: '*/*', 'User-Agent': 'curl/8' },
    query: { limit: ['1', '2'] },
  });
  expect(cloud.eventOf(requestId)).toEqual({
    resource: '/unicorns/{id}',
    path: '/unicorns/a%20b',
    httpMethod: 'GET',
    headers: expect.objectContaining({
      Accept: '*/*',
      'User-Agent': 'curl/8',
      Host: `${apiId}.execute-api.us-east-1.amazonaws.com`,
      'X-Forwarded-For': '203.0.113.10',
    }),
    multiValueHeaders: expect.objectContaining({ Accept: ['*/*'] }),
    queryStringParameters: { limit: '2' },
    multiValueQueryStringParameters: { limit: ['1', '2'] },
    pathParameters: { id: 'a%20b' },
    stageVariables: null,
    requestContext: expect.objectContaining({
      resourcePath: '/unicorns/{id}',
      httpMethod: 'GET',
      path: '/Prod/unicorns/a%20b',
      stage: 'Prod',
      requestTime: '23/Nov/2026:10:00:01 +0000',
      requestTimeEpoch: START + 1234,
      requestId,
      identity: expect.objectContaining({ sourceIp: '203.0.113.10', userAgent: 'curl/8', cognitoIdentityId: null }),
      apiId,
      accountId: '123456789012',
    }),
    body: null,
    isBase64Encoded: false,
  });
});

test('an HTTP API hands the function payload 2.0', () => {
  const cloud = startApi();
  const apiId = cloud.httpApi(HTTP_PATHS);
  const requestId = cloud.send(apiId, {
    stage: '$default',
    path: '/unicorns/a%20b',
    headers: { Accept: '*/*', Cookie: 'a=1; b=2' },
    query: { q: ['x y', 'z'] },
  });
  const event = cloud.eventOf(requestId);
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'GET /unicorns/{id}',
    rawPath: '/unicorns/a b',
    rawQueryString: 'q=x%20y&q=z',
    cookies: ['a=1', 'b=2'],
    headers: expect.objectContaining({ accept: '*/*' }),
    queryStringParameters: { q: 'x y,z' },
    requestContext: expect.objectContaining({
      apiId,
      stage: '$default',
      timeEpoch: START,
      http: expect.objectContaining({ method: 'GET', path: '/unicorns/a b' }),
    }),
    pathParameters: { id: 'a b' },
    isBase64Encoded: false,
  });
  expect(event['headers']).not.toHaveProperty('cookie');
});

test('a query reaches payload 2.0 as it was sent', () => {
  const cloud = startApi();
  const apiId = cloud.httpApi(HTTP_PATHS);
  const raw = { query: { a: ['1', '3'], b: 'x y' }, rawQuery: 'a=1&b=x+y&a=3' };
  const rawOf = (request: object) =>
    cloud.eventOf(cloud.send(apiId, { stage: '$default', ...request }))['rawQueryString'];
  expect([rawOf(raw), rawOf({ ...raw, rawQuery: 'a=1&a=3&b=x%20y' }), rawOf({})]).toEqual([
    'a=1&b=x+y&a=3',
    'a=1&a=3&b=x%20y',
    '',
  ]);
});

/** Every key of the event and of what is in its context. */
function keysOf(event: Record<string, unknown>): readonly string[][] {
  const context = event['requestContext'] as Record<string, object>;
  return [event, context, context['identity'] ?? context['http'] ?? {}].map((it) => Object.keys(it).toSorted());
}

const IDENTITY =
  'accessKey accountId caller cognitoAuthenticationProvider cognitoAuthenticationType cognitoIdentityId cognitoIdentityPoolId principalOrgId sourceIp user userAgent userArn';
const REST_KEYS =
  'body headers httpMethod isBase64Encoded multiValueHeaders multiValueQueryStringParameters path pathParameters queryStringParameters requestContext resource stageVariables';
const CONTEXT =
  'accountId apiId domainName domainPrefix extendedRequestId httpMethod identity path protocol requestId requestTime requestTimeEpoch resourceId resourcePath stage';

test.each([
  ['rest', REST_KEYS, `${CONTEXT} deploymentId`, IDENTITY],
  ['1.0', `${REST_KEYS} version`, CONTEXT, IDENTITY],
  [
    '2.0',
    'headers isBase64Encoded rawPath rawQueryString requestContext routeKey version',
    'accountId apiId domainName domainPrefix http requestId routeKey stage time timeEpoch',
    'method path protocol sourceIp userAgent',
  ],
])('the keys of a %s event of a request with nothing in it', (format, ...expected) => {
  const cloud = startApi();
  const paths = { '/unicorns': { get: proxy({ payloadFormatVersion: format }) } };
  const requestId =
    format === 'rest' ? cloud.send(cloud.restApi(PATHS)) : cloud.send(cloud.httpApi(paths), { stage: '$default' });
  expect(keysOf(cloud.eventOf(requestId))).toEqual(expected.map((keys) => keys.split(' ').toSorted()));
});

test('payload 1.0 is the event of a REST API with decoded path values and its maps null', () => {
  const cloud = startApi();
  const apiId = cloud.httpApi({ '/unicorns/{id}': { get: proxy({ payloadFormatVersion: '1.0' }) } });
  const event = cloud.eventOf(cloud.send(apiId, { stage: '$default', path: '/unicorns/a%20b' }));
  expect(event).toMatchObject({
    version: '1.0',
    resource: '/unicorns/{id}',
    httpMethod: 'GET',
    pathParameters: { id: 'a b' },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    body: null,
    requestContext: { resourcePath: '/unicorns/{id}', stage: '$default', requestId: expect.stringMatching(/^.{15}=$/) },
  });
});

test('a stage with a name stands before the path of an HTTP API, and repeated headers and a body come along', () => {
  const cloud = startApi();
  const apiId = cloud.httpApi(HTTP_PATHS);
  cloud.call('CreateStage', { ApiId: apiId, StageName: 'beta', AutoDeploy: true, StageVariables: { colour: 'red' } });
  const headers = { 'X-A': ['1', '2'], 'User-Agent': 'curl/8' };
  const event = cloud.eventOf(cloud.send(apiId, { stage: 'beta', headers, body: 'hi' }));
  expect(event).toMatchObject({
    rawPath: '/beta/unicorns',
    headers: { 'x-a': '1,2', 'user-agent': 'curl/8' },
    stageVariables: { colour: 'red' },
    body: 'hi',
    requestContext: {
      stage: 'beta',
      routeKey: 'GET /unicorns',
      time: '23/Nov/2026:10:00:00 +0000',
      accountId: '123456789012',
      domainPrefix: apiId,
      http: { path: '/beta/unicorns', protocol: 'HTTP/1.1', sourceIp: '203.0.113.10', userAgent: 'curl/8' },
    },
  });
});

test.each([
  ['EDGE', 5],
  ['REGIONAL', 0],
])('a REST API of the type %s gets %i headers of CloudFront', (type, count) => {
  const cloud = startApi();
  const restApiId = String(
    cloud.call('CreateRestApi', { name: 'shop', endpointConfiguration: { types: [type] } })['id'],
  );
  cloud.call('PutRestApi', { restApiId, mode: 'overwrite', body: openApi(PATHS) });
  cloud.call('CreateDeployment', { restApiId, stageName: 'Prod' });
  cloud.permit(`arn:aws:execute-api:us-east-1:123456789012:${restApiId}/*`);
  const headers = Object.keys(cloud.eventOf(cloud.send(restApiId))['headers'] as object);
  expect(headers.filter((name) => name.startsWith('CloudFront'))).toHaveLength(count);
});

const MB = 1024 * 1024;

/** Lambda counts bytes of the whole event, the gateway those of the body. */
test.each([
  ['a body that is one byte too long for Lambda', { body: 'x'.repeat(6 * MB + 1) }, 'Lambda'],
  ['a body that is too long with the event around it', { body: 'x'.repeat(6 * MB - 10) }, 'Lambda'],
  ['a body of fewer characters than bytes', { body: 'ä'.repeat(3 * MB + 1) }, 'Lambda'],
  ['a body that JSON makes longer', { body: '"'.repeat(3 * MB + 1) }, 'Lambda'],
  ['a body of 10 MB', { body: 'x'.repeat(10 * MB) }, 'Lambda'],
  ['a body beyond 10 MB', { body: 'x'.repeat(10 * MB + 1) }, 'the gateway'],
  ['bytes beyond 10 MB', { body: 'AAAA'.repeat((10 * MB) / 3 + 1), isBase64Encoded: true }, 'the gateway'],
  ['bytes of 10 MB', { body: 'AAAA'.repeat((10 * MB) / 3 - 1), isBase64Encoded: true }, 'Lambda'],
])('%s is refused', (_name, request, by) => {
  const answer = (open: (cloud: ReturnType<typeof startApi>) => string, stage: string) => {
    const cloud = startApi();
    const served = cloud.served(cloud.send(open(cloud), { stage, ...request }));
    return `${served?.status} ${served?.answer?.body}`;
  };
  expect(answer((cloud) => cloud.restApi(PATHS), 'Prod')).toBe(
    by === 'Lambda' ? '413 {"message": "Request Too Long"}' : '413 HTTP content length exceeded 10485760 bytes.',
  );
  expect(answer((cloud) => cloud.httpApi(HTTP_PATHS), '$default')).toBe('413 {"message":"Request Entity Too Large"}');
});

test('a body of nearly 6 MB gets through', () => {
  const cloud = startApi();
  const requestId = cloud.send(cloud.restApi(PATHS), { body: 'x'.repeat(6 * MB - 10_000) });
  expect(cloud.served(requestId)).toBeUndefined();
});

test.each([
  ['a path without a route', { path: '/nowhere' }],
  ['a method without a route', { method: 'DELETE' }],
  ['a stage that is not there', { stage: 'dev' }],
])('an HTTP API answers %s itself', (_name, request) => {
  const cloud = startApi();
  const served = cloud.served(cloud.send(cloud.httpApi(HTTP_PATHS), { stage: '$default', ...request }));
  expect([served?.status, served?.answer?.body]).toEqual([404, '{"message":"Not Found"}']);
});

test('resources of a REST API have ids of their own', () => {
  const cloud = startApi();
  const apiId = cloud.restApi(PATHS);
  const [list, one, again] = ['/unicorns', '/unicorns/1', '/unicorns/2'].map(
    (path) => (cloud.eventOf(cloud.send(apiId, { path }))['requestContext'] as { resourceId: string }).resourceId,
  );
  expect(one).toBe(again);
  expect(list).not.toBe(one);
});

const IDS = ['x-amzn-RequestId', 'x-amz-apigw-id'];

test.each([
  ['a REST API', 'rest', {}, ['content-type', ...IDS, 'X-Amzn-Trace-Id']],
  ['a REST API by itself', 'rest', { path: '/no' }, ['content-type', 'x-amzn-ErrorType', ...IDS]],
  ['an HTTP API', 'http', {}, ['content-type', 'Apigw-Requestid']],
  ['an HTTP API by itself', 'http', { path: '/no' }, ['content-type', 'Apigw-Requestid']],
])('every answer of %s has the ids that the gateway gives it', (_name, kind, request, names) => {
  const cloud = startApi();
  const isRest = kind === 'rest';
  const requestId = isRest
    ? cloud.send(cloud.restApi(PATHS), request)
    : cloud.send(cloud.httpApi(HTTP_PATHS), { stage: '$default', ...request });
  if (cloud.served(requestId) === undefined) cloud.settle(requestId, OK);
  expect(cloud.served(requestId)?.answer?.headers.map(([name]) => name)).toEqual(names);
});

test('events of equal requests differ in their ids and times alone', () => {
  const cloud = startApi();
  const apiId = cloud.restApi(PATHS);
  const [one, two] = [cloud.send(apiId), cloud.send(apiId)];
  const scrubbed = (id: string) =>
    JSON.stringify(cloud.eventOf(id)).replaceAll(id, 'id').replaceAll(id.replaceAll('-', '').slice(8), 'hex');
  expect(one).not.toBe(two);
  expect(scrubbed(one)).toBe(scrubbed(two));
});

test('a caller’s own control characters do not disturb the event', () => {
  const cloud = startApi();
  const requestId = cloud.send(cloud.restApi(PATHS), { headers: { a: '\u0001r\u0001 -8640000000000001' } });
  expect(cloud.eventOf(requestId)).toMatchObject({ requestContext: { requestId, requestTimeEpoch: START } });
});

test('the caller gets the function’s answer after the time it took', () => {
  const cloud = startApi();
  const requestId = cloud.send(cloud.restApi(PATHS));
  cloud.settle(requestId, OK, {}, 120);
  expect(cloud.served(requestId)).toMatchObject({
    status: 200,
    latencyMs: 120,
    arrivedAt: START,
    functionName: 'list',
    executedVersion: '1',
    answer: { status: 200, body: '[]' },
  });
  expect(cloud.world.apigateway.pending.size).toBe(0);
});

type Happening = (cloud: ReturnType<typeof startApi>, requestId: string) => void;
const fails: Happening = (cloud, requestId) => cloud.settle(requestId, { errorType: 'Error' }, { outcome: 'error' });
const isMalformed: Happening = (cloud, requestId) => cloud.settle(requestId, '"x"');
const takesLong: Happening = (cloud) => cloud.advanceTo(after(START, 60_000));

test.each<[string, Happening, string, string]>([
  ['a function error', fails, '502 {"message": "Internal server error"}', '500 {"message":"Internal Server Error"}'],
  ['an answer of the wrong shape', isMalformed, '502 {"message": "Internal server error"}', '200 x'],
  [
    'an integration time-out',
    takesLong,
    '504 {"message": "Endpoint request timed out"}',
    '503 {"message":"Service Unavailable"}',
  ],
])('%s becomes what AWS makes of it', (_name, happen, rest, http) => {
  expect(answersAfter(() => {}, happen)).toEqual([rest, http]);
});

/** What the callers of a REST and an HTTP API get. */
function answersAfter(prepare: (cloud: ReturnType<typeof startApi>) => void, happen: Happening): readonly string[] {
  return [
    { start: (cloud: ReturnType<typeof startApi>) => cloud.restApi(PATHS), stage: 'Prod' },
    { start: (cloud: ReturnType<typeof startApi>) => cloud.httpApi(HTTP_PATHS), stage: '$default' },
  ].map(({ start, stage }) => {
    const cloud = startApi();
    const apiId = start(cloud);
    prepare(cloud);
    const requestId = cloud.send(apiId, { stage });
    happen(cloud, requestId);
    const served = cloud.served(requestId);
    return `${served?.status} ${served?.answer?.body}`;
  });
}

test('a throttled invocation is the gateway’s own failure', () => {
  const throttle: Parameters<typeof answersAfter>[0] = (cloud) =>
    void cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: 0 }, lambda);
  expect(answersAfter(throttle, () => {})).toEqual([
    '500 {"message": "Internal server error"}',
    '500 {"message":"Internal Server Error"}',
  ]);
});

test('a slash at the end is nothing to a REST API, and comes along in the path', () => {
  const cloud = startApi();
  const event = cloud.eventOf(cloud.send(cloud.restApi(PATHS), { path: '/unicorns/' }));
  expect(event).toMatchObject({ resource: '/unicorns', path: '/unicorns/' });
});

test('an integration times out at its limit, and what comes later is nobody’s', () => {
  const cloud = startApi();
  const apiId = cloud.restApi({ '/unicorns': { get: proxy() }, '/quick': { get: proxy({ timeoutInMillis: 1000 }) } });
  const slow = cloud.send(apiId);
  const quick = cloud.send(apiId, { path: '/quick' });
  cloud.settle(slow, OK, {}, 40_000);
  expect([cloud.served(quick)?.latencyMs, cloud.served(slow)?.latencyMs]).toEqual([1000, 29_000]);
  expect(cloud.facts.filter((fact) => fact.type === 'apigateway.RequestServed')).toHaveLength(2);
  expect(cloud.world.apigateway).toMatchObject({ pending: new Map(), watchedUntil: undefined });
});

test.each<[string, object, number, string]>([
  ['a path without a route', { path: '/nowhere' }, 403, 'Missing Authentication Token'],
  ['a method without a route', { method: 'DELETE' }, 403, 'Missing Authentication Token'],
  ['a stage that is not there', { stage: 'dev' }, 403, 'Forbidden'],
  ['a stage with the name of a property', { stage: 'constructor' }, 403, 'Forbidden'],
])('a REST API answers %s itself', (_name, request, status, message) => {
  const cloud = startApi();
  const served = cloud.served(cloud.send(cloud.restApi(PATHS), request));
  expect([served?.status, served?.answer?.body]).toEqual([status, expect.stringContaining(message)]);
});

test('without the permission of the function a request fails before it is invoked', () => {
  const cloud = startApi();
  const apiId = cloud.restApi(PATHS);
  cloud.call('RemovePermission', { FunctionName: 'list', Qualifier: 'live', StatementId: 'api' }, lambda);
  expect(cloud.served(cloud.send(apiId))).toMatchObject({ status: 500 });
  cloud.permit(`arn:aws:execute-api:us-east-1:123456789012:${apiId}/*/POST/unicorns`);
  expect(cloud.served(cloud.send(apiId))).toMatchObject({ status: 500 });
  cloud.call('RemovePermission', { FunctionName: 'list', Qualifier: 'live', StatementId: 'api' }, lambda);
  cloud.permit(`arn:aws:execute-api:us-east-1:123456789012:${apiId}/*/GET/unicorns`);
  expect(cloud.served(cloud.send(apiId))).toBeUndefined();
});

test('a REST stage serves its deployment until it is pointed to another', () => {
  const cloud = startApi();
  const apiId = cloud.restApi(PATHS);
  cloud.call('PutRestApi', {
    restApiId: apiId,
    mode: 'overwrite',
    body: { swagger: '2.0', info: { title: 'shop' }, paths: { '/new': { get: proxy() } } },
  });
  expect(cloud.served(cloud.send(apiId, { path: '/new' }))?.status).toBe(403);
  const { id } = cloud.call('CreateDeployment', { restApiId: apiId });
  cloud.call('UpdateStage', {
    restApiId: apiId,
    stageName: 'Prod',
    patchOperations: [{ op: 'replace', path: '/deploymentId', value: id }],
  });
  expect(cloud.served(cloud.send(apiId, { path: '/new' }))).toBeUndefined();
});

test('an HTTP API with CORS answers preflights and replaces the function’s headers', () => {
  const cloud = startApi();
  const apiId = cloud.httpApi(HTTP_PATHS, {
    'x-amazon-apigateway-cors': { allowOrigins: ['https://a.example'], allowMethods: ['GET'] },
  });
  const headers = { Origin: 'https://a.example' };
  const preflight = cloud.send(apiId, {
    stage: '$default',
    method: 'OPTIONS',
    path: '/x',
    headers: { ...headers, 'Access-Control-Request-Method': 'GET' },
  });
  expect(cloud.served(preflight)?.answer?.headers).toContainEqual(['access-control-allow-origin', 'https://a.example']);
  const requestId = cloud.send(apiId, { stage: '$default', headers });
  cloud.settle(requestId, { ...OK, headers: { 'Access-Control-Allow-Origin': '*' } });
  const origins = cloud
    .served(requestId)
    ?.answer?.headers.filter(([name]) => name.toLowerCase() === 'access-control-allow-origin');
  expect(origins).toEqual([['access-control-allow-origin', 'https://a.example']]);
});

test.each([
  ['*', 'http://b.example', '*'],
  ['https://*', 'https://b.example', 'https://b.example'],
  ['https://*', 'http://b.example', undefined],
  ['https://a.example', 'https://a.example.evil', undefined],
])('CORS of an HTTP API that allows %s lets %s in as %s', (allowed, origin, expected) => {
  const cloud = startApi();
  const apiId = cloud.httpApi(HTTP_PATHS, { 'x-amazon-apigateway-cors': { allowOrigins: [allowed] } });
  const requestId = cloud.send(apiId, { stage: '$default', headers: { origin } });
  cloud.settle(requestId, OK);
  const given = cloud.served(requestId)?.answer?.headers.find(([name]) => name === 'access-control-allow-origin');
  expect(given?.[1]).toBe(expected);
});

test('a mock integration answers by itself, as SAM writes it for CORS', () => {
  const cloud = startApi();
  const options = {
    'x-amazon-apigateway-integration': {
      type: 'mock',
      responses: {
        default: {
          statusCode: '200',
          responseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'*'" },
        },
      },
    },
  };
  const served = cloud.served(
    cloud.send(cloud.restApi({ '/unicorns': { get: proxy(), options } }), { method: 'OPTIONS' }),
  );
  expect(served?.answer).toMatchObject({
    status: 200,
    headers: expect.arrayContaining([['Access-Control-Allow-Origin', '*']]),
  });
});

/** `name value×count [dimensions]`, in order. */
function metricsOf(cloud: ReturnType<typeof startApi>): string[] {
  cloud.advanceTo(after(START, 120_000));
  return cloud.datapoints
    .filter(({ namespace }) => namespace === 'AWS/ApiGateway')
    .map(
      ({ metricName, value, count, dimensions }) =>
        `${metricName} ${value}×${count} [${dimensions.map((each) => `${each.name}=${each.value}`).join(' ')}]`,
    );
}

test('a REST API counts by its name, one sample of 0 or 1 per request', () => {
  const cloud = startApi();
  const apiId = cloud.restApi(PATHS);
  for (const statusCode of [200, 200, 404, 503]) cloud.settle(cloud.send(apiId), { statusCode });
  expect(metricsOf(cloud).filter((shown) => shown.endsWith('[ApiName=shop Stage=Prod]'))).toEqual([
    'Count 1×4 [ApiName=shop Stage=Prod]',
    '4XXError 1×1 [ApiName=shop Stage=Prod]',
    '4XXError 0×3 [ApiName=shop Stage=Prod]',
    '5XXError 1×1 [ApiName=shop Stage=Prod]',
    '5XXError 0×3 [ApiName=shop Stage=Prod]',
    'Latency 10×4 [ApiName=shop Stage=Prod]',
    'IntegrationLatency 10×4 [ApiName=shop Stage=Prod]',
  ]);
  expect(cloud.world.apigateway.minutes.size).toBe(0);
});

test('an HTTP API counts by its id, in lower case', () => {
  const cloud = startApi();
  const apiId = cloud.httpApi(HTTP_PATHS);
  cloud.settle(cloud.send(apiId, { stage: '$default' }), { statusCode: 500 });
  expect(metricsOf(cloud)).toContain(`5xx 1×1 [ApiId=${apiId}]`);
  expect(metricsOf(cloud)).toContain(`5xx 1×1 [ApiId=${apiId} Stage=$default]`);
});

test('detailed metrics add the resource and the method', () => {
  const cloud = startApi();
  const apiId = cloud.restApi(PATHS);
  cloud.call('UpdateStage', {
    restApiId: apiId,
    stageName: 'Prod',
    patchOperations: [{ op: 'replace', path: '/*/*/metrics/enabled', value: 'true' }],
  });
  cloud.settle(cloud.send(apiId), OK);
  expect(metricsOf(cloud)).toContain('Count 1×1 [ApiName=shop Stage=Prod Resource=/unicorns Method=GET]');
});

test('samples of a minute can be read the delay after its end', () => {
  const cloud = startApi();
  cloud.settle(cloud.send(cloud.restApi(PATHS)), OK);
  metricsOf(cloud);
  const sample = cloud.datapoints.find(({ namespace }) => namespace === 'AWS/ApiGateway');
  expect([sample?.at, sample?.visibleAt]).toEqual([START, after(START, 105_000)]);
});

test('a request whose integration times out has been with a function, and takes as long there', () => {
  const cloud = startApi();
  const requestId = cloud.send(cloud.restApi(PATHS));
  cloud.advanceTo(after(START, 30_000));
  expect(cloud.served(requestId)).toMatchObject({ status: 504, functionName: 'list', executedVersion: '1' });
  expect(metricsOf(cloud)).toContain('IntegrationLatency 29000×1 [ApiName=shop Stage=Prod]');
});
