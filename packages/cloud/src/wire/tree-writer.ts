/** Writes a shape as the plain tree that JSON.stringify or the CBOR encoder takes. The mirror of tree-reader.ts. */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Shape } from './call.ts';
import { kindOf, lazily, membersOf, oncePerStructure } from './schema-kind.ts';

export type Write = (value: unknown) => unknown;

export interface TreeWriteFormat {
  keyOf(name: string, member: NormalizedSchema): string;
  timestamp(value: Date, schema: NormalizedSchema): unknown;
  blob(value: Uint8Array): unknown;
  number(value: number): unknown;
}

export interface TreeWriter {
  of(schema: NormalizedSchema): Write;
  ofMembers(members: readonly (readonly [string, NormalizedSchema])[]): (value: Shape) => Record<string, unknown>;
}

export function createTreeWriter(format: TreeWriteFormat): TreeWriter {
  const structure = oncePerStructure((schema) => {
    const write = lazily(() => ofMembers(membersOf(schema)));
    return (value: unknown) => write()(value as Shape);
  });

  function of(schema: NormalizedSchema): Write {
    const kind = kindOf(schema);
    switch (kind) {
      case 'structure':
        return structure(schema);
      case 'list':
        return list(of(schema.getValueSchema()));
      case 'map':
        return map(of(schema.getValueSchema()));
      case 'timestamp':
        return (value) => format.timestamp(dateOf(value, schema), schema);
      case 'blob':
        return (value) => format.blob(bytesOf(value, schema));
      case 'number':
        return (value) => format.number(value as number);
      case 'document':
      case 'unit':
      case 'string':
      case 'boolean':
        return (value) => value;
      default:
        return kind satisfies never;
    }
  }

  function ofMembers(members: readonly (readonly [string, NormalizedSchema])[]) {
    const plan = members.map(([name, member]) => ({ name, key: format.keyOf(name, member), write: of(member) }));
    return (value: Shape) => {
      const out: Record<string, unknown> = {};
      for (const { name, key, write } of plan) {
        const given = value[name];
        if (given !== undefined && given !== null) out[key] = write(given);
      }
      return out;
    };
  }
  return { of, ofMembers };
}

const list = (write: Write): Write => {
  return (value) => (value as readonly unknown[]).filter(isThere).map(write);
};

const map = (write: Write): Write => {
  return (value) =>
    Object.fromEntries(
      Object.entries(value as Shape)
        .filter(([, item]) => isThere(item))
        .map(([key, item]) => [key, write(item)]),
    );
};

export const isThere = (value: unknown): boolean => value !== undefined && value !== null;

/** A service that answers anything but a Date has a bug; it is named, not guessed at. */
export function dateOf(value: unknown, schema: NormalizedSchema): Date {
  if (value instanceof Date) return value;
  throw new TypeError(`The output's ${schema.getName() ?? 'timestamp'} is not a Date but ${typeof value}.`);
}

export function bytesOf(value: unknown, schema: NormalizedSchema): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  throw new TypeError(`The output's ${schema.getName() ?? 'blob'} is neither bytes nor text but ${typeof value}.`);
}
