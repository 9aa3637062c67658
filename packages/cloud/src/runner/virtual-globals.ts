import { webcrypto } from 'node:crypto';
import type { VirtualGlobal } from './compile-module.ts';
import { createFetch } from './cloud-calls.ts';
import { heldMethods } from './held-work.ts';
import type { Inside } from './inside.ts';
import { timerFunctions } from './timer-functions.ts';
import { unreachableClass } from './unreachable.ts';

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
    performance: virtualPerformance(inside),
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
function virtualIntl(inside: Inside): typeof Intl {
  class DateTimeFormat extends Intl.DateTimeFormat {
    override format(date?: Date | number): string {
      return super.format(date ?? inside.clock.nowMs);
    }
    override formatToParts(date?: Date | number): Intl.DateTimeFormatPart[] {
      return super.formatToParts(date ?? inside.clock.nowMs);
    }
  }
  return Object.create(Intl, { DateTimeFormat: { value: DateTimeFormat, writable: true } }) as typeof Intl;
}

export function virtualPerformance(inside: Inside): object {
  const { clock } = inside;
  const marks = new Map<string, number>();
  const now = (): number => clock.read() - clock.originMs;
  const entry = (entryType: string, name: string, startTime: number, duration: number) => ({
    entryType,
    name,
    startTime,
    duration,
    detail: null,
  });
  const at = (mark: unknown, otherwise: number): number =>
    typeof mark === 'number' ? mark : (marks.get(String(mark)) ?? otherwise);
  return {
    now,
    timeOrigin: clock.originMs,
    mark(name: string) {
      marks.set(name, now());
      return entry('mark', name, at(name, 0), 0);
    },
    measure(name: string, from?: unknown, to?: unknown) {
      const options =
        typeof from === 'object' && from !== null ? (from as { start?: unknown; end?: unknown }) : undefined;
      const start = at(options?.start ?? (options ? 0 : (from ?? 0)), 0);
      return entry('measure', name, start, at(options?.end ?? to ?? now(), now()) - start);
    },
    clearMarks: (name?: string) => (name === undefined ? marks.clear() : marks.delete(name)),
    clearMeasures: () => undefined,
    getEntries: () => [],
    getEntriesByName: () => [],
    getEntriesByType: () => [],
    timerify: (fn: unknown) => fn,
    eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
    toJSON: () => ({ timeOrigin: clock.originMs }),
  };
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
