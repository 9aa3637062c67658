/** The few questions that the wire asks of the schemas which the SDK's clients export. */
import type { NormalizedSchema } from '@smithy/core/schema';

export type Kind =
  | 'structure'
  | 'list'
  | 'map'
  | 'blob'
  | 'timestamp'
  | 'document'
  | 'boolean'
  | 'number'
  | 'string'
  | 'unit';

export function kindOf(schema: NormalizedSchema): Kind {
  if (schema.isStructSchema()) return 'structure';
  if (schema.isListSchema()) return 'list';
  if (schema.isMapSchema()) return 'map';
  if (schema.isStringSchema()) return 'string';
  if (schema.isNumericSchema()) return 'number';
  if (schema.isBooleanSchema()) return 'boolean';
  if (schema.isTimestampSchema()) return 'timestamp';
  if (schema.isBlobSchema()) return 'blob';
  if (schema.isDocumentSchema()) return 'document';
  if (schema.isUnitSchema()) return 'unit';
  throw new Error(
    `The wire carries no shape like ${schema.getName(true) ?? 'this one'}: none of the services has one.`,
  );
}

/** A structure's members in the model's order; nothing for a unit. */
export const membersOf = (schema: NormalizedSchema): readonly (readonly [string, NormalizedSchema])[] =>
  schema.isStructSchema() ? [...schema.structIterator()] : [];

/** Smithy keeps required members first, and their number in slot 6 of a structure (toolchain.md §5). */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const raw: unknown = schema.getSchema();
  if (!schema.isStructSchema() || !Array.isArray(raw)) return [];
  const [, , , , names, , count = 0] = raw as [number, string, string, unknown, string[], unknown, number?];
  return names.slice(0, count);
}

/** Readers and writers are made once per structure: `make` is asked only the first time. */
export function oncePerStructure<T>(make: (schema: NormalizedSchema) => T): (schema: NormalizedSchema) => T {
  const made = new WeakMap<object, T>();
  return (schema) => {
    const key: unknown = schema.getSchema();
    if (typeof key !== 'object' || key === null) return make(schema);
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(schema);
    made.set(key, fresh);
    return fresh;
  };
}

/** Computed when first asked for: recursive shapes and rarely used operations cost nothing before. */
export function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** A value that does not fit its shape. The protocol gives it AWS's error code. */
export class MalformedValue extends Error {}
