import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { parseEnv } from 'node:util';
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
  readonly env: Record<string, string>;
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
  const env = environmentVariables(inside.variables);
  let capture: ((error: unknown) => void) | undefined;
  let isLeaving = false;
  const statusOf = (status: unknown): number => Number(status ?? (virtual as { exitCode?: unknown }).exitCode ?? 0);
  const leaves = (status?: unknown): number => {
    if (isLeaving) return statusOf(status);
    isLeaving = true;
    if (status !== undefined) Object.assign(virtual, { exitCode: status });
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
    exitCode: undefined,
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
  return {
    process: virtual,
    events,
    env,
    captures(error) {
      capture?.(error);
      return capture !== undefined;
    },
    ranEmpty: () => void events.emit('beforeExit', statusOf(undefined)),
    leaves,
  };
}

/** Values become text when set, as in Node. */
function environmentVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  return new Proxy<Record<string, string>>(Object.assign(Object.create(null) as object, variables), {
    set(target, name, value) {
      if (typeof name === 'string') target[name] = String(value);
      return true;
    },
  });
}

function virtualHrtime({ clock }: Inside): object {
  const ns = (): bigint => BigInt(Math.round((clock.read() - clock.originMs) * 1e6));
  const hrtime = (previous?: readonly [number, number]): [number, number] => {
    const now = ns();
    const since = previous === undefined ? now : now - (BigInt(previous[0]) * 1_000_000_000n + BigInt(previous[1]));
    return [Number(since / 1_000_000_000n), Number(since % 1_000_000_000n)];
  };
  return Object.assign(hrtime, { bigint: ns });
}

/** A signal to itself ends the environment, unless it is 0 or handler code listens for it. */
function kill(inside: Inside, events: ProcessEvents, pid: number, signal: string | number): boolean {
  if (signal === 0) return true;
  if (pid !== PROCESS_ID) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH', syscall: 'kill', errno: -3 });
  const name = signal === 9 ? 'SIGKILL' : signal === 15 ? 'SIGTERM' : String(signal);
  if (name !== 'SIGKILL' && events.emit(name, name)) return true;
  return inside.killed(name === 'SIGKILL' ? 'killed' : name === 'SIGTERM' ? 'terminated' : name.toLowerCase());
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
