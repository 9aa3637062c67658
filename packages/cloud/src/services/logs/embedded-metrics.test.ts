/** Section 2 of the reference: what is extracted, and what becomes of wrong documents. */
import { expect, test } from '@jest/globals';
import { second, START, startLogs } from './logs.fixture.ts';

const DIRECTIVE = {
  Namespace: 'Shop',
  Dimensions: [['service'], ['service', 'version']],
  Metrics: [{ Name: 'lat', Unit: 'Milliseconds' }],
};
const ROOT_MEMBERS = { service: 'orders', version: '7', lat: 12.5 };

const document = (directive: object = {}, members: object = {}, timestamp: unknown = second(5)) =>
  JSON.stringify({
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [{ ...DIRECTIVE, ...directive }] },
    ...ROOT_MEMBERS,
    ...members,
  });

/** Each sample as `namespace name value unit [dimensions]`. */
function checkEmbedded(line: string, expected: readonly string[]) {
  const logs = startLogs();
  logs.advanceTo(second(30));
  logs.write([line]);
  const shown = logs.datapoints.map(
    ({ namespace, metricName, value, unit, dimensions }) =>
      `${namespace} ${metricName} ${value} ${unit} [${dimensions.map((dimension) => `${dimension.name}=${dimension.value}`).join(' ')}]`,
  );
  expect(shown).toEqual(expected);
  return logs;
}

const INVALID = 'AWS/Logs EMFValidationErrors 1 Count [LogGroupName=/shop/list]';
const GOOD = ['Shop lat 12.5 Milliseconds [service=orders]', 'Shop lat 12.5 Milliseconds [service=orders version=7]'];

test.each<[string, string, string[]]>([
  ['every set times every metric', document(), GOOD],
  [
    'an array of values',
    document({ Dimensions: [[]] }, { lat: [1, 2] }),
    ['Shop lat 1 Milliseconds []', 'Shop lat 2 Milliseconds []'],
  ],
  ['no unit', document({ Dimensions: [[]], Metrics: [{ Name: 'lat' }] }), ['Shop lat 12.5 None []']],
  [
    'a name with a dot at the root',
    document({ Dimensions: [[]], Metrics: [{ Name: 'A.a' }] }, { 'A.a': 3 }),
    ['Shop A.a 3 None []'],
  ],
  ['a missing namespace', document({ Namespace: undefined }), [INVALID]],
  ['a dimension without a target', document({ Dimensions: [['region']] }), [INVALID]],
  ['a dimension that is a number', document({}, { version: 7 }), [INVALID]],
  ['no dimension set at all', document({ Dimensions: [] }), [INVALID]],
  ['31 dimensions', document({ Dimensions: [Array.from({ length: 31 }, () => 'service')] }), [INVALID]],
  [
    'a metric that is a string, beside a good one',
    document({ Dimensions: [[]], Metrics: [{ Name: 'lat' }, { Name: 'n' }] }, { n: '1' }),
    ['Shop lat 12.5 None []', INVALID],
  ],
  ['an unknown unit', document({ Metrics: [{ Name: 'lat', Unit: 'ms' }] }), [INVALID]],
  ['a missing timestamp', document({}, {}, null), [INVALID]],
  ['a timestamp three hours ahead', document({}, {}, START + 3 * 3_600_000), [INVALID]],
  ['a broken document', document().slice(0, -1), ['AWS/Logs EMFParsingErrors 1 Count [LogGroupName=/shop/list]']],
  ['a document without directives', '{"_aws":{"Timestamp":1},"a":1}', [INVALID]],
  [
    'directives that are no array',
    document().replace(/"CloudWatchMetrics":\[(.*?)\]\}\]\}/, '"CloudWatchMetrics":{}}'),
    [INVALID],
  ],
  [
    'a directive that is no object',
    JSON.stringify({ _aws: { Timestamp: second(5), CloudWatchMetrics: [7] } }),
    [INVALID],
  ],
  ['a member _aws that is no object', '{"_aws":true,"a":1}', []],
  ['a document spelled with escapes', document().replace('"_aws"', String.raw`"\u005faws"`), GOOD],
  ['101 metrics', document({ Metrics: Array.from({ length: 101 }, () => ({ Name: 'lat' })) }), [INVALID]],
  ['101 values', document({ Dimensions: [[]] }, { lat: Array.from({ length: 101 }, () => 1) }), [INVALID]],
  ['a namespace of 1,025 characters', document({ Namespace: 'n'.repeat(1_025) }), [INVALID]],
  [
    'a metric name of 1,025 characters',
    document({ Metrics: [{ Name: 'm'.repeat(1_025) }] }, { ['m'.repeat(1_025)]: 1 }),
    [INVALID],
  ],
  [
    'a dimension name of 251 characters',
    document({ Dimensions: [['d'.repeat(251)]] }, { ['d'.repeat(251)]: 'v' }),
    [INVALID],
  ],
  ['a dimension of 1,025 characters', document({}, { version: 'v'.repeat(1_025) }), [INVALID]],
  ['a value beyond ±2^360', document({ Dimensions: [[]] }, { lat: 1e200 }), [INVALID]],
  ['a storage resolution of 30', document({ Metrics: [{ Name: 'lat', StorageResolution: 30 }] }), [INVALID]],
  ['a timestamp of three weeks ago', document({}, {}, START - 21 * 24 * 3_600_000), [INVALID]],
  [
    'a bad directive beside a good one',
    document().replace(
      '"CloudWatchMetrics":[',
      '"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[["none"]],"Metrics":[]},',
    ),
    [...GOOD, INVALID],
  ],
  ['a line that only mentions it', 'about "_aws" and "CloudWatchMetrics"', []],
])('%s', (_name, line, expected) => {
  const logs = checkEmbedded(line, expected);
  expect(logs.findings.length).toBe(expected.some((shown) => shown.startsWith('AWS/Logs')) ? 1 : 0);
});

test('Powertools’ own output is extracted, high resolution included', () => {
  const blob = `{"_aws":{"Timestamp":${second(5)},"CloudWatchMetrics":[{"Namespace":"Shop","Dimensions":[["service","version"]],"Metrics":[{"Name":"orders","Unit":"Count"},{"Name":"lat","Unit":"Milliseconds","StorageResolution":1}]}]},"rid":"1","service":"orders","version":"7","orders":[1,2],"lat":12.5}`;
  const logs = startLogs();
  logs.advanceTo(second(30));
  logs.write([blob]);
  expect(
    logs.datapoints.map(({ metricName, value, at, visibleAt, storageResolutionSeconds }) => [
      metricName,
      value,
      at,
      visibleAt,
      storageResolutionSeconds,
    ]),
  ).toEqual([
    ['orders', 1, second(5), second(105), undefined],
    ['orders', 2, second(5), second(105), undefined],
    ['lat', 12.5, second(5), second(35), 1],
  ]);
});

test('metrics behind Lambda’s text prefix are extracted, with a finding', () => {
  const logs = checkEmbedded(`2026-11-23T10:00:00.000Z\t3f6a0c1e\tINFO\t${document()}`, GOOD);
  expect(logs.findings).toMatchObject([{ rule: 'emf-text-prefix' }]);
});

test('the log event is stored whatever becomes of its metrics', () => {
  const logs = checkEmbedded(document({ Namespace: '' }), [INVALID]);
  expect(logs.call<{ events: unknown[] }>('FilterLogEvents', { logGroupName: '/shop/list' }).events).toHaveLength(1);
});
