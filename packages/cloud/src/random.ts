import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/**
 * The one seeded source of chance. There is no generator state: a draw is a function of (seed, source,
 * key), so that neither the order of questions nor the size of batches can change an answer.
 * `source` names the substream (`routing`, `arrivals`, `noise`, `ids` …), `key` the item in it.
 */
export interface Random {
  /** A number in [0, 1). */
  uniform(source: string, key: string | number): number;
  /** `length` characters of `alphabet`. */
  text(source: string, key: string | number, length: number, alphabet: string): string;
  /** `length` hexadecimal digits, at an eighth of the price of `text`. */
  hex(source: string, key: string | number, length: number): string;
  /** A version 4 UUID. */
  uuid(source: string, key: string | number): string;
  /** `length` bytes. */
  bytes(source: string, key: string | number, length: number): Uint8Array;
  /** A standard normal deviate. */
  normal(source: string, key: string | number): number;
}

const HEX = Buffer.from('0123456789abcdef', 'latin1');
const DASH = 0x2d;

export function createRandom(seed: number): Random {
  const generator = (source: string, key: string | number) => xoroshiro128plus(hash(`${source}\0${key}`, seed));
  /** What is to be a name. Of a hundred thousand keys two are likely to share 32 bits, but none to share 64. */
  const naming = (source: string, key: string | number) => {
    const [one, other] = hashes(`${source}\0${key}`, seed);
    return xoroshiro128plusFromState([~other, one, one ^ 0x9e3779b9, other]);
  };
  // Code by code into bytes: a text that grows by characters is a chain of a text for each.
  const digits = (source: string, key: string | number, into: Buffer, length: number): void => {
    const draw = naming(source, key);
    for (let i = 0, word = 0; i < length; i++, word >>>= 4) {
      if (i % 8 === 0) word = draw.next();
      into[i] = HEX[word & 15] as number;
    }
  };
  const drawn = Buffer.alloc(32);
  const written = Buffer.alloc(36, DASH);
  return {
    uniform: (source, key) => unit(generator(source, key)),
    text(source, key, length, alphabet) {
      const draw = naming(source, key);
      const codes: number[] = [];
      for (let i = 0; i < length; i++) codes.push(alphabet.charCodeAt((draw.next() >>> 0) % alphabet.length));
      return String.fromCharCode(...codes);
    },
    hex(source, key, length) {
      const into = Buffer.allocUnsafe(length);
      digits(source, key, into, length);
      return into.toString('latin1');
    },
    uuid(source, key) {
      digits(source, key, drawn, 32);
      for (let from = 0, to = 0; from < 32; from++, to++) {
        if (from === 8 || from === 12 || from === 16 || from === 20) to++;
        written[to] = drawn[from] as number;
      }
      written[14] = HEX[4] as number;
      written[19] = HEX[8 + (HEX.indexOf(drawn[16] as number) % 4)] as number;
      return written.toString('latin1');
    },
    bytes(source, key, length) {
      const draw = generator(source, key);
      return Uint8Array.from({ length }, () => draw.next() & 0xff);
    },
    normal(source, key) {
      const draw = generator(source, key);
      // Box–Muller; 1 − u keeps the logarithm away from zero.
      return Math.sqrt(-2 * Math.log(1 - unit(draw))) * Math.cos(2 * Math.PI * unit(draw));
    },
  };
}

const unit = (draw: { next(): number }): number => ((draw.next() >>> 0) * 0x200000 + (draw.next() >>> 11)) / 2 ** 53;

/** 32 bits of a string under a seed: FNV-1a with a final avalanche (MurmurHash3's fmix32). */
export function hash(text: string, seed = 0): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return avalanche(h);
}

/** Twice 32 bits that have nothing to do with each other: another start, and another odd factor. */
function hashes(text: string, seed: number): readonly [number, number] {
  let [one, other] = [0x811c9dc5 ^ seed, 0x2f0b4c47 ^ seed];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x5bd1e995);
  }
  return [avalanche(one), avalanche(other)];
}

function avalanche(of: number): number {
  let h = Math.imul(of ^ (of >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
