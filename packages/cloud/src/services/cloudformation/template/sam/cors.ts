import type { Value } from '../template-value.ts';
import { isIntrinsic, isMap } from '../template-value.ts';
import { ANY_METHOD } from './implicit-api.ts';
import { fromTemplate, PlainDict, PythonDict, textIn } from './python27.ts';
import type { Py, Text } from './python27.ts';
import { InvalidResource } from './sam-context.ts';
import { branchesOf, pathsIn } from './swagger-document.ts';
import type { SwaggerDocument } from './swagger-document.ts';

interface Cors {
  readonly origin: Py;
  readonly headers: Py | undefined;
  readonly methods: Py | undefined;
  readonly maxAge: Py | undefined;
  readonly credentials: boolean;
}

const KEYS = ['AllowMethods', 'AllowHeaders', 'AllowOrigin', 'MaxAge', 'AllowCredentials'];
const ANY_ORIGIN = "'*'";
const ALL_METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'];

/**
 * `Cors` of a REST API: every path without OPTIONS gets one, answered by API Gateway itself.
 * Source: ST:model/api/api_generator.py `_add_cors`, ST:swagger/swagger.py (R)
 */
export function addCors(apiId: string, document: SwaggerDocument, written: Value): void {
  if (!document.isValid)
    throw new InvalidResource(
      apiId,
      "Unable to add Cors configuration because 'DefinitionBody' does not contain a valid Swagger definition.",
      ['Properties', 'DefinitionBody'],
    );
  const cors = readCors(apiId, written);
  document.edit((copy) => {
    const seen = new Set<string>();
    for (const [key, item] of pathsIn(copy).entries()) {
      const path = textIn(key);
      const normal = path === '/' ? path : path.replace(/\/+$/, '');
      if (seen.has(normal)) continue;
      seen.add(normal);
      for (const branch of branchesOf(item)) if (!branch.has('options')) branch.set('options', preflight(branch, cors));
    }
  });
}

/** OpenAPI 3 has no `consumes` and `produces`, and wants a schema around a header's type. */
export function adaptCorsToOpenApi3({ dict }: SwaggerDocument): void {
  for (const [, item] of pathsIn(dict).entries()) {
    const options = item instanceof PythonDict ? item.get('options') : undefined;
    if (!(options instanceof PythonDict)) continue;
    for (const name of ['consumes', 'produces']) if (options.has(name)) options.delete(name);
    const headers = at(options, ['responses', '200', 'headers']);
    if (!(headers instanceof PythonDict)) continue;
    for (const [header, type] of headers.entries()) headers.set(header, PythonDict.of([['schema', type]]));
  }
}

const at = (value: Py | undefined, keys: readonly string[]): Py | undefined =>
  keys.reduce<Py | undefined>((it, key) => (it instanceof PythonDict ? it.get(key) : undefined), value);

function readCors(apiId: string, written: Value): Cors {
  const path = ['Properties', 'Cors'];
  const plain = { headers: undefined, methods: undefined, maxAge: undefined, credentials: false };
  if (typeof written === 'string' || isIntrinsic(written)) return { ...plain, origin: fromTemplate(written) };
  if (!isMap(written)) throw new InvalidResource(apiId, "Invalid value for 'Cors' property", path);
  for (const key of Object.keys(written))
    if (!KEYS.includes(key))
      throw new InvalidResource(apiId, `Invalid key '${key}' for 'Cors' property.`, [...path, key]);
  const { AllowOrigin: origin, AllowCredentials: credentials } = written;
  if (credentials === true && (origin === undefined || origin === ANY_ORIGIN))
    throw new InvalidResource(
      apiId,
      "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not set",
      path,
    );
  const given = (key: string): Py | undefined => {
    const value = written[key];
    return value === undefined || value === '' ? undefined : fromTemplate(value);
  };
  return {
    origin: given('AllowOrigin') ?? ANY_ORIGIN,
    headers: given('AllowHeaders'),
    methods: given('AllowMethods'),
    maxAge: given('MaxAge'),
    credentials: credentials === true,
  };
}

function preflight(item: PythonDict, cors: Cors): PythonDict {
  const values = (
    [
      ['Access-Control-Allow-Origin', cors.origin],
      ['Access-Control-Allow-Headers', cors.headers],
      ['Access-Control-Allow-Methods', cors.methods ?? `'${methodsOf(item)}'`],
      ['Access-Control-Max-Age', cors.maxAge],
      ['Access-Control-Allow-Credentials', cors.credentials ? "'true'" : undefined],
    ] satisfies readonly (readonly [string, Py | undefined])[]
  ).flatMap(([header, value]) => (value === undefined ? [] : [[header, value] as const]));
  const parameters = PythonDict.of(values.map(([header, value]) => [`method.response.header.${header}`, value]));
  const headers = PythonDict.of(values.map(([header]) => [header, headerType(header)]));
  const answer = PythonDict.of([
    ['statusCode', '200'],
    ['responseParameters', parameters],
    ['responseTemplates', plain([['application/json', '{}\n']])],
  ]);
  const integration = PythonDict.of([
    ['type', 'mock'],
    ['requestTemplates', plain([['application/json', '{\n  "statusCode" : 200\n}\n']])],
    ['responses', PythonDict.of([['default', answer]])],
  ]);
  const response = PythonDict.of([
    ['description', 'Default response for CORS method'],
    ['headers', headers],
  ]);
  return PythonDict.of([
    ['summary', 'CORS support'],
    ['consumes', ['application/json']],
    ['produces', ['application/json']],
    ['x-amazon-apigateway-integration', integration],
    ['responses', PythonDict.of([['200', response]])],
  ]);
}

const plain = (entries: readonly (readonly [Text, Py])[]): PlainDict => new PlainDict(entries);

const headerType = (header: string): PlainDict =>
  plain([['type', header === 'Access-Control-Max-Age' ? 'integer' : 'string']]);

function methodsOf(item: PythonDict): string {
  const methods = item.has(ANY_METHOD) ? ALL_METHODS : [...item.keys().map(textIn), 'options'];
  return [...new Set(methods.map((method) => method.toUpperCase()))].toSorted().join(',');
}
