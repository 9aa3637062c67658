/** What a hook's own log says about why it failed. */
import type { HookLog, Snapshot } from './snapshot.ts';

/** The logs, with at least one line in them, of hooks whose lifecycle event failed. */
export function failedHooks({ deployments, hookLogs }: Snapshot): readonly HookLog[] {
  return hookLogs.filter(({ deploymentId, event, lines }) => {
    const deployment = deployments.find(({ id }) => id === deploymentId);
    const failed = deployment?.target?.lifecycle.some(({ name, status }) => name === event && status === 'Failed');
    return failed === true && lines.length > 0;
  });
}

/** Lambda's own lines about an invocation, in both log formats; none of them says why something failed. */
const PLATFORM =
  /^(?:INIT_START|INIT_REPORT|START RequestId|END RequestId|REPORT RequestId|\{"time":"[^"]*","type":"platform\.)/;
const DIED = /Task timed out after|Status: (?:timeout|error)|Runtime\.[A-Z]\w+|"status":"(?:timeout|error)"/;
const FAILED = /"outcome":\s*"failed"/;
const COMPLAINT = /\b(?:error|fail(?:ed|ure)?|exception|refused|denied|expected)\b/i;

/** At most this many lines are told; a hook that fails every check says the same over and over. */
const MOST_LINES = 5;

/**
 * The lines that say what failed: those of failed checks as the hooks of this repository write them; else the
 * platform's word that the function died, with complaints of the function itself; else its last line.
 */
export function failedLines(lines: readonly string[]): readonly string[] {
  const all = onceEach(lines.map((line) => line.trim()).filter((line) => line !== ''));
  const checks = all.filter((line) => FAILED.test(line));
  if (checks.length > 0) return checks.slice(0, MOST_LINES);
  const own = all.filter((line) => !PLATFORM.test(line));
  const telling = all.filter((line) => DIED.test(line) || (!PLATFORM.test(line) && COMPLAINT.test(line)));
  return telling.length > 0 ? telling.slice(0, MOST_LINES) : own.slice(-1);
}

/** A function that is invoked again says the same again, at another time and for another request. */
function onceEach(lines: readonly string[]): readonly string[] {
  const told = new Set<string>();
  return lines.filter((line) => {
    const words = line.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '');
    const isNew = !told.has(words);
    told.add(words);
    return isNew;
  });
}

/** `answers 200: status: expected 200, got 503` for a failed check's line; any other line as it is. */
export function toldLine(line: string): string {
  const entry = parsed(line);
  if (entry?.['outcome'] !== 'failed' || entry['check'] === undefined) return line;
  const what = entry['what'] === undefined ? '' : ` (${shown(entry['what'])})`;
  return `${shown(entry['check'])}${what}: expected ${shown(entry['expected'])}, got ${shown(entry['got'])}`;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'));
