/** Where callers of a stack go: its API, a stage, and a GET route. */
import { type DeployOutcome, UserError } from '@unicorns/cloud';

type Stack = DeployOutcome['stack'];
type StackResource = Stack['resources'] extends ReadonlyMap<string, infer R> ? R : never;

export interface Endpoint {
  readonly apiId: string;
  readonly stage: string;
  readonly path: string;
}

/**
 * `path`, or the first GET route without path parameters, of the stack's first REST or HTTP API. Throws a UserError
 * when the stack has no API, or no such route and no path was given.
 */
export function findEndpoint(stack: Stack, fileName: string, path: string | undefined): Endpoint {
  const resources = [...stack.resources.values()];
  const apis = resources.filter(({ type }) => type === 'AWS::ApiGateway::RestApi' || type === 'AWS::ApiGatewayV2::Api');
  const [api] = apis;
  if (api === undefined) {
    throw refusal(
      fileName,
      'has no REST or HTTP API, so no traffic can reach its functions. Give the function an event of type Api or HttpApi.',
    );
  }
  if (path !== undefined) return { apiId: api.physicalId, stage: stageOf(resources, api), path };
  for (const each of apis) {
    const route = firstGetRoute(resources, each);
    if (route !== undefined) return { apiId: each.physicalId, stage: stageOf(resources, each), path: route };
  }
  throw refusal(fileName, 'has no GET route without path parameters. Say with --path where callers go.');
}

const refusal = (file: string, what: string): UserError => new UserError([{ message: `The template ${what}`, file }]);

function stageOf(resources: readonly StackResource[], api: StackResource): string {
  const isHttp = api.type === 'AWS::ApiGatewayV2::Api';
  const type = isHttp ? 'AWS::ApiGatewayV2::Stage' : 'AWS::ApiGateway::Stage';
  const stage = resources.find((it) => it.type === type && apiIdOf(it) === api.physicalId);
  const name = stage?.properties['StageName'];
  return typeof name === 'string' ? name : isHttp ? '$default' : 'Prod';
}

const apiIdOf = ({ properties }: StackResource): unknown => properties['RestApiId'] ?? properties['ApiId'];

function firstGetRoute(resources: readonly StackResource[], api: StackResource): string | undefined {
  return [...definedRoutes(api), ...routeResources(resources, api)].find((path) => !path.includes('{'));
}

/** Routes of an OpenAPI document, as SAM writes one. */
function definedRoutes({ properties }: StackResource): readonly string[] {
  const paths = recordOf(recordOf(properties['Body'])['paths']);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(recordOf(methods)).some((method) => /^(get|x-amazon-apigateway-any-method)$/i.test(method))
      ? [path]
      : [],
  );
}

/** `RouteKey: GET /unicorns` of HTTP APIs that are written resource by resource. */
function routeResources(resources: readonly StackResource[], api: StackResource): readonly string[] {
  return resources.flatMap((it) => {
    if (it.type !== 'AWS::ApiGatewayV2::Route' || apiIdOf(it) !== api.physicalId) return [];
    const [, path] = /^(?:GET|ANY) (\/.*)$/.exec(String(it.properties['RouteKey'])) ?? [];
    return path === undefined ? [] : [path];
  });
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
