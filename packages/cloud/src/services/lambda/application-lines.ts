/**
 * In JSON format Lambda looks into the lines a handler writes and drops those below the application log
 * level. In text format it drops nothing. Source: reference 4.6.4–6 (L-LOGFMT, L-LOGLVL (D)).
 */
const RANK: Readonly<Record<string, number>> = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 };
const INFO = 2;

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Is a line of this text stored, at this ApplicationLogLevel? */
export function isStored(message: string, applicationLogLevel: string): boolean {
  const threshold = RANK[applicationLogLevel] ?? INFO;
  if (threshold === 0) return true;
  return levelOf(message) >= threshold;
}

/**
 * The level of a raw line: its own `level` when it also has an RFC 3339 `timestamp`, else INFO. That makes
 * an EMF blob, which has neither, an INFO line, lost at WARN and above.
 */
function levelOf(message: string): number {
  // A single character is found many times faster than a text, and most lines have no v.
  if (!message.startsWith('{') || message.indexOf('v') < 0) return INFO;
  if (!message.includes('"level"') || !message.includes('"timestamp"')) return INFO;
  const { level, timestamp } = parsed(message);
  if (typeof level !== 'string' || typeof timestamp !== 'string' || !RFC_3339.test(timestamp)) return INFO;
  return RANK[level.toUpperCase()] ?? INFO;
}

function parsed(message: string): { readonly level?: unknown; readonly timestamp?: unknown } {
  try {
    return JSON.parse(message) as { readonly level?: unknown; readonly timestamp?: unknown };
  } catch {
    return {};
  }
}

/** Does the line carry metrics in CloudWatch's embedded metric format? */
export const carriesMetrics = (message: string): boolean => message.startsWith('{') && message.includes('"_aws"');
