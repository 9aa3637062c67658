/** Node's builtin modules as an environment imports them: virtual time, seeded chance, one reachable host. */
import crypto from 'node:crypto';
import net from 'node:net';
import os from 'node:os';
import zlib from 'node:zlib';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { virtualHttp } from './cloud-calls.ts';
import { place } from './file-places.ts';
import { heldCallbacks, over } from './held-work.ts';
import type { Inside } from './inside.ts';
import { hashOfText } from './known-hashes.ts';
import { timerFunctions } from './timer-functions.ts';
import { notRehearsed, unreachableHost } from './unreachable.ts';
import { virtualFs } from './virtual-files.ts';
import { fillRandom, randomUuid, virtualWebCrypto } from './virtual-globals.ts';
import { GROUP_ID, USER_ID } from './virtual-process.ts';
import { virtualPerformance, virtualPerformanceObserver } from './virtual-performance.ts';

const hostRequire = createRequire(import.meta.url);

type Maker = (inside: Inside, process: object) => object;

/** Modules that differ from the thread's; all others are shared. */
const MAKERS: Readonly<Record<string, Maker>> = {
  process: (_inside, process) => process,
  console: ({ console }) => console,
  timers: (inside) => ({ ...timerFunctions(inside).global, promises: timerFunctions(inside).promises }),
  'timers/promises': (inside) => timerFunctions(inside).promises,
  perf_hooks: (inside) =>
    over(hostRequire('node:perf_hooks') as object, {
      performance: virtualPerformance(inside),
      PerformanceObserver: virtualPerformanceObserver(inside),
    }),
  crypto: virtualCrypto,
  module: (inside) => over(hostRequire('node:module') as object, { createRequire: createRequireIn(inside) }),
  http: (inside) => virtualHttp(inside, 'http'),
  https: (inside) => virtualHttp(inside, 'https'),
  http2: (inside) => over(hostRequire('node:http2') as object, { connect: refuseHost(inside, 'http2') }),
  net: (inside) => virtualNet(inside),
  tls: (inside) => over(hostRequire('node:tls') as object, { connect: refuseHost(inside, 'tls') }),
  dgram: (inside) => over(hostRequire('node:dgram') as object, { createSocket: refuse(inside, 'node:dgram') }),
  dns: (inside) => virtualDns(inside, hostRequire('node:dns') as object),
  'dns/promises': (inside) => virtualDns(inside, hostRequire('node:dns/promises') as object),
  child_process: (inside) => allRefused(inside, 'node:child_process'),
  cluster: (inside) => allRefused(inside, 'node:cluster'),
  domain: (inside) => allRefused(inside, 'node:domain'),
  worker_threads: (inside) =>
    over(hostRequire('node:worker_threads') as object, {
      isMainThread: true,
      parentPort: null,
      workerData: null,
      threadId: 0,
      Worker: class {
        constructor() {
          throw notRehearsed(inside, 'A worker thread inside a function');
        }
      },
    }),
  fs: virtualFs,
  'fs/promises': (inside) => virtualFs(inside).promises,
  zlib: (inside) => heldCallbacks(inside, zlib, () => true),
  os: virtualOs,
  sqlite: virtualSqlite,
};

/** Modules whose real work cannot be counted. */
const UNCOUNTED = new Set([
  'stream/web',
  'worker_threads',
  'readline',
  'readline/promises',
  'sqlite',
  'wasi',
  'inspector',
]);

/** The builtin `name` (without `node:`) of one environment. */
export function virtualModule(inside: Inside, process: object, name: string): object {
  const make = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (UNCOUNTED.has(name)) inside.usesUncounted();
  return make === undefined ? (hostRequire(`node:${name}`) as object) : make(inside, process);
}

const refuse = (inside: Inside, what: string) => (): never => {
  throw notRehearsed(inside, what);
};

const refuseHost =
  (inside: Inside, what: string) =>
  (...args: unknown[]): never => {
    throw unreachableHost(inside, `${what} ${String(args[0])}`);
  };

/** Every function of the module refuses when it is called; importing it is allowed, many SDKs do. */
function allRefused(inside: Inside, name: string): object {
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(hostRequire(name) as object))
    if (typeof value === 'function') own[key] = refuse(inside, `${name}.${key}`);
  return over(hostRequire(name) as object, own);
}

/** A database is a file of the environment, or in its memory. */
function virtualSqlite(inside: Inside): object {
  const real = hostRequire('node:sqlite') as { DatabaseSync: new (path: unknown, ...options: unknown[]) => object };
  const DatabaseSync = new Proxy(real.DatabaseSync, {
    construct(target, [path, ...options]: unknown[], newTarget) {
      const placed = path === ':memory:' ? path : place(inside, path);
      return Reflect.construct(target, [placed, ...options], newTarget) as object;
    },
  });
  return over(real, { DatabaseSync });
}

/** The machine of a function, the same wherever it is rehearsed. */
function virtualOs({ clock, memoryMb }: Inside): object {
  const times = { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 };
  const cpu = { model: 'Intel(R) Xeon(R) Processor @ 2.50GHz', speed: 2_500, times };
  const homedir = '/home/sbx_user1051';
  return over(os, {
    hostname: () => '169.254.100.1',
    homedir: () => homedir,
    tmpdir: () => '/tmp',
    cpus: () => [cpu, cpu],
    availableParallelism: () => 2,
    loadavg: () => [0, 0, 0],
    networkInterfaces: () => ({}),
    totalmem: () => memoryMb * 2 ** 20,
    freemem: () => memoryMb * 2 ** 19,
    uptime: () => Math.floor((clock.read() - clock.originMs) / 1_000),
    release: () => '5.10.0',
    version: () => '#1 SMP',
    userInfo: () => ({ uid: USER_ID, gid: GROUP_ID, username: 'sbx_user1051', homedir, shell: '/sbin/nologin' }),
  });
}

function virtualCrypto(inside: Inside): object {
  const later = (callback: unknown, value: unknown): void => {
    process.nextTick(callback as (error: null, value: unknown) => void, null, value);
  };
  const randomBytes = (size: number, callback?: unknown): unknown => {
    const bytes = Buffer.from(inside.randomBytes(size));
    return callback === undefined ? bytes : later(callback, bytes);
  };
  const randomInt = (...args: unknown[]): unknown => {
    const callback = typeof args.at(-1) === 'function' ? args.pop() : undefined;
    const [low, high] = args.length > 1 ? [Number(args[0]), Number(args[1])] : [0, Number(args[0])];
    const value = low + Math.floor(inside.randomUnit() * (high - low));
    return callback === undefined ? value : later(callback, value);
  };
  const fill = (target: Fillable, offset = 0, size?: number): Fillable => {
    fillRandom(inside, partOf(target, offset, size));
    return target;
  };
  const randomFill = (target: Fillable, ...rest: unknown[]): void =>
    later(rest.at(-1), fill(target, ...(rest.slice(0, -1) as [number?, number?])));
  const web = virtualWebCrypto(inside) as { subtle: unknown };
  const own = {
    hash: hashOfText,
    randomBytes,
    pseudoRandomBytes: randomBytes,
    randomInt,
    randomUUID: () => randomUuid(inside),
    randomFill,
    randomFillSync: fill,
    getRandomValues: (view: ArrayBufferView) => fillRandom(inside, view),
    webcrypto: web,
    subtle: web.subtle,
  };
  const held = heldCallbacks(inside, crypto, (name) =>
    /^(?:pbkdf2|scrypt|hkdf|generate|sign|verify|checkPrime|diffieHellman|argon2)/.test(name),
  );
  return over(held, own);
}

type Fillable = ArrayBufferView | ArrayBufferLike;

/** Offset and size count elements of the array, as in Node. */
function partOf(target: Fillable, offset: number, size: number | undefined): Uint8Array {
  const view = ArrayBuffer.isView(target) ? target : new Uint8Array(target);
  const width = (view as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const length = size === undefined ? view.byteLength - offset * width : size * width;
  return new Uint8Array(view.buffer, view.byteOffset + offset * width, length);
}

function createRequireIn(inside: Inside): (from: string | URL) => NodeJS.Require {
  return (from) => inside.require(from instanceof URL || from.startsWith('file:') ? fileURLToPath(from) : from);
}

function virtualNet(inside: Inside): object {
  class Socket extends net.Socket {
    override connect(...args: unknown[]): this {
      const [first] = args;
      const target = typeof first === 'object' && first !== null ? JSON.stringify(first) : args.slice(0, 2).join(' ');
      return this.destroy(unreachableHost(inside, target));
    }
  }
  const connect = (...args: unknown[]): net.Socket => new Socket().connect(...args);
  return over(net, { Socket, Stream: Socket, connect, createConnection: connect });
}

/** No name is known in a rehearsal. */
function virtualDns(inside: Inside, real: object): object {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(real)) {
    if (typeof value !== 'function' || !/^(?:lookup|resolve|reverse)/.test(name)) continue;
    own[name] = (...args: unknown[]): unknown => {
      const error = Object.assign(unreachableHost(inside, String(args[0])), { code: 'ENOTFOUND', hostname: args[0] });
      const callback = args.at(-1);
      if (typeof callback !== 'function') return Promise.reject(error);
      process.nextTick(callback as (error: Error) => void, error);
      return undefined;
    };
  }
  return over(real, own);
}
