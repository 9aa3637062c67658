/** The routes of a stack's APIs, read from resources before they are deployed or after: both look alike here. */

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: object;
}

export interface ApiRoute {
  /** The API's logical id. */
  readonly api: string;
  /** `GET`, `ANY`. */
  readonly method: string;
  /** `/unicorns/{id}`, or `$default`. */
  readonly path: string;
  /** The integration, as JSON text: what stands there before and after a deployment differs. */
  readonly integration: string;
}

export const isApi = ({ type }: Resource): boolean =>
  type === 'AWS::ApiGateway::RestApi' || type === 'AWS::ApiGatewayV2::Api';

/** In the order of the template. */
export const listRoutes = (resources: readonly Resource[]): readonly ApiRoute[] =>
  resources.filter(isApi).flatMap((api) => [...definedRoutes(api), ...routeResources(resources, api)]);

/** Routes of an OpenAPI document, as SAM writes one. */
function definedRoutes(api: Resource): readonly ApiRoute[] {
  const paths = recordOf(recordOf(propertiesOf(api)['Body'])['paths']);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(recordOf(methods)).flatMap(([name, operation]) => {
      const method = METHODS[name.toLowerCase()];
      const integration = JSON.stringify(recordOf(operation)['x-amazon-apigateway-integration'] ?? {});
      return method === undefined ? [] : [{ api: api.logicalId, method, path, integration }];
    }),
  );
}

const METHODS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'].map((method) => [method.toLowerCase(), method]),
  ),
  'x-amazon-apigateway-any-method': 'ANY',
};

/** `RouteKey: GET /unicorns` of HTTP APIs that are written resource by resource. */
function routeResources(resources: readonly Resource[], api: Resource): readonly ApiRoute[] {
  return resources.flatMap((it) => {
    if (it.type !== 'AWS::ApiGatewayV2::Route' || !belongsTo(api, propertiesOf(it)['ApiId'])) return [];
    const key = String(propertiesOf(it)['RouteKey']);
    const [method = '', path = ''] = key === '$default' ? ['ANY', key] : key.split(' ');
    const target = JSON.stringify(propertiesOf(it)['Target'] ?? '');
    const integration = resources.find((other) => other.type.endsWith('::Integration') && target.includes(idOf(other)));
    return [{ api: api.logicalId, method, path, integration: JSON.stringify(integration?.properties ?? {}) }];
  });
}

/** A reference, before the deployment; the physical id, after it. */
export const belongsTo = (api: Resource, reference: unknown): boolean =>
  typeof reference === 'string' ? reference === idOf(api) : recordOf(reference)['Ref'] === api.logicalId;

export const idOf = (resource: Resource): string =>
  'physicalId' in resource && typeof resource.physicalId === 'string' ? resource.physicalId : resource.logicalId;

/** Whether a request by this method to this path is one of the route's. */
export function matches(route: ApiRoute, method: string, path: string): boolean {
  if (route.method !== 'ANY' && route.method !== method) return false;
  if (route.path === '$default') return true;
  const pattern = route.path
    .split('/')
    .map((segment) =>
      /^\{[^}]+\+\}$/.test(segment)
        ? '.+'
        : /^\{[^}]+\}$/.test(segment)
          ? '[^/]+'
          : segment.replaceAll(/[.*+?^$()[\]{}|\\]/g, String.raw`\$&`),
    );
  return new RegExp(`^${pattern.join('/')}$`).test(path);
}

export const propertiesOf = ({ properties }: Resource): Readonly<Record<string, unknown>> => recordOf(properties);

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
