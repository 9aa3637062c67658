/**
 * Reads a deployment package. The central directory decides what is inside; every length is checked before it is
 * believed, nothing is unpacked beyond what it declares, and no name leads out of the package. In memory only.
 * Source: APPNOTE.TXT 6.3.10 §4.3 (PKWARE) for the format; LDG:gettingstarted-limits (D) for the limit.
 */
import { posix } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';

/** A package that Lambda could not unpack, or would not. */
export class BadZip extends Error {}

export const MAX_UNZIPPED_BYTES = 262_144_000;

interface Entry {
  readonly name: string;
  readonly isLink: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
}

const END = 0x06054b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 65_535;

/** Path inside the package → bytes, in the order of the paths. Folders are left out. Throws BadZip. */
export function unzip(zip: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const data = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  try {
    const entries = readDirectory(data).filter(({ name }) => !name.endsWith('/'));
    const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total > MAX_UNZIPPED_BYTES) throw new BadZip(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
    const files = new Map<string, Uint8Array>();
    for (const entry of entries.filter(({ isLink }) => !isLink)) files.set(entry.name, contentOf(data, entry));
    for (const entry of entries.filter(({ isLink }) => isLink)) followLink(files, entry.name, contentOf(data, entry));
    return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  } catch (cause) {
    if (cause instanceof BadZip) throw cause;
    // Whatever else can happen here happens because lengths and offsets lie.
    throw new BadZip('The archive is damaged.', { cause });
  }
}

function readDirectory(data: Buffer): Entry[] {
  const end = findEnd(data);
  const count = data.readUInt16LE(end + 10);
  let at = data.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw new BadZip('ZIP64 archives are larger than Lambda takes.');
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (data.readUInt32LE(at) !== DIRECTORY) throw new BadZip('The directory of the archive is damaged.');
    entries.push(readEntry(data, at));
    at += 46 + data.readUInt16LE(at + 28) + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(data: Buffer): number {
  const first = Math.max(0, data.length - END_LENGTH - LONGEST_COMMENT);
  for (let at = data.length - END_LENGTH; at >= first; at--) if (data.readUInt32LE(at) === END) return at;
  throw new BadZip('This is no zip archive.');
}

function readEntry(data: Buffer, at: number): Entry {
  const flags = data.readUInt16LE(at + 8);
  if ((flags & 1) !== 0) throw new BadZip('The archive is encrypted.');
  const nameLength = data.readUInt16LE(at + 28);
  if (at + 46 + nameLength > data.length) throw new BadZip('The directory of the archive is damaged.');
  // The upper half is the mode of a Unix file: 0o120000 is a symbolic link.
  const mode = data.readUInt32LE(at + 38) >>> 16;
  return {
    name: safeName(data.toString('utf8', at + 46, at + 46 + nameLength)),
    isLink: (mode & 0o170000) === 0o120000,
    method: data.readUInt16LE(at + 10),
    crc: data.readUInt32LE(at + 16),
    packedBytes: data.readUInt32LE(at + 20),
    bytes: data.readUInt32LE(at + 24),
    headerAt: data.readUInt32LE(at + 42),
  };
}

/** A path below the package's root, or nothing. */
function safeName(name: string): string {
  const normal = posix.normalize(name.replace(/^(?:\.\/)+/, ''));
  const escapes = normal.startsWith('..') && (normal === '..' || normal.startsWith('../'));
  if (normal === '' || normal.startsWith('/') || escapes || /[\0\\]|^[A-Za-z]:/.test(normal))
    throw new BadZip(`The archive holds a path that leads out of it: ${JSON.stringify(name)}`);
  return normal;
}

function contentOf(data: Buffer, { name, method, crc, packedBytes, bytes, headerAt }: Entry): Uint8Array {
  if (data.readUInt32LE(headerAt) !== LOCAL) throw new BadZip(`The archive is damaged at ${name}.`);
  const from = headerAt + 30 + data.readUInt16LE(headerAt + 26) + data.readUInt16LE(headerAt + 28);
  if (from + packedBytes > data.length) throw new BadZip(`The archive ends inside ${name}.`);
  const packed = data.subarray(from, from + packedBytes);
  const content = unpack(packed, method, bytes, name);
  if (content.length !== bytes || crc32(content) !== crc) throw new BadZip(`The archive is damaged inside ${name}.`);
  return new Uint8Array(content);
}

function unpack(packed: Buffer, method: number, bytes: number, name: string): Uint8Array {
  if (method === 0) return packed;
  if (method !== 8) throw new BadZip(`The file ${name} is packed by a method other than deflate.`);
  return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
}

/** A link stands for the file it leads to, or for all files of a folder; one that leads nowhere stands for nothing. */
function followLink(files: Map<string, Uint8Array>, name: string, target: Uint8Array): void {
  const path = safeName(posix.join(posix.dirname(name), Buffer.from(target).toString('utf8')));
  const file = files.get(path);
  if (file !== undefined) files.set(name, file);
  else {
    const inside = [...files].filter(([each]) => each.startsWith(`${path}/`));
    for (const [each, bytes] of inside) files.set(name + each.slice(path.length), bytes);
  }
}
