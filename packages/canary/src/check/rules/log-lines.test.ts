import { test } from '@jest/globals';
import { type Changes, checkRule, type Code, type Expected, type Json, ref } from '../judged.fixture.ts';

/** A gate on a JSON filter over the function's own log. */
const onFilter = (list: Json, FilterPattern = '{ $.log = "response" && $.statusCode >= 500 }'): Changes => ({
  list: {
    CodeUri: 'code',
    ...list,
    LoggingConfig: { LogGroup: ref('Group'), ...(list['LoggingConfig'] as Json | undefined) },
  },
  alarm: { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null },
  resources: {
    Group: { Type: 'AWS::Logs::LogGroup' },
    Filter: {
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        LogGroupName: ref('Group'),
        FilterPattern,
        MetricTransformations: [{ MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1' }],
      },
    },
  },
});

const code = (text: string, isWhole = true): Code => ({ code: { texts: { 'index.js': text }, isWhole } });
const CONSOLE = code('console.log({ log: "response", statusCode })');
const LOGGER = code(
  'import { Logger } from "@aws-lambda-powertools/logger"; logger.info("x", { log: "response", statusCode })',
);
const JSON_FORMAT = { LoggingConfig: { LogFormat: 'JSON' } };

test.each<[string, Json, Code | undefined, Expected]>([
  ['text format, no code at hand', {}, undefined, ['warning', 'text format']],
  ['text format and console.log', {}, CONSOLE, ['warning', 'text format']],
  ['text format and Powertools', {}, LOGGER, undefined],
  ['JSON format', JSON_FORMAT, CONSOLE, undefined],
  ['another runtime', { Runtime: 'python3.13' }, undefined, undefined],
])('a JSON pattern meets bare JSON: %s', (_, list, bundle, expected) => {
  checkRule('filter-text-prefix', onFilter(list), expected, bundle);
});

test.each<[string, Json, string | undefined, Code | undefined, Expected]>([
  [
    'JSON format and console.log',
    JSON_FORMAT,
    undefined,
    CONSOLE,
    ['warning', '$.log, $.statusCode are under $.message'],
  ],
  ['JSON format, no code at hand', JSON_FORMAT, undefined, undefined, ['note', 'with console.log']],
  ['JSON format and Powertools', JSON_FORMAT, undefined, LOGGER, undefined],
  ['JSON format, selected where it is', JSON_FORMAT, '{ $.message.statusCode >= 500 }', CONSOLE, undefined],
  ['text format', {}, undefined, CONSOLE, undefined],
])('a selector finds the field: %s', (_, list, pattern, bundle, expected) => {
  checkRule('filter-nested-field', onFilter(list, pattern), expected, bundle);
});

test.each<[string, Code | undefined, Expected]>([
  ['both fields', CONSOLE, undefined],
  ['one field', code('console.log({ log: "response", status })'), ['warning', '"statusCode"']],
  ['one field, and dependencies', code('console.log({ log: 1 })', false), undefined],
  ['no code at hand', undefined, undefined],
])('the code names the fields: %s', (_, bundle, expected) => {
  checkRule('line-not-written', onFilter({}), expected, bundle);
});

test.each<[string, string, Code | undefined, Expected]>([
  ['published by the code', 'Orders', code('metrics.addMetric("Orders", "Count", 1)'), undefined],
  ['published by nobody', 'Orders', code('metrics.addMetric("Sales", "Count", 1)'), ['warning', 'never names Orders']],
  ['published by a dependency, perhaps', 'Orders', code('', false), undefined],
  ['no code at hand', 'Orders', undefined, undefined],
])('somebody publishes the metric: %s', (_, MetricName, bundle, expected) => {
  checkRule(
    'metric-not-in-code',
    { list: { CodeUri: 'code' }, alarm: { Namespace: 'Shop', MetricName, Dimensions: null } },
    expected,
    bundle,
  );
});

const level = (ApplicationLogLevel: string): Json => ({ LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel } });
const variable = (name: string, value: string): Json => ({ Environment: { Variables: { [name]: value } } });

test.each<[string, Json, Expected]>([
  ['INFO', level('INFO'), undefined],
  ['WARN', level('WARN'), ['warning', 'ApplicationLogLevel WARN drops response lines']],
  ['WARN in the text format, where it does not count', { LoggingConfig: { ApplicationLogLevel: 'WARN' } }, undefined],
  ['Powertools at ERROR', variable('POWERTOOLS_LOG_LEVEL', 'ERROR'), ['warning', 'POWERTOOLS_LOG_LEVEL ERROR']],
  ['a logger at debug', variable('LOG_LEVEL', 'debug'), undefined],
])('response lines pass the level: %s', (_, list, expected) => {
  checkRule('log-level', onFilter(list), expected);
});

test.each<[string, Json, Expected]>([
  ['INFO', level('INFO'), undefined],
  ['ERROR', level('ERROR'), ['warning', 'drops EMF metrics']],
  ['metrics switched off', variable('POWERTOOLS_METRICS_DISABLED', 'true'), ['warning', 'switches metrics off']],
])('EMF metrics pass the level: %s', (_, list, expected) => {
  checkRule('log-level', { list, alarm: { Namespace: 'Shop', MetricName: 'Orders', Dimensions: null } }, expected);
});
