/** For tests: writes archives, good ones and, on demand, bad ones. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface Written {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly isStored?: boolean;
  /** A Unix mode, `0o120777` for a symbolic link. */
  readonly mode?: number;
  /** What the directory says instead of the truth. */
  readonly lies?: { readonly bytes?: number; readonly crc?: number; readonly flags?: number; readonly method?: number };
}

/** An archive of these files; `{ 'index.mjs': 'code' }` or entry by entry. */
export function zipOf(files: Readonly<Record<string, string>> | readonly Written[]): Uint8Array {
  const entries: readonly Written[] = Array.isArray(files)
    ? (files as readonly Written[])
    : Object.entries(files as Readonly<Record<string, string>>).map(([name, content]) => ({ name, content }));
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, isStored = false, mode = 0o100644, lies = {} } of entries) {
    const bytes = Buffer.from(content);
    const packed = isStored ? bytes : deflateRawSync(bytes);
    const path = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(lies.flags ?? 0x800, 2);
    shared.writeUInt16LE(lies.method ?? (isStored ? 0 : 8), 4);
    shared.writeUInt32LE(lies.crc ?? crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(lies.bytes ?? bytes.length, 18);
    shared.writeUInt16LE(path.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(mode * 0x10000, 6);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), shared, rest, path);
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), shared, path, packed);
    at += 30 + path.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...locals, listed, end]));
}
