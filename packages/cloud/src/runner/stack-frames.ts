/** Where the runner's own files lie: `file:///…/runner/`. */
const RUNNER = new URL('.', import.meta.url).href;

/** Stack traces that handler code sees end where the runner begins: no path of this machine gets into a log line. */
export function hideRunnerFrames(): void {
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.filter((site) => !(site.getFileName() ?? '').startsWith(RUNNER));
    return [headline(error), ...frames.map((site) => `    at ${site.toString()}`)].join('\n');
  };
}

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}
