import { expect, test } from '@jest/globals';
import { second, START, startLogs } from './logs.fixture.ts';

interface Filter {
  readonly pattern: string;
  readonly value?: string;
  readonly defaultValue?: number;
  readonly dimensions?: Record<string, string>;
}

function withFilter({ pattern, value = '1', defaultValue, dimensions }: Filter) {
  const logs = startLogs();
  logs.call('CreateLogGroup', { logGroupName: '/shop/list' });
  logs.call('PutMetricFilter', {
    logGroupName: '/shop/list',
    filterName: 'errors',
    filterPattern: pattern,
    metricTransformations: [
      { metricName: 'Errors', metricNamespace: 'Shop', metricValue: value, defaultValue, dimensions },
    ],
  });
  return logs;
}

/** Lines written 30 s into the first minute, and `value{dimensions}` of the samples they make. */
function checkSamples(filter: Filter, lines: readonly string[], expected: readonly string[]) {
  const logs = withFilter(filter);
  logs.advanceTo(second(30));
  logs.write(lines);
  logs.advanceTo(second(600));
  const shown = logs.datapoints.map(({ value, dimensions }) =>
    [value, ...dimensions.map((dimension) => `${dimension.name}=${dimension.value}`)].join(' '),
  );
  expect(shown).toEqual(expected);
  return logs;
}

const PATTERN = '{ $.log = "response" && $.statusCode > 400 }';
const answer = (statusCode: unknown, more = {}) => JSON.stringify({ log: 'response', statusCode, ...more });

test.each<[string, Filter, string[], string[]]>([
  ['one sample for each match', { pattern: PATTERN }, [answer(503), answer(200), answer(500)], ['1', '1']],
  ['a value from a field', { pattern: '{ $.ms = * }', value: '$.ms' }, ['{"ms":12.5}', '{"ms":"7"}'], ['12.5', '7']],
  ['no sample where the field is no number', { pattern: '{ $.ms = * }', value: '$.ms' }, ['{"ms":"slow"}'], []],
  [
    'no sample where the field is beyond ±2^360',
    { pattern: '{ $.ms = * }', value: '$.ms' },
    ['{"ms":1e999}', '{"ms":1e120}'],
    [],
  ],
  ['a value from a named field', { pattern: '[..., status, bytes]', value: '$bytes' }, ['GET / 200 1534'], ['1534']],
  ['a value from a numbered field', { pattern: '[]', value: '$4' }, ['GET / 200 1534'], ['1534']],
  [
    'dimensions from fields',
    { pattern: '{ $.fn = * }', dimensions: { Function: '$.fn' } },
    ['{"fn":"list:7"}'],
    ['1 Function=list:7'],
  ],
  [
    'no sample where a dimension is missing',
    { pattern: '{ $.a = 1 || $.fn = * }', dimensions: { Function: '$.fn' } },
    ['{"a":1}'],
    [],
  ],
  ['the default when nothing matched', { pattern: PATTERN, defaultValue: 0 }, [answer(200)], ['0']],
  ['no default when something matched', { pattern: PATTERN, defaultValue: 0 }, [answer(200), answer(503)], ['1']],
  ['nothing without events', { pattern: PATTERN, defaultValue: 0 }, [], []],
])('a metric filter publishes %s', (_name, filter, lines, expected) => {
  checkSamples(filter, lines, expected);
});

test('a sample is stamped with the event’s minute and can be read the delay after that minute', () => {
  const logs = withFilter({ pattern: PATTERN });
  logs.advanceTo(second(90));
  logs.write([answer(503)], second(59));
  logs.write([answer(503)], second(75));
  expect(logs.datapoints.map(({ at, visibleAt }) => [at, visibleAt])).toEqual([
    [START, second(90 + 45)],
    [second(60), second(120 + 45)],
  ]);
});

test('a default value is published once a minute, also when its events come in many batches', () => {
  const logs = withFilter({ pattern: PATTERN, defaultValue: 0 });
  for (const s of [10, 20, 70, 80]) {
    logs.advanceTo(second(s));
    logs.write([answer(200)]);
  }
  logs.advanceTo(second(600));
  expect(logs.datapoints.map(({ at, value, visibleAt }) => [at, value, visibleAt])).toEqual([
    [START, 0, second(105)],
    [second(60), 0, second(165)],
  ]);
});

test('a filter reads nothing that came before it, and nothing after its deletion', () => {
  const logs = startLogs();
  const put = () =>
    logs.call('PutMetricFilter', {
      logGroupName: '/shop/list',
      filterName: 'errors',
      filterPattern: PATTERN,
      metricTransformations: [{ metricName: 'Errors', metricNamespace: 'Shop', metricValue: '1' }],
    });
  logs.write([answer(503)]);
  put();
  expect(logs.datapoints).toHaveLength(0);
  logs.write([answer(503)]);
  expect(logs.datapoints).toHaveLength(1);
  logs.call('DeleteMetricFilter', { logGroupName: '/shop/list', filterName: 'errors' });
  logs.write([answer(503)]);
  expect(logs.datapoints).toHaveLength(1);
});

test('an undocumented match is told once for a filter', () => {
  const line = `2026-11-23T10:00:00.000Z\t3f6a0c1e\tINFO\t${answer(503)}`;
  const logs = checkSamples({ pattern: PATTERN }, [line, line], ['1', '1']);
  logs.write([line]);
  expect(logs.findings).toMatchObject([{ rule: 'json-text-prefix', logGroup: '/shop/list', filterName: 'errors' }]);
});

test('the unit of a metric filter stays what it was created with', () => {
  const logs = startLogs();
  logs.call('CreateLogGroup', { logGroupName: '/shop/list' });
  const put = (unit?: string, metricName = 'Errors') =>
    logs.call('PutMetricFilter', {
      logGroupName: '/shop/list',
      filterName: 'errors',
      filterPattern: PATTERN,
      metricTransformations: [{ metricName, metricNamespace: 'Shop', metricValue: '1', unit }],
    });
  put('Count');
  put('Bytes');
  logs.write([answer(503)]);
  put(undefined, 'Faults');
  logs.write([answer(503)]);
  expect(logs.datapoints.map(({ metricName, unit }) => [metricName, unit])).toEqual([
    ['Errors', 'Count'],
    ['Faults', 'Count'],
  ]);
});

test('memory stays bounded: a group keeps its newest events', () => {
  const logs = startLogs();
  const batch = Array.from({ length: 1_000 }, (_, i) => `line ${i}`);
  for (let i = 0; i < 45; i++) logs.write(batch);
  const group = logs.world.logs.groups.get('/shop/list');
  expect(group?.tail.ingested).toBe(45_000);
  const kept = [...(group?.tail ?? [])];
  expect(kept.length).toBeGreaterThanOrEqual(9_000);
  expect(kept.length).toBeLessThanOrEqual(20_000);
  expect(kept.at(-1)).toMatchObject({ number: 44_999, message: 'line 999' });
});
