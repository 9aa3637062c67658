import { expect, test } from '@jest/globals';
import { type RunningLogs, second, START, startLogs } from './logs.fixture.ts';

const GROUP = '/shop/list';
const TRANSFORMATION = { metricName: 'Errors', metricNamespace: 'Shop', metricValue: '1' };
const filter = (more: object = {}, transformation: object = {}) => ({
  logGroupName: GROUP,
  filterName: 'errors',
  filterPattern: '{ $.statusCode > 400 }',
  metricTransformations: [{ ...TRANSFORMATION, ...transformation }],
  ...more,
});

function withGroup(): RunningLogs {
  const logs = startLogs();
  logs.call('CreateLogGroup', { logGroupName: GROUP });
  return logs;
}

const NO_GROUP = 'The specified log group does not exist.';

test.each<[string, string, object, string, string | RegExp]>([
  [
    'a group twice',
    'CreateLogGroup',
    { logGroupName: GROUP },
    'ResourceAlreadyExistsException',
    'The specified log group already exists',
  ],
  [
    'a group with a blank in its name',
    'CreateLogGroup',
    { logGroupName: 'a b' },
    'InvalidParameterException',
    /regular expression pattern/,
  ],
  ['a group of AWS', 'CreateLogGroup', { logGroupName: 'aws/x' }, 'InvalidParameterException', /reserved for AWS/],
  ['an unknown group', 'DeleteLogGroup', { logGroupName: '/none' }, 'ResourceNotFoundException', NO_GROUP],
  [
    'a retention that is not offered',
    'PutRetentionPolicy',
    { logGroupName: GROUP, retentionInDays: 2 },
    'InvalidParameterException',
    /enum value set/,
  ],
  [
    'a filter on an unknown group',
    'PutMetricFilter',
    filter({ logGroupName: '/none' }),
    'ResourceNotFoundException',
    NO_GROUP,
  ],
  [
    'two transformations',
    'PutMetricFilter',
    filter({ metricTransformations: [TRANSFORMATION, TRANSFORMATION] }),
    'InvalidParameterException',
    /length equal to 1/,
  ],
  [
    'a namespace of AWS',
    'PutMetricFilter',
    filter({}, { metricNamespace: 'AWS/Lambda' }),
    'InvalidParameterException',
    /must not start with 'AWS\/'/,
  ],
  [
    'a colon in a metric name',
    'PutMetricFilter',
    filter({}, { metricName: 'a:b' }),
    'InvalidParameterException',
    /regular expression/,
  ],
  [
    'a value that is no number and no field',
    'PutMetricFilter',
    filter({}, { metricValue: 'one' }),
    'InvalidParameterException',
    /metric value/,
  ],
  [
    'dimensions on terms',
    'PutMetricFilter',
    filter({ filterPattern: 'ERROR' }, { dimensions: { A: '$.a' } }),
    'InvalidParameterException',
    'The specified filter pattern does not support dimensions',
  ],
  [
    'dimensions with a default value',
    'PutMetricFilter',
    filter({}, { defaultValue: 0, dimensions: { A: '$.statusCode' } }),
    'InvalidParameterException',
    /mutually exclusive/,
  ],
  [
    'a dimension the pattern does not name',
    'PutMetricFilter',
    filter({}, { dimensions: { A: '$.other' } }),
    'InvalidParameterException',
    /does not name/,
  ],
  [
    'a pattern that is none',
    'PutMetricFilter',
    filter({ filterPattern: '{ $.a EXISTS }' }),
    'InvalidParameterException',
    'Invalid metric filter pattern',
  ],
  [
    'transformed logs',
    'PutMetricFilter',
    filter({ applyOnTransformedLogs: true }),
    'InvalidParameterException',
    /applyOnTransformedLogs/,
  ],
  [
    'an unknown filter',
    'DeleteMetricFilter',
    { logGroupName: GROUP, filterName: 'none' },
    'ResourceNotFoundException',
    'The specified metric filter does not exist.',
  ],
  [
    'an unknown stream',
    'GetLogEvents',
    { logGroupName: GROUP, logStreamName: 'none' },
    'ResourceNotFoundException',
    'The specified log stream does not exist.',
  ],
  [
    'streams and a prefix',
    'FilterLogEvents',
    { logGroupName: GROUP, logStreamNames: ['a'], logStreamNamePrefix: 'a' },
    'InvalidParameterException',
    /mutually exclusive/,
  ],
  [
    'a filter name of 513 characters',
    'PutMetricFilter',
    filter({ filterName: 'f'.repeat(513) }),
    'InvalidParameterException',
    /'filterName'.*less than or equal to 512/,
  ],
  [
    'a metric name of 256 characters',
    'PutMetricFilter',
    filter({}, { metricName: 'm'.repeat(256) }),
    'InvalidParameterException',
    /metricName'.*less than or equal to 255/,
  ],
  [
    'a namespace of 256 characters',
    'PutMetricFilter',
    filter({}, { metricNamespace: 'n'.repeat(256) }),
    'InvalidParameterException',
    /metricNamespace'.*less than or equal to 255/,
  ],
  [
    'a metric value of 101 characters',
    'PutMetricFilter',
    filter({}, { metricValue: `$.${'v'.repeat(99)}` }),
    'InvalidParameterException',
    /metricValue'.*less than or equal to 100/,
  ],
  [
    'a unit that is none',
    'PutMetricFilter',
    filter({}, { unit: 'Counts' }),
    'InvalidParameterException',
    /'Counts' at 'metricTransformations.1.member.unit'.*enum value set/,
  ],
  [
    'a metric value beyond ±2^360',
    'PutMetricFilter',
    filter({}, { metricValue: '1e999' }),
    'InvalidParameterException',
    /within ±2\^360/,
  ],
  [
    'a field for a pattern of terms',
    'PutMetricFilter',
    filter({ filterPattern: 'ERROR' }, { metricValue: '$.a' }),
    'InvalidParameterException',
    /metric value/,
  ],
  [
    'four dimensions',
    'PutMetricFilter',
    filter(
      { filterPattern: '{ $.a = 1 && $.b = 1 && $.c = 1 && $.d = 1 }' },
      { dimensions: { a: '$.a', b: '$.b', c: '$.c', d: '$.d' } },
    ),
    'InvalidParameterException',
    /dimensions'.*less than or equal to 3/,
  ],
  [
    'a selection of fields',
    'PutMetricFilter',
    filter({ fieldSelectionCriteria: '@aws.region = "eu-west-1"' }),
    'InvalidParameterException',
    /fieldSelectionCriteria/,
  ],
  [
    'dimensions of the system',
    'PutMetricFilter',
    filter({ emitSystemFieldDimensions: ['@aws.account'] }),
    'InvalidParameterException',
    /emitSystemFieldDimensions/,
  ],
  [
    'a group of another class',
    'CreateLogGroup',
    { logGroupName: '/rare', logGroupClass: 'INFREQUENT_ACCESS' },
    'InvalidParameterException',
    /INFREQUENT_ACCESS cannot be rehearsed/,
  ],
  [
    'a page of more than 10,000 events',
    'FilterLogEvents',
    { logGroupName: GROUP, limit: 10_001 },
    'InvalidParameterException',
    /less than or equal to 10000/,
  ],
  [
    'more than 50 messages to test',
    'TestMetricFilter',
    { filterPattern: '', logEventMessages: Array.from({ length: 51 }, () => 'm') },
    'InvalidParameterException',
    /less than or equal to 50/,
  ],
  [
    'no message to test',
    'TestMetricFilter',
    { filterPattern: '', logEventMessages: [] },
    'InvalidParameterException',
    /greater than or equal to 1/,
  ],
])('%s is refused', (_name, operation, input, code, message) => {
  const logs = withGroup();
  expect(() => logs.call(operation, input)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

test('a group and its filter are described as they were put', () => {
  const logs = withGroup();
  logs.call('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 14 });
  logs.call('PutMetricFilter', filter());
  expect(logs.call('DescribeLogGroups', { logGroupNamePrefix: '/shop' })).toMatchObject({
    logGroups: [
      {
        logGroupName: GROUP,
        retentionInDays: 14,
        metricFilterCount: 1,
        arn: `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}:*`,
      },
    ],
  });
  expect(logs.call('DescribeMetricFilters', { logGroupName: GROUP })).toEqual({
    metricFilters: [
      {
        filterName: 'errors',
        filterPattern: '{ $.statusCode > 400 }',
        metricTransformations: [TRANSFORMATION],
        creationTime: START,
        logGroupName: GROUP,
      },
    ],
  });
});

test('a group holds 100 filters, and five with a regular expression', () => {
  const logs = withGroup();
  const put = (i: number, filterPattern: string) =>
    logs.call('PutMetricFilter', filter({ filterName: `f${i}`, filterPattern }));
  for (let i = 0; i < 100; i++) put(i, i < 5 ? '%a%' : 'a');
  expect(() => put(100, 'a')).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
  expect(() => put(50, '%a%')).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
  expect(() => put(50, 'b')).not.toThrow();
});

test('TestMetricFilter numbers the messages that match from 1', () => {
  const logEventMessages = ['{"statusCode":200}', '{"statusCode":503}'];
  expect(startLogs().call('TestMetricFilter', { filterPattern: '{ $.statusCode > 400 }', logEventMessages })).toEqual({
    matches: [{ eventNumber: 2, eventMessage: '{"statusCode":503}', extractedValues: { '$.statusCode': '503' } }],
  });
});

test('FilterLogEvents takes both ends of its time range and orders by event time', () => {
  const logs = withGroup();
  logs.advanceTo(second(60));
  for (const s of [30, 10, 20, 40]) logs.write([`at ${s}`], second(s));
  const { events } = logs.call<{ events: { message: string }[] }>('FilterLogEvents', {
    logGroupName: GROUP,
    startTime: second(10),
    endTime: second(30),
  });
  expect(events.map(({ message }) => message)).toEqual(['at 10', 'at 20', 'at 30']);
});

test('FilterLogEvents goes on where its token points', () => {
  const logs = withGroup();
  logs.write(['a 1', 'b', 'a 2', 'a 3']);
  const page = (nextToken?: string) =>
    logs.call<{ events: { message: string }[]; nextToken?: string }>('FilterLogEvents', {
      logGroupName: GROUP,
      filterPattern: 'a',
      limit: 2,
      nextToken,
    });
  const first = page();
  const rest = page(first.nextToken);
  expect([...first.events, ...rest.events].map(({ message }) => message)).toEqual(['a 1', 'a 2', 'a 3']);
  expect(rest.nextToken).toBeUndefined();
});

test('a page of FilterLogEvents holds a megabyte, counted in bytes', () => {
  const logs = withGroup();
  const half = 'é'.repeat(524_288 / 2);
  logs.write([half, half, half, 'x']);
  const page = (nextToken?: string) =>
    logs.call<{ events: object[]; nextToken?: string }>('FilterLogEvents', { logGroupName: GROUP, nextToken });
  const first = page();
  expect([first.events.length, page(first.nextToken).events.length]).toEqual([2, 2]);
});

test('FilterLogEvents takes streams by name or by prefix, or all of them', () => {
  const logs = withGroup();
  for (const logStreamName of ['a1', 'a2', 'b']) logs.call('CreateLogStream', { logGroupName: GROUP, logStreamName });
  for (const logStreamName of ['a1', 'a2', 'b'])
    logs.call('PutLogEvents', {
      logGroupName: GROUP,
      logStreamName,
      logEvents: [{ timestamp: START, message: logStreamName }],
    });
  const shown = (more: object) =>
    logs
      .call<{ events: { message: string }[] }>('FilterLogEvents', { logGroupName: GROUP, ...more })
      .events.map(({ message }) => message);
  expect(shown({})).toEqual(['a1', 'a2', 'b']);
  expect(shown({ logStreamNames: ['a2', 'b'] })).toEqual(['a2', 'b']);
  expect(shown({ logStreamNamePrefix: 'a' })).toEqual(['a1', 'a2']);
});

test('events of one instant come in the order of their ingestion', () => {
  const logs = withGroup();
  logs.write(['first', 'second'], START);
  logs.advanceTo(second(5));
  logs.write(['third'], START);
  const { events } = logs.call<{ events: { message: string; ingestionTime: number }[] }>('FilterLogEvents', {
    logGroupName: GROUP,
  });
  expect(events.map(({ message, ingestionTime }) => [message, ingestionTime - START])).toEqual([
    ['first', 0],
    ['second', 0],
    ['third', 5_000],
  ]);
});

test.each<[string, number, string, string]>([
  ['10,000 events', 10_000, 'x', 'taken'],
  ['10,001 events', 10_001, 'x', 'Member must have length less than or equal to 10000'],
  ['1,048,576 bytes with 26 for each event', 2, 'é'.repeat(262_131), 'taken'],
  ['two bytes more', 2, `${'é'.repeat(262_131)}x`, 'Upload too large: 1048578 bytes exceeds limit of 1048576'],
])('PutLogEvents with %s', (_name, length, message, outcome) => {
  const logs = withGroup();
  logs.call('CreateLogStream', { logGroupName: GROUP, logStreamName: 's' });
  const logEvents = Array.from({ length }, () => ({ timestamp: START, message }));
  const put = (): string => {
    logs.call('PutLogEvents', { logGroupName: GROUP, logStreamName: 's', logEvents });
    return 'taken';
  };
  expect(outcomeOf(put)).toContain(outcome);
});

function outcomeOf(act: () => string): string {
  try {
    return act();
  } catch (error) {
    return (error as Error).message;
  }
}

test('every retention that AWS offers can be set, and no other', () => {
  const logs = withGroup();
  const offered = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ];
  const isOffered = (retentionInDays: number): boolean => {
    try {
      logs.call('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays });
      return true;
    } catch {
      return false;
    }
  };
  expect(Array.from({ length: 4_000 }, (_, days) => days).filter(isOffered)).toEqual(offered);
});

test('PutMetricFilter replaces the filter of its name', () => {
  const logs = withGroup();
  logs.call('PutMetricFilter', filter());
  logs.call('PutMetricFilter', filter({ filterPattern: 'ERROR' }));
  expect(logs.call('DescribeMetricFilters', { logGroupName: GROUP })).toMatchObject({
    metricFilters: [{ filterName: 'errors', filterPattern: 'ERROR' }],
  });
});

test('GetLogEvents shows the newest events, or the oldest from the head, and stays at an end', () => {
  const logs = withGroup();
  logs.write(['1', '2', '3']);
  const get = (more: object) =>
    logs.call<{ events: { message: string }[]; nextForwardToken: string }>('GetLogEvents', {
      logGroupName: GROUP,
      logStreamName: 'stream',
      limit: 2,
      ...more,
    });
  expect(get({}).events.map(({ message }) => message)).toEqual(['2', '3']);
  const head = get({ startFromHead: true });
  expect(head.events.map(({ message }) => message)).toEqual(['1', '2']);
  const next = get({ nextToken: head.nextForwardToken });
  expect(next.events.map(({ message }) => message)).toEqual(['3']);
  expect(get({ nextToken: next.nextForwardToken })).toMatchObject({
    events: [],
    nextForwardToken: next.nextForwardToken,
  });
});

test('PutLogEvents stores what is neither too old nor too new, and says what is not', () => {
  const logs = withGroup();
  logs.call('CreateLogStream', { logGroupName: GROUP, logStreamName: 's' });
  const at = (hours: number) => ({ timestamp: START + hours * 3_600_000, message: `${hours}` });
  const put = (logEvents: object[]) =>
    logs.call('PutLogEvents', { logGroupName: GROUP, logStreamName: 's', logEvents });
  expect(put([at(0), at(3)])).toMatchObject({ rejectedLogEventsInfo: { tooNewLogEventStartIndex: 1 } });
  expect(put([at(-15 * 24)])).toMatchObject({ rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 } });
  expect(() => put([at(1), at(0)])).toThrow(/chronological order/);
  expect(() => put([at(-25), at(0)])).toThrow(/24 hours/);
  expect(logs.call('GetLogEvents', { logGroupName: GROUP, logStreamName: 's' })).toMatchObject({
    events: [{ message: '0' }],
  });
});

test('streams are described by name or by their last event', () => {
  const logs = withGroup();
  logs.call('CreateLogStream', { logGroupName: GROUP, logStreamName: 'a' });
  logs.write(['x']);
  const names = (more: object) =>
    logs
      .call<{ logStreams: { logStreamName: string }[] }>('DescribeLogStreams', { logGroupName: GROUP, ...more })
      .logStreams.map(({ logStreamName }) => logStreamName);
  expect(names({})).toEqual(['a', 'stream']);
  expect(names({ orderBy: 'LastEventTime', descending: true })).toEqual(['stream', 'a']);
});

test('retention hides expired events', () => {
  const logs = withGroup();
  logs.write(['old']);
  logs.call('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 1 });
  logs.advanceTo(second(2 * 24 * 3600));
  logs.write(['new']);
  const { events } = logs.call<{ events: { message: string }[] }>('FilterLogEvents', { logGroupName: GROUP });
  expect(events.map(({ message }) => message)).toEqual(['new']);
});

test('a retention is taken back, and a group deleted with all it holds', () => {
  const logs = withGroup();
  logs.call('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 14 });
  logs.call('DeleteRetentionPolicy', { logGroupName: GROUP });
  expect(logs.world.logs.groups.get(GROUP)).not.toHaveProperty('retentionInDays');
  logs.call('DeleteLogGroup', { logGroupName: GROUP });
  expect(logs.world.logs.groups.size).toBe(0);
});
