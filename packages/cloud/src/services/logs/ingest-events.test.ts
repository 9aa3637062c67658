/**
 * What is done once for a batch (filters compiled, findings told, minutes opened, JSON shared between filters and the
 * embedded metric format) must give what every line by itself gives.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, filterLine } from './filter-pattern/compile-pattern.ts';
import { second, START, startLogs } from './logs.fixture.ts';

interface Filter {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly metricValue: string;
  readonly defaultValue?: number;
  readonly dimensions?: Readonly<Record<string, string>>;
}

const FILTERS: readonly Filter[] = [
  {
    filterName: 'faults',
    filterPattern: '{ $.log = "response" && $.status >= 500 }',
    metricValue: '1',
    defaultValue: 0,
  },
  { filterName: 'time', filterPattern: '{ $.ms = * }', metricValue: '$.ms' },
  {
    filterName: 'versions',
    filterPattern: '{ $.log = "response" && $.version = * }',
    metricValue: '1',
    dimensions: { Version: '$.version' },
  },
  { filterName: 'words', filterPattern: '?ERROR ?"timed out"', metricValue: '1', defaultValue: -1 },
  { filterName: 'fields', filterPattern: '[verb, path, status = 5*, size]', metricValue: '$size' },
  { filterName: 'all', filterPattern: '', metricValue: '2' },
];

const response = fc
  .record(
    {
      log: fc.constantFrom('response', 'request'),
      status: fc.constantFrom(200, 404, 500, 503, '503'),
      version: fc.constantFrom('7', '8', null),
      ms: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.constantFrom('12', 'slow')),
    },
    { requiredKeys: [] },
  )
  .map((it) => JSON.stringify(it));
const message = fc.oneof(
  { weight: 4, arbitrary: response },
  response.map((text) => `2026-11-23T10:00:00.000Z\t3f6a0c1e\tERROR\t${text}`),
  fc.constantFrom('ERROR: no', 'Task timed out after 3.00 seconds', 'GET / 503 1534', 'GET / 503 many', 'x'),
);
const event = fc.record({ message, minute: fc.nat({ max: 3 }) });

/** `filter minute value dimensions` of each sample that a line gives by itself. */
function samplesOf(line: string, minute: number): string[] {
  return FILTERS.flatMap(({ filterName, filterPattern, metricValue, dimensions = {} }) => {
    const pattern = compilePattern(filterPattern, { jsonFilterMatchesTextPrefix: true });
    if (!filterLine(pattern, line).matches) return [];
    const read = pattern.kind === 'json' ? (JSON.parse(line.replace(/^.*?(?=\{)/, '')) as Record<string, unknown>) : {};
    const extracted = filterLine(pattern, line).extractedValues;
    const fieldOf = (field: string): unknown => read[field.slice(2)] ?? extracted[field];
    const value = Number(/^\d+$/.test(metricValue) ? metricValue : (fieldOf(metricValue) ?? 'none'));
    const values = Object.values(dimensions).map(fieldOf);
    if (Number.isNaN(value) || values.some((each) => typeof each !== 'string')) return [];
    return [`${filterName} ${minute} ${value} ${values.join(',')}`.trim()];
  });
}

const hasMatch = (name: string, lines: readonly string[]): boolean => {
  const filter = FILTERS.find(({ filterName }) => filterName === name);
  const pattern = compilePattern(filter?.filterPattern ?? '', { jsonFilterMatchesTextPrefix: true });
  return lines.some((line) => filterLine(pattern, line).matches);
};

/** A default for each minute with events in which its filter matched none. Source: MF (D), rule 1.7.3. */
function defaultsOf(events: readonly { readonly message: string; readonly minute: number }[]): string[] {
  return [0, 1, 2, 3].flatMap((minute) => {
    const lines = events.filter((it) => it.minute === minute).map((it) => it.message);
    return FILTERS.flatMap(({ filterName, defaultValue }) =>
      defaultValue === undefined || lines.length === 0 || hasMatch(filterName, lines)
        ? []
        : [`${filterName} ${minute} ${defaultValue}`],
    );
  });
}

function published(events: readonly { readonly message: string; readonly minute: number }[], batch: number) {
  const logs = startLogs();
  logs.call('CreateLogGroup', { logGroupName: '/shop/list' });
  for (const { filterName, filterPattern, ...transformation } of FILTERS)
    logs.call('PutMetricFilter', {
      logGroupName: '/shop/list',
      filterName,
      filterPattern,
      metricTransformations: [{ metricName: filterName, metricNamespace: 'Shop', ...transformation }],
    });
  for (const minute of [0, 1, 2, 3]) {
    logs.advanceTo(second(minute * 60 + 30));
    const lines = events.filter((it) => it.minute === minute).map((it) => it.message);
    for (let i = 0; i < lines.length; i += batch) logs.write(lines.slice(i, i + batch));
  }
  logs.advanceTo(second(900));
  const samples = logs.datapoints.map(({ metricName, at, value, dimensions }) =>
    `${metricName} ${(at - START) / 60_000} ${value} ${dimensions.map((it) => it.value).join(',')}`.trim(),
  );
  return { samples: samples.toSorted(), findings: logs.findings.map((it) => `${it.rule} ${it.filterName}`).toSorted() };
}

test('in batches of any size, the samples are those of every line by itself, and a finding is told once', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.integer({ min: 2, max: 40 }), (events, batch) => {
      const inBatches = published(events, batch);
      const expected = events.flatMap((it) => samplesOf(it.message, it.minute));
      expect(inBatches.samples).toEqual([...expected, ...defaultsOf(events)].toSorted());
      expect(new Set(inBatches.findings).size).toBe(inBatches.findings.length);
      expect(published(events, 1)).toEqual(inBatches);
    }),
  );
});

test('a minute is opened once, and a match in it noted once for each filter', () => {
  const logs = startLogs();
  const facts: string[] = [];
  logs.hear((fact) => facts.push(fact.type));
  logs.call('CreateLogGroup', { logGroupName: '/shop/list' });
  logs.call('PutMetricFilter', {
    logGroupName: '/shop/list',
    filterName: 'errors',
    filterPattern: 'ERROR',
    metricTransformations: [{ metricName: 'm', metricNamespace: 'Shop', metricValue: '1', defaultValue: 0 }],
  });
  for (let i = 0; i < 3; i++) logs.write(['ERROR', 'ERROR', 'fine']);
  logs.advanceTo(second(600));
  expect(facts.filter((type) => type.startsWith('logs.Minute'))).toEqual([
    'logs.MinuteOpened',
    'logs.MinuteMatched',
    'logs.MinuteClosed',
  ]);
});

test('what is kept of a group are its newest events, numbered as they came, whatever came together', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 14 }), (batches) => {
      const logs = startLogs();
      let next = 0;
      for (const length of batches) logs.write(Array.from({ length }, () => String(next++)));
      const { events } = logs.call<{ events: { message: string; eventId: string }[] }>('FilterLogEvents', {
        logGroupName: '/shop/list',
        startTime: 0,
      });
      const numbers = events.map(({ message: text }) => Number(text));
      const first = numbers[0] ?? Number.NaN;
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => first + i));
      expect(events.map(({ eventId }) => Number(eventId.slice(-20)))).toEqual(numbers);
      expect(next - first).toBeGreaterThanOrEqual(Math.min(next, 6_000));
    }),
    { numRuns: 20 },
  );
});
