/**
 * What becomes of an error of handler code that nobody catches, as Node and the runtime interface clients have it.
 * Source: Node's documentation of `process` (D) and Node 24 (X); RIC 3.3 and 4.0.2 (R), reference §4.4.
 */
import { failureOf, rejectionError, RuntimeError, type Failure } from './handler-errors.ts';
import { EnvironmentEnded } from './virtual-clock.ts';
import type { VirtualConsole } from './virtual-console.ts';
import type { VirtualProcess } from './virtual-process.ts';

/** The process ends: by which error, and with which status. */
export interface Fatal {
  readonly error: unknown;
  readonly status: number;
}

type Origin = 'uncaughtException' | 'unhandledRejection';

/** Asks the listeners of handler code; undefined when one took the error, or ended the process by itself. */
export function uncaughtError(process: VirtualProcess, error: unknown, origin: Origin): Fatal | undefined {
  try {
    process.events.emit('uncaughtExceptionMonitor', error, origin);
    if (process.captures(error) || process.events.emit('uncaughtException', error, origin)) return undefined;
  } catch (thrown) {
    // Node gives up where a listener throws, and tells nobody.
    return thrown instanceof EnvironmentEnded ? undefined : { error: thrown, status: 7 };
  }
  return { error, status: statusAfter(process) };
}

/** A rejection that nobody listens for is an uncaught error; so is what a listener throws. */
export function unhandledRejection(
  process: VirtualProcess,
  reason: unknown,
  promise: Promise<unknown>,
): Fatal | undefined {
  try {
    if (process.events.emit('unhandledRejection', reason, promise)) return undefined;
  } catch (thrown) {
    return thrown instanceof EnvironmentEnded ? undefined : uncaughtError(process, thrown, 'uncaughtException');
  }
  const error = reason instanceof Error ? reason : rejectionError(reason);
  return uncaughtError(process, error, 'unhandledRejection');
}

function statusAfter(process: VirtualProcess): number {
  try {
    return process.leaves(1);
  } catch {
    return 1;
  }
}

/**
 * The listeners of version 3 of the client, which come before all that handler code adds: they report the error and
 * end the process. Code may take them away, as some does by removeAllListeners. Version 4 has none.
 */
export function listenAsClient(
  { events }: VirtualProcess,
  { logError }: Pick<VirtualConsole, 'logError'>,
  end: (failure: Failure, status: number) => never,
): void {
  events.on('uncaughtException', (error: unknown) => {
    logError('Uncaught Exception', error);
    end(failureOf(error), 129);
  });
  events.on('unhandledRejection', (reason: unknown) => {
    const error = new RuntimeError('UnhandledPromiseRejection', String(reason));
    logError('Unhandled Promise Rejection', Object.assign(error, { reason, promise: {} }));
    end(failureOf(error), 128);
  });
}
