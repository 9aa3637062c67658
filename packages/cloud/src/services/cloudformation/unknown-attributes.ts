/**
 * Fn::GetAtt of what a resource does not have, all of a template at once, for a person who hands it over as a file.
 * CloudFormation itself finds it out when it asks for the attribute: the resource that needs it fails, and the stack rolls
 * back (dougmoscrop/serverless-plugin-log-subscription#68, C); so does a stack that is asked for over the wire.
 */
import type { Problem } from '../../user-error.ts';
import { attributesOf } from './resources/attributes.ts';
import { TYPE_NAMES } from './resources/type-names.ts';
import { type CompiledTemplate, intrinsicOf, isList, isMap, lineIn, type Path, type Value } from './template/index.ts';

interface AttributeReference {
  readonly logicalId: string;
  readonly attribute: string;
  readonly path: Path;
}

function attributesIn(value: Value, path: Path): readonly AttributeReference[] {
  if (isList(value)) return value.flatMap((item, index) => attributesIn(item, [...path, index]));
  if (!isMap(value)) return [];
  const found = intrinsicOf(value);
  if (found?.name === 'Fn::GetAtt' && isList(found.argument)) {
    const [logicalId, attribute] = found.argument;
    return typeof logicalId === 'string' && typeof attribute === 'string' ? [{ logicalId, attribute, path }] : [];
  }
  return Object.entries(value).flatMap(([key, item]) => attributesIn(item, [...path, key]));
}

/** Fn::GetAtt of an attribute that CloudFormation gives of no such type, or only AWS does (`isOnAws`). */
export interface WrongAttribute {
  readonly logicalId: string;
  readonly type: string;
  readonly attribute: string;
  readonly isOnAws: boolean;
  /** All that there are. */
  readonly known: readonly string[];
  readonly line: number | undefined;
}

export function wrongAttributes(compiled: CompiledTemplate): readonly WrongAttribute[] {
  const { resources, outputs } = compiled;
  const references = [
    ...[...resources.values()].flatMap(({ path, properties, updatePolicy }) => [
      ...attributesIn(properties, [...path, 'Properties']),
      ...attributesIn(updatePolicy, [...path, 'UpdatePolicy']),
    ]),
    ...outputs.flatMap(({ key, value }) => attributesIn(value, ['Outputs', key, 'Value'])),
  ];
  return references.flatMap(({ logicalId, attribute, path }) => {
    const type = resources.get(logicalId)?.type;
    // A type that is neither emulated nor recorded is refused as such.
    if (type === undefined || !TYPE_NAMES.has(type)) return [];
    const { given, others } = attributesOf(type);
    if (given.includes(attribute)) return [];
    // What is generated stands where its origin does.
    const line = lineIn(compiled, path) ?? resources.get(String(path[1]))?.line;
    const known = [...given, ...others].toSorted();
    return [{ logicalId, type, attribute, isOnAws: others.includes(attribute), known, line }];
  });
}

export const unknownAttributes = (compiled: CompiledTemplate, fileName: string): readonly Problem[] =>
  wrongAttributes(compiled).map((it) => ({
    message: complaint(it),
    file: fileName,
    ...(it.line !== undefined && { line: it.line }),
  }));

function complaint({ logicalId, type, attribute, isOnAws, known }: WrongAttribute): string {
  return isOnAws
    ? `The attribute ${attribute} of "${logicalId}" (${type}) is outside the slice that can be rehearsed. See docs/slice.md#attributes.`
    : `"${logicalId}" (${type}) has no attribute ${attribute}; Fn::GetAtt gives of it ${known.join(', ') || 'nothing'}. CloudFormation would find this out in the middle of the deployment, and roll back.`;
}
