/**
 * The file system as an environment sees it: /var/task is the deployment package and /tmp a directory of its own,
 * both laid out on the machine's disk when they are first used; any other path is the machine's. Asynchronous
 * operations are real work that virtual time waits for. Writes to descriptors 1 and 2 become log lines.
 */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { heldCallback, heldMethods, heldResult, over } from './held-work.ts';
import type { Inside } from './inside.ts';

type Call = (...args: unknown[]) => unknown;

const ROOTS = ['/var/task', '/tmp'] as const;

/** The roots that an environment has used: only these are laid out on the disk. */
const placedRoots = new WeakMap<Inside, Set<(typeof ROOTS)[number]>>();

/** Operations with two paths. */
const TWO_PATHS = new Set(['rename', 'copyFile', 'link', 'symlink', 'cp', 'renameSync', 'copyFileSync', 'linkSync', 'symlinkSync', 'cpSync']); // prettier-ignore

export function virtualFs(inside: Inside): { promises: object } {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fs)) {
    if (typeof value !== 'function' || !/^[a-z]/.test(name)) continue;
    const held =
      name.endsWith('Sync') || /watch/i.test(name) ? (value as Call) : (heldCallback(inside, fs, value) as Call);
    own[name] = (...args: unknown[]): unknown => {
      try {
        return Reflect.apply(held, fs, placed(inside, name, args));
      } catch (error) {
        throw asSeen(inside, error);
      }
    };
  }
  const module = over(fs, own) as typeof fs;
  const streams = {
    createReadStream: (path: string, options?: object | string) =>
      fs.createReadStream(path, streamOptions(options, module)),
    createWriteStream: (path: string, options?: object | string) =>
      fs.createWriteStream(path, streamOptions(options, module)),
  };
  return over(module, { ...streams, writeSync: writeSync(inside), promises: promisesOf(inside) }) as typeof fs;
}

/** Streams use the environment's own open, read and write: paths are placed there, and virtual time waits for each. */
const streamOptions = (options: object | string | undefined, module: typeof fs): object => ({
  ...(typeof options === 'string' ? { encoding: options } : options),
  fs: module,
});

function promisesOf(inside: Inside): object {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fs.promises)) {
    if (typeof value !== 'function') continue;
    own[name] = (...args: unknown[]): unknown => {
      const result = Reflect.apply(value as Call, fs.promises, placed(inside, name, args));
      if (!(result instanceof Promise)) return result;
      const isHandle = name === 'open' || name === 'opendir';
      return heldResult(inside, result).then(
        (found: object) => (isHandle ? heldMethods(inside, found) : found),
        (error: unknown) => {
          throw asSeen(inside, error);
        },
      );
    };
  }
  return over(fs.promises, own);
}

/** Arguments with paths of the machine and a callback that sees paths of the environment. */
function placed(inside: Inside, name: string, args: readonly unknown[]): unknown[] {
  const given = [...args];
  if (given.length > 0) given[0] = place(inside, given[0]);
  if (given.length > 1 && TWO_PATHS.has(name)) given[1] = place(inside, given[1]);
  const callback = given.at(-1);
  if (typeof callback === 'function')
    given[given.length - 1] = (error: unknown, ...rest: unknown[]): unknown =>
      Reflect.apply(callback, undefined, [asSeen(inside, error), ...rest]);
  return given;
}

/** An error in which paths read as the environment knows them. */
function asSeen(inside: Inside, error: unknown): unknown {
  if (!(error instanceof Error) || typeof (error as { path?: unknown }).path !== 'string') return error;
  const used = [...(placedRoots.get(inside) ?? [])];
  const seen = (text: string): string =>
    used.reduce((changed, root) => changed.replaceAll(inside.directory(root), root), text);
  const fields = error as unknown as Record<string, unknown>;
  for (const name of ['message', 'stack', 'path', 'dest']) {
    const text = fields[name];
    if (typeof text === 'string') fields[name] = seen(text);
  }
  return error;
}

/** Where a path of the environment lies on the machine. Descriptors and other values pass through. */
function place(inside: Inside, path: unknown): unknown {
  const text = path instanceof URL ? fileURLToPath(path) : Buffer.isBuffer(path) ? path.toString() : path;
  if (typeof text !== 'string') return path;
  for (const root of ROOTS)
    if (text === root || text.startsWith(`${root}/`)) {
      placedRoots.set(inside, (placedRoots.get(inside) ?? new Set()).add(root));
      return inside.directory(root) + text.slice(root.length);
    }
  return text;
}

function writeSync(inside: Inside): Call {
  return (fd, data, ...rest) => {
    const stream = fd === 1 ? inside.stdout : fd === 2 ? inside.stderr : undefined;
    if (stream === undefined) return Reflect.apply(fs.writeSync as Call, fs, [fd, data, ...rest]);
    if (typeof data === 'string') {
      stream.write(data);
      return Buffer.byteLength(data);
    }
    const view = data as NodeJS.ArrayBufferView;
    stream.write(Buffer.from(view.buffer, view.byteOffset, view.byteLength));
    return view.byteLength;
  };
}
