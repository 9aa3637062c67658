/**
 * On Lambda only /tmp can be written to; everything else is a read-only file system. Source: L-LIM and the execution
 * environment guide (D): "/tmp" is the function's only writable storage; the error is Linux's own.
 */
import fs from 'node:fs';
import { posix } from 'node:path';
import type { Inside } from './inside.ts';
import { fullPath, isInTmp, place } from './file-places.ts';

/** Operations that make something at a path: which argument it is, and the system call that the error names. */
const MAKES: Readonly<Record<string, readonly [at: number, syscall: string]>> = {
  writeFile: [0, 'open'],
  appendFile: [0, 'open'],
  mkdir: [0, 'mkdir'],
  mkdtemp: [0, 'mkdtemp'],
  copyFile: [1, 'copyfile'],
  cp: [1, 'cp'],
  link: [1, 'link'],
  symlink: [1, 'symlink'],
};

/** Operations that change what is at a path; where nothing is, they fail for that. */
const CHANGES: Readonly<Record<string, string>> = {
  rename: 'rename',
  rm: 'rm',
  rmdir: 'rmdir',
  unlink: 'unlink',
  truncate: 'open',
  chmod: 'chmod',
  chown: 'chown',
  lchown: 'lchown',
  utimes: 'utime',
  lutimes: 'lutime',
};

const WRITING = fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_TRUNC;

/** Do these flags of `open` ask for more than reading? */
export const opensToWrite = (flags: unknown): boolean =>
  typeof flags === 'string' ? !/^(?:r|rs|sr)$/.test(flags) : typeof flags === 'number' && (flags & WRITING) !== 0;

/** EROFS for an operation (without `Sync`) that would write outside /tmp, else undefined. */
export function refusedWrite(inside: Inside, name: string, args: readonly unknown[]): Error | undefined {
  const found = targetOf(name, args);
  const path = found && fullPath(inside, found.target);
  if (found === undefined || path === undefined || isInTmp(path) || path === '/dev/null') return undefined;
  const placed = String(place(inside, path));
  const failsAnyway = found.makes
    ? hasNoParent(placed, args) || (name === 'mkdir' && fs.existsSync(placed))
    : !fs.existsSync(placed);
  return failsAnyway ? undefined : readOnly(path, found.syscall);
}

function targetOf(
  name: string,
  args: readonly unknown[],
): { target: unknown; syscall: string; makes: boolean } | undefined {
  const made = MAKES[name];
  if (made !== undefined) return { target: args[made[0]], syscall: made[1], makes: true };
  const changed = CHANGES[name];
  if (changed !== undefined) return { target: args[0], syscall: changed, makes: false };
  if (name === 'open' && opensToWrite(args[1])) return { target: args[0], syscall: 'open', makes: true };
  const asksToWrite = name === 'access' && typeof args[1] === 'number' && (args[1] & fs.constants.W_OK) !== 0;
  return asksToWrite ? { target: args[0], syscall: 'access', makes: false } : undefined;
}

/** What is made in a directory that does not exist fails with ENOENT, unless the directories are made on the way. */
const hasNoParent = (placed: string, args: readonly unknown[]): boolean =>
  (args[1] as { recursive?: unknown } | undefined)?.recursive !== true && !fs.existsSync(posix.dirname(placed));

function readOnly(path: string, syscall: string): Error {
  const error = new Error(`EROFS: read-only file system, ${syscall} '${path}'`);
  return Object.assign(error, { errno: -30, code: 'EROFS', syscall, path });
}
