/**
 * Where the paths of an environment lie on the machine: /var/task is the deployment package and /tmp a directory of its
 * own, both laid out on the disk when they are first used; any other path is the machine's. What comes back from an
 * operation (errors, real paths, directory entries) reads as the environment knows it.
 */
import { Dirent } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Inside } from './inside.ts';

const ROOTS = ['/var/task', '/tmp'] as const;
type Root = (typeof ROOTS)[number];

/** The roots that an environment has used: only these are laid out on the disk. */
const placedRoots = new WeakMap<Inside, Set<Root>>();

/** A path of the environment in full, or undefined for descriptors and other values. */
export function fullPath(inside: Inside, path: unknown): string | undefined {
  const text = path instanceof URL ? fileURLToPath(path) : Buffer.isBuffer(path) ? path.toString() : path;
  if (typeof text !== 'string' || text === '') return undefined;
  return posix.isAbsolute(text) ? posix.normalize(text) : posix.join(inside.cwd, text);
}

const rootOf = (path: string): Root | undefined => ROOTS.find((root) => path === root || path.startsWith(`${root}/`));

export const isInTmp = (path: string): boolean => rootOf(path) === '/tmp';

/** Where a path of the environment lies on the machine. Descriptors and other values pass through. */
export function place(inside: Inside, path: unknown): unknown {
  const full = fullPath(inside, path);
  if (full === undefined) return path;
  const root = rootOf(full);
  if (root === undefined) return full;
  placedRoots.set(inside, (placedRoots.get(inside) ?? new Set()).add(root));
  return inside.directory(root) + full.slice(root.length);
}

function seenText(inside: Inside, text: string): string {
  const used = [...(placedRoots.get(inside) ?? [])];
  return used.reduce((changed, root) => changed.replaceAll(inside.directory(root), root), text);
}

/** An error in which paths read as the environment knows them. */
export function asSeen(inside: Inside, error: unknown): unknown {
  if (!(error instanceof Error) || typeof (error as { path?: unknown }).path !== 'string') return error;
  const fields = error as unknown as Record<string, unknown>;
  for (const name of ['message', 'stack', 'path', 'dest']) {
    const text = fields[name];
    if (typeof text === 'string') fields[name] = seenText(inside, text);
  }
  return error;
}

/** Operations whose result is a path, or has paths in it. */
const GIVES_PATHS = new Set(['mkdtemp', 'realpath', 'readlink', 'mkdir', 'readdir']);

/** The result of the operation `name` (without `Sync`) as the environment knows it. */
export function resultAsSeen(inside: Inside, name: string, result: unknown): unknown {
  if (!GIVES_PATHS.has(name)) return result;
  if (typeof result === 'string') return seenText(inside, result);
  if (Array.isArray(result))
    for (const entry of result as unknown[])
      if (entry instanceof Dirent) Object.assign(entry, { parentPath: seenText(inside, entry.parentPath) });
  return result;
}
