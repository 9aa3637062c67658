import { closeSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const SLOT_BYTES = 16;

/** One number that only grows, in a file. Two places are written in turn: one is always whole. */
export class SlotFile {
  readonly #fd: number;
  #slot = 0;
  /** The largest that was kept, or −∞. */
  readonly kept: number;

  constructor(fd: number) {
    this.#fd = fd;
    this.kept = largest(readFileSync(fd));
  }

  keep(value: number): void {
    const slot = Buffer.alloc(SLOT_BYTES);
    slot.writeDoubleLE(value, 0);
    slot.writeUInt32LE(crc32(slot.subarray(0, 8)), 8);
    writeSync(this.#fd, slot, 0, SLOT_BYTES, this.#slot * SLOT_BYTES);
    this.#slot = 1 - this.#slot;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function largest(slots: Buffer): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at + SLOT_BYTES <= slots.length; at += SLOT_BYTES)
    if (crc32(slots.subarray(at, at + 8)) === slots.readUInt32LE(at + 8)) most = Math.max(most, slots.readDoubleLE(at));
  return most;
}
