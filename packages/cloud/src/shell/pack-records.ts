/**
 * Documents with bytes beside them, packed small: an invocation's result is much like those before it, so what was
 * packed last is the dictionary of what is packed next. Records are read in the order in which they were written.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

export interface Packed {
  readonly document: unknown;
  readonly bytes: Uint8Array;
}

const AS_IS = 0;
const DEFLATED = 1;
/** Below this size, deflating costs more than it saves. */
const SMALL_BYTES = 256;
/** Of what was packed last; twice as much saves a hundredth more, and takes twice the time. */
const DICTIONARY_BYTES = 8_192;
const DEFLATE = { level: 1, windowBits: 14, memLevel: 7 } as const;

export class Packing {
  #dictionary: Buffer = Buffer.alloc(0);

  pack(document: unknown, bytes: Uint8Array = NOTHING): Buffer {
    const json = Buffer.from(JSON.stringify(document));
    const content = Buffer.allocUnsafe(5 + json.length + bytes.length);
    content[0] = AS_IS;
    content.writeUInt32LE(json.length, 1);
    content.set(json, 5);
    content.set(bytes, 5 + json.length);
    if (content.length < SMALL_BYTES) return content;
    const plain = content.subarray(1);
    const deflated = deflateRawSync(plain, { ...DEFLATE, ...this.#known });
    this.#remember(plain);
    return Buffer.concat([Buffer.of(DEFLATED), deflated]);
  }

  unpack(content: Buffer): Packed {
    if (content[0] !== DEFLATED) return split(content.subarray(1));
    const plain = inflateRawSync(content.subarray(1), this.#known);
    this.#remember(plain);
    return split(plain);
  }

  get #known(): { readonly dictionary?: Buffer } {
    return this.#dictionary.length === 0 ? {} : { dictionary: this.#dictionary };
  }

  #remember(plain: Buffer): void {
    const from = Math.max(0, plain.length - DICTIONARY_BYTES);
    const missing = DICTIONARY_BYTES - (plain.length - from);
    const known = missing === 0 ? NOTHING : this.#dictionary.subarray(-missing);
    this.#dictionary = Buffer.concat([known, plain.subarray(from)]);
  }
}

const NOTHING = new Uint8Array();

function split(plain: Buffer): Packed {
  const start = 4 + plain.readUInt32LE(0);
  return { document: JSON.parse(plain.toString('utf8', 4, start)), bytes: plain.subarray(start) };
}
