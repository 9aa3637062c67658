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

const HEX = '0123456789abcdef';

export function createRandom(seed: number): Random {
  const generator = (source: string, key: string | number) => xoroshiro128plus(hash(`${source}\0${key}`, seed));
  /** What is to be a name. Of a hundred thousand keys two are likely to share 32 bits, but none to share 64. */
  const naming = (source: string, key: string | number) => {
    const [one, other] = hashes(`${source}\0${key}`, seed);
    return xoroshiro128plusFromState([~other, one, one ^ 0x9e3779b9, other]);
  };
  // Code by code into one array: a text that grows by characters is a chain of a text for each.
  const hex: Random['hex'] = (source, key, length) => {
    const draw = naming(source, key);
    const codes: number[] = [];
    for (let word = 0; codes.length < length; word >>>= 4) {
      if (codes.length % 8 === 0) word = draw.next();
      codes.push(HEX.charCodeAt(word & 15));
    }
    return String.fromCharCode(...codes);
  };
  return {
    uniform: (source, key) => unit(generator(source, key)),
    text(source, key, length, alphabet) {
      const draw = naming(source, key);
      const codes: number[] = [];
      for (let i = 0; i < length; i++) codes.push(alphabet.charCodeAt((draw.next() >>> 0) % alphabet.length));
      return String.fromCharCode(...codes);
    },
    hex,
    uuid(source, key) {
      const h = hex(source, key, 32);
      const variant = '89ab'[Number.parseInt(h[16] ?? '0', 16) % 4] ?? '8';
      return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`;
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
