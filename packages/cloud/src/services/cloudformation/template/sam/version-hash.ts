import type { Value, ValueMap } from '../template-value.ts';
import { intrinsicOf, isList, isMap, mapAt } from '../template-value.ts';
import { logicalIdHash } from './logical-id-hash.ts';

export interface VersionInput {
  /** The `Code` of the function, its parameter references resolved. */
  readonly code: ValueMap;
  /** The properties of the generated function, as written. */
  readonly properties: ValueMap;
  readonly allProperties: boolean;
  /** `AutoPublishCodeSha256`; replaces all else. */
  readonly codeSha256: string | undefined;
  readonly resources: ValueMap;
}

/**
 * The suffix of `FVersion<suffix>`: another suffix is a new version. Code, Environment, MemorySize and an
 * enabled SnapStart count, as written: a parameter's value inside Environment or MemorySize does not.
 * Source: reference codedeploy-sam-cloudformation §1.4; ST:model/sam_resources.py (R)
 */
export function versionHash(input: VersionInput): string {
  if (input.codeSha256 !== undefined && input.codeSha256 !== '') return input.codeSha256.slice(0, 10);
  return logicalIdHash(input.allProperties ? allThatCounts(input) : codeAndSettings(input));
}

function codeAndSettings({ code, properties }: VersionInput): ValueMap {
  const out: Record<string, Value> = { ...code };
  const { Environment: environment, MemorySize: memory, SnapStart: snapStart } = properties;
  if (isMap(environment)) Object.assign(out, environment);
  if (memory !== undefined && memory !== null && memory !== 0 && memory !== '') out['MemorySize'] = memory;
  if (isMap(snapStart) && (snapStart['ApplyOn'] ?? 'None') !== 'None') out['SnapStart'] = snapStart;
  return out;
}

/** A layer counts with all its properties when it says `PublishLambdaVersion: true`. */
function allThatCounts({ properties, resources }: VersionInput): ValueMap {
  const out: Record<string, Value> = { ...properties };
  const layers = properties['Layers'];
  for (const layer of isList(layers) ? layers : []) {
    const id = referredId(layer);
    if (id === undefined) continue;
    const layerProperties = mapAt(mapAt(resources, id), 'Properties');
    if (layerProperties['PublishLambdaVersion'] === true) out[id] = layerProperties;
  }
  return out;
}

function referredId(value: Value): string | undefined {
  const found = intrinsicOf(value);
  if (found?.name === 'Ref' && typeof found.argument === 'string') return found.argument;
  if (found?.name !== 'Fn::GetAtt') return undefined;
  const first = isList(found.argument) ? found.argument[0] : found.argument;
  return typeof first === 'string' ? first.split('.')[0] : undefined;
}
