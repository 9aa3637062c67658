/**
 * `AWS::Serverless::Api` → RestApi, Deployment, Stage. Source: reference §1.7; ST:model/api/api_generator.py,
 * ST:model/apigateway.py (R)
 */
import type { Value, ValueMap } from '../template-value.ts';
import { isIntrinsic, isMap, isNoValue, mapAt, present, ref, textOf } from '../template-value.ts';
import { integrationUri, isAlphanumeric, pathsOf, skeletonInfo } from './api-routes.ts';
import type { Route } from './api-routes.ts';
import { withCors } from './cors.ts';
import { deploymentHash } from './deployment-hash.ts';
import { logicalIdHash } from './logical-id-hash.ts';
import { checkProperties } from './property-check.ts';
import { InvalidResource, keptAttributes, passedOn, refused, withParameters } from './sam-context.ts';
import type { Generated, SamContext } from './sam-context.ts';
import { propagateTags, tagList } from './tags.ts';

export const REFUSED = ['Auth', 'GatewayResponses', 'Models', 'Domain', 'MergeDefinitions'];

export function transformRestApi(
  apiId: string,
  source: ValueMap,
  routes: readonly Route[],
  functionNames: string,
  context: SamContext,
): readonly Generated[] {
  const properties = mapAt(source, 'Properties');
  check(apiId, properties);
  const body = bodyOf(apiId, properties, routes, context);
  const api: Generated = {
    logicalId: apiId,
    resource: {
      ...keptAttributes(source),
      Type: 'AWS::ApiGateway::RestApi',
      Properties: apiProperties(properties, body),
    },
  };
  const location = mapAt(mapAt(api.resource, 'Properties'), 'BodyS3Location');
  const hash = deploymentHash({
    body: body ?? location,
    isManaged: isManaged(properties),
    openApiVersion: properties['OpenApiVersion'],
    functionNames,
    alwaysAt: properties['AlwaysDeploy'] === true ? context.nowSeconds : undefined,
  });
  const deploymentId = `${apiId}Deployment${hash.slice(0, 10)}`;
  const deployment = present({
    ...passedOn(source),
    Type: 'AWS::ApiGateway::Deployment',
    Properties: present({
      Description: hash === '' ? undefined : `RestApi deployment id: ${hash}`,
      RestApiId: ref(apiId),
      StageName: properties['OpenApiVersion'] === undefined ? 'Stage' : undefined,
    }),
  });
  const resources = [
    api,
    { logicalId: deploymentId, resource: deployment },
    stageOf(apiId, source, properties, deploymentId),
  ];
  return propagateTags(resources, properties);
}

/** Without a definition of its own an API's body is SAM's to write. */
const isManaged = ({ DefinitionBody: body, DefinitionUri: uri }: ValueMap): boolean => !body && !uri;

function check(apiId: string, properties: ValueMap): void {
  checkProperties(apiId, 'AWS::Serverless::Api', properties);
  if (properties['StageName'] === undefined)
    throw new InvalidResource(apiId, "Missing required property 'StageName'.", ['Properties']);
  for (const name of REFUSED) {
    const value = properties[name];
    const isEmpty = value === undefined || value === false || (isMap(value) && Object.keys(value).length === 0);
    if (!isEmpty && !isNoValue(value)) throw refused(apiId, `${name} of the API ${apiId}`, ['Properties', name]);
  }
  const { DefinitionBody: body, DefinitionUri: uri, OpenApiVersion: version } = properties;
  if (body !== undefined && uri !== undefined)
    throw new InvalidResource(apiId, "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  if (version !== undefined && !isIntrinsic(version) && !/^[2-3](?:\.\d)(?:\.\d)?$/.test(textOf(version)))
    throw new InvalidResource(apiId, "The OpenApiVersion value must be of the format '3.0.0'.", [
      'Properties',
      'OpenApiVersion',
    ]);
}

function bodyOf(
  apiId: string,
  properties: ValueMap,
  routes: readonly Route[],
  context: SamContext,
): ValueMap | undefined {
  const { DefinitionBody: written, OpenApiVersion: version, DisableExecuteApiEndpoint: disabled } = properties;
  if (!isManaged(properties) && !isMap(written)) return undefined;
  const isThree = typeof version === 'string' && version.startsWith('3');
  const managed = (): ValueMap => ({
    ...(isThree ? { openapi: version } : { swagger: '2.0' }),
    info: skeletonInfo,
    paths: pathsOf(apiId, routes, (route) => methodOf(route, context), context.conditions),
  });
  let body = isMap(written) ? written : managed();
  const cors = withParameters(properties['Cors'] ?? null, context.parameters);
  if (cors !== null && cors !== '') body = withCors(apiId, body, cors, isThree);
  const binary = properties['BinaryMediaTypes'];
  if (binary !== undefined)
    body = { ...body, 'x-amazon-apigateway-binary-media-types': slashes(withParameters(binary, context.parameters)) };
  return disabled === undefined ? body : withDisabledEndpoint(body, disabled);
}

function methodOf(route: Route, { partition }: SamContext): ValueMap {
  const streams = route.properties['ResponseTransferMode'] === 'RESPONSE_STREAM';
  const uri = integrationUri(partition, route, streams);
  return {
    'x-amazon-apigateway-integration': present({
      type: 'aws_proxy',
      httpMethod: 'POST',
      uri: route.condition === undefined ? uri : { 'Fn::If': [route.condition, uri, ref('AWS::NoValue')] },
      responseTransferMode: streams ? 'STREAM' : undefined,
      timeoutInMillis: route.properties['TimeoutInMillis'],
    }),
    responses: {},
  };
}

/** In a template `~1` stands for the slash of a media type. */
const slashes = (types: Value): Value =>
  Array.isArray(types) ? types.map((it: Value) => (typeof it === 'string' ? it.replaceAll('~1', '/') : it)) : types;

function withDisabledEndpoint(body: ValueMap, disabled: Value): ValueMap {
  const setting = { 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: disabled } };
  return body['openapi'] === undefined ? { ...body, ...setting } : { ...body, servers: [setting] };
}

function apiProperties(properties: ValueMap, body: ValueMap | undefined): ValueMap {
  return present({
    ...endpointConfiguration(properties['EndpointConfiguration']),
    ApiKeySourceType: properties['ApiKeySourceType'],
    BinaryMediaTypes: properties['BinaryMediaTypes'],
    Body: body,
    BodyS3Location: body === undefined ? s3Location(properties['DefinitionUri']) : undefined,
    Description: properties['Description'],
    EndpointAccessMode: properties['EndpointAccessMode'],
    FailOnWarnings: properties['FailOnWarnings'] === false ? undefined : properties['FailOnWarnings'],
    MinimumCompressionSize: properties['MinimumCompressionSize'],
    Mode: properties['Mode'],
    Name: properties['Name'],
    Policy: properties['Policy'],
    SecurityPolicy: properties['SecurityPolicy'],
  });
}

function endpointConfiguration(value: Value | undefined): ValueMap {
  if (value === undefined) return {};
  if (!isMap(value) || value['Type'] === undefined)
    return { EndpointConfiguration: { Types: [value] }, Parameters: { endpointConfigurationTypes: value } };
  const type = value['Type'];
  const configuration = present({
    Types: [type],
    VpcEndpointIds: value['VPCEndpointIds'] ?? value['VpcEndpointIds'],
    IpAddressType: value['IpAddressType'],
  });
  return { EndpointConfiguration: configuration, Parameters: { endpointConfigurationTypes: type } };
}

function s3Location(uri: Value | undefined): Value | undefined {
  if (isMap(uri)) return present({ Bucket: uri['Bucket'], Key: uri['Key'], Version: uri['Version'] });
  const match = typeof uri === 'string' ? /^s3:\/\/([^/]+)\/+([^?]+)$/.exec(uri) : null;
  return match === null ? undefined : { Bucket: match[1] ?? '', Key: match[2] ?? '' };
}

function stageOf(apiId: string, source: ValueMap, properties: ValueMap, deploymentId: string): Generated {
  const name = properties['StageName'];
  const text = typeof name === 'string' ? name : '';
  const logicalId = isAlphanumeric(text) ? `${apiId}${text}Stage` : `${apiId}Stage${logicalIdHash(text)}`;
  const resource = {
    ...passedOn(source),
    Type: 'AWS::ApiGateway::Stage',
    Properties: present({
      AccessLogSetting: properties['AccessLogSetting'],
      CacheClusterEnabled: properties['CacheClusterEnabled'],
      CacheClusterSize: properties['CacheClusterSize'],
      CanarySetting: properties['CanarySetting'],
      DeploymentId: ref(deploymentId),
      MethodSettings: properties['MethodSettings'],
      RestApiId: ref(apiId),
      StageName: name,
      Tags: properties['Tags'] === undefined ? undefined : tagList(properties['Tags']),
      TracingEnabled: properties['TracingEnabled'],
      Variables: properties['Variables'],
    }),
  };
  return { logicalId, resource };
}
