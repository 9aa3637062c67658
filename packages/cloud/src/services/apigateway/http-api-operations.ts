/** HTTP APIs: a definition, and stages that follow it or point to a deployment. Source: API Gateway V2 API reference (D). */
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
import { domainOf } from './proxy-event.ts';
import { readDefinition } from './read-definition.ts';
import { ALL_METHODS, type MethodLimits } from './method-limits.ts';
import { type Api, type Deployment, type Stage, stageOf } from './state.ts';

interface NamesApi {
  readonly ApiId?: string;
}

interface BodyInput {
  /** An OpenAPI document: an object or JSON text. */
  readonly Body?: unknown;
}

const onApi = (world: World, { ApiId }: NamesApi): string => managementArn(world, `/apis/${ApiId}`);

const describeApi = (world: World, api: Api) => ({
  ApiId: api.apiId,
  ApiEndpoint: `https://${domainOf(world, api.apiId)}`,
  Name: api.name,
  ProtocolType: 'HTTP',
  RouteSelectionExpression: '$request.method $request.path',
  CreatedDate: new Date(api.createdAt),
});

const ImportApi = operation<BodyInput>({
  action: 'apigateway:PUT',
  resource: (world) => managementArn(world, '/apis'),
  run(world, { Body }, call) {
    const definition = readDefinition('HTTP', Body);
    const api: Api = {
      apiId: newId(world, call, 'http api', 10),
      kind: 'HTTP',
      name: definition.title ?? 'Imported API',
      createdAt: call.now,
      endpointType: 'REGIONAL',
      rootResourceId: '',
      definition,
      deployments: {},
      stages: {},
    };
    return { output: describeApi(world, api), effects: [put(api)] };
  },
});

const ReimportApi = operation<NamesApi & BodyInput>({
  action: 'apigateway:PUT',
  resource: onApi,
  run(world, { ApiId, Body }) {
    const known = requireApi(world, 'HTTP', ApiId);
    const definition = readDefinition('HTTP', Body);
    const api = { ...known, name: definition.title ?? known.name, definition };
    return { output: describeApi(world, api), effects: [put(api)] };
  },
});

const GetApi = operation<NamesApi>({
  action: 'apigateway:GET',
  resource: onApi,
  run: (world, { ApiId }) => ({ output: describeApi(world, requireApi(world, 'HTTP', ApiId)), effects: [] }),
});

const DeleteApi = operation<NamesApi>({
  action: 'apigateway:DELETE',
  resource: onApi,
  run: (world, { ApiId }) => ({
    output: {},
    effects: [{ type: 'apigateway.ApiDeleted', apiId: requireApi(world, 'HTTP', ApiId).apiId }],
  }),
});

interface StageInput extends NamesApi {
  readonly StageName?: string;
  readonly AutoDeploy?: boolean;
  readonly DeploymentId?: string;
  readonly StageVariables?: Readonly<Record<string, string>>;
  readonly DefaultRouteSettings?: RouteSettings;
  readonly RouteSettings?: Readonly<Record<string, RouteSettings>>;
}

interface RouteSettings {
  readonly DetailedMetricsEnabled?: boolean;
  readonly ThrottlingRateLimit?: number;
  readonly ThrottlingBurstLimit?: number;
}

/** A route's settings by its key, `GET /unicorns`; the default ones for all others. */
function limitsOf({ DefaultRouteSettings, RouteSettings: ofRoutes = {} }: StageInput): MethodLimits | undefined {
  const all = Object.entries({ ...(DefaultRouteSettings && { [ALL_METHODS]: DefaultRouteSettings }), ...ofRoutes });
  const limited = all.flatMap(([name, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }]) =>
    rate === undefined && burst === undefined
      ? []
      : [
          [
            name,
            {
              ...(rate !== undefined && { ratePerSecond: Number(rate) }),
              ...(burst !== undefined && { burst: Number(burst) }),
            },
          ] as const,
        ],
  );
  return limited.length === 0 ? undefined : Object.fromEntries(limited);
}

export function createHttpStage(world: World, input: StageInput, call: CallContext) {
  const api = requireApi(world, 'HTTP', input.ApiId);
  const name = input.StageName;
  if (name === undefined || !/^(?:\$default|[\w-]{1,128})$/.test(name))
    throw badRequest('Unable to create stage: the stage name is not valid');
  if (stageOf(api, name) !== undefined)
    throw conflict(`Unable to create Stage at this time. Stage already exists: ${name}`);
  const stage = settings(api, { stageName: name, variables: {}, detailedMetrics: false, createdAt: call.now }, input);
  return { output: describeStage(stage), effects: [put(withStage(api, stage))] };
}

function settings(api: Api, stage: Stage, input: StageInput): Stage {
  const { AutoDeploy, DeploymentId, StageVariables, DefaultRouteSettings } = input;
  const { deploymentId: known, limits: knownLimits, ...rest } = stage;
  const limits = DefaultRouteSettings || input.RouteSettings ? limitsOf(input) : knownLimits;
  // Without AutoDeploy and without a deployment a stage has no routes.
  const deploymentId = AutoDeploy === true ? undefined : (DeploymentId ?? known ?? NOTHING_DEPLOYED);
  if (deploymentId !== undefined && deploymentId !== NOTHING_DEPLOYED) requireDeployment(api, deploymentId);
  return {
    ...rest,
    ...(deploymentId !== undefined && { deploymentId }),
    variables: StageVariables ?? stage.variables,
    detailedMetrics: DefaultRouteSettings?.DetailedMetricsEnabled ?? stage.detailedMetrics,
    ...(limits && { limits }),
  };
}

export const NOTHING_DEPLOYED = '';

const describeStage = ({ stageName, deploymentId, variables, createdAt }: Stage) => ({
  StageName: stageName,
  AutoDeploy: deploymentId === undefined,
  ...(deploymentId !== undefined && deploymentId !== NOTHING_DEPLOYED && { DeploymentId: deploymentId }),
  StageVariables: variables,
  CreatedDate: new Date(createdAt),
});

export function updateHttpStage(world: World, input: StageInput) {
  const api = requireApi(world, 'HTTP', input.ApiId);
  const known = requireStage(api, input.StageName);
  const stage = settings(api, known, { AutoDeploy: known.deploymentId === undefined, ...input });
  return { output: describeStage(stage), effects: [put(withStage(api, stage))] };
}

export function deleteHttpStage(world: World, { ApiId, StageName }: StageInput) {
  const api = requireApi(world, 'HTTP', ApiId);
  return { output: {}, effects: [put(withoutStage(api, requireStage(api, StageName).stageName))] };
}

export const getHttpStage = (world: World, { ApiId, StageName }: StageInput) => ({
  output: describeStage(requireStage(requireApi(world, 'HTTP', ApiId), StageName)),
  effects: [],
});

interface DeploymentInput extends NamesApi {
  readonly StageName?: string;
  readonly Description?: string;
}

export function createHttpDeployment(
  world: World,
  { ApiId, StageName, Description }: DeploymentInput,
  call: CallContext,
) {
  const known = requireApi(world, 'HTTP', ApiId);
  const deployment: Deployment = {
    deploymentId: newId(world, call, 'deployment', 6),
    ...(Description !== undefined && { description: Description }),
    createdAt: call.now,
    definition: known.definition,
  };
  const api = withDeployment(known, deployment);
  const deployed =
    StageName === undefined
      ? api
      : withStage(api, { ...requireStage(api, StageName), deploymentId: deployment.deploymentId });
  return {
    output: { DeploymentId: deployment.deploymentId, DeploymentStatus: 'DEPLOYED', CreatedDate: new Date(call.now) },
    effects: [put(deployed)],
  };
}

export function deleteHttpDeployment(world: World, { ApiId, DeploymentId }: StageInput) {
  const api = requireApi(world, 'HTTP', ApiId);
  return { output: {}, effects: [put(withoutDeployment(api, requireDeployment(api, DeploymentId).deploymentId))] };
}

export const httpApiOperations: Readonly<Record<string, Operation>> = { ImportApi, ReimportApi, GetApi, DeleteApi };
