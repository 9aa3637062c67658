/**
 * `AWS::Serverless::Api` → RestApi, Deployment, Stage. Source: reference §1.7; ST:model/api/api_generator.py,
 * ST:model/apigateway.py (R)
 */
import type { Value, ValueMap } from '../template-value.ts';
import { isIntrinsic, isList, isMap, isNoValue, mapAt, present, ref, textOf } from '../template-value.ts';
import { isAlphanumeric } from './api-routes.ts';
import type { RouteOrders } from './api-routes.ts';
import { adaptCorsToOpenApi3, addCors } from './cors.ts';
import { deploymentHash } from './deployment-hash.ts';
import { logicalIdHash } from './logical-id-hash.ts';
import { checkProperties } from './property-check.ts';
import { InvalidResource, keptAttributes, passedOn, refused, withParameters } from './sam-context.ts';
import type { Generated, SamContext } from './sam-context.ts';
import { dictFromTemplate, fromTemplate, PlainDict, PythonDict, toValue } from './python27.ts';
import type { Py } from './python27.ts';
import { SwaggerDocument } from './swagger-document.ts';
import { propagateTags, tagList } from './tags.ts';

export const REFUSED = ['Auth', 'GatewayResponses', 'Models', 'Domain', 'MergeDefinitions'];

export function transformRestApi(
  apiId: string,
  source: ValueMap,
  routes: RouteOrders,
  functionNames: string,
  context: SamContext,
): readonly Generated[] {
  const properties = prepared(mapAt(source, 'Properties'), context);
  check(apiId, properties);
  const document = documentOf(apiId, properties, routes, context);
  const body = document?.value;
  const api: Generated = {
    logicalId: apiId,
    resource: {
      ...keptAttributes(source),
      Type: 'AWS::ApiGateway::RestApi',
      Properties: apiProperties(properties, body),
    },
  };
  const location = dictFromTemplate(mapAt(mapAt(api.resource, 'Properties'), 'BodyS3Location'));
  const hash = deploymentHash({
    body: document?.dict ?? location,
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

/** Media types are resolved where they stand; tags come in the order of Python 2.7. */
const prepared = (properties: ValueMap, { parameters }: SamContext): ValueMap => {
  const { Tags: tags, BinaryMediaTypes: binary } = properties;
  return {
    ...properties,
    ...(tags === undefined ? {} : { Tags: toValue(fromTemplate(tags)) }),
    ...(binary === undefined ? {} : { BinaryMediaTypes: withParameters(binary, parameters) }),
  };
};

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

function documentOf(
  apiId: string,
  properties: ValueMap,
  routes: RouteOrders,
  context: SamContext,
): SwaggerDocument | undefined {
  const { DefinitionBody: written, OpenApiVersion: version, Cors: cors } = properties;
  if (!isManaged(properties) && !isMap(written)) return undefined;
  const document = isMap(written)
    ? SwaggerDocument.written(written)
    : SwaggerDocument.managed(apiId, routes, version, context.partition, context.conditions);
  // AWS puts an AWS::Include in place before SAM sees the body.
  if (isMap(written) && 'Fn::Transform' in written && !document.isValid)
    throw refused(apiId, `Fn::Transform in the DefinitionBody of ${apiId}`, ['Properties', 'DefinitionBody']);
  if (cors !== undefined && cors !== '') addCors(apiId, document, cors);
  const { BinaryMediaTypes: binary, DisableExecuteApiEndpoint: disabled } = properties;
  if ((binary !== undefined || disabled !== undefined) && !document.isValid) throw invalidDocument(apiId);
  if (binary !== undefined) {
    const types = slashes(binary);
    document.edit((dict) => void dict.set('x-amazon-apigateway-binary-media-types', fromTemplate(types)));
  }
  if (disabled !== undefined) document.edit((dict) => disableEndpoint(dict, disabled));
  if (!document.dict.has('swagger') && isVersionThree(version ?? document.value['openapi']))
    adaptCorsToOpenApi3(document);
  return document;
}

const invalidDocument = (apiId: string): InvalidResource =>
  InvalidResource.inTemplate(
    apiId,
    "Invalid Swagger document or the Swagger document is not explicitly defined in 'DefinitionBody'.",
    ['Properties', 'DefinitionBody'],
  );

const isVersionThree = (version: Value | undefined): boolean =>
  typeof version === 'string' && /^3(?:\.\d)(?:\.\d)?$/.test(version);

/** In a template `~1` stands for the slash of a media type. */
const slashes = (types: Value): Value =>
  isList(types) ? types.map((it) => (typeof it === 'string' ? it.replaceAll('~1', '/') : it)) : types;

function disableEndpoint(dict: PythonDict, disabled: Value): void {
  const setting: readonly [string, Py] = [
    'x-amazon-apigateway-endpoint-configuration',
    new PlainDict([['disableExecuteApiEndpoint', fromTemplate(disabled)]]),
  ];
  if (dict.has('openapi')) dict.set('servers', [PythonDict.of([setting])]);
  else dict.set(...setting);
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
