import { expect, test } from '@jest/globals';
import type { DeployOutcome } from '@unicorns/cloud';
import { findEndpoint } from './find-endpoint.ts';

interface Resource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** As much of a stack as the search reads. */
const stack = (resources: Readonly<Record<string, Resource>>) =>
  ({
    resources: new Map(Object.entries(resources).map(([physicalId, it]) => [physicalId, { ...it, physicalId }])),
  }) as unknown as DeployOutcome['stack'];

const rest = (...routes: readonly string[]): Resource => ({
  type: 'AWS::ApiGateway::RestApi',
  properties: {
    Body: {
      paths: Object.fromEntries(routes.map((route) => [route.split(' ')[1], { [route.split(' ')[0] ?? '']: {} }])),
    },
  },
});
const stage = (api: string, name: string): Resource => ({
  type: 'AWS::ApiGateway::Stage',
  properties: { RestApiId: api, StageName: name },
});

const found: readonly [
  name: string,
  resources: Readonly<Record<string, Resource>>,
  path: string | undefined,
  endpoint: object,
][] = [
  [
    'a REST API',
    { api: rest('get /unicorns'), s: stage('api', 'Prod') },
    undefined,
    { apiId: 'api', stage: 'Prod', path: '/unicorns' },
  ],
  ['a route without parameters', { api: rest('get /a/{id}', 'post /b', 'get /c') }, undefined, { path: '/c' }],
  ['any method', { api: rest('x-amazon-apigateway-any-method /any') }, undefined, { path: '/any' }],
  ['a path of your own', { api: rest('post /b'), s: stage('api', 'v1') }, '/b/7', { stage: 'v1', path: '/b/7' }],
  ['the second API', { one: rest('post /b'), two: rest('get /c') }, undefined, { apiId: 'two', path: '/c' }],
  [
    'an HTTP API',
    {
      api: { type: 'AWS::ApiGatewayV2::Api', properties: {} },
      r: { type: 'AWS::ApiGatewayV2::Route', properties: { ApiId: 'api', RouteKey: 'GET /list' } },
    },
    undefined,
    { apiId: 'api', stage: '$default', path: '/list' },
  ],
];

test.each(found)('callers go to %s', (_name, resources, path, endpoint) => {
  expect(findEndpoint(stack(resources), 'template.yaml', path)).toMatchObject(endpoint);
});

test('a stack that callers cannot reach is refused', () => {
  expect(() => findEndpoint(stack({}), 'template.yaml', undefined)).toThrow(
    'template.yaml: The template has no REST or HTTP API',
  );
  expect(() => findEndpoint(stack({ api: rest('post /b') }), 'template.yaml', undefined)).toThrow('Say with --path');
});
