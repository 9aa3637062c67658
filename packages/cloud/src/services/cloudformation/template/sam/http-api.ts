/** `AWS::Serverless::HttpApi` → Api and Stage. Source: reference §1.7; ST:model/api/http_api_generator.py (R) */
import type { Value, ValueMap } from '../template-value.ts';
import { isIntrinsic, isList, isMap, isNoValue, mapAt, present, ref, textOf } from '../template-value.ts';
import { changeBranches, integrationUri, isAlphanumeric, pathsOf, skeletonInfo } from './api-routes.ts';
import type { Route } from './api-routes.ts';
import { ANY_METHOD, DEFAULT_PATH } from './implicit-api.ts';
import { logicalIdHash } from './logical-id-hash.ts';
import { checkProperties } from './property-check.ts';
import { InvalidResource, keptAttributes, passedOn, refused, withParameters } from './sam-context.ts';
import type { Generated, SamContext } from './sam-context.ts';

const INTEGRATION = 'x-amazon-apigateway-integration';

export function transformHttpApi(
  apiId: string,
  source: ValueMap,
  routes: readonly Route[],
  context: SamContext,
): readonly Generated[] {
  const properties = mapAt(source, 'Properties');
  check(apiId, properties);
  const tags = { ...mapAt(properties, 'Tags'), 'httpapi:createdBy': 'SAM' };
  const body = bodyOf(apiId, properties, routes, tags, context);
  const api = {
    ...keptAttributes(source),
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: present({
      Body: body,
      FailOnWarnings: properties['FailOnWarnings'] === false ? undefined : properties['FailOnWarnings'],
    }),
  };
  return [{ logicalId: apiId, resource: api }, stageOf(apiId, source, properties, routes, tags)];
}

export const REFUSED = ['Auth', 'Domain', 'DefinitionUri'];

function check(apiId: string, properties: ValueMap): void {
  checkProperties(apiId, 'AWS::Serverless::HttpApi', properties);
  if (properties['DefinitionBody'] !== undefined && properties['DefinitionUri'] !== undefined)
    throw new InvalidResource(apiId, "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  for (const name of REFUSED) {
    const value = properties[name];
    const isEmpty = value === undefined || (isMap(value) && Object.keys(value).length === 0);
    if (!isEmpty && !isNoValue(value)) throw refused(apiId, `${name} of the API ${apiId}`, ['Properties', name]);
  }
}

function bodyOf(
  apiId: string,
  properties: ValueMap,
  routes: readonly Route[],
  tags: ValueMap,
  context: SamContext,
): ValueMap {
  const written = properties['DefinitionBody'];
  const skeleton = { openapi: '3.0.1', info: skeletonInfo };
  const managed = (): ValueMap => ({ ...skeleton, paths: pathsOf(apiId, routes, methodOf, context.conditions) });
  let body = isMap(written) ? withRoutes(written, routes) : managed();
  const cors = withParameters(properties['CorsConfiguration'] ?? false, context.parameters);
  if (cors !== false) body = withCors(apiId, body, cors);
  const all = Object.entries(tags).map(([name, value]) => ({ name, 'x-amazon-apigateway-tag-value': value }));
  const known = isList(body['tags']) ? body['tags'].filter((it) => !isMap(it) || !(textOf(it['name']) in tags)) : [];
  body = { ...body, tags: [...known, ...all] };
  const {
    Name: name,
    Description: description,
    DisableExecuteApiEndpoint: disabled,
    FailOnWarnings: fails,
  } = properties;
  body = { ...body, info: present({ ...mapAt(body, 'info'), ...present({ title: name, description }) }) };
  if (disabled !== undefined)
    body = {
      ...body,
      servers: [{ 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: disabled } }],
    };
  return fails === true ? withSlashedDefault(body) : body;
}

function methodOf(route: Route): ValueMap {
  const uri = integrationUri('${AWS::Partition}', route);
  const names = [...route.path.matchAll(/\{(.*?)\}/g)].map((match) => match[1] ?? '');
  return present({
    [INTEGRATION]: present({
      type: 'aws_proxy',
      httpMethod: 'POST',
      payloadFormatVersion: route.properties['PayloadFormatVersion'] ?? '2.0',
      uri: route.condition === undefined ? uri : { 'Fn::If': [route.condition, uri, ref('AWS::NoValue')] },
      timeoutInMillis: route.properties['TimeoutInMillis'],
    }),
    isDefaultRoute: route.path === DEFAULT_PATH && route.method === ANY_METHOD ? true : undefined,
    responses: {},
    parameters: names.length > 0 ? names.map((name) => ({ name, in: 'path', required: true })) : undefined,
  });
}

/** A body of the template's own gets the integrations that it lacks. */
function withRoutes(body: ValueMap, routes: readonly Route[]): ValueMap {
  const paths: Record<string, Value> = { ...mapAt(body, 'paths') };
  for (const route of routes) {
    paths[route.path] = changeBranches(paths[route.path] ?? {}, (item) => {
      const own = item[route.method];
      if (isMap(own) && INTEGRATION in own) return item;
      const method = { ...(isMap(own) ? own : {}), ...methodOf(route) };
      return { ...item, [route.method]: method };
    });
  }
  return { ...body, paths };
}

const CORS_KEYS = ['AllowMethods', 'AllowHeaders', 'AllowOrigins', 'ExposeHeaders', 'MaxAge', 'AllowCredentials'];

function withCors(apiId: string, body: ValueMap, cors: Value): ValueMap {
  const at = ['Properties', 'CorsConfiguration'];
  if (isIntrinsic(cors)) return { ...body, 'x-amazon-apigateway-cors': lowerFirst(cors) };
  if (cors !== true && !isMap(cors)) throw new InvalidResource(apiId, "Invalid value for 'Cors' property.", at);
  const wanted: ValueMap = cors === true ? { AllowOrigins: ['*'] } : cors;
  for (const key of Object.keys(wanted))
    if (!CORS_KEYS.includes(key)) throw new InvalidResource(apiId, `Invalid key '${key}' for 'Cors' property.`, at);
  const { AllowOrigins: origins, AllowCredentials: credentials } = wanted;
  if (credentials === true && origins === '*')
    throw new InvalidResource(
      apiId,
      "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not set.",
      at,
    );
  const settings = present({
    allowOrigins: origins,
    allowHeaders: wanted['AllowHeaders'],
    allowMethods: wanted['AllowMethods'],
    exposeHeaders: wanted['ExposeHeaders'],
    maxAge: wanted['MaxAge'],
    allowCredentials: credentials === true ? true : undefined,
  });
  return { ...body, 'x-amazon-apigateway-cors': { ...mapAt(body, 'x-amazon-apigateway-cors'), ...settings } };
}

const renamed = (key: string): string =>
  CORS_KEYS.includes(key) ? `${key[0]?.toLowerCase() ?? ''}${key.slice(1)}` : key;

/** Inside an intrinsic the keys of a CORS configuration become OpenAPI's. */
function lowerFirst(value: Value): Value {
  if (isList(value)) return value.map(lowerFirst);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [renamed(key), lowerFirst(item)]));
}

/** API Gateway warns of a path without a slash, and FailOnWarnings makes that an error. */
function withSlashedDefault(body: ValueMap): ValueMap {
  const paths = mapAt(body, 'paths');
  const { [DEFAULT_PATH]: fallback, ...rest } = paths;
  return fallback === undefined ? body : { ...body, paths: { ...rest, [`/${DEFAULT_PATH}`]: fallback } };
}

function stageOf(
  apiId: string,
  source: ValueMap,
  properties: ValueMap,
  routes: readonly Route[],
  tags: ValueMap,
): Generated {
  const name = properties['StageName'] ?? DEFAULT_PATH;
  const text = typeof name === 'string' ? name : '';
  const suffix = isAlphanumeric(text)
    ? `${text}Stage`
    : text === DEFAULT_PATH
      ? 'ApiGatewayDefaultStage'
      : `Stage${logicalIdHash(text)}`;
  const resource = {
    ...passedOn(source),
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: present({
      AccessLogSettings: properties['AccessLogSettings'],
      ApiId: ref(apiId),
      AutoDeploy: true,
      DefaultRouteSettings: properties['DefaultRouteSettings'],
      RouteSettings: routeSettings(properties, routes),
      StageName: name,
      StageVariables: properties['StageVariables'],
      Tags: tags,
    }),
  };
  return { logicalId: `${apiId}${suffix}`, resource };
}

function routeSettings(properties: ValueMap, routes: readonly Route[]): ValueMap | undefined {
  const settings: Record<string, Value> = { ...mapAt(properties, 'RouteSettings') };
  for (const { path, method, properties: its, condition } of routes) {
    const own = its['RouteSettings'];
    if (!isMap(own)) continue;
    const key =
      method === ANY_METHOD && its['Method'] === ANY_METHOD ? path : `${textOf(its['Method']).toUpperCase()} ${path}`;
    const wrapped = condition === undefined ? own : { 'Fn::If': [condition, own, ref('AWS::NoValue')] };
    settings[key] = { ...mapAt(settings, key), ...wrapped };
  }
  return Object.keys(settings).length > 0 ? settings : undefined;
}
