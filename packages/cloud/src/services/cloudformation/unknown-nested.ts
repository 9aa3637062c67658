/** Names inside a property that CloudFormation refuses as extraneous keys, all of a template at once. */
import type { Problem } from '../../user-error.ts';
import { nestedProperties } from './resources/nested-properties.ts';
import { type CompiledTemplate, intrinsicOf, isList, isMap, lineIn, type Path, type Value } from './template/index.ts';

export function unknownNested(compiled: CompiledTemplate, fileName: string): readonly Problem[] {
  return [...compiled.resources.values()].flatMap(({ logicalId, type, properties, path, line: ofResource }) => {
    const known = nestedProperties(type);
    if (known === undefined) return [];
    return Object.entries(properties).flatMap(([property, value]) =>
      extraneous(value, [property], known).map((found) => {
        const line = lineIn(compiled, [...path, 'Properties', ...found]) ?? ofResource;
        const message = `The property ${found.join('.')} of "${logicalId}" is none of ${type} that is known here: CloudFormation refuses one that is misspelled (extraneous key). See docs/slice.md#properties.`;
        return { message, file: fileName, ...(line !== undefined && { line }) };
      }),
    );
  });
}

/** Paths of names that may not stand where they do. What is still to be resolved is nobody's name. */
function extraneous(value: Value, path: Path, known: ReadonlyMap<string, ReadonlySet<string>>): readonly Path[] {
  if (isList(value)) return value.flatMap((item, index) => extraneous(item, [...path, index], known));
  const names = known.get(path.filter((part) => typeof part === 'string').join('.'));
  if (names === undefined || !isMap(value) || intrinsicOf(value) !== undefined) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    names.has(name) ? extraneous(item, [...path, name], known) : [[...path, name]],
  );
}
