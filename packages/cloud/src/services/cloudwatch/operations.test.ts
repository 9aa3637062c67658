import type { MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';
import { AwsError } from '../../aws-error.ts';
import { Instant, MINUTE, SECOND } from '../../instant.ts';
import { Cloud, FAULTS, put, RATE, START } from './alone.fixture.ts';

function checkRefusal(operation: string, input: object, code: string, message: string): void {
  const cloud = new Cloud();
  put(cloud, { AlarmName: 'there' });
  let refusal: unknown;
  try {
    cloud.call(operation, input);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(AwsError);
  expect(refusal).toMatchObject({ code, message: expect.stringContaining(message) });
}

const WITHOUT_METRICS = { ...RATE, Metrics: [] };

type Refused = [what: string, more: Partial<PutMetricAlarmInput>, code: string, message: string];

test.each<Refused>([
  [
    'a long name',
    { AlarmName: 'x'.repeat(256) },
    'ValidationError',
    "at 'alarmName' failed to satisfy constraint: Member must have length less than or equal to 255",
  ],
  ['an odd period', { Period: 45 }, 'ValidationError', 'Period must be 10, 20, 30 or a multiple of 60'],
  [
    'M above N',
    { DatapointsToAlarm: 2 },
    'ValidationError',
    'DatapointsToAlarm must be less than or equal to EvaluationPeriods',
  ],
  [
    'more than a day',
    { EvaluationPeriods: 1441 },
    'ValidationError',
    'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
  ],
  [
    'more than seven days',
    { Period: 3600, EvaluationPeriods: 169 },
    'ValidationError',
    'Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800).',
  ],
  ['no period', { Period: undefined }, 'MissingRequiredParameterException', 'Period'],
  ['no threshold', { Threshold: undefined }, 'MissingRequiredParameterException', 'Threshold'],
  ['no evaluation periods', { EvaluationPeriods: undefined }, 'ValidationError', "at 'evaluationPeriods'"],
  ['M of 0', { DatapointsToAlarm: 0 }, 'ValidationError', "at 'datapointsToAlarm'"],
  ['an unknown treatment', { TreatMissingData: 'zero' }, 'ValidationError', "at 'treatMissingData'"],
  [
    'low samples of an average',
    { EvaluateLowSampleCountPercentile: 'ignore' },
    'InvalidParameterCombinationException',
    'EvaluateLowSampleCountPercentile can only be used with a percentile statistic',
  ],
  ['a threshold of a band', { ThresholdMetricId: 'ad1' }, 'NotImplemented', 'anomaly detection band'],
  ['criteria of a query language', { EvaluationCriteria: {} as never }, 'NotImplemented', 'uses EvaluationCriteria'],
  ['a warm-up', { WarmUpConfiguration: {} as never }, 'NotImplemented', 'uses WarmUpConfiguration'],
  [
    '31 dimensions',
    { Dimensions: Array.from({ length: 31 }, (_, i) => ({ Name: `n${i}`, Value: 'v' })) },
    'ValidationError',
    "at 'dimensions'",
  ],
  ['an unknown unit', { Unit: 'Counts' as never }, 'ValidationError', "Value 'Counts' at 'unit'"],
  ['two statistics', { ExtendedStatistic: 'p99' }, 'InvalidParameterCombinationException', 'cannot both be specified'],
  ...[
    'q99',
    'Average',
    'p',
    'p101',
    'p-1',
    'pp9',
    'P99',
    'tm',
    'tm(10%',
    'tm(90%:10%)',
    'p99 ',
    'p99.12345678901',
    'IQM90',
    '',
  ].map((ExtendedStatistic): Refused => [
    `the extended statistic "${ExtendedStatistic}"`,
    { Statistic: undefined, ExtendedStatistic },
    'InvalidParameterValueException',
    `The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`,
  ]),
  [
    'an unknown comparison',
    { ComparisonOperator: 'Above' as never },
    'ValidationError',
    'Member must satisfy enum value set',
  ],
  ['an anomaly band', { ComparisonOperator: 'GreaterThanUpperThreshold' }, 'NotImplemented', 'anomaly detection band'],
  ['six actions for OK', { OKActions: ['1', '2', '3', '4', '5', '6'] }, 'ValidationError', "at 'oKActions'"],
  [
    'six actions for INSUFFICIENT_DATA',
    { InsufficientDataActions: ['1', '2', '3', '4', '5', '6'] },
    'ValidationError',
    "at 'insufficientDataActions'",
  ],
  ['six actions', { AlarmActions: ['1', '2', '3', '4', '5', '6'] }, 'ValidationError', "at 'alarmActions'"],
  [
    'a metric beside Metrics',
    { Metrics: RATE.Metrics ?? [] },
    'InvalidParameterCombinationException',
    'MetricName, Namespace, Dimensions, Period, Statistic',
  ],
])('PutMetricAlarm refuses %s', (_, more, code, message) => {
  checkRefusal('PutMetricAlarm', { ...FAULTS, ...more }, code, message);
});

test.each<[string, string, string, string]>([
  ['SEARCH', 'SUM(SEARCH("x", "Sum"))', 'NotImplemented', 'uses SEARCH'],
  ['an unknown id', 'faults / nothing', 'ValidationError', 'There is no metric or expression with the id nothing.'],
  ['a circle', 'rate + 1', 'ValidationError', 'The expression rate refers to itself.'],
  ['a scalar', 'SUM(faults)', 'ValidationError', 'must give a single time series, and gives a scalar'],
  ['bad syntax', '(faults', 'ValidationError', 'The expression ends too early.'],
])('a metric-math alarm refuses %s', (_, Expression, code, message) => {
  const Metrics = [...(RATE.Metrics ?? []).slice(0, 2), { Id: 'rate', Expression, ReturnData: true }];
  checkRefusal('PutMetricAlarm', { ...RATE, Metrics }, code, message);
});

const MINUTES = (Period: number) => ({ Metric: { Namespace: 'Shop', MetricName: 'Faults' }, Period, Stat: 'Sum' });
const QUERY: MetricDataQuery = { Id: 'm', MetricStat: MINUTES(60) };

test.each<[string, MetricDataQuery[], string]>([
  ['no metric and no Period', [{ Id: 'e', Expression: 'TIME_SERIES(1)' }], 'Period must not be null'],
  [
    'an expression with a Period of its own',
    [
      { Id: 'e', Expression: 'm * 1', Period: 300 },
      { Id: 'm', MetricStat: MINUTES(60), ReturnData: false },
    ],
    'Period must be consistent across all metrics',
  ],
  [
    'metrics of two periods',
    [
      { Id: 'e', Expression: 'm + n' },
      { Id: 'm', MetricStat: MINUTES(60), ReturnData: false },
      { Id: 'n', MetricStat: MINUTES(300), ReturnData: false },
    ],
    'Period must be consistent across all metrics',
  ],
  [
    'a metric with a second Period',
    [{ Id: 'm', MetricStat: MINUTES(60), Period: 300 }],
    'Period must be consistent across all metrics',
  ],
  [
    'eleven metrics',
    Array.from({ length: 11 }, (_, i) => ({ Id: `m${i}`, MetricStat: MINUTES(60), ReturnData: i === 0 })),
    'Metrics list must not have more than 10 metrics',
  ],
  [
    'eleven expressions',
    [
      { Id: 'm', MetricStat: MINUTES(60), ReturnData: false },
      ...Array.from({ length: 11 }, (_, i) => ({ Id: `e${i}`, Expression: 'm * 1', ReturnData: i === 0 })),
    ],
    'Metrics list must not have more than 10 expressions',
  ],
  [
    'two results',
    [
      { Id: 'm', MetricStat: MINUTES(60) },
      { Id: 'n', MetricStat: MINUTES(60) },
    ],
    'Exactly one element of the metrics list should return data.',
  ],
  ['an Id in capitals', [{ ...QUERY, Id: 'Faults' }], 'is not matching the expected pattern'],
  ['an Id twice', [QUERY, { ...QUERY, ReturnData: false }], 'are not unique'],
  ['a query without data', [{ Id: 'm' }], 'must have exactly one of Expression and MetricStat'],
])('a metric-math alarm refuses %s', (_, Metrics, message) => {
  checkRefusal('PutMetricAlarm', { ...RATE, Metrics }, 'ValidationError', message);
});

test('an expression may name the period of its metrics, and must where it has none', () => {
  const cloud = new Cloud();
  const [first = {}, second = {}] = RATE.Metrics ?? [];
  const Metrics = [first, second, { Id: 'rate', Expression: 'faults / all', Period: 60 }];
  cloud.call('PutMetricAlarm', { ...RATE, Metrics });
  cloud.call('PutMetricAlarm', {
    ...RATE,
    AlarmName: 'constant',
    Metrics: [{ Id: 'e', Expression: 'TIME_SERIES(1)', Period: 300 }],
  });
  expect(cloud.world.cloudwatch.alarms.get('constant')?.configuration).toMatchObject({
    watches: { type: 'math', periodSeconds: 300 },
  });
});

test('exactly one query of a metric-math alarm returns data', () => {
  checkRefusal(
    'PutMetricAlarm',
    WITHOUT_METRICS,
    'ValidationError',
    'Exactly one element of the metrics list should return data.',
  );
});

test.each<[string, object, string, string]>([
  [
    'PutCompositeAlarm',
    { AlarmName: 'c', AlarmRule: 'ALARM(gone) AND OK(there)' },
    'ValidationError',
    'Could not save the composite alarm as alarms [gone] in the alarm rule do not exist',
  ],
  [
    'PutCompositeAlarm',
    { AlarmName: 'c', AlarmRule: ' TRUE' },
    'ValidationError',
    'AlarmRule must not contain leading or trailing whitespace or be null',
  ],
  [
    'PutCompositeAlarm',
    { AlarmName: 'c', AlarmRule: 'ALARM(there' },
    'ValidationError',
    'AlarmRule has a syntax error at its end',
  ],
  [
    'PutCompositeAlarm',
    { AlarmName: 'c', AlarmRule: 'TRUE', ActionsSuppressor: 'there', ActionsSuppressorWaitPeriod: 60 },
    'ValidationError',
    'must be specified together',
  ],
  [
    'PutCompositeAlarm',
    {
      AlarmName: 'c',
      AlarmRule: 'TRUE',
      ActionsSuppressor: 'gone',
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 60,
    },
    'ValidationError',
    'actions suppressor gone does not exist',
  ],
  [
    'PutCompositeAlarm',
    {
      AlarmName: 'c',
      AlarmRule: 'TRUE',
      ActionsSuppressor: 'there',
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: -1,
    },
    'ValidationError',
    'must not be negative',
  ],
  ['DeleteAlarms', { AlarmNames: ['there', 'gone'] }, 'ResourceNotFound', 'gone'],
  ['SetAlarmState', { AlarmName: 'gone', StateValue: 'OK', StateReason: '' }, 'ResourceNotFound', 'gone'],
  ['SetAlarmState', { AlarmName: 'there', StateValue: 'Ok', StateReason: '' }, 'ValidationError', "at 'stateValue'"],
  [
    'SetAlarmState',
    { AlarmName: 'there', StateValue: 'OK', StateReason: 'r'.repeat(1_024) },
    'ValidationError',
    "at 'stateReason'",
  ],
  [
    'SetAlarmState',
    { AlarmName: 'there', StateValue: 'OK', StateReason: '', StateReasonData: '{' },
    'InvalidFormatFault',
    'not valid JSON',
  ],
  ['PutCompositeAlarm', { AlarmName: 'there', AlarmRule: 'TRUE' }, 'ValidationError', 'is of another type'],
  [
    'DescribeAlarms',
    { AlarmNames: ['a'], AlarmNamePrefix: 'a' },
    'InvalidParameterCombinationException',
    'AlarmNamePrefix',
  ],
  ['DescribeAlarms', { NextToken: 'nonsense' }, 'InvalidNextToken', 'nonsense'],
])('%s refuses %j', (operation, input, code, message) => {
  checkRefusal(operation, input, code, message);
});

test('an alarm that a composite alarm depends on cannot be deleted before it, and nothing else of the call is', () => {
  const cloud = new Cloud();
  for (const AlarmName of ['a', 'b', 'free']) put(cloud, { AlarmName });
  cloud.call('PutCompositeAlarm', { AlarmName: 'all', AlarmRule: 'ALARM(a) AND ALARM(b)' });
  const names = () => [...cloud.world.cloudwatch.alarms.keys()];
  const deletion =
    (...AlarmNames: string[]) =>
    () =>
      cloud.call('DeleteAlarms', { AlarmNames });
  expect(deletion('free', 'a')).toThrow('Cannot delete a as there are composite alarm(s) depending on it.');
  expect(deletion('a', 'b')).toThrow('Cannot delete a,b as there are composite alarm(s) depending on them.');
  expect(names()).toEqual(['a', 'b', 'free', 'all']);
  cloud.call('DeleteAlarms', { AlarmNames: ['all', 'a'] });
  expect(names()).toEqual(['b', 'free']);
});

test('one call deletes one composite alarm at most', () => {
  const cloud = new Cloud();
  for (const AlarmName of ['x', 'y']) cloud.call('PutCompositeAlarm', { AlarmName, AlarmRule: 'TRUE' });
  expect(() => cloud.call('DeleteAlarms', { AlarmNames: ['x', 'y'] })).toThrow(
    expect.objectContaining({ code: 'ValidationError' }),
  );
  expect(cloud.world.cloudwatch.alarms.size).toBe(2);
});

test('a composite alarm has at most 100 children, and an alarm at most 150 parents', () => {
  const cloud = new Cloud();
  const children = Array.from({ length: 101 }, (_, i) => `c${i}`);
  for (const AlarmName of children) put(cloud, { AlarmName });
  const AlarmRule = children.map((name) => `ALARM(${name})`).join(' OR ');
  expect(() => cloud.call('PutCompositeAlarm', { AlarmName: 'many', AlarmRule })).toThrow(/more than 100 alarms/);
  for (let i = 0; i < 150; i++) cloud.call('PutCompositeAlarm', { AlarmName: `p${i}`, AlarmRule: 'ALARM(c0)' });
  cloud.call('PutCompositeAlarm', { AlarmName: 'p0', AlarmRule: 'NOT ALARM(c0)' });
  expect(() => cloud.call('PutCompositeAlarm', { AlarmName: 'p150', AlarmRule: 'ALARM(c0)' })).toThrow(
    /c0.*150 composite alarms/,
  );
});

test('a rule of more than 10,240 characters is refused', () => {
  const AlarmRule = `TRUE OR ${' '.repeat(10_240)}TRUE`;
  checkRefusal('PutCompositeAlarm', { AlarmName: 'c', AlarmRule }, 'ValidationError', 'less than or equal to 10240');
});

test('DescribeAlarms pages, selects and leaves composite alarms out unless asked', () => {
  const cloud = new Cloud();
  for (const AlarmName of ['b', 'a', 'other']) put(cloud, { AlarmName });
  cloud.call('PutCompositeAlarm', { AlarmName: 'all', AlarmRule: 'ALARM(a)' });
  const names = (input: object): unknown => {
    const { MetricAlarms, CompositeAlarms, NextToken } = cloud.call('DescribeAlarms', input);
    const listed = (them: unknown) => (them as { AlarmName: string }[]).map((it) => it.AlarmName).join(' ');
    return [listed(MetricAlarms), listed(CompositeAlarms), NextToken];
  };
  expect(names({})).toEqual(['a b other', '', undefined]);
  expect(names({ MaxRecords: 2 })).toEqual(['a b', '', '2']);
  expect(names({ MaxRecords: 2, NextToken: '2' })).toEqual(['other', '', undefined]);
  expect(names({ AlarmNames: ['all', 'a'] })).toEqual(['a', '', undefined]);
  expect(names({ AlarmNames: ['all', 'a'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] })).toEqual([
    'a',
    'all',
    undefined,
  ]);
  expect(names({ AlarmNamePrefix: 'o', StateValue: 'INSUFFICIENT_DATA' })).toEqual(['other', '', undefined]);
  expect(names({ ChildrenOfAlarmName: 'all' })).toEqual(['a', '', undefined]);
  put(cloud, { AlarmName: 'loud', OKActions: ['arn:aws:sns:eu-west-1:123456789012:calm'] });
  expect(names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['loud', '', undefined]);
});

test('what was put into metrics is read back by statistic, expression and list', () => {
  const cloud = new Cloud();
  const range = { StartTime: new Date(START), EndTime: new Date(START + 3 * MINUTE) };
  cloud.advanceTo(180);
  cloud.call('PutMetricData', {
    Namespace: 'Shop',
    MetricData: [
      {
        MetricName: 'Latency',
        Timestamp: new Date(START + 10 * SECOND),
        Values: [1, 2, 3],
        Counts: [1, 1, 2],
        Unit: 'Seconds',
      },
      { MetricName: 'Latency', Timestamp: new Date(START + 70 * SECOND), Value: 8, Unit: 'Seconds' },
      {
        MetricName: 'Latency',
        Timestamp: new Date(START + 70 * SECOND),
        StatisticValues: { SampleCount: 3, Sum: 6, Minimum: 1, Maximum: 3 },
        Unit: 'Seconds',
      },
    ],
  });
  const { Datapoints } = cloud.call('GetMetricStatistics', {
    ...range,
    Namespace: 'Shop',
    MetricName: 'Latency',
    Period: 60,
    Statistics: ['Sum', 'SampleCount', 'Maximum'],
    ExtendedStatistics: ['p50'],
  });
  expect(Datapoints).toEqual([
    { Timestamp: new Date(START), Sum: 9, SampleCount: 4, Maximum: 3, ExtendedStatistics: { p50: 2 }, Unit: 'Seconds' },
    {
      Timestamp: new Date(START + MINUTE),
      Sum: 14,
      SampleCount: 4,
      Maximum: 8,
      ExtendedStatistics: {},
      Unit: 'Seconds',
    },
  ]);
  const MetricStat = { Metric: { Namespace: 'Shop', MetricName: 'Latency' }, Period: 60, Stat: 'Average' };
  const { MetricDataResults } = cloud.call('GetMetricData', {
    ...range,
    MetricDataQueries: [
      { Id: 'm', MetricStat },
      { Id: 'e', Expression: 'FILL(m, 0) * 1000', Label: 'ms' },
    ],
  });
  expect(MetricDataResults).toEqual([
    {
      Id: 'm',
      Label: 'Latency',
      Timestamps: [new Date(START + MINUTE), new Date(START)],
      Values: [3.5, 2.25],
      StatusCode: 'Complete',
    },
    {
      Id: 'e',
      Label: 'ms',
      Timestamps: [2, 1, 0].map((i) => new Date(START + i * MINUTE)),
      Values: [0, 3500, 2250],
      StatusCode: 'Complete',
    },
  ]);
  expect(cloud.call('ListMetrics', { Namespace: 'Shop' })).toEqual({
    Metrics: [{ Namespace: 'Shop', MetricName: 'Latency', Dimensions: [] }],
  });
  expect(cloud.call('ListMetrics', { MetricName: 'Other' })).toEqual({ Metrics: [] });
});

test.each<[string, object, string]>([
  ['a reserved namespace', { Namespace: 'AWS/Mine', MetricData: [] }, 'Namespace is invalid'],
  ['a value beyond 2^360', { Namespace: 'N', MetricData: [{ MetricName: 'm', Value: 1e200 }] }, 'Value is invalid'],
  [
    'a time three hours ahead',
    { Namespace: 'N', MetricData: [{ MetricName: 'm', Value: 1, Timestamp: new Date(START + 180 * MINUTE) }] },
    'no more than two hours in the future',
  ],
  [
    'a time three weeks ago',
    { Namespace: 'N', MetricData: [{ MetricName: 'm', Value: 1, Timestamp: new Date(START - 21 * 24 * 60 * MINUTE) }] },
    'within the past two weeks',
  ],
  [
    '151 values',
    { Namespace: 'N', MetricData: [{ MetricName: 'm', Values: Array.from({ length: 151 }, () => 1) }] },
    'less than or equal to 150',
  ],
  ['no value', { Namespace: 'N', MetricData: [{ MetricName: 'm' }] }, 'you have specified none'],
  [
    'two kinds of value',
    { Namespace: 'N', MetricData: [{ MetricName: 'm', Value: 1, Values: [1] }] },
    'you have specified more than one',
  ],
  [
    'a statistic set without samples',
    {
      Namespace: 'N',
      MetricData: [{ MetricName: 'm', StatisticValues: { SampleCount: 0, Sum: 0, Minimum: 0, Maximum: 0 } }],
    },
    'StatisticValues is invalid',
  ],
  [
    'a count below one',
    { Namespace: 'N', MetricData: [{ MetricName: 'm', Values: [1, 2], Counts: [1, -1] }] },
    'The value -1 for parameter MetricData.member.1.Counts is invalid',
  ],
  [
    'counts without their values',
    { Namespace: 'N', MetricData: [{ MetricName: 'm', Values: [1, 2], Counts: [1] }] },
    'must be of the same size',
  ],
  [
    'a storage resolution of 30',
    { Namespace: 'N', MetricData: [{ MetricName: 'm', Value: 1, StorageResolution: 30 }] },
    'StorageResolution is invalid',
  ],
])('PutMetricData refuses %s', (_, input, message) => {
  checkRefusal('PutMetricData', input, expect.any(String) as never, message);
});

const HOUR_OF_DATA = { StartTime: new Date(START), EndTime: new Date(START + 60 * MINUTE) };
const STAT = { Metric: { Namespace: 'Shop', MetricName: 'Faults' }, Period: 60, Stat: 'Sum' };

test.each<[string, string, object, string]>([
  [
    'a period of 45 s',
    'GetMetricStatistics',
    { ...HOUR_OF_DATA, Namespace: 'N', MetricName: 'm', Period: 45, Statistics: ['Sum'] },
    'The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.',
  ],
  [
    'no statistic',
    'GetMetricStatistics',
    { ...HOUR_OF_DATA, Namespace: 'N', MetricName: 'm', Period: 60 },
    'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
  ],
  [
    'an end before its start',
    'GetMetricData',
    { StartTime: HOUR_OF_DATA.EndTime, EndTime: HOUR_OF_DATA.StartTime, MetricDataQueries: [] },
    'StartTime must be less than the parameter EndTime',
  ],
  [
    'more datapoints than asked for',
    'GetMetricData',
    {
      ...HOUR_OF_DATA,
      MaxDatapoints: 59,
      MetricDataQueries: [
        { Id: 'e', Expression: 'FILL(m, 0)' },
        { Id: 'm', MetricStat: STAT, ReturnData: false },
      ],
    },
    'You have requested 60 datapoints, which exceeds the limit of 59.',
  ],
  [
    'a label that is computed',
    'GetMetricData',
    { ...HOUR_OF_DATA, MetricDataQueries: [{ Id: 'm', MetricStat: STAT, Label: '${LAST}' }] },
    'has a dynamic label',
  ],
  [
    'another account',
    'GetMetricData',
    { ...HOUR_OF_DATA, MetricDataQueries: [{ Id: 'm', MetricStat: STAT, AccountId: '2' }] },
    'reads another account (AccountId)',
  ],
  [
    'a scalar',
    'GetMetricData',
    {
      ...HOUR_OF_DATA,
      MetricDataQueries: [
        { Id: 'e', Expression: 'SUM(m)' },
        { Id: 'm', MetricStat: STAT, ReturnData: false },
      ],
    },
    'must give time series, and gives a scalar',
  ],
])('a question with %s is refused', (_, operation, input, message) => {
  checkRefusal(operation, input, expect.any(String) as never, message);
});

test('an expression over METRICS() goes by the period of the metrics, and several series are several results', () => {
  const cloud = new Cloud();
  cloud.advanceTo(600);
  const MetricData = [1, 2].map((Value) => ({
    MetricName: `m${Value}`,
    Value,
    Timestamp: new Date(START + 10 * SECOND),
  }));
  cloud.call('PutMetricData', { Namespace: 'Shop', MetricData });
  const stat = (Id: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { ...STAT, Metric: { Namespace: 'Shop', MetricName: Id }, Period: 300 },
  });
  const { MetricDataResults } = cloud.call('GetMetricData', {
    StartTime: new Date(START),
    EndTime: new Date(START + 10 * MINUTE),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: [
      { Id: 'sum', Expression: 'FILL(SUM(METRICS()), 0)' },
      { Id: 'each', Expression: 'METRICS() * 10' },
      stat('m1'),
      stat('m2'),
    ],
  });
  const first = new Date(START);
  expect(MetricDataResults).toEqual([
    {
      Id: 'sum',
      Label: 'sum',
      Timestamps: [first, new Date(START + 5 * MINUTE)],
      Values: [3, 0],
      StatusCode: 'Complete',
    },
    { Id: 'each', Label: 'each', Timestamps: [first], Values: [10], StatusCode: 'Complete' },
    { Id: 'each', Label: 'each', Timestamps: [first], Values: [20], StatusCode: 'Complete' },
  ]);
});

test('what was published with different units is different data', () => {
  const cloud = new Cloud();
  cloud.advanceTo(60);
  const Timestamp = new Date(START);
  cloud.call('PutMetricData', {
    Namespace: 'Shop',
    MetricData: [
      { MetricName: 'm', Value: 2, Unit: 'Seconds', Timestamp },
      { MetricName: 'm', Value: 30, Unit: 'Milliseconds', Timestamp },
    ],
  });
  const sums = (more: object) => {
    const input = { ...HOUR_OF_DATA, Namespace: 'Shop', MetricName: 'm', Period: 60, Statistics: ['Sum'], ...more };
    const { Datapoints } = cloud.call('GetMetricStatistics', input);
    return (Datapoints as { Sum: number; Unit: string }[]).map(({ Sum, Unit }) => `${Sum} ${Unit}`);
  };
  expect(sums({})).toEqual(['2 Seconds', '30 Milliseconds']);
  expect(sums({ Unit: 'Seconds' })).toEqual(['2 Seconds']);
  expect(sums({ Unit: 'Count' })).toEqual([]);
});

test('ListMetrics selects by name, by dimension and its value, and by what is readable', () => {
  const cloud = new Cloud();
  cloud.record(10, 1, { metricName: 'late', visibleAt: Instant(START + 600 * SECOND) });
  cloud.record(10, 1, { metricName: 'now', visibleAt: START });
  const names = (input: object) =>
    (cloud.call('ListMetrics', input)['Metrics'] as { MetricName: string }[]).map(({ MetricName }) => MetricName);
  expect(names({})).toEqual(['late', 'now']);
  expect(names({ RecentlyActive: 'PT3H' })).toEqual(['now']);
  expect(names({ Dimensions: [{ Name: 'Version' }] })).toEqual(['late', 'now']);
  expect(names({ Dimensions: [{ Name: 'Version', Value: '7' }] })).toEqual(['late', 'now']);
  expect(names({ Dimensions: [{ Name: 'Version', Value: '8' }] })).toEqual([]);
  expect(names({ Dimensions: [{ Name: 'Other' }] })).toEqual([]);
});

test('an alarm is described as it was put', () => {
  const cloud = new Cloud();
  put(cloud, {
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    TreatMissingData: 'breaching',
    Statistic: undefined,
    ExtendedStatistic: 'p99',
    EvaluateLowSampleCountPercentile: 'ignore',
    Unit: 'Seconds',
  });
  cloud.call('PutMetricAlarm', RATE);
  const { MetricAlarms } = cloud.call('DescribeAlarms', {}) as { MetricAlarms: object[] };
  expect(MetricAlarms[0]).toMatchObject({
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    TreatMissingData: 'breaching',
    ExtendedStatistic: 'p99',
    EvaluateLowSampleCountPercentile: 'ignore',
    Unit: 'Seconds',
    Period: 60,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
  });
  expect(MetricAlarms[0]).not.toHaveProperty('Statistic');
  expect(MetricAlarms[1]).toMatchObject({ Metrics: RATE.Metrics ?? [], Dimensions: [] });
});

test('GetMetricStatistics refuses more than 1,440 datapoints', () => {
  const range = { StartTime: new Date(START), EndTime: new Date(START + 1441 * MINUTE) };
  const input = { ...range, Namespace: 'N', MetricName: 'm', Period: 60, Statistics: ['Sum'] };
  checkRefusal(
    'GetMetricStatistics',
    input,
    'InvalidParameterCombinationException',
    'You have requested up to 1,441 datapoints, which exceeds the limit of 1,440.',
  );
});

test('the tags an alarm was created with are listed, and an update leaves them alone', () => {
  const cloud = new Cloud();
  put(cloud, { Tags: [{ Key: 'team', Value: 'rides' }] });
  put(cloud, { Tags: [{ Key: 'team', Value: 'others' }] });
  const ResourceARN = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:faults';
  expect(cloud.call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'team', Value: 'rides' }] });
});

test('EnableAlarmActions takes DisableAlarmActions back', () => {
  const cloud = new Cloud();
  put(cloud);
  const enabled = () => cloud.world.cloudwatch.alarms.get('faults')?.configuration.actionsEnabled;
  cloud.call('DisableAlarmActions', { AlarmNames: ['faults'] });
  expect(enabled()).toBe(false);
  cloud.call('EnableAlarmActions', { AlarmNames: ['faults'] });
  expect(enabled()).toBe(true);
});
