/**
 * The file system as an environment sees it. Asynchronous operations are real work that virtual time waits for.
 * Writes to descriptors 1 and 2 become log lines.
 */
import fs from 'node:fs';
import { promisify } from 'node:util';
import { asSeen, place, resultAsSeen } from './file-places.ts';
import { stamp, stampClosing } from './file-times.ts';
import { copySymbols, heldCallback, heldMethods, heldResult, over } from './held-work.ts';
import type { Inside } from './inside.ts';
import { refusedWrite } from './read-only-files.ts';
import { standardStreams } from './standard-streams.ts';

type Call = (...args: unknown[]) => unknown;

/** Operations with two paths. */
const TWO_PATHS = new Set(['rename', 'copyFile', 'link', 'symlink', 'cp']);

export function virtualFs(inside: Inside): { promises: object } {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fs))
    if (typeof value === 'function' && /^[a-z]/.test(name)) own[name] = operation(inside, name, value as Call);
  const module = over(fs, {
    ...own,
    ...temporaryDirectories(inside, own),
    ...standardStreams(inside, own),
  }) as typeof fs;
  const streams = {
    createReadStream: (path: string, options?: object | string) =>
      fs.createReadStream(path, streamOptions(options, module)),
    createWriteStream: (path: string, options?: object | string) =>
      fs.createWriteStream(path, streamOptions(options, module)),
  };
  return over(module, { ...streams, promises: promisesOf(inside) }) as typeof fs;
}

/** Streams use the environment's own open, read and write: paths are placed there, and virtual time waits for each. */
const streamOptions = (options: object | string | undefined, module: typeof fs): object => ({
  ...(typeof options === 'string' ? { encoding: options } : options),
  fs: module,
});

/** One function of `node:fs`, with a callback or synchronous. */
function operation(inside: Inside, name: string, real: Call): Call {
  const base = name.replace(/Sync$/, '');
  const isSync = base !== name || /watch/i.test(name);
  const held = isSync ? real : (heldCallback(inside, fs, real) as Call);
  const call = (...args: unknown[]): unknown => {
    const refused = refusedWrite(inside, base, args);
    const callback = isSync ? undefined : args.at(-1);
    if (refused !== undefined) {
      if (typeof callback !== 'function') throw refused;
      return process.nextTick(callback as Call, refused);
    }
    const given = placed(inside, base, args);
    if (base === 'close') stampClosing(inside, given[0]);
    if (typeof callback === 'function') given[given.length - 1] = callbackAsSeen(inside, base, given, callback as Call);
    try {
      const result = Reflect.apply(held, fs, given);
      if (isSync) stamp(inside, base, given, result);
      return resultAsSeen(inside, base, result);
    } catch (error) {
      throw asSeen(inside, error);
    }
  };
  copySymbols(real, call);
  const promised: unknown = (real as { [promisify.custom]?: unknown })[promisify.custom];
  if (typeof promised === 'function')
    Object.defineProperty(call, promisify.custom, {
      value: (...args: unknown[]) => heldResult(inside, Reflect.apply(promised, fs, placed(inside, base, args))),
    });
  return Object.hasOwn(real, 'native') ? Object.assign(call, { native: call }) : call;
}

function callbackAsSeen(inside: Inside, name: string, given: readonly unknown[], callback: Call): Call {
  return (error, ...results) => {
    if (error === null) stamp(inside, name, given, results[0]);
    const [first, ...rest] = results;
    const seen = results.length === 0 ? [] : [resultAsSeen(inside, name, first), ...rest];
    return Reflect.apply(callback, undefined, [asSeen(inside, error), ...seen]);
  };
}

function promisesOf(inside: Inside): object {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fs.promises)) {
    if (typeof value !== 'function') continue;
    own[name] = (...args: unknown[]): unknown => {
      const refused = refusedWrite(inside, name, args);
      if (refused !== undefined) return Promise.reject(refused);
      const given = placed(inside, name, args);
      const result = Reflect.apply(value as Call, fs.promises, given);
      if (!(result instanceof Promise)) return result;
      const isHandle = name === 'open' || name === 'opendir';
      return heldResult(inside, result).then(
        (found: object) => {
          stamp(inside, name, given, isHandle ? (found as { fd?: unknown }).fd : found);
          return isHandle ? openedHandle(inside, found) : resultAsSeen(inside, name, found);
        },
        (error: unknown) => {
          throw asSeen(inside, error);
        },
      );
    };
  }
  const { mkdir } = own as { mkdir: (...args: unknown[]) => Promise<unknown> };
  const mkdtemp = async (prefix: unknown): Promise<string> => {
    const path = unique(inside, prefix);
    await mkdir(path, 0o700);
    return path;
  };
  return over(fs.promises, { ...own, mkdtemp });
}

/** The six characters that make a temporary directory unique come from the environment's own chance. */
function temporaryDirectories(inside: Inside, own: Readonly<Record<string, unknown>>): Record<string, Call> {
  const { mkdir, mkdirSync } = own as { mkdir: Call; mkdirSync: Call };
  return {
    mkdtempSync(prefix) {
      const path = unique(inside, prefix);
      mkdirSync(path, 0o700);
      return path;
    },
    mkdtemp(prefix, ...rest) {
      const path = unique(inside, prefix);
      const callback = rest.at(-1) as Call;
      return mkdir(path, 0o700, (error: unknown) => (error === null ? callback(null, path) : callback(error)));
    },
  };
}

const unique = (inside: Inside, prefix: unknown): string =>
  `${String(prefix)}${Buffer.from(inside.randomBytes(3)).toString('hex')}`;

/** Arguments with paths of the machine. The target of a link may be relative to where the link is. */
function placed(inside: Inside, name: string, args: readonly unknown[]): unknown[] {
  const given = [...args];
  const isRelativeLink = name === 'symlink' && typeof given[0] === 'string' && !given[0].startsWith('/');
  if (given.length > 0 && !isRelativeLink) given[0] = place(inside, given[0]);
  if (given.length > 1 && TWO_PATHS.has(name)) given[1] = place(inside, given[1]);
  return given;
}

/** A handle of `promises.open`: its methods are real work. */
function openedHandle(inside: Inside, handle: object): object {
  const { close } = handle as { close: Call };
  const closing = (): unknown => {
    stampClosing(inside, (handle as { fd?: unknown }).fd);
    return Reflect.apply(close, handle, []);
  };
  return heldMethods(inside, Object.assign(handle, { close: closing }));
}
