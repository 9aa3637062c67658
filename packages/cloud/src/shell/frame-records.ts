/**
 * Records in a file that is only ever appended to. A frame: length of the content (u32), CRC-32 of the content (u32),
 * CRC-32 of these eight bytes (u32), the content. The content: length of a JSON document (u32), the document, bytes.
 */
import { crc32 } from 'node:zlib';

export interface Framed {
  readonly document: unknown;
  readonly bytes: Uint8Array;
}

/** `intactBytes`: where the last whole record ends; what comes after it was cut off while it was written. */
export type FramesRead =
  | { readonly type: 'read'; readonly records: readonly Framed[]; readonly intactBytes: number }
  | { readonly type: 'corrupted'; readonly atByte: number };

const HEAD_BYTES = 12;

export function frameRecord(document: unknown, bytes: Uint8Array = new Uint8Array()): Buffer {
  const json = Buffer.from(JSON.stringify(document));
  const content = Buffer.alloc(4 + json.length + bytes.length);
  content.writeUInt32LE(json.length, 0);
  content.set(json, 4);
  content.set(bytes, 4 + json.length);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(content.length, 0);
  head.writeUInt32LE(crc32(content), 4);
  head.writeUInt32LE(crc32(head.subarray(0, 8)), 8);
  return Buffer.concat([head, content]);
}

/** A record that is not whole is the last one, or the file is corrupted: appending leaves nothing else behind. */
export function readFrames(file: Buffer): FramesRead {
  const records: Framed[] = [];
  let at = 0;
  for (;;) {
    const left = file.length - at;
    if (left < HEAD_BYTES) return { type: 'read', records, intactBytes: at };
    const isHeadWhole = crc32(file.subarray(at, at + 8)) === file.readUInt32LE(at + 8);
    const end = at + HEAD_BYTES + file.readUInt32LE(at);
    if (!isHeadWhole)
      return isBlank(file, at) ? { type: 'read', records, intactBytes: at } : { type: 'corrupted', atByte: at };
    if (end > file.length) return { type: 'read', records, intactBytes: at };
    const content = file.subarray(at + HEAD_BYTES, end);
    if (crc32(content) !== file.readUInt32LE(at + 4))
      return end === file.length ? { type: 'read', records, intactBytes: at } : { type: 'corrupted', atByte: at };
    records.push(contentOf(content));
    at = end;
  }
}

/** After a loss of power a file may have grown without its content. */
const isBlank = (file: Buffer, from: number): boolean => file.subarray(from).every((byte) => byte === 0);

function contentOf(content: Buffer): Framed {
  const start = 4 + content.readUInt32LE(0);
  return { document: JSON.parse(content.toString('utf8', 4, start)), bytes: content.subarray(start) };
}
