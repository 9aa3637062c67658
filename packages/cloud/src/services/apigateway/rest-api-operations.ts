/** REST APIs: a definition, deployments that freeze it, stages that point to one. Source: API Gateway V1 API reference (D). */
import { type CallContext, type Operation, operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import {
  badRequest,
  conflict,
  managementArn,
  newId,
  put,
  requireApi,
  requireDeployment,
  requireStage,
  withDeployment,
  withoutDeployment,
  withoutStage,
  withStage,
} from './api-operations.ts';
import { EMPTY_DEFINITION, readDefinition } from './read-definition.ts';
import { type Api, type Deployment, type Stage, stageOf } from './state.ts';
import { ALL_METHODS, methodOf, type MethodLimits } from './method-limits.ts';
import { stageFindings, type StageRule } from './stage-findings.ts';

interface NamesApi {
  readonly restApiId?: string;
}

const onApi = (world: World, { restApiId }: NamesApi): string => managementArn(world, `/restapis/${restApiId}`);
const onApis = (world: World): string => managementArn(world, '/restapis');

interface CreateInput {
  readonly name?: string;
  readonly description?: string;
  readonly endpointConfiguration?: { readonly types?: readonly string[] };
  readonly binaryMediaTypes?: readonly string[];
}

export const CreateRestApi = operation<CreateInput>({
  action: 'apigateway:POST',
  resource: onApis,
  run(world, input, call) {
    if (input.name === undefined || input.name === '') throw badRequest('Name cannot be empty');
    const api = newApi(world, call, input.name, input);
    return { output: describeApi(api), effects: [put(api)] };
  },
});

function newApi(
  world: World,
  call: CallContext,
  name: string,
  { description, endpointConfiguration, binaryMediaTypes = [] }: CreateInput,
): Api {
  return {
    apiId: newId(world, call, 'rest api', 10),
    kind: 'REST',
    name,
    ...(description !== undefined && { description }),
    createdAt: call.now,
    endpointType: endpointConfiguration?.types?.[0] ?? 'EDGE',
    rootResourceId: newId(world, call, 'root resource', 10),
    definition: { ...EMPTY_DEFINITION, binaryMediaTypes },
    deployments: {},
    stages: {},
  };
}

const describeApi = (api: Api) => ({
  id: api.apiId,
  name: api.name,
  ...(api.description !== undefined && { description: api.description }),
  createdDate: new Date(api.createdAt),
  binaryMediaTypes: [...api.definition.binaryMediaTypes],
  apiKeySource: 'HEADER',
  endpointConfiguration: { types: [api.endpointType] },
  disableExecuteApiEndpoint: false,
  rootResourceId: api.rootResourceId,
});

interface BodyInput {
  /** An OpenAPI document: an object, JSON text or its bytes. */
  readonly body?: unknown;
  readonly parameters?: Readonly<Record<string, string>>;
}

export const ImportRestApi = operation<BodyInput>({
  action: 'apigateway:POST',
  resource: onApis,
  run(world, { body, parameters = {} }, call) {
    const definition = readDefinition('REST', body);
    const type = parameters['endpointConfigurationTypes'];
    const created = newApi(world, call, definition.title ?? 'Imported API', {
      ...(type !== undefined && { endpointConfiguration: { types: [type] } }),
    });
    const api = { ...created, definition };
    return { output: describeApi(api), effects: [put(api)] };
  },
});

/**
 * A new definition; what is deployed stays until the next deployment. The document's title renames an API only if its
 * name came from a title: a template's Name wins over the title that SAM writes (I). Media types stay when it names none.
 */
export const PutRestApi = operation<NamesApi & BodyInput & { readonly mode?: string }>({
  action: 'apigateway:PUT',
  resource: onApi,
  run(world, { restApiId, body, mode = 'merge' }) {
    const known = requireApi(world, 'REST', restApiId);
    if (mode === 'merge' && known.definition.routes.length > 0)
      throw badRequest(
        'Merging a definition into another cannot be rehearsed: use the mode overwrite. See docs/slice.md.',
      );
    const definition = readDefinition('REST', body);
    const binaryMediaTypes =
      definition.binaryMediaTypes.length > 0 ? definition.binaryMediaTypes : known.definition.binaryMediaTypes;
    const api = {
      ...known,
      name: known.name === known.definition.title ? (definition.title ?? known.name) : known.name,
      definition: { ...definition, binaryMediaTypes },
    };
    return { output: describeApi(api), effects: [put(api)] };
  },
});

interface PatchOperation {
  readonly op?: string;
  readonly path?: string;
  readonly value?: string;
}

interface PatchInput extends NamesApi {
  readonly patchOperations?: readonly PatchOperation[];
}

export const UpdateRestApi = operation<PatchInput>({
  action: 'apigateway:PATCH',
  resource: onApi,
  run(world, { restApiId, patchOperations = [] }) {
    let api = requireApi(world, 'REST', restApiId);
    for (const { op, path, value = '' } of patchOperations) {
      if (op !== 'replace' || (path !== '/name' && path !== '/description'))
        throw badRequest(`Invalid patch path ${path}`);
      api = { ...api, [path.slice(1)]: value };
    }
    return { output: describeApi(api), effects: [put(api)] };
  },
});

export const GetRestApi = operation<NamesApi>({
  action: 'apigateway:GET',
  resource: onApi,
  run: (world, { restApiId }) => ({ output: describeApi(requireApi(world, 'REST', restApiId)), effects: [] }),
});

export const GetRestApis = operation<object>({
  action: 'apigateway:GET',
  resource: onApis,
  run: (world) => ({
    output: { items: [...world.apigateway.apis.values()].filter(({ kind }) => kind === 'REST').map(describeApi) },
    effects: [],
  }),
});

export const DeleteRestApi = operation<NamesApi>({
  action: 'apigateway:DELETE',
  resource: onApi,
  run: (world, { restApiId }) => ({
    output: {},
    effects: [{ type: 'apigateway.ApiDeleted', apiId: requireApi(world, 'REST', restApiId).apiId }],
  }),
});

interface DeploymentInput extends NamesApi {
  readonly description?: string;
  readonly stageName?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Freezes the definition; a stage name makes the stage, or points it here. */
export function createRestDeployment(
  world: World,
  { restApiId, description, stageName, variables }: DeploymentInput,
  call: CallContext,
) {
  const known = requireApi(world, 'REST', restApiId);
  if (known.definition.routes.length === 0) throw badRequest("The REST API doesn't contain any methods");
  const deployment: Deployment = {
    deploymentId: newId(world, call, 'deployment', 6),
    ...(description !== undefined && { description }),
    createdAt: call.now,
    definition: known.definition,
  };
  let api = withDeployment(known, deployment);
  if (stageName !== undefined && stageName !== '') {
    const stage = stageOf(known, stageName) ?? newStage(stageName, call);
    api = withStage(api, { ...stage, deploymentId: deployment.deploymentId, variables: variables ?? stage.variables });
  }
  const output = {
    id: deployment.deploymentId,
    ...(description !== undefined && { description }),
    createdDate: new Date(call.now),
  };
  return { output, effects: [put(api)] };
}

const newStage = (stageName: string, { now }: CallContext): Stage => ({
  stageName,
  variables: {},
  detailedMetrics: false,
  createdAt: now,
});

export function deleteRestDeployment(
  world: World,
  { restApiId, deploymentId }: NamesApi & { readonly deploymentId?: string },
) {
  const api = requireApi(world, 'REST', restApiId);
  return { output: {}, effects: [put(withoutDeployment(api, requireDeployment(api, deploymentId).deploymentId))] };
}

interface StageInput extends NamesApi {
  readonly stageName?: string;
  readonly deploymentId?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly canarySettings?: unknown;
  readonly cacheClusterEnabled?: boolean;
}

export function createRestStage(world: World, input: StageInput, call: CallContext) {
  const { restApiId, stageName, deploymentId, variables = {} } = input;
  const api = requireApi(world, 'REST', restApiId);
  if (stageName === undefined || !/^\w{1,128}$/.test(stageName)) throw badRequest('Stage name only allows a-zA-Z0-9_');
  if (input.canarySettings !== undefined)
    throw badRequest('Canary settings of a stage cannot be rehearsed. See docs/slice.md.');
  if (stageOf(api, stageName) !== undefined) throw conflict('Stage already exists');
  const deployed = requireDeployment(api, deploymentId).deploymentId;
  const stage: Stage = { ...newStage(stageName, call), deploymentId: deployed, variables };
  const findings = stageFindings(world, api, stageName, input.cacheClusterEnabled === true ? ['stage-caching'] : []);
  return { output: describeStage(stage), effects: [put(withStage(api, stage)), ...findings] };
}

const describeStage = ({ stageName, deploymentId, variables, limits, createdAt }: Stage) => ({
  stageName,
  deploymentId,
  variables,
  ...(limits && { methodSettings: shownLimits(limits) }),
  createdDate: new Date(createdAt),
});

/** `~1unicorns/GET` is how AWS names a method in its settings. */
const shownLimits = (limits: MethodLimits) =>
  Object.fromEntries(
    Object.entries(limits).map(([name, { ratePerSecond, burst }]) => {
      const [method = '', resource = ''] = name.split(' ');
      const shown = name === ALL_METHODS ? '*/*' : `${resource.replaceAll('/', '~1')}/${method}`;
      return [
        shown,
        {
          ...(ratePerSecond !== undefined && { throttlingRateLimit: ratePerSecond }),
          ...(burst !== undefined && { throttlingBurstLimit: burst }),
        },
      ];
    }),
  );

export function updateRestStage(world: World, { restApiId, stageName, patchOperations = [] }: PatchInput & StageInput) {
  const api = requireApi(world, 'REST', restApiId);
  let stage = requireStage(api, stageName);
  for (const patch of patchOperations) stage = patchStage(api, stage, patch);
  const findings = stageFindings(world, api, stage.stageName, patchOperations.flatMap(unrehearsed));
  return { output: describeStage(stage), effects: [put(withStage(api, stage)), ...findings] };
}

function unrehearsed({ path = '', value = '' }: PatchOperation): readonly StageRule[] {
  return /\/caching\/enabled$|^\/cacheClusterEnabled$/.test(path) && value === 'true' ? ['stage-caching'] : [];
}

/** Deployment, variables, per-method metrics and limits; settings that change no answer are taken and left. */
function patchStage(api: Api, stage: Stage, { op, path = '', value = '' }: PatchOperation): Stage {
  if (path === '/deploymentId' && op === 'replace')
    return { ...stage, deploymentId: requireDeployment(api, value).deploymentId };
  const variable = /^\/variables\/(\w+)$/.exec(path)?.[1];
  if (variable !== undefined) {
    const { [variable]: _removed, ...others } = stage.variables;
    return { ...stage, variables: op === 'remove' ? others : { ...others, [variable]: value } };
  }
  if (path.endsWith('/metrics/enabled')) return { ...stage, detailedMetrics: value === 'true' };
  if (/^\/(?:description|tracingEnabled|accessLogSettings|clientCertificateId|documentationVersion)/.test(path))
    return stage;
  const limit = /^\/(.+)\/([^/]+)\/throttling\/(rate|burst)Limit$/.exec(path)?.slice(1);
  if (limit !== undefined) return op === 'replace' ? withLimit(stage, limit, value) : stage;
  const removed = op === 'remove' ? /^\/(.+)\/([^/]+)$/.exec(path)?.slice(1) : undefined;
  if (removed !== undefined) return withoutLimit(stage, methodOf(removed[0] ?? '', removed[1] ?? ''));
  if (/\/(?:logging|caching)\/|^\/cacheCluster/.test(path)) return stage;
  throw badRequest(`Invalid patch path ${path}`);
}

function withLimit(stage: Stage, [resource = '', method = '', what = '']: readonly string[], value: string): Stage {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw badRequest(`Invalid ${what} limit: ${value}`);
  const name = methodOf(resource, method);
  const limit = { ...stage.limits?.[name], [what === 'rate' ? 'ratePerSecond' : 'burst']: number };
  return { ...stage, limits: { ...stage.limits, [name]: limit } };
}

function withoutLimit({ limits = {}, ...stage }: Stage, name: string): Stage {
  const { [name]: _removed, ...others } = limits;
  return Object.keys(others).length === 0 ? stage : { ...stage, limits: others };
}

export function deleteRestStage(world: World, { restApiId, stageName }: StageInput) {
  const api = requireApi(world, 'REST', restApiId);
  return { output: {}, effects: [put(withoutStage(api, requireStage(api, stageName).stageName))] };
}

export const getRestStage = (world: World, { restApiId, stageName }: StageInput) => ({
  output: describeStage(requireStage(requireApi(world, 'REST', restApiId), stageName)),
  effects: [],
});

export const restApiOperations: Readonly<Record<string, Operation>> = {
  CreateRestApi,
  ImportRestApi,
  PutRestApi,
  UpdateRestApi,
  GetRestApi,
  GetRestApis,
  DeleteRestApi,
};
