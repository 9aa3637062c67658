/**
 * Records in a file that is only ever appended to. A frame: length of the content (u32), CRC-32 of the content (u32),
 * CRC-32 of these eight bytes (u32), the content. The content: how it is packed (u8), and packed: length of a JSON
 * document (u32), the document, bytes. See pack-records.ts.
 */
import { fstatSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** A content, and where its frame ends in the file. */
export interface Frame {
  readonly content: Buffer;
  readonly end: number;
}

/** `intactBytes`: where the last whole frame ends; what comes after it was cut off while it was written. */
export type FramesEnd =
  | { readonly type: 'read'; readonly intactBytes: number }
  | { readonly type: 'corrupted'; readonly atByte: number };

const HEAD_BYTES = 12;

export function frame(content: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(HEAD_BYTES + content.length);
  framed.writeUInt32LE(content.length, 0);
  framed.writeUInt32LE(crc32(content), 4);
  framed.writeUInt32LE(crc32(framed.subarray(0, 8)), 8);
  framed.set(content, HEAD_BYTES);
  return framed;
}

/** A frame that is not whole is the last one, or the file is corrupted: appending leaves nothing else behind. */
export function* readFrames(fd: number, from = 0): Generator<Frame, FramesEnd, undefined> {
  const file = new BlockReader(fd);
  for (let at = from; ;) {
    if (file.size - at < HEAD_BYTES) return { type: 'read', intactBytes: at };
    const head = file.read(at, HEAD_BYTES);
    if (crc32(head.subarray(0, 8)) !== head.readUInt32LE(8))
      return file.isBlankFrom(at) ? { type: 'read', intactBytes: at } : { type: 'corrupted', atByte: at };
    const end = at + HEAD_BYTES + head.readUInt32LE(0);
    const sum = head.readUInt32LE(4);
    if (end > file.size) return { type: 'read', intactBytes: at };
    const content = file.read(at + HEAD_BYTES, end - at - HEAD_BYTES);
    if (crc32(content) !== sum)
      return end === file.size ? { type: 'read', intactBytes: at } : { type: 'corrupted', atByte: at };
    yield { content, end };
    at = end;
  }
}

const BLOCK_BYTES = 1024 * 1024;

/** Reads a file in large blocks, however small the pieces are that are asked for. */
class BlockReader {
  readonly size: number;
  readonly #fd: number;
  #block: Buffer = Buffer.alloc(0);
  #blockAt = 0;

  constructor(fd: number) {
    this.#fd = fd;
    this.size = fstatSync(fd).size;
  }

  read(at: number, length: number): Buffer {
    if (at < this.#blockAt || at + length > this.#blockAt + this.#block.length) this.#load(at, length);
    return this.#block.subarray(at - this.#blockAt, at - this.#blockAt + length);
  }

  /** After a loss of power a file may have grown without its content. */
  isBlankFrom(at: number): boolean {
    for (let from = at; from < this.size; from += BLOCK_BYTES)
      if (this.read(from, Math.min(BLOCK_BYTES, this.size - from)).some((byte) => byte !== 0)) return false;
    return true;
  }

  #load(at: number, length: number): void {
    const block = Buffer.allocUnsafe(Math.min(Math.max(length, BLOCK_BYTES), this.size - at));
    let filled = 0;
    while (filled < block.length) {
      const got = readSync(this.#fd, block, filled, block.length - filled, at + filled);
      if (got === 0) throw new Error('a file became shorter while it was read');
      filled += got;
    }
    this.#block = block;
    this.#blockAt = at;
  }
}
