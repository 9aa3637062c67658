import { expect, test } from '@jest/globals';
import { openApi, proxy, proxy2, startApi } from './api.fixture.ts';

const PATHS = { '/unicorns': { get: proxy() } };

test('a REST API is named by its template, or else by the title of its definition', () => {
  const cloud = startApi();
  const named = cloud.call('CreateRestApi', { name: 'mine' });
  expect(cloud.call('PutRestApi', { restApiId: named['id'], mode: 'overwrite', body: openApi(PATHS) })).toMatchObject({
    name: 'mine',
  });
  const imported = cloud.call('ImportRestApi', { body: new TextEncoder().encode(JSON.stringify(openApi(PATHS))) });
  expect(imported).toMatchObject({ name: 'shop', endpointConfiguration: { types: ['EDGE'] } });
  const put = { restApiId: imported['id'], mode: 'overwrite', body: openApi(PATHS, { info: { title: 'store' } }) };
  expect(cloud.call('PutRestApi', put)).toMatchObject({ name: 'store' });
  expect(cloud.call('GetRestApis', {})).toMatchObject({ items: [{ name: 'mine' }, { name: 'store' }] });
});

test('a REST API is renamed, shown and deleted', () => {
  const cloud = startApi();
  const restApiId = cloud.restApi(PATHS);
  cloud.call('UpdateRestApi', { restApiId, patchOperations: [{ op: 'replace', path: '/name', value: 'new' }] });
  expect(cloud.call('GetRestApi', { restApiId })).toMatchObject({ id: restApiId, name: 'new' });
  cloud.call('DeleteRestApi', { restApiId });
  expect(() => cloud.call('GetRestApi', { restApiId })).toThrow(
    expect.objectContaining({ code: 'NotFoundException', status: 404 }),
  );
});

test('a deployment in use cannot be deleted', () => {
  const cloud = startApi();
  const restApiId = cloud.restApi(PATHS);
  const { deploymentId } = cloud.call('GetStage', { restApiId, stageName: 'Prod' });
  expect(() => cloud.call('DeleteDeployment', { restApiId, deploymentId })).toThrow(
    'Active stages pointing to this deployment',
  );
  cloud.call('DeleteStage', { restApiId, stageName: 'Prod' });
  cloud.call('DeleteDeployment', { restApiId, deploymentId });
  expect(cloud.world.apigateway.apis.get(restApiId)).toMatchObject({ stages: {}, deployments: {} });
});

test.each<[string, string, object, string]>([
  ['a stage twice', 'CreateStage', { stageName: 'Prod' }, 'Stage already exists'],
  ['a stage with a blank', 'CreateStage', { stageName: 'a b' }, 'Stage name only allows'],
  [
    'a stage without a deployment',
    'CreateStage',
    { stageName: 'dev', deploymentId: 'none' },
    'Invalid Deployment identifier',
  ],
  ['canary settings', 'CreateStage', { stageName: 'dev', canarySettings: {} }, 'cannot be rehearsed'],
  ['an unknown stage', 'GetStage', { stageName: 'none' }, 'Invalid stage identifier'],
  [
    'an unknown setting',
    'UpdateStage',
    { stageName: 'Prod', patchOperations: [{ op: 'replace', path: '/x' }] },
    'Invalid patch path /x',
  ],
  ['a definition that is none', 'PutRestApi', { mode: 'overwrite', body: '{' }, 'Invalid OpenAPI input.'],
  ['a merge', 'PutRestApi', { mode: 'merge', body: openApi(PATHS) }, 'Merging'],
])('%s is refused', (_name, operation, input, message) => {
  const cloud = startApi();
  const restApiId = cloud.restApi(PATHS);
  expect(() => cloud.call(operation, { restApiId, ...input })).toThrow(message);
});

test('a stage’s variables reach the function and choose it', () => {
  const cloud = startApi();
  const uri =
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:list:${stageVariables.alias}/invocations';
  const restApiId = cloud.restApi({ '/unicorns': { get: proxy({ uri }) } });
  expect(cloud.served(cloud.send(restApiId))?.status).toBe(500);
  cloud.call('UpdateStage', {
    restApiId,
    stageName: 'Prod',
    patchOperations: [{ op: 'replace', path: '/variables/alias', value: 'live' }],
  });
  expect(cloud.eventOf(cloud.send(restApiId))).toMatchObject({ stageVariables: { alias: 'live' } });
});

test('an HTTP API is imported, shown and deleted', () => {
  const cloud = startApi();
  const Body = new TextEncoder().encode(JSON.stringify(openApi({ '/unicorns': { get: proxy2() } })));
  const imported = cloud.call('ImportApi', { Body });
  expect(imported).toMatchObject({
    Name: 'shop',
    ProtocolType: 'HTTP',
    ApiEndpoint: `https://${String(imported['ApiId'])}.execute-api.us-east-1.amazonaws.com`,
  });
  expect(cloud.call('GetApi', { ApiId: imported['ApiId'] })).toEqual(imported);
  cloud.call('DeleteApi', { ApiId: imported['ApiId'] });
  expect(() => cloud.call('GetApi', { ApiId: imported['ApiId'] })).toThrow(
    expect.objectContaining({ code: 'NotFoundException', status: 404 }),
  );
});

test('an HTTP API cannot be imported from what is no definition', () => {
  expect(() => startApi().call('ImportApi', { Body: new TextEncoder().encode('{') })).toThrow('Invalid OpenAPI input.');
});

test('an HTTP API follows its definition where it deploys by itself', () => {
  const cloud = startApi();
  const ApiId = cloud.httpApi({ '/unicorns': { get: proxy2() } });
  expect(cloud.call('GetApi', { ApiId })).toMatchObject({
    Name: 'shop',
    ApiEndpoint: `https://${ApiId}.execute-api.us-east-1.amazonaws.com`,
  });
  cloud.call('ReimportApi', { ApiId, Body: openApi({ '/new': { get: proxy2() } }) });
  expect(cloud.served(cloud.send(ApiId, { stage: '$default', path: '/new' }))).toBeUndefined();
  cloud.call('DeleteApi', { ApiId });
  expect(() => cloud.call('GetApi', { ApiId })).toThrow('Invalid API identifier');
});

test('an HTTP API’s stage without AutoDeploy serves what was deployed', () => {
  const cloud = startApi();
  const ApiId = cloud.httpApi({ '/unicorns': { get: proxy2() } });
  cloud.call('CreateStage', { ApiId, StageName: 'dev' });
  const status = () => cloud.served(cloud.send(ApiId, { stage: 'dev' }))?.status;
  expect(status()).toBe(404);
  const { DeploymentId } = cloud.call('CreateDeployment', { ApiId, StageName: 'dev' });
  expect(status()).toBeUndefined();
  expect(cloud.call('GetStage', { ApiId, StageName: 'dev' })).toMatchObject({ DeploymentId, AutoDeploy: false });
  cloud.call('UpdateStage', { ApiId, StageName: 'dev', AutoDeploy: true });
  expect(cloud.call('GetStage', { ApiId, StageName: 'dev' })).toMatchObject({ AutoDeploy: true });
  cloud.call('DeleteDeployment', { ApiId, DeploymentId });
  cloud.call('DeleteStage', { ApiId, StageName: 'dev' });
  expect(status()).toBe(404);
});

type CloudWithApi = ReturnType<typeof startApi>;
const onRest = (path: string, value: string) => (cloud: CloudWithApi) => {
  const restApiId = cloud.restApi({ '/a': { get: proxy() } });
  const patchOperations = [{ op: 'replace', path, value }];
  cloud.call('UpdateStage', { restApiId, stageName: 'Prod', patchOperations });
  cloud.call('UpdateStage', { restApiId, stageName: 'Prod', patchOperations });
};
const onHttp = (more: object) => (cloud: CloudWithApi) => {
  const ApiId = cloud.httpApi({ '/a': { get: proxy2() } });
  cloud.call('UpdateStage', { ApiId, StageName: '$default', ...more });
};

test.each<[string, (cloud: CloudWithApi) => void, readonly string[]]>([
  ['a limit', onRest('/*/*/throttling/rateLimit', '10'), []],
  ['a cache', onRest('/*/*/caching/enabled', 'true'), ['stage-caching shop/Prod']],
  ['no cache', onRest('/*/*/caching/enabled', 'false'), []],
  ['logging', onRest('/*/*/logging/loglevel', 'INFO'), []],
  ['metrics of an HTTP API', onHttp({ DefaultRouteSettings: { DetailedMetricsEnabled: true } }), []],
])('what a rehearsal does not do of a stage is told once: %s', (_name, act, expected) => {
  const cloud = startApi();
  act(cloud);
  const told = cloud.facts.flatMap((fact) =>
    fact.type === 'apigateway.FindingNoticed' ? [`${fact.rule} ${fact.name}`] : [],
  );
  expect(told).toEqual(expected);
});
