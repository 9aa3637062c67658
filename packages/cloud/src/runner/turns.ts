/**
 * Which environment's code runs at the moment, and how a turn of it is run: call, then drain its microtasks
 * at once, so that a turn is over when the function returns. That makes an ordinary invocation synchronous for the
 * thread: hundreds run without a trip through the real event loop. Turns run under a watchdog that ends
 * endless loops, in handler code and in its microtasks alike, and leaves the thread intact.
 */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { Script } from 'node:vm';
import { EnvironmentEnded } from './virtual-clock.ts';

/** What a turn belongs to. */
export interface TurnOwner {
  /** Handler code threw where nobody catches. */
  uncaught(error: unknown): void;
  /** A promise of handler code was rejected and nobody listens. */
  unhandled(reason: unknown, promise: Promise<unknown>): void;
  dynamicImport(specifier: string, referrer: string): unknown;
  /** Its `globalThis`. */
  readonly globals: Record<PropertyKey, unknown>;
  /** Made by `scopeOf`: runs a function so that what it starts is known to be the owner's. */
  readonly scope: Scope;
}

export type Scope = (run: (owner: TurnOwner, turn: () => void) => void, owner: TurnOwner, turn: () => void) => void;

// Node's own "run all ticks and microtasks now", long public under this name.
const runTicks = (process as unknown as { _tickCallback: () => void })._tickCallback;

const owners = new AsyncLocalStorage<TurnOwner>();
let current: TurnOwner | undefined;

/** An AsyncResource does what a snapshot does, at a third of the price. */
export function scopeOf(owner: TurnOwner): Scope {
  const context = owners.run(owner, () => new AsyncResource('Environment', { requireManualDestroy: true }));
  return (run, of, turn) => context.runInAsyncScope(run, undefined, of, turn);
}

/** The environment whose code runs now: the turn's, or the one from which a real event descends. */
export const currentOwner = (): TurnOwner | undefined => current ?? owners.getStore();

export const isInTurnOf = (owner: TurnOwner): boolean => current === owner;

/** Has a turn that a real event began run in the event's own asynchronous context, where that descends from `owner`. */
export function inPresentContext(owner: TurnOwner, turn: () => void): () => void {
  if (owners.getStore() !== owner) return turn;
  const context = new AsyncResource('Turn', { requireManualDestroy: true });
  return () => context.runInAsyncScope(turn);
}

/** Runs handler code of `owner` and everything it queued. */
export function runTurn(owner: TurnOwner, turn: () => void): void {
  const outer = current;
  current = owner;
  try {
    owner.scope(attempt, owner, turn);
    drain(owner);
  } finally {
    current = outer;
  }
}

/**
 * Has Node handle a real event, and runs all that follows from it at once: the turns in it then share one watchdog,
 * which is dear (a thread of its own).
 */
export function runEvent(owner: TurnOwner, event: () => void): void {
  attempt(owner, event);
  drain(owner);
}

function attempt(owner: TurnOwner, turn: () => void): void {
  try {
    turn();
  } catch (error) {
    if (isWatchdog(error)) throw error;
    owner.uncaught(error);
  }
}

/** Every tick that throws ends the drain; the rest must still run. */
function drain(owner: TurnOwner): void {
  for (;;)
    try {
      runTicks();
      return;
    } catch (error) {
      if (isWatchdog(error)) throw error;
      clearAsyncScopes();
      owner.uncaught(error);
    }
}

const GUARDED = '$runnerGuarded';
const guardScript = new Script(`globalThis.${GUARDED}()`);
let isGuarded = false;

export const isWatchdog = (error: unknown): boolean =>
  (error as { code?: unknown } | null | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** Runs `work` under the watchdog. False when the watchdog ended it: whatever ran at that moment never returned. */
export function guarded(limitMs: number, work: () => void): boolean {
  if (isGuarded) {
    work();
    return true;
  }
  isGuarded = true;
  const before = current;
  (globalThis as Record<string, unknown>)[GUARDED] = work;
  try {
    guardScript.runInThisContext({ timeout: limitMs });
    return true;
  } catch (error) {
    if (!isWatchdog(error)) throw error;
    clearAsyncScopes();
    return false;
  } finally {
    current = before;
    isGuarded = false;
  }
}

class TurnAborted extends Error {
  override name = 'TurnAborted';
}

// What Node itself calls for an error that nobody caught.
const onFatal = (process as unknown as { _fatalException: (error: Error, fromPromise: boolean) => void })
  ._fatalException;

/** Callbacks that were cut off never left Node's stack of asynchronous scopes; after a fatal error Node empties it. */
function clearAsyncScopes(): void {
  onFatal(new TurnAborted(), false);
}

/** Catches what escapes turns: errors in callbacks that Node runs by itself. */
export function catchStrays(): void {
  process.on('unhandledRejection', (reason, promise) => {
    if (reason instanceof EnvironmentEnded) return;
    const owner = currentOwner();
    if (owner === undefined) throw reason;
    owner.unhandled(reason, promise);
  });
  process.on('uncaughtException', (error) => {
    if (error instanceof EnvironmentEnded || error instanceof TurnAborted) return;
    const owner = currentOwner();
    if (owner === undefined) throw error;
    owner.uncaught(error);
  });
}
