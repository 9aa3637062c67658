import type { Value, ValueMap } from '../template-value.ts';
import { isIntrinsic, isMap, mapAt, present } from '../template-value.ts';
import { changeBranches } from './api-routes.ts';
import { ANY_METHOD } from './implicit-api.ts';
import { InvalidResource } from './sam-context.ts';

interface Cors {
  readonly origin: Value;
  readonly headers: Value | undefined;
  readonly methods: Value | undefined;
  readonly maxAge: Value | undefined;
  readonly credentials: boolean;
}

const KEYS = ['AllowMethods', 'AllowHeaders', 'AllowOrigin', 'MaxAge', 'AllowCredentials'];
const ANY_ORIGIN = "'*'";
const ALL_METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'];

/**
 * `Cors` of a REST API: every path without OPTIONS gets one, answered by API Gateway itself.
 * Source: ST:model/api/api_generator.py `_add_cors`, ST:swagger/swagger.py (R)
 */
export function withCors(apiId: string, body: ValueMap, written: Value, isOpenApi3: boolean): ValueMap {
  const cors = readCors(apiId, written);
  const isDefinition = isMap(body['paths']) && (body['swagger'] !== undefined || body['openapi'] !== undefined);
  if (!isDefinition)
    throw new InvalidResource(
      apiId,
      "Unable to add Cors configuration because 'DefinitionBody' does not contain a valid Swagger definition.",
      ['Properties', 'DefinitionBody'],
    );
  const seen = new Set<string>();
  const paths = Object.entries(mapAt(body, 'paths')).map(([path, item]) => {
    const key = path === '/' ? path : path.replace(/\/+$/, '');
    if (seen.has(key)) return [path, item] as const;
    seen.add(key);
    const change = (it: ValueMap): ValueMap =>
      'options' in it ? it : { ...it, options: preflight(it, cors, isOpenApi3) };
    return [path, changeBranches(item, change)] as const;
  });
  return { ...body, paths: Object.fromEntries(paths) };
}

function readCors(apiId: string, written: Value): Cors {
  const at = ['Properties', 'Cors'];
  if (typeof written === 'string' || isIntrinsic(written))
    return { origin: written, headers: undefined, methods: undefined, maxAge: undefined, credentials: false };
  if (!isMap(written)) throw new InvalidResource(apiId, "Invalid value for 'Cors' property", at);
  for (const key of Object.keys(written))
    if (!KEYS.includes(key))
      throw new InvalidResource(apiId, `Invalid key '${key}' for 'Cors' property.`, [...at, key]);
  const origin = written['AllowOrigin'] ?? ANY_ORIGIN;
  const credentials = written['AllowCredentials'] === true;
  if (credentials && origin === ANY_ORIGIN)
    throw new InvalidResource(
      apiId,
      "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not set",
      at,
    );
  return {
    origin,
    headers: written['AllowHeaders'],
    methods: written['AllowMethods'],
    maxAge: written['MaxAge'],
    credentials,
  };
}

function preflight(item: ValueMap, cors: Cors, isOpenApi3: boolean): ValueMap {
  const values = present({
    'Access-Control-Allow-Origin': cors.origin,
    'Access-Control-Allow-Headers': cors.headers === '' ? undefined : cors.headers,
    'Access-Control-Allow-Methods': cors.methods ?? `'${methodsOf(item)}'`,
    'Access-Control-Max-Age': cors.maxAge,
    'Access-Control-Allow-Credentials': cors.credentials ? "'true'" : undefined,
  });
  const headers = Object.keys(values).map(
    (header) => [header, isOpenApi3 ? { schema: headerType(header) } : headerType(header)] as const,
  );
  const parameters = Object.entries(values).map(
    ([header, value]) => [`method.response.header.${header}`, value] as const,
  );
  return {
    summary: 'CORS support',
    ...(isOpenApi3 ? {} : { consumes: ['application/json'], produces: ['application/json'] }),
    'x-amazon-apigateway-integration': {
      type: 'mock',
      requestTemplates: { 'application/json': '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: '200',
          responseParameters: Object.fromEntries(parameters),
          responseTemplates: { 'application/json': '{}\n' },
        },
      },
    },
    responses: { 200: { description: 'Default response for CORS method', headers: Object.fromEntries(headers) } },
  };
}

const headerType = (header: string): ValueMap => ({
  type: header === 'Access-Control-Max-Age' ? 'integer' : 'string',
});

function methodsOf(item: ValueMap): string {
  const methods = ANY_METHOD in item ? ALL_METHODS : [...Object.keys(item), 'options'];
  return [...new Set(methods.map((method) => method.toUpperCase()))].toSorted().join(',');
}
