import { closeSync, openSync, writeSync } from 'node:fs';
import { type JournalEntry, UserError } from '@unicorns/cloud';
import { journalLine } from './render/index.ts';

const BUFFER_CHARACTERS = 1 << 20;

/**
 * A journal on its way to a file, one entry a line. It writes synchronously: a rehearsal leaves no time in between, and
 * a stream would hold all of it in memory.
 */
export class JournalFile {
  readonly #fd: number;
  #pending = '';

  /** Opened at once: a place that cannot be written to is told before anything runs. */
  constructor(file: string) {
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
    writeSync(this.#fd, this.#pending);
    this.#pending = '';
  }
}
