/** Where the runner's own files lie: `file:///…/runner/`. */
const RUNNER = new URL('.', import.meta.url).href;

export type StackFormat = (error: Error, sites: NodeJS.CallSite[]) => unknown;

/** Stack traces that handler code sees end where the runner begins: no path of this machine gets into a log line. */
export function hideRunnerFrames(): void {
  // A call site writes itself as stack traces show it.
  Error.prepareStackTrace = withoutRunner((error, sites) =>
    [headline(error), ...sites.map((site) => `    at ${(site as { toString(): string }).toString()}`)].join('\n'),
  );
}

/** The same format, of what lies above the runner. */
export const withoutRunner =
  (format: StackFormat): StackFormat =>
  (error, sites) => {
    let isBelowRunner = false;
    const own = sites.filter((site) => {
      const file = site.getFileName() ?? '';
      if (file.startsWith(RUNNER)) isBelowRunner = true;
      else if (!file.startsWith('node:')) isBelowRunner = false;
      return !isBelowRunner;
    });
    return format(error, own);
  };

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}
