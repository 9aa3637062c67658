/**
 * What runs until it is told to end (a ping, a watch, a served cloud) ends alike at Ctrl-C, at a polite kill and when its
 * terminal is closed: by itself, with its last words said and its files closed.
 */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The signals are the process's own again. */
  readonly over: () => void;
}

/** A launcher may hand on what its whole group was sent, so that the polite ones come twice. A second Ctrl-C is meant. */
const POLITE = ['SIGTERM', 'SIGHUP'] as const;

export function awaitInterruption(): Interruption {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt);
  for (const signal of POLITE) process.on(signal, interrupt);
  process.on('SIGHUP', ignoreClosedTerminal);
  return {
    signal: interrupted.signal,
    over: () => {
      for (const signal of ['SIGINT', ...POLITE]) process.off(signal, interrupt);
      process.off('SIGHUP', ignoreClosedTerminal);
    },
  };
}

/** It takes no last words. */
function ignoreClosedTerminal(): void {
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', () => undefined);
}
