import type { Value, ValueMap } from '../template-value.ts';
import { isIntrinsic, isList, isMap, mapAt, present } from '../template-value.ts';
import { uploadedTo } from './code-location.ts';
import { logicalIdHash } from './logical-id-hash.ts';
import { checkProperties } from './property-check.ts';
import { InvalidResource, passedOn, pick, withParameters } from './sam-context.ts';
import type { Generated, SamContext } from './sam-context.ts';

const OPTIONS = ['Retain', 'Delete'];
/** Resolved before they are hashed. */
const RESOLVED = ['LayerName', 'LicenseInfo', 'Description', 'RetentionPolicy'];
/** What makes another layer beside the properties. */
const HASHED = ['Type', 'DependsOn', 'Condition', 'UpdatePolicy'];

/**
 * `AWS::Serverless::LayerVersion` L → `L<hash>`: a layer cannot be changed, so every change is another resource
 * of the same LayerName. Source: ST:model/sam_resources.py, SamLayerVersion (R)
 */
export function transformLayerVersion(layerId: string, source: ValueMap, context: SamContext): readonly Generated[] {
  const written = mapAt(source, 'Properties');
  checkProperties(layerId, 'AWS::Serverless::LayerVersion', written);
  if (written['ContentUri'] === undefined)
    throw new InvalidResource(layerId, "Missing required property 'ContentUri'.", ['Properties']);
  const resolved = RESOLVED.map((name) => [name, withParameters(written[name] ?? null, context.parameters)] as const);
  const properties = { ...written, ...present(Object.fromEntries(resolved)) };
  const hashed = { ...pick(source, HASHED), Properties: properties };
  const logicalId = `${layerId}${logicalIdHash({ [layerId]: hashed })}`;
  checkArchitectures(logicalId, layerId, properties['CompatibleArchitectures']);
  const policy = retention(layerId, properties['RetentionPolicy']);
  const resource = {
    ...present({ DependsOn: source['DependsOn'], DeletionPolicy: 'Retain' }),
    ...passedOn(source),
    ...present({ DeletionPolicy: policy }),
    Type: 'AWS::Lambda::LayerVersion',
    Properties: present({
      CompatibleArchitectures: properties['CompatibleArchitectures'],
      CompatibleRuntimes: properties['CompatibleRuntimes'],
      Content: uploadedTo(layerId, 'ContentUri', properties['ContentUri'] ?? null, context),
      Description: properties['Description'],
      LayerName: properties['LayerName'] ?? layerId,
      LicenseInfo: properties['LicenseInfo'],
    }),
  };
  return [{ logicalId, resource }];
}

function retention(layerId: string, written: Value | undefined): string | undefined {
  const at = ['Properties', 'RetentionPolicy'];
  if (written === undefined) return undefined;
  if (isMap(written))
    throw new InvalidResource(
      layerId,
      "'RetentionPolicy' does not accept intrinsic functions, please use one of the following options: ['Retain', 'Delete']",
      at,
    );
  const option = OPTIONS.find((it) => typeof written === 'string' && it.toLowerCase() === written.toLowerCase());
  if (option !== undefined) return option;
  throw new InvalidResource(
    layerId,
    "'RetentionPolicy' must be one of the following options: ['Retain', 'Delete'].",
    at,
  );
}

function checkArchitectures(logicalId: string, layerId: string, written: Value | undefined): void {
  if (!isList(written)) return;
  if (written.every((it) => isIntrinsic(it) || it === 'arm64' || it === 'x86_64')) return;
  const error = new InvalidResource(layerId, '', ['Properties', 'CompatibleArchitectures']);
  // SAM names the layer by the id that it has just given it.
  error.message = `Resource with id [${logicalId}] is invalid. CompatibleArchitectures needs to be a list of 'x86_64' or 'arm64'`;
  throw error;
}
