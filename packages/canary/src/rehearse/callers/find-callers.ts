/**
 * Where callers of a stack go. Asked before anything is deployed, so that what cannot be is refused at once, and
 * again when ids are known.
 */
import { type CompiledTemplate, type DeployOutcome, UserError } from '@unicorns/cloud';
import type { Callers, RouteShare, WantedCallers } from './callers.ts';
import {
  type ApiRoute,
  belongsTo,
  idOf,
  isApi,
  listRoutes,
  matches,
  propertiesOf,
  type Resource,
} from './list-routes.ts';

type Stack = DeployOutcome['stack'];

/** What the search reads of a resource that is compiled or deployed. */
interface Searched extends Resource {
  readonly updatePolicy: object;
}

/** Throws a UserError when nobody can call what is released, or not in the way that is wanted. */
export const findCallersBefore = (compiled: CompiledTemplate, wanted: WantedCallers | undefined): Callers =>
  findCallers([...compiled.resources.values()], compiled.fileName, wanted);

export function findCallersAfter({ resources, compiled }: Stack, wanted: WantedCallers | undefined): Callers {
  const deployed = [...resources.values()].map((resource) => ({
    ...resource,
    updatePolicy: compiled.resources.get(resource.logicalId)?.updatePolicy ?? {},
  }));
  return findCallers(deployed, compiled.fileName, wanted);
}

function findCallers(resources: readonly Searched[], file: string, wanted: WantedCallers | undefined): Callers {
  if (wanted?.type === 'event') return invoking(resources, file, wanted);
  const routes = listRoutes(resources);
  if (wanted !== undefined) return calling(resources, apiOfAll(routes, wanted.routes, file), wanted.routes);
  if (!resources.some(isApi)) return invoking(resources, file, { event: '{}' });
  const open = openRoutes(routes, releasedAliases(resources));
  const [first] = open;
  if (first === undefined)
    throw refusal(
      file,
      `The template has no GET route without path parameters. Say with --route where callers go. ${listed(routes)}`,
    );
  const ofOneApi = open.filter(({ api }) => api === first.api);
  return calling(
    resources,
    first.api,
    ofOneApi.map(({ path }) => ({ text: `GET ${path}`, method: 'GET', path, query: {}, share: 1 / ofOneApi.length })),
  );
}

/** The first GET route without parameters, by name, of each released function; of any, where none has one. */
function openRoutes(routes: readonly ApiRoute[], aliases: readonly Searched[]): readonly ApiRoute[] {
  const open = routes
    .filter(({ method, path }) => /^(?:GET|ANY)$/.test(method) && /^\/[^{]*$/.test(path))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const released = aliases.flatMap((alias) => open.find(({ integration }) => integration.includes(idOf(alias))) ?? []);
  return released.length > 0 ? [...new Set(released)] : open.slice(0, 1);
}

function apiOfAll(routes: readonly ApiRoute[], wanted: readonly RouteShare[], file: string): string {
  const found = wanted.map((each) => routes.find((route) => matches(route, each.method, each.path)));
  const unknown = wanted.filter((_each, index) => found[index] === undefined).map(({ text }) => `"${text}"`);
  if (unknown.length > 0) throw refusal(file, `The template has no route for ${unknown.join(', ')}. ${listed(routes)}`);
  const apis = [...new Set(found.flatMap((route) => route?.api ?? []))];
  const [api = ''] = apis;
  if (apis.length > 1)
    throw refusal(
      file,
      `The routes are of ${apis.length} APIs (${apis.join(', ')}). Callers of one rehearsal call one API.`,
    );
  return api;
}

function calling(resources: readonly Searched[], logicalId: string, routes: readonly RouteShare[]): Callers {
  const api = resources.find((resource) => resource.logicalId === logicalId && isApi(resource));
  if (api === undefined) throw new Error(`the API ${logicalId} was there a moment ago`);
  return { type: 'api', apiId: idOf(api), stage: stageOf(resources, api), routes };
}

function stageOf(resources: readonly Searched[], api: Searched): string {
  const isHttp = api.type === 'AWS::ApiGatewayV2::Api';
  const type = isHttp ? 'AWS::ApiGatewayV2::Stage' : 'AWS::ApiGateway::Stage';
  const stage = resources.find(
    (it) => it.type === type && belongsTo(api, propertiesOf(it)['RestApiId'] ?? propertiesOf(it)['ApiId']),
  );
  const name = stage && propertiesOf(stage)['StageName'];
  return typeof name === 'string' ? name : isHttp ? '$default' : 'Prod';
}

/** Without a gateway, callers invoke the alias: that splits traffic between versions as well. */
function invoking(
  resources: readonly Searched[],
  file: string,
  { event, from }: { readonly event: string; readonly from?: string },
): Callers {
  const aliases = releasedAliases(resources);
  if (aliases.length === 0) throw refusal(file, NOTHING_TO_CALL);
  return { type: 'invoke', aliases: aliases.map(targetOf), event, ...(from !== undefined && { from }) };
}

const NOTHING_TO_CALL =
  'The template has neither a REST or HTTP API nor an alias that CodeDeploy shifts, so there is nothing that callers ' +
  'could call. Give a function AutoPublishAlias and DeploymentPreference, or an event of type Api or HttpApi.';

const releasedAliases = (resources: readonly Searched[]): readonly Searched[] =>
  resources.filter(
    ({ type, updatePolicy }) => type === 'AWS::Lambda::Alias' && 'CodeDeployLambdaAliasUpdate' in updatePolicy,
  );

/** The physical id of an alias is its ARN; before that, its logical id stands for it. */
function targetOf(alias: Searched): { readonly functionName: string; readonly qualifier: string } {
  const [functionName = idOf(alias), qualifier = ''] = idOf(alias).split(':').slice(6);
  return { functionName, qualifier };
}

const listed = (routes: readonly ApiRoute[]): string =>
  routes.length === 0
    ? 'It has no routes.'
    : `There are: ${routes
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted()
        .join(', ')}.`;

const refusal = (file: string, message: string): UserError => new UserError([{ message, file }]);
