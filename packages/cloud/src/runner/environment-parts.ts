/** What an environment consists of, put together: streams, console, process, globals and module instances. */
import { posix } from 'node:path';
import type { Random } from '../random.ts';
import { TASK_ROOT, type CodePackage } from './code-package.ts';
import type { Image } from './index.ts';
import type { Inside } from './inside.ts';
import { ModuleInstances } from './module-instances.ts';
import type { ScratchDirectory } from './scratch-directory.ts';
import { notRehearsed } from './unreachable.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { createVirtualConsole, LineStream, type Stream, type VirtualConsole } from './virtual-console.ts';
import { createVirtualGlobals } from './virtual-globals.ts';
import { virtualModule } from './virtual-modules.ts';
import { createVirtualProcess, type VirtualProcess } from './virtual-process.ts';
import { VirtualTimers } from './virtual-timers.ts';

/** Builtin modules that do nothing outside the thread, or nothing that is not counted. */
const WITHOUT_REALITY: ReadonlySet<string> = new Set(
  'assert async_hooks buffer console constants crypto diagnostics_channel events module os path path/posix perf_hooks process punycode querystring string_decoder timers timers/promises tty url util util/types v8'.split(
    ' ',
  ),
);

export interface EnvironmentParts {
  readonly timers: VirtualTimers;
  readonly stdout: LineStream;
  readonly stderr: LineStream;
  readonly console: VirtualConsole;
  readonly process: VirtualProcess;
  readonly modules: ModuleInstances;
  readonly globals: Record<string, unknown>;
}

/** What the parts need of their environment. */
export interface Wiring extends Pick<
  Inside,
  'environmentId' | 'enter' | 'event' | 'hold' | 'callBegins' | 'usesUncounted' | 'leavesSlice'
> {
  readonly image: Image;
  readonly logStream: string;
  readonly isProvisioned: boolean;
  readonly clock: VirtualClock;
  readonly random: Random;
  /** A new key for each draw. */
  readonly randomKey: () => string;
  readonly scratch: ScratchDirectory;
  /** Something is in use that may do real work. */
  readonly usesReality: () => void;
  readonly requestId: () => string | undefined;
  /** The id as log lines show it, also during init. */
  readonly logRequestId: () => string | undefined;
  readonly line: (message: string, stream: Stream) => void;
  readonly end: (how: { readonly status: number } | { readonly signal: string }) => never;
}

export function createParts(code: CodePackage, wiring: Wiring): EnvironmentParts {
  const { clock, image, line } = wiring;
  const timers = new VirtualTimers(clock);
  const stdout = new LineStream(1, (message) => line(message, 'stdout'));
  const stderr = new LineStream(2, (message) => line(message, 'stderr'));
  const context = {
    logFormat: image.logFormat,
    applicationLogLevel: image.applicationLogLevel,
    requestId: wiring.logRequestId,
    nowMs: () => clock.nowMs,
    nowIso: () => new Date(Math.floor(clock.nowMs)).toISOString(),
    line,
  };
  const console = createVirtualConsole(context, stdout, stderr);
  const inside = createInside(wiring, { timers, stdout, stderr, console }, (fromPath) => modules.requireFrom(fromPath));
  const process = createVirtualProcess(inside);
  const builtins = new Map<string, object>();
  const builtin = (name: string): object => {
    if (!WITHOUT_REALITY.has(name)) wiring.usesReality();
    const known = builtins.get(name) ?? virtualModule(inside, process.process, name);
    builtins.set(name, known);
    return known;
  };
  const globals = createVirtualGlobals(inside, process.process);
  const isMissing = (specifier: string): void => {
    if (code.isInRealImage(specifier)) wiring.leavesSlice(`the module ${specifier} of Lambda’s image`);
  };
  const modules = new ModuleInstances(code, globals, builtin, isMissing, (what) => notRehearsed(inside, what));
  return { timers, stdout, stderr, console, process, modules, globals: globals.globalThis };
}

function createInside(
  wiring: Wiring,
  parts: Pick<EnvironmentParts, 'timers' | 'stdout' | 'stderr' | 'console'>,
  requireFrom: (fromPath: string) => NodeJS.Require,
): Inside {
  const { environmentId, image, random, randomKey, scratch, end } = wiring;
  return {
    environmentId,
    clock: wiring.clock,
    timers: parts.timers,
    stdout: parts.stdout,
    stderr: parts.stderr,
    console: parts.console.console,
    variables: {
      ...image.environment,
      AWS_LAMBDA_LOG_STREAM_NAME: wiring.logStream,
      ...(wiring.isProvisioned && { AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' }),
    },
    memoryMb: image.memoryMb,
    cwd: TASK_ROOT,
    get requestId() {
      return wiring.requestId();
    },
    randomUnit: () => random.uniform('environment', randomKey()),
    randomBytes: (length) => random.bytes('environment', randomKey(), length),
    enter: wiring.enter,
    event: wiring.event,
    hold: wiring.hold,
    callBegins: wiring.callBegins,
    usesUncounted: wiring.usesUncounted,
    leavesSlice: wiring.leavesSlice,
    directory: (root) =>
      root === '/tmp'
        ? scratch.directory(`tmp-${environmentId}`)
        : scratch.directory(`task-${image.key}`, () => image.files),
    exit: (status) => end({ status }),
    killed: (signal) => end({ signal }),
    require: (fromPath) => requireFrom(posix.resolve(TASK_ROOT, fromPath)),
  };
}
