/** Where the runner's own files lie: `file:///…/runner/`. */
const RUNNER = new URL('.', import.meta.url).href;

/** Stack traces that handler code sees end where the runner begins: no path of this machine gets into a log line. */
export function hideRunnerFrames(): void {
  Error.prepareStackTrace = (error, sites) => {
    let isBelowRunner = false;
    const frames = sites.filter((site) => {
      const file = site.getFileName() ?? '';
      if (file.startsWith(RUNNER)) isBelowRunner = true;
      else if (!file.startsWith('node:')) isBelowRunner = false;
      return !isBelowRunner;
    });
    // A call site writes itself as stack traces show it.
    return [headline(error), ...frames.map((site) => `    at ${(site as { toString(): string }).toString()}`)].join(
      '\n',
    );
  };
}

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}
