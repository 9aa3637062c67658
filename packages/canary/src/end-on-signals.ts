/**
 * Left to itself, a signal ends the process without its last words, and what a command keeps on disk while it runs (a
 * worktree, the files of handlers, half a build) would stay there. Ended from inside, it tells whoever listens for `exit`.
 */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Ctrl-C, a closed terminal and a polite kill end the process with the shell's own codes. */
export function endOnSignals(): void {
  for (const [signal, code] of Object.entries(EXIT_CODES)) process.on(signal, () => process.exit(code));
}
