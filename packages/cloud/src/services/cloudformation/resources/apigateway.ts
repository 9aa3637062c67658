import type { World } from '../../../world-state.ts';
import { defined, list, record, string } from './coerce.ts';
import { call, done, output, type ResourceStep, type ResourceType, type Step } from './resource-type.ts';

const variables = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(record(value)).map(([name, each]) => [name, string(each) ?? '']));

const idOf = (it: ResourceStep): string => it.previous?.physicalId ?? '';

/** A REST API is its OpenAPI body; one without a body cannot be rehearsed, since its methods are resources of their own. */
function nextRestApi(world: World, it: ResourceStep): Step {
  if (it.action === 'delete')
    return it.replies.length === 0 ? call('apigateway', 'DeleteRestApi', { restApiId: idOf(it) }) : done(idOf(it));
  const p = it.properties;
  if (p['Body'] === undefined)
    return {
      type: 'failed',
      reason: 'A REST API without an OpenAPI Body cannot be rehearsed. See docs/slice.md#resource-types.',
    };
  const isUpdate = it.action === 'update';
  const restApiId = isUpdate ? idOf(it) : it.replies.length > 0 ? String(output(it.replies, 0)['id']) : '';
  const types = list(record(p['EndpointConfiguration'])['Types']).map(string);
  const body = { restApiId, mode: 'overwrite', body: p['Body'] };
  const calls: Step[] = isUpdate
    ? [call('apigateway', 'PutRestApi', body)]
    : [
        call(
          'apigateway',
          'CreateRestApi',
          defined({
            name: string(p['Name']) ?? string(record(record(p['Body'])['info'])['title']) ?? it.stackName,
            description: string(p['Description']),
            endpointConfiguration: types.length > 0 ? { types } : undefined,
            binaryMediaTypes: p['BinaryMediaTypes'] === undefined ? undefined : list(p['BinaryMediaTypes']).map(string),
          }),
        ),
        call('apigateway', 'PutRestApi', body),
      ];
  return (
    calls[it.replies.length] ??
    done(restApiId, { RootResourceId: rootResourceOf(world, restApiId), RestApiId: restApiId })
  );
}

const rootResourceOf = (world: World, restApiId: string): string =>
  world.apigateway.apis.get(restApiId)?.rootResourceId ?? '';

/** A stage that the deployment has made goes with it, unless another deployment has taken it over. */
function nextDeploymentDeletion(world: World, it: ResourceStep): Step {
  const { RestApiId, StageName } = it.previous?.properties ?? {};
  const [restApiId, stageName, deploymentId] = [string(RestApiId) ?? '', string(StageName), idOf(it)];
  const api = world.apigateway.apis.get(restApiId);
  if (stageName !== undefined && api?.stages[stageName]?.deploymentId === deploymentId)
    return call('apigateway', 'DeleteStage', { restApiId, stageName });
  return api?.deployments[deploymentId] === undefined
    ? done(deploymentId)
    : call('apigateway', 'DeleteDeployment', { restApiId, deploymentId });
}

function nextDeployment(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') return nextDeploymentDeletion(world, it);
  const p = it.properties;
  const restApiId = string(p['RestApiId']);
  if (it.action === 'update') return done(idOf(it), { DeploymentId: idOf(it) });
  if (it.replies.length === 0) {
    // SAM names a stage called "Stage" as a remnant; a stage that a template declares itself is made by its own resource.
    return call(
      'apigateway',
      'CreateDeployment',
      defined({ restApiId, description: string(p['Description']), stageName: string(p['StageName']) }),
    );
  }
  const id = String(output(it.replies, 0)['id']);
  return done(id, { DeploymentId: id });
}

function nextStage(_world: World, it: ResourceStep): Step {
  const p = it.action === 'delete' ? (it.previous?.properties ?? {}) : it.properties;
  const restApiId = string(p['RestApiId']);
  const stageName = string(p['StageName']) ?? '';
  if (it.action === 'delete')
    return it.replies.length === 0 ? call('apigateway', 'DeleteStage', { restApiId, stageName }) : done(stageName);
  const deploymentId = string(p['DeploymentId']);
  const metrics = list(p['MethodSettings']).some(
    (each) => record(each)['MetricsEnabled'] === true || record(each)['MetricsEnabled'] === 'true',
  );
  const settings = [
    ...(it.action === 'update' ? [{ op: 'replace', path: '/deploymentId', value: deploymentId }] : []),
    ...(it.action === 'update'
      ? Object.entries(variables(p['Variables'])).map(([name, value]) => ({
          op: 'replace',
          path: `/variables/${name}`,
          value,
        }))
      : []),
    ...(metrics || it.action === 'update'
      ? [{ op: 'replace', path: '/*/*/metrics/enabled', value: String(metrics) }]
      : []),
    ...list(it.action === 'update' ? it.previous?.properties['MethodSettings'] : []).map((each) => ({
      op: 'remove',
      path: methodPath(record(each)),
    })),
    ...list(p['MethodSettings']).flatMap((each) => methodSettings(record(each))),
  ];
  const calls = [
    ...(it.action === 'update'
      ? []
      : [
          call(
            'apigateway',
            'CreateStage',
            defined({
              restApiId,
              stageName,
              deploymentId,
              variables: variables(p['Variables']),
              canarySettings: p['CanarySetting'],
              cacheClusterEnabled: isTrue(p['CacheClusterEnabled']) ? true : undefined,
            }),
          ),
        ]),
    ...(settings.length > 0
      ? [call('apigateway', 'UpdateStage', { restApiId, stageName, patchOperations: settings })]
      : []),
  ];
  return calls[it.replies.length] ?? done(stageName);
}

const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** What changes which requests reach the function. */
const methodSettings = (its: Readonly<Record<string, unknown>>) => {
  const values = {
    'throttling/rateLimit': string(its['ThrottlingRateLimit']),
    'throttling/burstLimit': string(its['ThrottlingBurstLimit']),
    'caching/enabled': its['CachingEnabled'] === undefined ? undefined : String(isTrue(its['CachingEnabled'])),
  };
  return Object.entries(values).flatMap(([path, value]) =>
    value === undefined ? [] : [{ op: 'replace', path: `${methodPath(its)}/${path}`, value }],
  );
};

/** `/~1unicorns/GET`; `/*` and `*` stand for all resources and methods, `/` for the root. */
function methodPath(its: Readonly<Record<string, unknown>>): string {
  const resource = string(its['ResourcePath']) ?? '/*';
  return `${resource === '/' ? '/~1' : resource}/${string(its['HttpMethod']) ?? '*'}`;
}

function nextHttpApi(world: World, it: ResourceStep): Step {
  if (it.action === 'delete')
    return it.replies.length === 0 ? call('apigateway', 'DeleteApi', { ApiId: idOf(it) }) : done(idOf(it));
  const { Body } = it.properties;
  if (Body === undefined)
    return {
      type: 'failed',
      reason: 'An HTTP API without an OpenAPI Body cannot be rehearsed. See docs/slice.md#resource-types.',
    };
  if (it.replies.length === 0) {
    return it.action === 'update'
      ? call('apigateway', 'ReimportApi', { ApiId: idOf(it), Body })
      : call('apigateway', 'ImportApi', { Body });
  }
  const id = it.action === 'update' ? idOf(it) : String(output(it.replies, 0)['ApiId']);
  return done(id, { ApiId: id, ApiEndpoint: `https://${id}.execute-api.${world.region}.amazonaws.com` });
}

function nextHttpStage(_world: World, it: ResourceStep): Step {
  const p = it.action === 'delete' ? (it.previous?.properties ?? {}) : it.properties;
  const ApiId = string(p['ApiId']);
  const StageName = string(p['StageName']) ?? '';
  if (it.replies.length > 0) return done(it.action === 'delete' ? idOf(it) : StageName);
  if (it.action === 'delete') return call('apigateway', 'DeleteStage', { ApiId, StageName });
  const input = defined({
    ApiId,
    StageName,
    AutoDeploy: p['AutoDeploy'] === undefined ? undefined : p['AutoDeploy'] === true || p['AutoDeploy'] === 'true',
    DeploymentId: string(p['DeploymentId']),
    StageVariables: p['StageVariables'] === undefined ? undefined : variables(p['StageVariables']),
    DefaultRouteSettings: p['DefaultRouteSettings'],
    RouteSettings: p['RouteSettings'],
  });
  return call('apigateway', it.action === 'update' ? 'UpdateStage' : 'CreateStage', input);
}

function nextHttpDeployment(_world: World, it: ResourceStep): Step {
  const p = it.action === 'delete' ? (it.previous?.properties ?? {}) : it.properties;
  const ApiId = string(p['ApiId']);
  if (it.action === 'delete')
    return it.replies.length === 0
      ? call('apigateway', 'DeleteDeployment', { ApiId, DeploymentId: idOf(it) })
      : done(idOf(it));
  if (it.action === 'update') return done(idOf(it), { DeploymentId: idOf(it) });
  if (it.replies.length === 0)
    return call(
      'apigateway',
      'CreateDeployment',
      defined({ ApiId, StageName: string(p['StageName']), Description: string(p['Description']) }),
    );
  const id = String(output(it.replies, 0)['DeploymentId']);
  return done(id, { DeploymentId: id });
}

export const apigatewayTypes: readonly ResourceType[] = [
  {
    type: 'AWS::ApiGateway::RestApi',
    kind: 'emulated',
    replacedBy: [],
    made: (_world, it) => String(output(it.replies, 0)['id']),
    next: nextRestApi,
  },
  { type: 'AWS::ApiGateway::Deployment', kind: 'emulated', replacedBy: ['RestApiId'], next: nextDeployment },
  { type: 'AWS::ApiGateway::Stage', kind: 'emulated', replacedBy: ['RestApiId', 'StageName'], next: nextStage },
  { type: 'AWS::ApiGatewayV2::Api', kind: 'emulated', replacedBy: ['ProtocolType'], next: nextHttpApi },
  { type: 'AWS::ApiGatewayV2::Deployment', kind: 'emulated', replacedBy: ['ApiId'], next: nextHttpDeployment },
  { type: 'AWS::ApiGatewayV2::Stage', kind: 'emulated', replacedBy: ['ApiId', 'StageName'], next: nextHttpStage },
];
