/** What has been written has the environment's time, not the machine's: code asks how old its cache in /tmp is. */
import fs from 'node:fs';
import type { Inside } from './inside.ts';
import { opensToWrite } from './read-only-files.ts';

/** Operations that leave something new at a path, and which argument it is. */
const WRITES: Readonly<Record<string, number>> = { writeFile: 0, appendFile: 0, mkdir: 0, truncate: 0, copyFile: 1 };

/** Descriptors that are open for writing. */
const written = new Set<number>();

/** After an operation that succeeded. */
export function stamp(inside: Inside, name: string, given: readonly unknown[], result: unknown): void {
  const target = given[WRITES[name] ?? given.length];
  const seconds = Math.floor(inside.clock.nowMs) / 1_000;
  if (typeof target === 'string' && fs.existsSync(target)) fs.utimesSync(target, seconds, seconds);
  else if (name === 'open' && typeof result === 'number' && opensToWrite(given[1])) written.add(result);
}

/** The same for a descriptor, just before it is closed. */
export function stampClosing(inside: Inside, fd: unknown): void {
  if (typeof fd !== 'number' || !written.delete(fd)) return;
  const seconds = Math.floor(inside.clock.nowMs) / 1_000;
  fs.futimesSync(fd, seconds, seconds);
}
