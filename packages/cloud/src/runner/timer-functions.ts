/** The timer functions of one environment: the globals, `node:timers` and `node:timers/promises`, on its virtual timers. */
import { AsyncResource } from 'node:async_hooks';
import asyncTimers from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Inside } from './inside.ts';
import { needsFunction } from './virtual-timers.ts';

export interface TimerFunctions {
  readonly global: ReturnType<typeof globalTimers>;
  /** `node:timers/promises` */
  readonly promises: object;
}

const made = new WeakMap<Inside, TimerFunctions>();

/** The same functions whether handler code imports them or finds them among its globals, as in Node. */
export function timerFunctions(inside: Inside): TimerFunctions {
  const known = made.get(inside);
  if (known !== undefined) return known;
  const promises = promisedTimers(inside);
  const functions = { global: globalTimers(inside, promises), promises };
  made.set(inside, functions);
  return functions;
}

/**
 * A timer's callback runs in the asynchronous context in which the timer was set, as in Node. A snapshot of
 * AsyncLocalStorage would say the same at several times the price, and middy sets a timer for each request.
 */
function inContext(callback: unknown, args: readonly unknown[]): (self: unknown) => unknown {
  needsFunction(callback);
  const context = new AsyncResource('Timeout', { requireManualDestroy: true });
  return (self) => context.runInAsyncScope(callback, self, ...args) as unknown;
}

function globalTimers({ timers }: Inside, promises: ReturnType<typeof promisedTimers>) {
  const clear = (timeout: unknown): void => timers.clear(timeout);
  const setTimeout = (callback: unknown, delay?: unknown, ...args: unknown[]) =>
    timers.set(inContext(callback, args), delay, false);
  const setImmediate = (callback: unknown, ...args: unknown[]) => timers.setImmediate(inContext(callback, args));
  // `promisify(setTimeout)` is how code older than node:timers/promises sleeps.
  Object.defineProperty(setTimeout, promisify.custom, { value: promises.setTimeout });
  Object.defineProperty(setImmediate, promisify.custom, { value: promises.setImmediate });
  return {
    setTimeout,
    setInterval: (callback: unknown, delay?: unknown, ...args: unknown[]) =>
      timers.set(inContext(callback, args), delay, true),
    setImmediate,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
}

interface Options {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

function promisedTimers({ timers }: Inside) {
  const wait = (start: (resolve: () => void) => { close(): unknown }, value: unknown, signal?: AbortSignal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(aborted(signal));
      const abort = (): void => {
        timer.close();
        reject(aborted(signal));
      };
      const timer = start(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      });
      signal?.addEventListener('abort', abort, { once: true });
      return undefined;
    });
  const setTimeout = (delay?: unknown, value?: unknown, options?: Options) =>
    wait(
      (resolve) => {
        const timer = timers.set(resolve, delay, false);
        return options?.ref === false ? timer.unref() : timer;
      },
      value,
      options?.signal,
    );
  const setImmediate = (value?: unknown, options?: Options) =>
    wait(
      (resolve) => {
        const immediate = timers.setImmediate(resolve);
        return { close: () => timers.clear(immediate) };
      },
      value,
      options?.signal,
    );
  async function* setInterval(delay?: unknown, value?: unknown, options?: Options) {
    for (;;) yield await setTimeout(delay, value, options);
  }
  const scheduler = {
    wait: (delay: number, options?: Options) => setTimeout(delay, undefined, options),
    yield: setImmediate,
  };
  return { ...asyncTimers, setTimeout, setImmediate, setInterval, scheduler };
}

/** Node's AbortError, which code tells by its name or by its code. */
function aborted(signal: AbortSignal | undefined): Error {
  const error = new Error('The operation was aborted', { cause: signal?.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}
