import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { constants } from 'node:os';
import { posix } from 'node:path';
import { inspect, parseEnv } from 'node:util';
import { place } from './file-places.ts';
import type { Inside } from './inside.ts';
import { PROCESS_ID } from './process-id.ts';
import { notRehearsed } from './unreachable.ts';

/** The user that functions run as. */
export const USER_ID = 993;
export const GROUP_ID = 990;

/** Handlers of `uncaughtException`, `unhandledRejection` and the like that handler code has set. */
export type ProcessEvents = EventEmitter;

export interface VirtualProcess {
  readonly process: object;
  readonly events: ProcessEvents;
  /** Its variables, which handler code may change; what is set here has to be text. */
  readonly variables: Record<string, string>;
  /** Has handler code taken all uncaught errors to itself, and so this one? */
  captures(error: unknown): boolean;
  /** Tells listeners that the event loop is empty: they may give it new work. */
  ranEmpty(): void;
  /** Tells listeners that the process ends, once, and says with which status: `process.exitCode` may have been set. */
  leaves(status?: number): number;
}

/** `process` of one environment: its own variables, streams, clock, events and end. */
export function createVirtualProcess(inside: Inside): VirtualProcess {
  const events = new EventEmitter();
  events.setMaxListeners(0);
  const variables = variablesOf(inside.variables);
  const env = environmentVariables(variables);
  let capture: ((error: unknown) => void) | undefined;
  let isLeaving = false;
  let exitCode: string | number | null | undefined;
  const statusOf = (status: unknown): number => Number(checkedStatus(status) ?? exitCode ?? 0);
  const leaves = (status?: unknown): number => {
    const given = checkedStatus(status);
    if (isLeaving) return statusOf(given);
    isLeaving = true;
    exitCode = given ?? exitCode;
    events.emit('exit', statusOf(status));
    return statusOf(undefined);
  };
  const own: Record<string, unknown> = {
    env,
    pid: PROCESS_ID,
    ppid: 1,
    title: 'node',
    argv: ['/var/lang/bin/node', '/var/runtime/index.mjs'],
    argv0: 'node',
    execArgv: [],
    execPath: '/var/lang/bin/node',
    platform: 'linux',
    stdout: inside.stdout,
    stderr: inside.stderr,
    exit: (status?: unknown) => inside.exit(leaves(status)),
    reallyExit: (status?: unknown) => inside.exit(statusOf(status)),
    abort: () => inside.killed('aborted'),
    kill: (pid: number, signal: string | number = 'SIGTERM') => kill(inside, events, pid, signal),
    setUncaughtExceptionCaptureCallback(callback: ((error: unknown) => void) | null) {
      capture = callback ?? undefined;
    },
    hasUncaughtExceptionCaptureCallback: () => capture !== undefined,
    getBuiltinModule: (id: string) => (isBuiltin(id) ? (inside.require('module.js')(id) as object) : undefined),
    loadEnvFile(path: unknown = '.env') {
      for (const [name, value] of Object.entries(parseEnv(readFileSync(String(place(inside, path)), 'utf8'))))
        env[name] ??= value ?? '';
    },
    dlopen(_module: unknown, filename: unknown) {
      throw notRehearsed(inside, `The native module ${String(filename)}`);
    },
    getuid: () => USER_ID,
    geteuid: () => USER_ID,
    getgid: () => GROUP_ID,
    getegid: () => GROUP_ID,
    getgroups: () => [GROUP_ID],
    cwd: () => inside.cwd,
    chdir(dir: string) {
      inside.cwd = posix.resolve(inside.cwd, dir);
    },
    uptime: () => (inside.clock.read() - inside.clock.originMs) / 1_000,
    hrtime: virtualHrtime(inside),
    cpuUsage: () => ({ user: 0, system: 0 }),
    threadCpuUsage: () => ({ user: 0, system: 0 }),
    memoryUsage: Object.assign(() => memoryUsage(inside), { rss: () => memoryUsage(inside).rss }),
    constrainedMemory: () => inside.memoryMb * 2 ** 20,
    availableMemory: () => inside.memoryMb * 2 ** 20,
    emitWarning: (warning: unknown, kind?: unknown) => emitWarning(inside, warning, kind),
    getActiveResourcesInfo: () => [],
    send: undefined,
    connected: false,
  };
  for (const name of [
    'on',
    'once',
    'off',
    'addListener',
    'removeListener',
    'removeAllListeners',
    'emit',
    'listeners',
    'listenerCount',
    'prependListener',
    'prependOnceListener',
    'setMaxListeners',
    'getMaxListeners',
    'eventNames',
    'rawListeners',
  ] as const)
    // prettier-ignore
    own[name] = (...args: unknown[]): unknown => {
      const result: unknown = Reflect.apply(events[name] as (...args: unknown[]) => unknown, events, args);
      return result === events ? virtual : result;
    };
  const virtual: object = Object.create(process) as object;
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(virtual, name, { value, writable: true, configurable: true, enumerable: true });
  Object.defineProperty(virtual, 'exitCode', {
    get: () => exitCode,
    set: (status: unknown) => {
      exitCode = checkedStatus(status);
    },
    configurable: true,
    enumerable: true,
  });
  return {
    process: virtual,
    events,
    variables,
    captures(error) {
      capture?.(error);
      return capture !== undefined;
    },
    ranEmpty: () => void events.emit('beforeExit', statusOf(undefined)),
    leaves,
  };
}

/** A whole number, also as text. Anything else is refused as Node does. */
function checkedStatus(status: unknown): string | number | null | undefined {
  if (status === undefined || status === null) return status;
  const number = typeof status === 'string' && status !== '' ? Number(status) : status;
  if (typeof number !== 'number' || Number.isNaN(number))
    throw Object.assign(new TypeError(`The "code" argument must be of type number. Received ${inspect(status)}`), {
      code: 'ERR_INVALID_ARG_TYPE',
    });
  if (!Number.isInteger(number))
    throw Object.assign(
      new RangeError(`The value of "code" is out of range. It must be an integer. Received ${inspect(status)}`),
      { code: 'ERR_OUT_OF_RANGE' },
    );
  return status as string | number;
}

/** Values become text when set, and nothing but plain data can be defined, as in Node. */
function environmentVariables(variables: Record<string, string>): Record<string, string> {
  return new Proxy(variables, {
    set(target, name, value) {
      // A template throws for a symbol, as Node does.
      target[`${name as string}`] = `${value}`;
      return true;
    },
    defineProperty(target, name, { value, configurable, writable, enumerable }) {
      if (configurable !== true || writable !== true || enumerable !== true)
        throw Object.assign(
          new TypeError("'process.env' only accepts a configurable, writable, and enumerable data descriptor"),
          { code: 'ERR_INVALID_OBJECT_DEFINE_PROPERTY' },
        );
      target[`${name as string}`] = `${value}`;
      return true;
    },
    // As in Node, where Object.freeze(process.env) throws.
    preventExtensions: () => false,
  });
}

/** With a prototype of their own between them and what all objects have, as in Node: `process.env.hasOwnProperty('X')`. */
const variablesOf = (given: Readonly<Record<string, string>>): Record<string, string> =>
  Object.assign(Object.create(Object.create(Object.prototype) as object) as Record<string, string>, given);

function virtualHrtime({ clock }: Inside): object {
  const ns = (): bigint => BigInt(Math.round((clock.read() - clock.originMs) * 1e6));
  const hrtime = (previous?: readonly [number, number]): [number, number] => {
    const now = ns();
    const since = previous === undefined ? now : now - (BigInt(previous[0]) * 1_000_000_000n + BigInt(previous[1]));
    return [Number(since / 1_000_000_000n), Number(since % 1_000_000_000n)];
  };
  return Object.assign(hrtime, { bigint: ns });
}

/** How Lambda, which is written in Go, calls the signals that commonly end a process. */
const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGQUIT: 'quit',
  SIGTERM: 'terminated',
};

/** A signal to itself ends the environment, unless it is 0 or handler code listens for it. */
function kill(inside: Inside, events: ProcessEvents, pid: number, signal: string | number): boolean {
  const name = signalName(signal);
  if (signal === 0) return true;
  if (pid !== PROCESS_ID) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH', syscall: 'kill', errno: -3 });
  if (name !== 'SIGKILL' && events.emit(name, name)) return true;
  return inside.killed(SIGNAL_WORDS[name] ?? name.toLowerCase());
}

function signalName(signal: string | number): string {
  const { signals } = constants;
  if (typeof signal === 'string') {
    if (Object.hasOwn(signals, signal)) return signal;
    throw Object.assign(new TypeError(`Unknown signal: ${signal}`), { code: 'ERR_UNKNOWN_SIGNAL' });
  }
  const [name] = Object.entries(signals).find(([, number]) => number === signal) ?? [];
  if (name === undefined && signal !== 0)
    throw Object.assign(new Error('kill EINVAL'), { code: 'EINVAL', syscall: 'kill', errno: -22 });
  return name ?? '';
}

/** The same for every machine: a rehearsal's bytes do not depend on where it runs. */
function memoryUsage({ memoryMb }: Inside): NodeJS.MemoryUsage {
  const rss = Math.min(80, memoryMb) * 2 ** 20;
  return { rss, heapTotal: rss / 2, heapUsed: rss / 4, external: rss / 32, arrayBuffers: rss / 64 };
}

function emitWarning({ stderr }: Inside, warning: unknown, kind: unknown): void {
  const named =
    typeof kind === 'object' && kind !== null
      ? (kind as { type?: string; code?: string })
      : { type: typeof kind === 'string' ? kind : undefined };
  const type = warning instanceof Error ? warning.name : (named.type ?? 'Warning');
  const code = 'code' in named && named.code !== undefined ? `[${named.code}] ` : '';
  const text = warning instanceof Error ? warning.message : String(warning);
  stderr.write(`(node:${PROCESS_ID}) ${code}${type}: ${text}\n`);
}
