/** Names inside a property that CloudFormation refuses as extraneous keys, all of a template at once. */
import type { Problem } from '../../user-error.ts';
import { nestedProperties } from './resources/nested-properties.ts';
import {
  type CompiledResource,
  type CompiledTemplate,
  intrinsicOf,
  isList,
  isMap,
  lineIn,
  type Path,
  type Value,
} from './template/index.ts';

/** A name that may not stand where it does. */
export interface ExtraneousKey {
  readonly resource: CompiledResource;
  /** Where, under the resource's properties. */
  readonly path: Path;
  /** The names that may stand there. */
  readonly known: ReadonlySet<string>;
  readonly line: number | undefined;
}

export const extraneousKeys = (compiled: CompiledTemplate): readonly ExtraneousKey[] =>
  [...compiled.resources.values()].flatMap((resource) => {
    const known = nestedProperties(resource.type);
    if (known === undefined) return [];
    return Object.entries(resource.properties).flatMap(([property, value]) =>
      extraneous(value, [property], known).map((path) => ({
        resource,
        path,
        known: known.get(placeOf(path.slice(0, -1))) ?? new Set<string>(),
        line: lineIn(compiled, [...resource.path, 'Properties', ...path]) ?? resource.line,
      })),
    );
  });

export const unknownNested = (compiled: CompiledTemplate, fileName: string): readonly Problem[] =>
  extraneousKeys(compiled).map(({ resource: { logicalId, type }, path, line }) => ({
    message: `The property ${path.join('.')} of "${logicalId}" is none of ${type} that is known here: CloudFormation refuses one that is misspelled (extraneous key). See docs/slice.md#properties.`,
    file: fileName,
    ...(line !== undefined && { line }),
  }));

const placeOf = (path: Path): string => path.filter((part) => typeof part === 'string').join('.');

/** Paths of names that may not stand where they do. What is still to be resolved is nobody's name. */
function extraneous(value: Value, path: Path, known: ReadonlyMap<string, ReadonlySet<string>>): readonly Path[] {
  if (isList(value)) return value.flatMap((item, index) => extraneous(item, [...path, index], known));
  const names = known.get(placeOf(path));
  if (names === undefined || !isMap(value) || intrinsicOf(value) !== undefined) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    names.has(name) ? extraneous(item, [...path, name], known) : [[...path, name]],
  );
}
