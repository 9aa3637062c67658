/** What operations of both kinds of API share: finding things, and AWS's words when they are not there. */
import { AwsError } from '../../aws-error.ts';
import type { CallContext } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { type Api, type ApiKind, type ApiPut, type Deployment, type Stage, stageOf } from './state.ts';

export const notFound = (message: string): AwsError => new AwsError('NotFoundException', message, 404);
export const badRequest = (message: string): AwsError => new AwsError('BadRequestException', message);
export const conflict = (message: string): AwsError => new AwsError('ConflictException', message, 409);

export const put = (api: Api): ApiPut => ({ type: 'apigateway.ApiPut', api });

/** `arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5/stages` */
export const managementArn = (world: World, path: string): string =>
  `arn:${world.partition}:apigateway:${world.region}::${path}`;

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Ids of APIs have ten characters, those of deployments and resources six to ten. */
export const newId = (world: World, call: CallContext, what: string, length: number): string =>
  world.random.text('ids', `${what} ${call.requestId}`, length, ID_ALPHABET);

export function requireApi(world: World, kind: ApiKind, apiId: string | undefined): Api {
  const api = world.apigateway.apis.get(apiId ?? '');
  if (api === undefined || api.kind !== kind)
    throw notFound(
      kind === 'REST'
        ? `Invalid API identifier specified ${world.accountId}:${apiId}`
        : `Invalid API identifier specified ${apiId}`,
    );
  return api;
}

export function requireStage(api: Api, name = ''): Stage {
  const stage = stageOf(api, name);
  if (stage === undefined) throw notFound('Invalid stage identifier specified');
  return stage;
}

export function requireDeployment({ deployments }: Api, deploymentId = ''): Deployment {
  const deployment = Object.hasOwn(deployments, deploymentId) ? deployments[deploymentId] : undefined;
  if (deployment === undefined) throw notFound('Invalid Deployment identifier specified');
  return deployment;
}

export const withStage = (api: Api, stage: Stage): Api => ({
  ...api,
  stages: { ...api.stages, [stage.stageName]: stage },
});

export const withoutStage = (api: Api, name: string): Api => ({ ...api, stages: without(api.stages, name) });

export const withDeployment = (api: Api, deployment: Deployment): Api => ({
  ...api,
  deployments: { ...api.deployments, [deployment.deploymentId]: deployment },
});

export function withoutDeployment(api: Api, deploymentId: string): Api {
  if (Object.values(api.stages).some((stage) => stage.deploymentId === deploymentId))
    throw badRequest('Active stages pointing to this deployment must be moved or deleted');
  return { ...api, deployments: without(api.deployments, deploymentId) };
}

const without = <T>(all: Readonly<Record<string, T>>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([each]) => each !== name));
