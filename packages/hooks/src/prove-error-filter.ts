/**
 * The gate that tests the gate. An error alarm is only as good as its metric filter, and a filter that misses the log line,
 * by a renamed key, another log format or another version, fails silently: the alarm just stays green. So a hook takes the
 * line that the new version really wrote, makes a 503 of it, and asks CloudWatch Logs whether a deployed filter counts it.
 */
import type { Cloud } from './cloud.ts';
import { member } from './lifecycle-event.ts';
import type { Failure } from './judge-answer.ts';
import { shown } from './shape.ts';

const CHECK = 'a deployed metric filter counts a 503';

export interface Proof {
  readonly cloud: Pick<Cloud, 'metricFilters' | 'matches'>;
  readonly logGroup: string;
  /** `<functionName>:<version>`, as the response line has it. */
  readonly writer: string;
  /** The log of an invocation of the new version. */
  readonly logTail: string;
}

/** No failure when a filter of the group counts the line as a 503, and did not count it as it was. */
export async function proveErrorFilter({ cloud, logGroup, writer, logTail }: Proof): Promise<readonly Failure[]> {
  const written = findResponseLine(logTail, writer);
  if (written === undefined) {
    const expected = `a line with "log":"response" and "function":"${writer}"`;
    return [{ check: CHECK, what: 'the log tail of the new version', expected, got: shown(logTail) }];
  }
  const faulty = written.withStatus(503);
  const filters = await cloud.metricFilters(logGroup);
  for (const { pattern } of filters) {
    const matched = await cloud.matches(pattern, [faulty, written.line]);
    const countsEverything = matched.includes(1) && written.status < 400;
    if (matched.includes(0) && !countsEverything) return [];
  }
  const patterns = filters.map(({ name, pattern }) => `${name}: ${pattern}`).join(' | ');
  return [
    {
      check: CHECK,
      what: `the metric filters of ${logGroup}`,
      expected: `one that counts ${faulty}`,
      got: filters.length === 0 ? 'no metric filter' : patterns,
    },
  ];
}

interface WrittenLine {
  readonly line: string;
  readonly status: number;
  readonly withStatus: (status: number) => string;
}

/** The last response line of the writer. What stands before the JSON, such as the prefix of a text log, stays there. */
export function findResponseLine(logTail: string, writer: string): WrittenLine | undefined {
  for (const line of logTail.split(/[\r\n]+/).toReversed()) {
    const start = line.indexOf('{');
    const record = start === -1 ? undefined : parsed(line.slice(start));
    if (member(record, 'log') === 'response' && member(record, 'function') === writer) {
      return {
        line,
        status: Number(member(record, 'statusCode')),
        withStatus: (statusCode) => line.slice(0, start) + JSON.stringify({ ...Object(record), statusCode }),
      };
    }
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
