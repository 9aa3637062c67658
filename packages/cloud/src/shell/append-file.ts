import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, writeSync } from 'node:fs';
import { UserError } from '../user-error.ts';

/**
 * A file that only grows. What is appended is written at once, and so outlives the process; `synced` waits until it
 * also outlives a loss of power. All that is appended while the disk is busy goes with the next sync: many wait for one.
 */
export class AppendFile {
  readonly #fd: number;
  readonly #name: string;
  #bytes: number;
  #isTrimmed = false;
  #isSynced = true;
  #syncing: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #failure: UserError | undefined;

  /** `bytes`: what is whole of it; the rest is cut off before something is appended. */
  constructor(fd: number, name: string, bytes: number) {
    this.#fd = fd;
    this.#name = name;
    this.#bytes = bytes;
  }

  /** Throws UserError when the disk is full, and from then on: what comes after a gap would be worth nothing. */
  append(piece: Buffer): void {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      if (!this.#isTrimmed) ftruncateSync(this.#fd, this.#bytes);
      this.#isTrimmed = true;
      for (let at = 0; at < piece.length;) at += writeSync(this.#fd, piece, at);
    } catch (cause) {
      throw this.#failed(cause);
    }
    this.#bytes += piece.length;
    this.#isSynced = false;
  }

  /** All that has been appended so far is on the disk. */
  synced(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#syncing === undefined) return this.#isSynced ? DONE : this.#sync();
    if (this.#isSynced) return this.#syncing;
    this.#next ??= this.#syncing.then(() => {
      this.#next = undefined;
      return this.#sync();
    });
    return this.#next;
  }

  /** Waits for what the disk is doing, then closes. */
  async close(): Promise<void> {
    await this.#syncing?.catch(() => undefined);
    if (!this.#isSynced && this.#failure === undefined) fdatasyncSync(this.#fd);
    closeSync(this.#fd);
  }

  #sync(): Promise<void> {
    this.#isSynced = true;
    this.#syncing = new Promise<void>((resolve, reject) => {
      fdatasync(this.#fd, (cause) => {
        this.#syncing = undefined;
        if (cause === null) resolve();
        else reject(this.#failed(cause));
      });
    });
    return this.#syncing;
  }

  #failed(cause: unknown): UserError {
    this.#failure = new UserError(
      `The file ${this.#name} of the state folder cannot be written any more: ${(cause as Error).message}. ` +
        'The cloud can be taken up again from it as soon as it can.',
      { cause },
    );
    return this.#failure;
  }
}

const DONE = Promise.resolve();
