/**
 * Reads parsed JSON or CBOR as a shape: names, timestamps and blobs become what the SDK's types say, unknown
 * members fall away, and a value of the wrong type is refused in the words of AWS's own front end.
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Shape } from './call.ts';
import { kindOf, lazily, MalformedValue, membersOf, oncePerStructure } from './schema-kind.ts';

export type Read = (value: unknown) => unknown;

/** What differs between the formats that carry trees. */
export interface TreeFormat {
  keyOf(name: string, member: NormalizedSchema): string;
  timestamp(value: unknown, schema: NormalizedSchema): Date;
  blob(value: unknown): Uint8Array;
}

export interface TreeReader {
  /** Reads one value. */
  of(schema: NormalizedSchema): Read;
  /** Reads the named members of an object, as a structure of its own. */
  ofMembers(members: readonly (readonly [string, NormalizedSchema])[]): (value: unknown) => Shape;
}

export function createTreeReader(format: TreeFormat): TreeReader {
  const structure = oncePerStructure((schema) => {
    const read = lazily(() => ofMembers(membersOf(schema)));
    return (value: unknown) => read()(value);
  });

  function of(schema: NormalizedSchema): Read {
    const kind = kindOf(schema);
    switch (kind) {
      case 'structure':
        return structure(schema);
      case 'list':
        return list(of(schema.getValueSchema()));
      case 'map':
        return map(of(schema.getValueSchema()));
      case 'timestamp':
        return (value) => format.timestamp(value, schema);
      case 'blob':
        return (value) => format.blob(value);
      case 'document':
      case 'unit':
        return (value) => value;
      case 'string':
        return string;
      case 'number':
        return number;
      case 'boolean':
        return boolean;
      default:
        return kind satisfies never;
    }
  }

  function ofMembers(members: readonly (readonly [string, NormalizedSchema])[]): (value: unknown) => Shape {
    const plan = members.map(([name, member]) => ({ name, key: format.keyOf(name, member), read: of(member) }));
    return (value) => {
      if (!isRecord(value)) throw unexpected(value, 'a structure');
      const out: Record<string, unknown> = {};
      for (const { name, key, read } of plan) {
        const given = value[key];
        if (given !== undefined && given !== null) out[name] = read(given);
      }
      return out;
    };
  }
  return { of, ofMembers };
}

/** A null item stays null: the constraints name it by its place. */
const list = (read: Read): Read => {
  return (value) => {
    if (!Array.isArray(value)) throw unexpected(value, 'a list');
    return value.map((item) => (item === null ? null : read(item)));
  };
};

const map = (read: Read): Read => {
  return (value) => {
    if (!isRecord(value)) throw unexpected(value, 'a map');
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, item === null ? null : read(item)]));
  };
};

function string(value: unknown): string {
  if (typeof value !== 'string') throw unexpected(value, 'a String');
  return value;
}

function boolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw unexpected(value, 'a Boolean');
  return value;
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  // JSON has no word for these three; the SDKs send them as text.
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw unexpected(value, 'a Number');
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** AWS's front end says `Start of list found where not expected` and `NUMBER_VALUE can not be converted to a String`. */
export function unexpected(value: unknown, wanted: string): MalformedValue {
  if (Array.isArray(value)) return new MalformedValue('Start of list found where not expected');
  if (isRecord(value)) return new MalformedValue('Start of structure or map found where not expected.');
  const found = typeof value === 'boolean' ? `${value}`.toUpperCase() : typeof value === 'number' ? 'NUMBER' : 'STRING';
  return new MalformedValue(`${found}_VALUE can not be converted to ${wanted}`);
}
