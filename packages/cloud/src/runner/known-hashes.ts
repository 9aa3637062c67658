/**
 * `crypto.hash` of a text that was hashed a moment ago: a handler that makes an ETag of its answer mostly gives one of a
 * few answers, and to compare two texts takes a tenth of hashing one. The digest is what Node's own gives.
 */
import { hash } from 'node:crypto';

interface Known {
  readonly algorithm: unknown;
  readonly text: string;
  readonly encoding: unknown;
  readonly digest: string;
}

const KEPT = 4;
/** Hashing what is short takes no longer than comparing it. */
const SHORTEST_TEXT = 256;
const recent: Known[] = [];
let next = 0;

/** As `crypto.hash`, whose arguments it takes; only digests that are texts are remembered. */
export function hashOfText(...args: unknown[]): unknown {
  const [algorithm, text, encoding] = args;
  if (typeof text !== 'string' || text.length < SHORTEST_TEXT) return hash(...(args as Parameters<typeof hash>));
  for (const known of recent)
    if (known.text === text && known.algorithm === algorithm && known.encoding === encoding) return known.digest;
  const digest: unknown = hash(...(args as Parameters<typeof hash>));
  if (typeof digest === 'string' && (encoding === undefined || typeof encoding === 'string')) {
    recent[next] = { algorithm, text, encoding, digest };
    next = (next + 1) % KEPT;
  }
  return digest;
}
