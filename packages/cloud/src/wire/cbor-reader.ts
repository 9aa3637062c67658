/**
 * Decodes CBOR (RFC 8949) into plain values. The SDK's decoder believes the lengths it reads: a few hostile
 * bytes make it reserve gigabytes. Here a length is never trusted beyond the bytes that are there, nesting has
 * an end, and big numbers and decimal fractions are refused: no shape of the services has them.
 */
import { MalformedValue } from './schema-kind.ts';

const MAX_DEPTH = 128;
const BREAK = Symbol('break');

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** Maps become plain objects, byte strings Uint8Arrays, tag 1 (epoch seconds) a Date. */
export function readCbor(body: Uint8Array): unknown {
  const cursor = { bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength), at: 0 };
  const value = readItem(cursor, 0);
  if (value === BREAK || cursor.at !== cursor.bytes.length) throw malformed();
  return value;
}

function readItem(cursor: Cursor, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new MalformedValue('CBOR nested too deeply');
  const first = take(cursor, 1)[0] ?? 0;
  const major = first >> 5;
  const minor = first & 31;
  if (major === 7) return readSpecial(cursor, minor);
  const length = minor === 31 ? undefined : readLength(cursor, minor);
  switch (major) {
    case 0:
      return known(length);
    case 1:
      return -1 - known(length);
    case 2:
      return length === undefined ? Buffer.concat(chunks(cursor, 2)) : new Uint8Array(take(cursor, length));
    case 3:
      return (length === undefined ? Buffer.concat(chunks(cursor, 3)) : take(cursor, length)).toString('utf8');
    case 4:
      return readList(cursor, length, depth);
    case 5:
      return readMap(cursor, length, depth);
    default:
      return readTagged(cursor, known(length), depth);
  }
}

function readList(cursor: Cursor, length: number | undefined, depth: number): unknown[] {
  const list: unknown[] = [];
  while (list.length !== length) {
    const item = readItem(cursor, depth + 1);
    if (item !== BREAK) list.push(item);
    else if (length === undefined) return list;
    else throw malformed();
  }
  return list;
}

function readMap(cursor: Cursor, length: number | undefined, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  while (entries.length !== length) {
    const key = readItem(cursor, depth + 1);
    if (key === BREAK && length === undefined) break;
    if (typeof key !== 'string') throw malformed();
    const value = readItem(cursor, depth + 1);
    if (value === BREAK) throw malformed();
    entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

function readTagged(cursor: Cursor, tag: number, depth: number): unknown {
  const value = readItem(cursor, depth + 1);
  if (tag !== 1 || typeof value !== 'number')
    throw new MalformedValue(`CBOR tag ${tag} is not used by AWS's protocols`);
  return new Date(Math.round(value * 1000));
}

function readSpecial(cursor: Cursor, minor: number): unknown {
  switch (minor) {
    case 20:
      return false;
    case 21:
      return true;
    case 22:
    case 23:
      return null;
    case 25:
      return halfFloat(take(cursor, 2).readUInt16BE());
    case 26:
      return take(cursor, 4).readFloatBE();
    case 27:
      return take(cursor, 8).readDoubleBE();
    case 31:
      return BREAK;
    default:
      throw malformed();
  }
}

function readLength(cursor: Cursor, minor: number): number {
  if (minor < 24) return minor;
  if (minor === 24) return take(cursor, 1).readUInt8();
  if (minor === 25) return take(cursor, 2).readUInt16BE();
  if (minor === 26) return take(cursor, 4).readUInt32BE();
  if (minor === 27) return Number(take(cursor, 8).readBigUInt64BE());
  throw malformed();
}

/** The parts of a string of unknown length: definite strings of the same kind, up to a break. */
function chunks(cursor: Cursor, major: number): Buffer[] {
  const parts: Buffer[] = [];
  for (;;) {
    const first = take(cursor, 1)[0] ?? 0;
    if (first === 0xff) return parts;
    if (first >> 5 !== major) throw malformed();
    parts.push(take(cursor, readLength(cursor, first & 31)));
  }
}

function take(cursor: Cursor, count: number): Buffer {
  const end = cursor.at + count;
  if (end > cursor.bytes.length) throw malformed();
  const part = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return part;
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? 2 ** -24 * fraction : 2 ** (exponent - 15) * (1 + fraction / 1024));
}

function known(length: number | undefined): number {
  if (length === undefined) throw malformed();
  return length;
}

const malformed = (): MalformedValue => new MalformedValue('The CBOR of the request is not well-formed');
