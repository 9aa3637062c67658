/**
 * A folder that a cloud is taken up from again. `history` is what came into it, from outside and from the runner, in
 * order, and is only ever appended to; `instant` says how far time went on while nothing happened, `told` how much of
 * the journal somebody has been told; `lock` names the process.
 */
import { closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../user-error.ts';
import { AppendFile } from './append-file.ts';
import { frame, type Frame, readFrames } from './frame-records.ts';
import { lockFolder } from './lock-folder.ts';
import { type Packed, Packing } from './pack-records.ts';
import { SlotFile } from './slot-file.ts';

/** What a cloud is made from: the same header and the same history give the same journal. */
export interface StateHeader {
  readonly format: 2;
  readonly seed: number;
  /** Virtual, milliseconds since the epoch. */
  readonly start: number;
  readonly region: string;
  readonly accountId: string;
  /** Absent in folders from before it could be chosen: AWS's default. */
  readonly accountConcurrency?: number;
  /** The assumptions as text, functions by their source. */
  readonly assumptions: string;
}

export const FORMAT = 2;
/** What format 1 called its one file. */
const FILE_OF_FORMAT_1 = 'inputs';

export class StateFolder {
  readonly directory: string;
  /** Undefined in a folder that nothing was kept in yet. */
  readonly header: StateHeader | undefined;
  readonly #fd: number;
  readonly #history: AppendFile;
  readonly #packing = new Packing();
  readonly #headerBytes: number;
  readonly #instant: SlotFile;
  readonly #told: SlotFile;
  readonly #unlock: () => void;
  #isRead: boolean;

  /** Makes the folder when there is none. Throws UserError for one that is in use, corrupted or not to be written. */
  constructor(path: string) {
    this.directory = resolve(path);
    makeFolder(this.directory);
    this.#unlock = lockFolder(this.directory);
    const opened: number[] = [];
    try {
      if (existsSync(resolve(this.directory, FILE_OF_FORMAT_1))) throw this.#anotherFormat();
      this.#fd = this.#open('history', opened);
      this.#history = new AppendFile(this.#fd, resolve(this.directory, 'history'), this.#intactBytes());
      this.#instant = new SlotFile(this.#open('instant', opened));
      this.#told = new SlotFile(this.#open('told', opened));
      syncFolder(this.directory);
      const first = readFrames(this.#fd).next();
      this.header = first.done === true ? undefined : this.#headerOf(first.value);
      this.#headerBytes = first.done === true ? 0 : first.value.end;
      this.#isRead = this.header === undefined;
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      this.#unlock();
      throw error;
    }
  }

  /** What was kept before, after the header: to be read once and to its end, before something is appended. */
  *records(): Generator<Packed, undefined, undefined> {
    if (this.header === undefined) return;
    for (const { content } of readFrames(this.#fd, this.#headerBytes)) yield this.#packing.unpack(content);
    this.#isRead = true;
  }

  /** How far time went on while nothing happened. */
  get reachedAt(): number {
    return this.#instant.kept;
  }

  /** Somebody has been told all entries of the journal before this one. */
  get toldBefore(): number {
    return this.#told.kept;
  }

  /** Outlives the process when this returns. Throws UserError when it cannot be kept. */
  append(document: unknown, bytes?: Uint8Array): void {
    if (!this.#isRead) throw new Error('what was kept has not been read');
    this.#history.append(frame(this.#packing.pack(document, bytes)));
  }

  /** All that was appended outlives a loss of power, too. */
  synced(): Promise<void> {
    return this.#history.synced();
  }

  /** Time goes on to this instant, and nothing happens on the way. */
  reached(at: number): void {
    this.#instant.keep(at);
  }

  /** What comes before this entry of the journal is not to be told again. */
  told(before: number): void {
    this.#told.keep(before);
  }

  async close(): Promise<void> {
    await this.#history.close();
    this.#instant.close();
    this.#told.close();
    this.#unlock();
  }

  /** A link that leads elsewhere is not followed. */
  #open(name: string, opened: number[]): number {
    const file = resolve(this.directory, name);
    try {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
      const fd = openSync(file, name === 'history' ? flags | constants.O_APPEND : flags, 0o600);
      opened.push(fd);
      return fd;
    } catch (cause) {
      throw new UserError(`The file ${file} of the state folder cannot be opened for writing.`, { cause });
    }
  }

  /** Reads the whole file once, before anything of it is believed. */
  #intactBytes(): number {
    const frames = readFrames(this.#fd);
    for (;;) {
      const { done, value } = frames.next();
      if (done !== true) continue;
      if (value.type === 'read') return value.intactBytes;
      throw new UserError(
        `The state folder ${this.directory} is corrupted at byte ${value.atByte} of history, and what follows cannot be ` +
          'trusted. Nothing has been changed in it. Use a new folder, or bring this one back from a copy.',
      );
    }
  }

  #headerOf({ content }: Frame): StateHeader {
    const header = this.#packing.unpack(content).document as StateHeader;
    if (header.format === FORMAT) return header;
    throw this.#anotherFormat();
  }

  #anotherFormat(): UserError {
    return new UserError(
      `The state folder ${this.directory} was written in another format than this version knows (${FORMAT}). Nothing has ` +
        'been changed in it. Take it up with the version that wrote it, or use a new folder.',
    );
  }
}

function makeFolder(directory: string): void {
  try {
    makeFolders(resolve(directory));
  } catch (cause) {
    throw new UserError(`The state folder ${directory} cannot be made.`, { cause });
  }
}

/** One by one: Node's own way to make a folder and those above it never ends where the file system refuses, as in /proc. */
function makeFolders(directory: string): void {
  if (existsSync(directory)) return;
  makeFolders(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The names of new files are on the disk, too. */
function syncFolder(directory: string): void {
  const fd = openSync(directory, 'r');
  fsyncSync(fd);
  closeSync(fd);
}
