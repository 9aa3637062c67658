/**
 * Real work that handler code starts (files, compression, keys) and virtual time waits for: no timer of the
 * environment fires before it is done, and its callback runs as a turn of the environment.
 */
import { promisify } from 'node:util';
import type { Inside } from './inside.ts';

/** `real` with some members replaced. Everything else is reached through the prototype. */
export function over(real: object, own: Readonly<Record<string, unknown>>): object {
  const module = Object.create(real) as object;
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(module, name, { value, enumerable: true, writable: true, configurable: true });
  return module;
}

/** Methods that return promises of real work: the environment's timers wait for them. */
export function heldMethods<T extends object>(inside: Inside, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object);
      if (typeof value !== 'function' || typeof key !== 'string' || !/^[a-z]/.test(key)) return value;
      return (...args: unknown[]): unknown => heldResult(inside, Reflect.apply(value, object, args));
    },
  });
}

/** Holds the environment until a promise settles. What is not a promise is given back as it is. */
export function heldResult<T>(inside: Inside, result: T): T {
  if (!(result instanceof Promise)) return result;
  const release = inside.hold();
  result.then(release, release);
  return result;
}

/**
 * Functions whose last argument is a callback: the environment's timers wait for it and it runs as a turn. `promisify`
 * goes through the wrapper too.
 */
export function heldCallbacks(inside: Inside, real: object, applies: (name: string) => boolean): object {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(real))
    if (typeof value === 'function' && applies(name) && /^[a-z]/.test(name))
      own[name] = heldCallback(inside, real, value);
  return over(real, own);
}

export function heldCallback(inside: Inside, self: object, real: object): unknown {
  const call = real as (...args: unknown[]) => unknown;
  const wrapped = (...args: unknown[]): unknown => {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return heldStream(inside, Reflect.apply(call, self, args));
    const release = inside.hold();
    args[args.length - 1] = (...results: unknown[]) => {
      release();
      inside.enter(() => Reflect.apply(callback, undefined, results));
    };
    return Reflect.apply(call, self, args);
  };
  copySymbols(real, wrapped);
  const promised: unknown = (real as { [promisify.custom]?: unknown })[promisify.custom];
  if (typeof promised === 'function')
    Object.defineProperty(wrapped, promisify.custom, {
      value: (...args: unknown[]) => heldResult(inside, Reflect.apply(promised, self, args) as unknown),
    });
  return wrapped;
}

/** What `promisify` looks for on a function with several results (`read`, `generateKeyPair`). */
export function copySymbols(from: object, to: object): void {
  for (const key of Object.getOwnPropertySymbols(from))
    Object.defineProperty(to, key, { ...Object.getOwnPropertyDescriptor(from, key), configurable: true });
}

/** A compression or file stream works outside the loop from each write until it has passed it on. */
function heldStream(inside: Inside, made: unknown): unknown {
  const stream = made as { _transform?: unknown; _read?: unknown; once?: unknown } | null;
  if (typeof stream !== 'object' || stream === null || typeof stream._transform !== 'function') return made;
  const transform = stream._transform as (chunk: unknown, encoding: string, done: (...args: unknown[]) => void) => void;
  stream._transform = (chunk: unknown, encoding: string, done: (...args: unknown[]) => void) => {
    const release = inside.hold();
    Reflect.apply(transform, stream, [chunk, encoding, (...results: unknown[]) => {
        release();
        inside.enter(() => done(...results));
      }]); // prettier-ignore
  };
  return made;
}
