/**
 * What of an OpenAPI document API Gateway acts on: paths, methods and their integrations. Documents are those that
 * SAM writes, and others like them; whatever a rehearsal could not act on is refused, all at once.
 * Source: API Gateway OpenAPI extensions (D).
 */
import { AwsError } from '../../aws-error.ts';
import { withoutSlash } from './find-route.ts';
import type { ApiKind, PayloadFormat } from './state.ts';

export interface Definition {
  readonly title: string | undefined;
  readonly routes: readonly Route[];
  readonly binaryMediaTypes: readonly string[];
  readonly cors: Cors | undefined;
}

/** One method of one path. */
export interface Route {
  /** `GET`, or `ANY`. */
  readonly method: string;
  /** `/unicorns/{id}`, `/files/{proxy+}`, `$default`. */
  readonly resource: string;
  readonly integration: Integration;
}

export type Integration =
  | {
      readonly type: 'lambda';
      /** May hold `${stageVariables.name}`. */
      readonly functionArn: string;
      readonly format: PayloadFormat;
      readonly timeoutMs: number;
      /** A role that API Gateway assumes, instead of the function's resource policy. */
      readonly credentials?: string;
    }
  /** A fixed answer, as SAM writes it for CORS. */
  | {
      readonly type: 'mock';
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      readonly body: string;
    };

/** Source: AG-http-api-cors (D). */
export interface Cors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds?: number;
}

type Json = Readonly<Record<string, unknown>>;

const METHODS = new Map(
  ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'].map((method) => [method, method.toUpperCase()]),
).set('x-amazon-apigateway-any-method', 'ANY');

/** Longest integration timeouts, which are the defaults too. Source: section 5.6 (D). */
const TIMEOUT_MS: Readonly<Record<ApiKind, number>> = { REST: 29_000, HTTP: 30_000 };
const SHORTEST_TIMEOUT_MS = 50;

export const EMPTY_DEFINITION: Definition = { title: undefined, routes: [], binaryMediaTypes: [], cors: undefined };

/** Reads a document: an object, JSON text or its bytes. Throws BadRequestException with every problem. */
export function readDefinition(kind: ApiKind, body: unknown): Definition {
  const document = documentOf(body);
  const problems: string[] = [];
  const routes = Object.entries(mapAt(document, 'paths')).flatMap(([path, item]) =>
    isMap(item) ? readPath(kind, path, item, problems) : [],
  );
  for (const name of ['securityDefinitions', 'x-amazon-apigateway-policy', 'x-amazon-apigateway-gateway-responses'])
    if (document[name] !== undefined) problems.push(`${name} cannot be rehearsed`);
  if (problems.length > 0)
    throw new AwsError(
      'BadRequestException',
      `Errors found during import:\n${problems.map((each) => `\t${each}`).join('\n')}`,
    );
  return {
    title: text(mapAt(document, 'info')['title']),
    routes,
    binaryMediaTypes: texts(document['x-amazon-apigateway-binary-media-types']),
    cors: kind === 'HTTP' ? readCors(document['x-amazon-apigateway-cors']) : undefined,
  };
}

function documentOf(body: unknown): Json {
  const given: unknown = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
  const document: unknown = typeof given === 'string' ? parse(given) : given;
  if (!isMap(document) || (document['swagger'] === undefined && document['openapi'] === undefined))
    throw new AwsError('BadRequestException', 'Invalid OpenAPI input.');
  return document;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new AwsError('BadRequestException', 'Invalid OpenAPI input.');
  }
}

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

function mapAt(map: Json, name: string): Json {
  const value = map[name];
  return isMap(value) ? value : {};
}

function readPath(kind: ApiKind, path: string, item: Json, problems: string[]): Route[] {
  return Object.entries(item).flatMap(([name, value]) => {
    const method = METHODS.get(name.toLowerCase());
    if (method === undefined || !isMap(value)) return [];
    const place = `'${method}' for resource at path '${path}'`;
    for (const refused of ['security', 'x-amazon-apigateway-auth', 'x-amazon-apigateway-request-validator'])
      if (
        isMap(value[refused]) ||
        texts(value[refused]).length > 0 ||
        (Array.isArray(value[refused]) && value[refused].length > 0)
      )
        problems.push(`Unable to put method ${place}: ${refused} cannot be rehearsed`);
    const integration = readIntegration(kind, place, value['x-amazon-apigateway-integration'], problems);
    // HTTP APIs spell the path of the default route with or without its slash.
    const resource = path === '/$default' ? '$default' : kind === 'REST' ? withoutSlash(path) : path;
    return integration === undefined ? [] : [{ method, resource, integration }];
  });
}

function readIntegration(kind: ApiKind, place: string, value: unknown, problems: string[]): Integration | undefined {
  const fault = (reason: string) => void problems.push(`Unable to put integration on ${place}: ${reason}`);
  if (!isMap(value)) return fault('No integration defined for method');
  const type = text(value['type'])?.toLowerCase();
  if (type === 'mock' && kind === 'REST') return readMock(value);
  if (type !== 'aws_proxy') return fault(`an integration of type ${type ?? 'none'} cannot be rehearsed`);
  const functionArn = functionArnIn(text(value['uri']) ?? '');
  if (functionArn === undefined) return fault('Invalid ARN specified in the request');
  const format = kind === 'REST' ? 'rest' : (text(value['payloadFormatVersion']) ?? '');
  if (format !== 'rest' && format !== '1.0' && format !== '2.0')
    return fault('PayloadFormatVersion has to be 1.0 or 2.0');
  const timeoutMs = Number(value['timeoutInMillis'] ?? TIMEOUT_MS[kind]);
  if (!(timeoutMs >= SHORTEST_TIMEOUT_MS && timeoutMs <= TIMEOUT_MS[kind]))
    return fault(`Timeout should be between ${SHORTEST_TIMEOUT_MS} ms and ${TIMEOUT_MS[kind]} ms`);
  const credentials = text(value['credentials']);
  return { type: 'lambda', functionArn, format, timeoutMs, ...(credentials !== undefined && { credentials }) };
}

/** The function in `arn:aws:apigateway:…:lambda:path/2015-03-31/functions/<ARN>/invocations`, or a plain function ARN. */
const functionArnIn = (uri: string): string | undefined =>
  /\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? /^arn:[^:]+:lambda:[^/]+$/.exec(uri)?.[0];

function readMock(value: Json): Integration {
  const responses = mapAt(value, 'responses');
  const response = mapAt(responses, 'default');
  const headers = Object.entries(mapAt(response, 'responseParameters')).flatMap(([name, literal]) => {
    const header = /^method\.response\.header\.(.+)$/.exec(name)?.[1];
    return header === undefined ? [] : [[header, String(literal).replaceAll(/^'|'$/g, '')] as const];
  });
  const body = text(mapAt(response, 'responseTemplates')['application/json']) ?? '';
  return { type: 'mock', status: Number(response['statusCode'] ?? 200), headers, body: body.trim() };
}

function readCors(value: unknown): Cors | undefined {
  if (!isMap(value)) return undefined;
  const maxAge = value['maxAge'];
  return {
    allowOrigins: texts(value['allowOrigins']),
    allowMethods: texts(value['allowMethods']),
    allowHeaders: texts(value['allowHeaders']),
    exposeHeaders: texts(value['exposeHeaders']),
    allowCredentials: value['allowCredentials'] === true,
    ...(typeof maxAge === 'number' && { maxAgeSeconds: maxAge }),
  };
}
