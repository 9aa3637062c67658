/**
 * What compiling a file of a package has given, kept on disk for the next thread: how its text was read, and V8's code
 * with the functions that have run so far. A rehearsal is repeated far more often than a bundle changes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** Shorter texts are compiled sooner than they are found. */
const SHORTEST = 8_192;
const MOST_FILES = 128;
const END = '.code';

/** How a file begins: a line of JSON, then V8's bytes. */
interface Head {
  readonly crc: number;
  readonly reading: unknown;
}

/** How a script is made: `new Script` but for the code, which may be there already. */
export type MakeScript = (cachedData: Buffer | undefined) => Script;

export class KeptCode {
  readonly #directory: string | undefined;
  /** Scripts that V8 had to compile, by the name of the file that they get. */
  readonly #fresh = new Map<string, { readonly script: Script; readonly reading: unknown }>();

  /** Without a directory nothing is kept. */
  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  /**
   * The script of `text`. `read` says how the text is to be read (plain data), and `make` makes the script of that:
   * both are remembered under `key`, which names everything but the text that they depend on.
   */
  script<Reading>(
    key: string,
    text: string,
    read: () => Reading,
    make: (reading: Reading, cachedData: Buffer | undefined) => Script,
  ): { readonly script: Script; readonly reading: Reading } {
    if (this.#directory === undefined || text.length < SHORTEST) {
      const reading = read();
      return { script: make(reading, undefined), reading };
    }
    const name = createHash('sha256').update(key).update('\0').update(text).digest('hex') + END;
    const kept = load(join(this.#directory, name));
    const reading = kept === undefined ? read() : (kept.reading as Reading);
    const script = make(reading, kept?.code);
    if (kept === undefined || script.cachedDataRejected === true) this.#fresh.set(name, { script, reading });
    return { script, reading };
  }

  get hasNews(): boolean {
    return this.#fresh.size > 0;
  }

  /** Writes what is not on disk yet: best after the code has run. Where that fails, it is compiled again next time. */
  write(): void {
    const fresh = [...this.#fresh];
    this.#fresh.clear();
    const directory = this.#directory;
    if (directory === undefined) return;
    try {
      mkdirSync(directory, { recursive: true });
      for (const [name, { script, reading }] of fresh) store(directory, name, reading, script.createCachedData());
      forgetOldest(directory);
    } catch {
      // A full or read-only disk costs time, not the rehearsal.
    }
  }
}

function load(file: string): { readonly reading: unknown; readonly code: Buffer } | undefined {
  try {
    const bytes = readFileSync(file);
    const line = bytes.indexOf(10);
    const { crc, reading } = JSON.parse(bytes.toString('utf8', 0, line)) as Head;
    const code = bytes.subarray(line + 1);
    return crc32(code) === crc ? { reading, code } : undefined;
  } catch {
    return undefined;
  }
}

/** Under its name only when it is whole: other processes read the same directory. */
function store(directory: string, name: string, reading: unknown, code: Buffer): void {
  const head: Head = { crc: crc32(code), reading };
  const file = join(directory, name);
  const unfinished = `${file}.${process.pid}-${process.hrtime.bigint()}`;
  writeFileSync(unfinished, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), code]));
  renameSync(unfinished, file);
}

function forgetOldest(directory: string): void {
  const files = readdirSync(directory);
  if (files.length <= MOST_FILES) return;
  const dated = files.map((name) => ({ name, ms: statSync(join(directory, name)).mtimeMs }));
  for (const { name } of dated.toSorted((a, b) => a.ms - b.ms).slice(0, files.length - MOST_FILES))
    rmSync(join(directory, name), { force: true });
}
