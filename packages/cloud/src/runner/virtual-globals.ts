import { webcrypto } from 'node:crypto';
import type { VirtualGlobal } from './compile-module.ts';
import { createFetch } from './cloud-calls.ts';
import { heldMethods } from './held-work.ts';
import type { Inside } from './inside.ts';
import { timerFunctions } from './timer-functions.ts';
import { unreachableClass } from './unreachable.ts';
import { virtualPerformance, virtualPerformanceObserver } from './virtual-performance.ts';

/** The globals of one environment: its own clock, timers and chance; everything else is the thread's. */
export function createVirtualGlobals(
  inside: Inside,
  process: object,
): Readonly<Record<VirtualGlobal, unknown>> & { readonly globalThis: Record<string, unknown> } {
  const own = {
    process,
    console: inside.console,
    Date: virtualDate(inside),
    Math: Object.create(Math, { random: { value: () => inside.randomUnit(), writable: true, configurable: true } }),
    Intl: virtualIntl(inside),
    Atomics: virtualAtomics(inside),
    performance: virtualPerformance(inside),
    PerformanceObserver: virtualPerformanceObserver(inside),
    crypto: virtualWebCrypto(inside),
    ...timerFunctions(inside).global,
    fetch: createFetch(inside),
    AbortSignal: virtualAbortSignal(inside),
    WebSocket: unreachableClass(inside, 'WebSocket'),
    EventSource: unreachableClass(inside, 'EventSource'),
    CompressionStream: uncounted(inside, CompressionStream),
    DecompressionStream: uncounted(inside, DecompressionStream),
    MessageChannel: uncounted(inside, MessageChannel),
    BroadcastChannel: uncounted(inside, BroadcastChannel),
    Blob: uncounted(inside, Blob),
    WebAssembly: heldMethods(inside, (globalThis as unknown as { WebAssembly: object }).WebAssembly),
    awslambda: awslambda(),
  };
  const globals = Object.create(globalThis) as Record<string, unknown>;
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(globals, name, { value, writable: true, configurable: true });
  for (const name of ['globalThis', 'global'])
    Object.defineProperty(globals, name, { value: globals, writable: true, configurable: true });
  return { ...own, globalThis: globals, global: globals };
}

/** `Date` whose "now" is the environment's. Dates themselves are the thread's, so `instanceof` holds everywhere. */
function virtualDate(inside: Inside): DateConstructor {
  const now = (): number => Math.floor(inside.clock.read());
  function VirtualDate(this: unknown, ...parts: []): Date | string {
    if (new.target === undefined) return new Date(now()).toString();
    const given = parts.length === 0 ? ([now()] as const) : parts;
    if (new.target === (VirtualDate as unknown)) return new Date(...(given as [number]));
    return Reflect.construct(Date, given, new.target) as Date;
  }
  VirtualDate.prototype = Date.prototype;
  Object.defineProperties(VirtualDate, {
    name: { value: 'Date' },
    length: { value: 7 },
    now: { value: now, writable: true, configurable: true },
    parse: { value: Date.parse },
    UTC: { value: Date.UTC },
  });
  return VirtualDate as unknown as DateConstructor;
}

/** Formatting "now" by leaving the date out must not read the machine's clock. */
function virtualIntl({ clock }: Inside): typeof Intl {
  const real = Intl.DateTimeFormat;
  const now = (): number => Math.floor(clock.nowMs);
  /** `format` is bound to its object, so that `dates.map(f.format)` works as in any engine. */
  const withNow = (made: Intl.DateTimeFormat): Intl.DateTimeFormat => {
    const format = made.format.bind(made);
    const parts = made.formatToParts.bind(made);
    return Object.defineProperties(made, {
      format: { value: (date?: Date | number) => format(date === undefined ? now() : date) },
      formatToParts: { value: (date?: Date | number) => parts(date === undefined ? now() : date) },
    });
  };
  const DateTimeFormat = new Proxy(real, {
    apply: (target, self, args) => withNow(Reflect.apply(target, self, args) as Intl.DateTimeFormat),
    construct: (target, args, newTarget) => withNow(Reflect.construct(target, args, newTarget) as Intl.DateTimeFormat),
  });
  return Object.create(Intl, { DateTimeFormat: { value: DateTimeFormat, writable: true } }) as typeof Intl;
}

/** `Atomics.wait` sleeps in virtual time: nobody else could wake it, a function having no other threads. */
function virtualAtomics({ clock }: Inside): typeof Atomics {
  const wait = (array: Int32Array, index: number, value: number, timeoutMs = Infinity): string => {
    if (Atomics.load(array, index) !== value) return 'not-equal';
    clock.sleep(timeoutMs);
    return 'timed-out';
  };
  return Object.create(Atomics, { wait: { value: wait, writable: true } }) as typeof Atomics;
}

export function fillRandom<T extends ArrayBufferView>(inside: Inside, view: T): T {
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(inside.randomBytes(view.byteLength));
  return view;
}

export function randomUuid(inside: Inside): string {
  const bytes = Buffer.from(inside.randomBytes(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const h = bytes.toString('hex');
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}

export function virtualWebCrypto(inside: Inside): object {
  const { subtle } = webcrypto;
  return {
    getRandomValues: <T extends ArrayBufferView>(view: T) => fillRandom(inside, view),
    randomUUID: () => randomUuid(inside),
    subtle: heldMethods(inside, subtle),
    CryptoKey: (globalThis as { CryptoKey?: unknown }).CryptoKey,
  };
}

/** AbortSignal with a virtual `timeout`; otherwise the thread's own class. */
function virtualAbortSignal(inside: Inside): typeof AbortSignal {
  const timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    const abort = () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    inside.timers.set(abort, ms, false).unref();
    return controller.signal;
  };
  return new Proxy(AbortSignal, {
    get: (target, key) => (key === 'timeout' ? timeout : Reflect.get(target, key, target)),
  });
}

/** A class of the thread whose objects do real work that cannot be counted. */
function uncounted<T extends new (...args: never[]) => object>(inside: Inside, real: T): T {
  return new Proxy(real, {
    construct(target, args, newTarget) {
      inside.usesUncounted();
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
}

/** Marks a handler as streaming, which the loader then refuses by name. */
function awslambda(): object {
  const streamifyResponse = (handler: object) =>
    Object.assign(handler, { [Symbol.for('aws.lambda.runtime.handler.streaming')]: 'response' });
  return { streamifyResponse };
}
