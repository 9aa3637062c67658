const WIDTH = 32;

/**
 * `count` blocks of `2^bits` addresses from the start of an IPv4 block; undefined when they do not fit or the
 * block is not IPv4. Source: CFNG:intrinsic-function-reference-cidr
 */
export function cidrBlocks(block: string, count: number, bits: number): readonly string[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(block);
  if (match === null) return undefined;
  const [prefix = 0, ...octets] = match.slice(1).map(Number).toReversed();
  const size = 2 ** bits;
  const isValid =
    octets.every((it) => it <= 255) && prefix <= WIDTH && Number.isInteger(bits) && bits > 0 && bits <= WIDTH;
  const fits = Number.isInteger(count) && count >= 1 && count <= 256 && count * size <= 2 ** (WIDTH - prefix);
  if (!isValid || !fits) return undefined;
  const address = octets.reduce((sum, octet, i) => sum + octet * 256 ** i, 0);
  const first = Math.floor(address / 2 ** (WIDTH - prefix)) * 2 ** (WIDTH - prefix);
  return Array.from({ length: count }, (_, i) => `${dotted(first + i * size)}/${WIDTH - bits}`);
}

const dotted = (address: number): string => [3, 2, 1, 0].map((i) => Math.floor(address / 256 ** i) % 256).join('.');
