/**
 * A folder that a cloud is taken up from again: what came into it from outside, written ahead, in order. `inputs` is
 * only ever appended to; `instant` says how far time went on while nothing happened; `lock` names the process.
 */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { UserError } from '../user-error.ts';
import { type Framed, frameRecord, readFrames } from './frame-records.ts';
import { lockFolder } from './lock-folder.ts';

/** What a cloud is made from: the same header and the same inputs give the same journal. */
export interface StateHeader {
  readonly format: 1;
  readonly seed: number;
  /** Virtual, milliseconds since the epoch. */
  readonly start: number;
  readonly region: string;
  readonly accountId: string;
  /** The assumptions as text, functions by their source. */
  readonly assumptions: string;
  /** Of Node, whose engine runs the handlers. */
  readonly version: string;
}

const FORMAT = 1;

export class StateFolder {
  readonly directory: string;
  /** Undefined in a folder that nothing was kept in yet. */
  readonly header: StateHeader | undefined;
  /** What was kept before, after the header. */
  readonly records: readonly Framed[];
  /** How far time went on while nothing happened. */
  readonly reachedAt: number;
  readonly #inputs: number;
  readonly #instant: number;
  readonly #unlock: () => void;
  #intactBytes: number;
  #isTrimmed = false;
  #isSynced = true;
  #slot = 0;

  /** Makes the folder when there is none. Throws UserError for one that is in use, corrupted or not to be written. */
  constructor(path: string) {
    this.directory = resolve(path);
    makeFolder(this.directory);
    this.#unlock = lockFolder(this.directory);
    const opened: number[] = [];
    try {
      this.#inputs = this.#open('inputs', opened);
      this.#instant = this.#open('instant', opened);
      syncFolder(this.directory);
      const read = readFrames(readFileSync(this.#inputs));
      if (read.type === 'corrupted') throw this.#corrupted(`at byte ${read.atByte} of inputs`);
      const [first, ...records] = read.records;
      this.header = first === undefined ? undefined : this.#headerOf(first.document);
      this.records = records;
      this.#intactBytes = read.intactBytes;
      this.reachedAt = latestSlot(readFileSync(this.#instant));
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      this.#unlock();
      throw error;
    }
  }

  /** Kept when this returns; `isDurable`: even when the machine loses its power now. */
  append(document: unknown, bytes?: Uint8Array, isDurable = true): void {
    if (!this.#isTrimmed) ftruncateSync(this.#inputs, this.#intactBytes);
    this.#isTrimmed = true;
    const frame = frameRecord(document, bytes);
    try {
      for (let at = 0; at < frame.length;) at += writeSync(this.#inputs, frame, at);
    } catch (error) {
      // A full disk: the next record must not come after half of this one.
      ftruncateSync(this.#inputs, this.#intactBytes);
      throw error;
    }
    this.#intactBytes += frame.length;
    this.#isSynced = false;
    if (isDurable) this.sync();
  }

  /** All that was appended is on the disk when this returns. */
  sync(): void {
    if (!this.#isSynced) fdatasyncSync(this.#inputs);
    this.#isSynced = true;
  }

  /** Time goes on to this instant, and nothing happens on the way. Two places in turn: one is always whole. */
  reached(at: number): void {
    const slot = Buffer.alloc(SLOT_BYTES);
    slot.writeDoubleLE(at, 0);
    slot.writeUInt32LE(crc32(slot.subarray(0, 8)), 8);
    writeSync(this.#instant, slot, 0, SLOT_BYTES, this.#slot * SLOT_BYTES);
    this.#slot = 1 - this.#slot;
  }

  close(): void {
    this.sync();
    closeSync(this.#inputs);
    closeSync(this.#instant);
    this.#unlock();
  }

  /** A link that leads elsewhere is not followed. */
  #open(name: string, opened: number[]): number {
    const file = resolve(this.directory, name);
    try {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
      const fd = openSync(file, name === 'inputs' ? flags | constants.O_APPEND : flags, 0o600);
      opened.push(fd);
      return fd;
    } catch (cause) {
      throw new UserError(`The file ${file} of the state folder cannot be opened for writing.`, { cause });
    }
  }

  #headerOf(document: unknown): StateHeader {
    const header = document as StateHeader;
    if (header.format === FORMAT) return header;
    throw new UserError(
      `The state folder ${this.directory} was written in another format than this version knows. Use a new folder.`,
    );
  }

  #corrupted(where: string): UserError {
    return new UserError(
      `The state folder ${this.directory} is corrupted ${where}, and what follows cannot be trusted. Nothing has been ` +
        'changed in it. Use a new folder, or bring this one back from a copy.',
    );
  }
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new UserError(`The state folder ${directory} cannot be made.`, { cause });
  }
}

/** The names of new files are on the disk, too. */
function syncFolder(directory: string): void {
  const fd = openSync(directory, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

const SLOT_BYTES = 16;

function latestSlot(slots: Buffer): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at + SLOT_BYTES <= slots.length; at += SLOT_BYTES)
    if (crc32(slots.subarray(at, at + 8)) === slots.readUInt32LE(at + 8))
      latest = Math.max(latest, slots.readDoubleLE(at));
  return latest;
}
