import type { Outcome } from './observe.ts';

/**
 * Writes the line that the template's metric filter counts. It is bare JSON without `level` and `timestamp`, on purpose:
 * no logger's level applies to it, and Lambda's JSON log format takes it as INFO, which the template's level lets pass
 * (reference 4.6.5; WARN would drop this line and the EMF metrics alike). Nothing in it comes from the caller.
 */
export function writeResponseLine(outcome: Outcome): void {
  const { functionName, functionVersion, statusCode, durationMs, requestId, coldStart } = outcome;
  const line = {
    log: 'response',
    function: `${functionName}:${functionVersion}`,
    statusCode,
    durationMs,
    requestId,
    coldStart,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
