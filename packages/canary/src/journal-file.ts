import { closeSync, openSync, writeFileSync } from 'node:fs';
import { type JournalEntry, UserError } from '@unicorns/cloud';
import { journalLine } from './render/index.ts';

const BUFFER_CHARACTERS = 1 << 20;

/**
 * A journal on its way to a file, one entry a line. It writes synchronously: a rehearsal leaves no time in between, and
 * a stream would hold all of it in memory.
 */
export class JournalFile {
  readonly #file: string;
  readonly #fd: number;
  #pending = '';

  /** Opened at once: a place that cannot be written to is told before anything runs. */
  constructor(file: string) {
    this.#file = file;
    try {
      this.#fd = openSync(file, 'w');
    } catch (cause) {
      throw new UserError(`The journal cannot be written to ${file}.`, { cause });
    }
  }

  append(entry: JournalEntry): void {
    this.#pending += journalLine(entry);
    if (this.#pending.length > BUFFER_CHARACTERS) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#fd);
  }

  #flush(): void {
    const text = this.#pending;
    this.#pending = '';
    try {
      writeFileSync(this.#fd, text);
    } catch (cause) {
      throw new UserError(`The journal ${this.#file} cannot be written to its end: ${messageOf(cause)}.`, { cause });
    }
  }
}

/** Not by `instanceof`: what Node itself throws is of the realm that runs the tests. */
const messageOf = (cause: unknown): string =>
  String((cause as { readonly message?: unknown } | null)?.message ?? cause);
