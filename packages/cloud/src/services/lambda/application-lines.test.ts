import { expect, test } from '@jest/globals';
import { isStored } from './application-lines.ts';
import { cloudWithList, START } from './lambda.fixture.ts';

const AT = '2026-11-23T10:00:00.000Z';
const line = (level: unknown, timestamp: unknown = AT): string => JSON.stringify({ level, timestamp, message: 'm' });
const EMF = '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]},"Latency":3}';

test.each([
  ['its own level, high enough', line('WARN'), 'WARN', true],
  ['its own level, too low', line('DEBUG'), 'INFO', false],
  ['its own level in lower case', line('debug'), 'INFO', false],
  ['a level it does not know, so INFO', line('LOUD'), 'INFO', true],
  ['a level it does not know, so INFO, below WARN', line('LOUD'), 'WARN', false],
  ['no RFC 3339 timestamp, so INFO', line('DEBUG', 'yesterday'), 'INFO', true],
  ['a timestamp that is a number, so INFO', line('DEBUG', 1), 'INFO', true],
  ['a timestamp with an offset', line('DEBUG', '2026-11-23T10:00:00+01:00'), 'INFO', false],
  ['a metric blob at INFO', EMF, 'INFO', true],
  ['a metric blob at WARN', EMF, 'WARN', false],
  ['plain text at INFO', 'level timestamp', 'INFO', true],
  ['plain text at ERROR', 'plain', 'ERROR', false],
  ['broken JSON, so INFO', '{"level":"DEBUG","timestamp":', 'INFO', true],
  ['anything at TRACE', line('TRACE'), 'TRACE', true],
])('a raw line with %s is stored or dropped', (_name, text, level, kept) => {
  expect(isStored(text, level)).toBe(kept);
});

/** What is stored of these lines, and the findings, under a logging configuration. */
function stored(LoggingConfig: object, messages: readonly string[]) {
  const cloud = cloudWithList({ LoggingConfig });
  for (const id of ['first', 'second']) {
    cloud.call('Invoke', { FunctionName: 'list' }, id);
    cloud.settle(id, { lines: messages.map((message) => ({ at: START, message, stream: 'stdout' as const })) });
  }
  const { lines } = cloud.last('lambda.InvocationEnded');
  const kept = lines.map(({ message }) => message).filter((message) => messages.includes(message));
  return { kept, findings: cloud.facts.filter(({ type }) => type === 'lambda.FindingNoticed') };
}

test('text format drops nothing', () => {
  expect(stored({ LogFormat: 'Text' }, [line('TRACE'), EMF])).toEqual({ kept: [line('TRACE'), EMF], findings: [] });
});

test('metrics lost to the log level are told once', () => {
  const { kept, findings } = stored({ LogFormat: 'JSON', ApplicationLogLevel: 'WARN' }, [EMF, line('ERROR')]);
  expect(kept).toEqual([line('ERROR')]);
  expect(findings).toMatchObject([{ rule: 'embedded-metrics-below-log-level', functionName: 'list' }]);
});
