/**
 * `AWS::Serverless::Function` → what it stands for. Source: reference codedeploy-sam-cloudformation §1.1;
 * ST:model/sam_resources.py, SamFunction (R)
 */
import type { Value, ValueMap } from '../template-value.ts';
import { getAtt, isMap, mapAt, present, ref } from '../template-value.ts';
import { codeLocation } from './code-location.ts';
import { aliasUpdatePolicy, readPreference } from './deployment-preference.ts';
import type { DeploymentPreference } from './deployment-preference.ts';
import { eventInvoke } from './destinations.ts';
import { eventSources } from './event-sources.ts';
import { executionRole } from './execution-role.ts';
import { functionUrl } from './function-url.ts';
import { checkProperties } from './property-check.ts';
import { InvalidResource, keptAttributes, passedOn, refused, withParameters } from './sam-context.ts';
import type { Generated, SamContext } from './sam-context.ts';
import { propagateTags, tagsWithSam } from './tags.ts';
import { versionHash } from './version-hash.ts';

export interface TransformedFunction {
  readonly resources: readonly Generated[];
  readonly preference: DeploymentPreference | undefined;
}

/** Properties that go to the function as they are. */
const PASSED = (
  'FunctionName Handler Runtime Description MemorySize Timeout VpcConfig Role Environment KmsKeyArn ' +
  'ReservedConcurrentExecutions Layers FileSystemConfigs ImageConfig PackageType Architectures SnapStart ' +
  'EphemeralStorage CodeSigningConfigArn RuntimeManagementConfig LoggingConfig TenancyConfig RecursiveLoop ' +
  'DurableConfig'
).split(' ');

export const REFUSED = ['CapacityProviderConfig', 'FunctionScalingConfig', 'PublishToLatestPublished'];

export function transformFunction(functionId: string, source: ValueMap, context: SamContext): TransformedFunction {
  const properties = mapAt(source, 'Properties');
  check(functionId, properties);
  const code = codeLocation(functionId, properties, context);
  const bare = { ...functionProperties(functionId, properties, context), Code: code };
  checkPackage(functionId, bare, code);
  const published = publish(functionId, source, properties, bare, context);
  const alias = published?.alias;
  const url = properties['FunctionUrlConfig'];
  const urls = isMap(url) ? functionUrl(functionId, source, url, alias?.logicalId) : [];
  const preference = readPreference(functionId, properties, source['Condition'], context);
  const config = properties['EventInvokeConfig'];
  const invoke =
    isMap(config) && Object.keys(config).length > 0
      ? eventInvoke(functionId, source, config, alias, context)
      : { resources: [], policies: [] };
  const events = eventSources(functionId, source, properties, alias?.logicalId, context);
  const role = executionRole(functionId, source, properties, invoke.policies, events.needs, context);
  const main: Generated = {
    logicalId: functionId,
    resource: {
      ...keptAttributes(source),
      Type: 'AWS::Lambda::Function',
      Properties: present({ ...bare, ...published?.changes, Role: role.role }),
    },
  };
  const resources = [
    main,
    ...(published === undefined ? [] : [published.version, withUpdatePolicy(published.aliasResource, preference)]),
    ...urls,
    ...invoke.resources,
    ...role.resources,
    ...events.resources,
  ];
  return { resources: propagateTags(resources, properties), preference };
}

function check(functionId: string, properties: ValueMap): void {
  checkProperties(functionId, 'AWS::Serverless::Function', properties);
  for (const name of REFUSED)
    if (properties[name] !== undefined) throw refused(functionId, `${name} of ${functionId}`, ['Properties', name]);
  const {
    AutoPublishAlias: alias,
    ProvisionedConcurrencyConfig: provisioned,
    VersionDeletionPolicy: policy,
  } = properties;
  if (policy !== undefined && policy !== 'Delete' && policy !== 'Retain')
    throw new InvalidResource(
      functionId,
      "Property 'VersionDeletionPolicy' should be a one of the strings: 'Delete' or 'Retain'.",
      ['Properties', 'VersionDeletionPolicy'],
    );
  if (policy !== undefined && alias === undefined)
    throw new InvalidResource(functionId, "'VersionDeletionPolicy' requires 'AutoPublishAlias'.", [
      'Properties',
      'VersionDeletionPolicy',
    ]);
  if (provisioned !== undefined && alias === undefined)
    throw new InvalidResource(
      functionId,
      'To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function',
      ['Properties', 'ProvisionedConcurrencyConfig'],
    );
}

function functionProperties(functionId: string, properties: ValueMap, context: SamContext): ValueMap {
  const tracing = properties['Tracing'];
  const isTraced = tracing !== undefined && withParameters(tracing, context.parameters) !== 'Disabled';
  const deadLetters = properties['DeadLetterQueue'];
  const passed = Object.fromEntries(PASSED.map((name) => [name, properties[name]]));
  return present({
    ...passed,
    Tags: tagsWithSam(functionId, properties['Tags']),
    TracingConfig: isTraced ? { Mode: tracing } : undefined,
    DeadLetterConfig: isMap(deadLetters) ? present({ TargetArn: deadLetters['TargetArn'] }) : undefined,
  });
}

function checkPackage(functionId: string, properties: ValueMap, code: ValueMap): void {
  const has = (name: string): boolean => properties[name] !== undefined && properties[name] !== '';
  if (properties['PackageType'] === 'Image') {
    if (has('Handler') || has('Runtime') || has('Layers'))
      throw new InvalidResource(
        functionId,
        'Runtime, Handler, Layers cannot be present when PackageType is of type `Image`',
      );
    return;
  }
  if (!has('Runtime') || !has('Handler'))
    throw new InvalidResource(functionId, 'Runtime and Handler needs to be present when PackageType is of type `Zip`');
  if (code['ImageUri'] !== undefined || has('ImageConfig'))
    throw new InvalidResource(
      functionId,
      'ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`',
    );
}

interface Published {
  readonly alias: { readonly name: string; readonly logicalId: string };
  readonly aliasResource: Generated;
  readonly version: Generated;
  /** What publishing changes on the function itself. */
  readonly changes: ValueMap;
}

/** With AutoPublishAlias: `FVersion<hash>`, kept when it goes, and `FAlias<name>` on it. */
function publish(
  functionId: string,
  source: ValueMap,
  properties: ValueMap,
  bare: ValueMap,
  context: SamContext,
): Published | undefined {
  if (properties['AutoPublishAlias'] === undefined) return undefined;
  const name = aliasName(functionId, properties['AutoPublishAlias'], context);
  const code = withParameters(bare['Code'] ?? {}, context.parameters);
  const sha256 = codeSha256(functionId, properties, context);
  const changes = sha256 === undefined ? {} : { Description: describedBy(bare['Description'], sha256, context) };
  const suffix = versionHash({
    code: isMap(code) ? code : {},
    properties: { ...bare, ...changes, Code: code },
    allProperties: properties['AutoPublishAliasAllProperties'] === true,
    codeSha256: sha256,
    resources: context.resources,
  });
  const versionId = `${functionId}Version${suffix}`;
  const version: ValueMap = {
    ...present({ DeletionPolicy: properties['VersionDeletionPolicy'] ?? 'Retain' }),
    ...passedOn(source),
    Type: 'AWS::Lambda::Version',
    Properties: present({ FunctionName: ref(functionId), Description: properties['VersionDescription'] }),
  };
  const aliasId = `${functionId}Alias${name.replaceAll('-', 'D').replaceAll('_', 'U')}`;
  const aliasResource: ValueMap = {
    ...passedOn(source),
    Type: 'AWS::Lambda::Alias',
    Properties: present({
      Name: name,
      FunctionName: ref(functionId),
      FunctionVersion: getAtt(versionId, 'Version'),
      ProvisionedConcurrencyConfig: properties['ProvisionedConcurrencyConfig'],
    }),
  };
  return {
    alias: { name, logicalId: aliasId },
    aliasResource: { logicalId: aliasId, resource: aliasResource },
    version: { logicalId: versionId, resource: version },
    // SAM resolves parameters inside Code in place, so that the function shows them resolved too.
    changes: { ...changes, Code: code },
  };
}

function aliasName(functionId: string, written: Value | undefined, context: SamContext): string {
  const at = ['Properties', 'AutoPublishAlias'];
  const name = withParameters(written ?? null, context.parameters);
  if (typeof name !== 'string')
    throw new InvalidResource(functionId, "'AutoPublishAlias' must be a string or a Ref to a template parameter", at);
  if (name === '') throw new InvalidResource(functionId, 'Alias name is required to create an alias', at);
  if (!/^(?![0-9]+$)[a-zA-Z0-9\-_]+$/.test(name))
    throw new InvalidResource(
      functionId,
      `AutoPublishAlias name ('${name}') must contain only alphanumeric characters, hyphens, or underscores matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern.`,
      at,
    );
  return name;
}

function codeSha256(functionId: string, properties: ValueMap, context: SamContext): string | undefined {
  const written = properties['AutoPublishCodeSha256'];
  if (written === undefined || written === '') return undefined;
  const value = withParameters(written, context.parameters);
  if (typeof value === 'string') return value;
  throw new InvalidResource(functionId, 'AutoPublishCodeSha256 must be a string', [
    'Properties',
    'AutoPublishCodeSha256',
  ]);
}

/** Lambda publishes nothing when nothing changed, so the hash goes into the description as well. */
function describedBy(description: Value | undefined, sha256: string, context: SamContext): Value {
  const known = description === undefined ? '' : withParameters(description, context.parameters);
  if (typeof known !== 'string') return { 'Fn::Join': [' ', [known, sha256]] };
  return known === '' ? sha256 : `${known} ${sha256}`;
}

function withUpdatePolicy(alias: Generated, preference: DeploymentPreference | undefined): Generated {
  if (preference?.isEnabled !== true) return alias;
  return { ...alias, resource: { ...alias.resource, UpdatePolicy: aliasUpdatePolicy(preference) } };
}
