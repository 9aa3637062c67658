import { test } from '@jest/globals';
import { checkRule, type Expected, type Json, ref, sub } from '../judged.fixture.ts';
import { onFilter } from './filtered.fixture.ts';

test.each<[string, unknown, Expected]>([
  ['JSON', '{ $.status >= 500 }', undefined],
  ['terms', 'ERROR -Exiting', undefined],
  ['a term with other characters', '[ERROR]x', ['error', '']],
  ['a bare term with a dash', 'time-out', ['error', 'double quotes']],
  ['EXISTS', '{ $.status EXISTS }', ['error', '']],
  ['a name with dots', '{ $.eventSource = kms.amazonaws.com }', undefined],
  ['a path without quotes', '{ $.path = /a }', ['error', 'double quotes']],
  ['no closing brace', '{ $.status >= 500', ['error', 'has to end with }']],
  ['parentheses in a regular expression', '%(a|b)%', ['error', '']],
])('AWS takes a pattern or refuses it: %s', (_, FilterPattern, expected) => {
  checkRule('filter-invalid', onFilter({ FilterPattern }), expected);
});

const made = (...all: readonly Json[]): Json => ({
  MetricTransformations: all.map((it) => ({ MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1', ...it })),
});
const byField = (Value: string): Json => ({ Key: 'path', Value });

test.each<[string, Json, Expected]>([
  ['a count', made({}), undefined],
  ['a field that is no condition', made({ MetricValue: '$.ms' }), undefined],
  ['two at once', made({}, { MetricName: 'Other' }), ['error', 'have length equal to 1']],
  ['none', { MetricTransformations: [] }, ['error', 'have length equal to 1']],
  ['a namespace of AWS', made({ MetricNamespace: 'AWS/Shop' }), ['error', "must not start with 'AWS/'"]],
  ['a value that is no number', made({ MetricValue: 'one' }), ['error', 'has to be a number or a field']],
  ['a value that a parameter gives', made({ MetricValue: ref('Named') }), undefined],
  ['a dimension', made({ Dimensions: [byField('$.status')] }), undefined],
  ['a dimension that the pattern does not name', made({ Dimensions: [byField('$.path')] }), ['warning', '$.path']],
  [
    'a dimension of terms',
    { FilterPattern: 'ERROR', ...made({ Dimensions: [byField('$.path')] }) },
    ['error', 'does not support dimensions'],
  ],
  ['a group of the Standard class', { LogGroupName: ref('Classed') }, undefined],
  ['a group of another class', { LogGroupName: ref('Rare') }, ['error', 'INFREQUENT_ACCESS have no metric filters']],
])('CloudWatch Logs takes a filter or refuses it: %s', (_, properties, expected) => {
  const group = (LogGroupClass: string): Json => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupClass } });
  const resources = { Classed: group('STANDARD'), Rare: group('INFREQUENT_ACCESS') };
  const template = { Parameters: { Named: { Type: 'String' } } };
  checkRule('filter-refused', onFilter(properties, { resources, template }), expected);
});

test.each<[string, unknown, Expected]>([
  ['a range', '{ $.status >= 500 && $.status <= 599 }', undefined],
  ['an empty range', '{ $.status > 599 && $.status < 500 }', ['error', 'exclude one another']],
  ['two values at once', '{ $.status = 500 && $.status = 503 }', ['error', 'exclude one another']],
  ['one of two values', '{ $.status = 500 || $.status = 503 }', undefined],
  ['a place and below it', '{ $.res = "x" && $.res.code = 500 }', ['error', 'exclude one another']],
  ['arrays and wildcards', '{ $.errors[0].code = "E*" && $.list[*] = 1 }', undefined],
  ['what is there and what is not', '{ $.error NOT EXISTS && $.level = "ERROR" }', undefined],
  ['a text without !Sub', '{ $.function = "${List}" }', ['error', '"${List}" as text']],
  ['a text with !Sub', sub('{ $.function = "${List}" }'), undefined],
  ['a regular expression, which is not searched', '{ $.path = %^/a% && $.path = "b" }', undefined],
  ['terms', 'ERROR "not found" -ignored', undefined],
  ['a term that is excluded', 'ERROR -ERROR', ['error', 'exclude one another']],
  ['a term that is excluded beside another', 'ERROR -"ERROR Task" Task', undefined],
  ['quotes inside a term', String.raw`"\"level\":\"error\""`, undefined],
  ['an optional term that is excluded, and another', '?ERROR ?FATAL -ERRORS', undefined],
  ['quotes and operators inside a text', String.raw`{ $.msg = "say \"hi\" && go" }`, undefined],
  ['fractions', '{ $.seconds > 0.5 && $.seconds < 0.7 }', undefined],
  ['between neighbours', '{ $.ms > 1e3 && $.ms <= 1001 && $.ms != 1001 }', undefined],
  ['nothing between', '{ $.ms > 1000 && $.ms < 1000 }', ['error', 'exclude one another']],
  ['a beginning and an end', '{ $.path = "/a*" && $.path = "*.json" }', undefined],
  ['a beginning, a middle and an end', '{ $.p = "/a*" && $.p = "*b*" && $.p = "*c*" && $.p != "*d*" }', undefined],
  ['two beginnings', '{ $.path = "/a*" && $.path = "/b*" }', ['error', 'exclude one another']],
  ['a longer beginning that is excluded', '{ $.path = "/a*" && $.path != "/ab*" }', undefined],
  ['a shorter beginning that is excluded', '{ $.path = "/ab*" && $.path != "/a*" }', ['error', 'exclude one another']],
  ['none of many', '{ $.level != "some other text" && $.level != "a" && $.level != "z" }', undefined],
  ['places of a wildcard', '{ $.list[*] = 1 && $.list[*] = 2 }', undefined],
  ['a number and a text, which may be one', '{ $.status = 4* && $.status > 399 }', undefined],
])('some line can match: %s', (_, FilterPattern, expected) => {
  checkRule('filter-cannot-match', onFilter({ FilterPattern }), expected);
});

test.each<[string, string, Expected]>([
  ['all optional', '?ERROR ?Exception', undefined],
  ['one is not', '?ERROR ?Exception REQUEST', ['warning', 'do not count']],
])('optional terms count: %s', (_, FilterPattern, expected) => {
  checkRule('filter-optional-terms', onFilter({ FilterPattern }), expected);
});

test.each<[string, string, Expected]>([
  ['a number', '{ $.status = 500 }', undefined],
  ['a number as text', '{ $.status = "500" }', ['note', '$.status']],
  ['a text', '{ $.status = "failed" }', undefined],
])('a status is compared as a number: %s', (_, FilterPattern, expected) => {
  checkRule('filter-quoted-number', onFilter({ FilterPattern }), expected);
});

test.each<[string, unknown, Expected]>([
  ['the template’s', ref('Group'), undefined],
  ['the template’s, by text', '/list', ['warning', 'by text']],
  [
    'the one that Lambda makes',
    sub('/aws/lambda/${List}'),
    ['warning', 'No resource makes the log group /aws/lambda/List'],
  ],
  ['one of another stack', '/shared', ['note', '/shared']],
  ['a text without !Sub', '/aws/lambda/${List}', ['warning', 'without !Sub']],
])('a filter’s log group is there in time: %s', (_, LogGroupName, expected) => {
  checkRule('filter-log-group', onFilter({ LogGroupName }), expected);
});

test('nothing is known of a log group that a custom resource finds', () => {
  const Looked = { Type: 'Custom::LookUp', Properties: { ServiceToken: 'arn:aws:sns:eu-west-1:123456789012:look' } };
  const LogGroupName = { 'Fn::GetAtt': ['Looked', 'LogName'] };
  checkRule('filter-log-group', onFilter({ LogGroupName }, { resources: { Looked } }), undefined);
});

test.each<[string, Json, Expected]>([
  ['the usual one', {}, undefined],
  ['a group of its own', { LoggingConfig: { LogGroup: ref('Group') } }, ['error', 'List writes to /list']],
  ['one that a parameter names', { LoggingConfig: { LogGroup: ref('Named') } }, ['warning', 'that a parameter names']],
])('a filter reads what the function writes: %s', (_, list, expected) => {
  const template = { Parameters: { Named: { Type: 'String' } } };
  checkRule('filter-other-group', onFilter({ LogGroupName: sub('/aws/lambda/${List}') }, { list, template }), expected);
});

test.each<[string, Json, Expected]>([
  ['not at all', {}, ['warning', 'does not wait for the filter Filter']],
  ['by DependsOn', { DependsOn: 'Filter' }, undefined],
])('the release waits for the filter: %s', (_, attributes, expected) => {
  const { alarm = {}, resources } = onFilter({});
  const Second = {
    Type: 'AWS::CloudWatch::Alarm',
    ...attributes,
    Properties: {
      ...alarm,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      Dimensions: [],
    },
  };
  checkRule(
    'filter-after-alarm',
    { preference: { Alarms: [ref('Second')] }, resources: { ...resources, Second } },
    expected,
  );
});

test.each<[string, Json, Expected]>([
  ['a default', { DefaultValue: 0 }, undefined],
  ['a dimension', { Dimensions: [{ Key: 'path', Value: '$.path' }] }, undefined],
  ['both', { DefaultValue: 0, Dimensions: [{ Key: 'path', Value: '$.path' }] }, ['error', 'exclude each other']],
])('a filter has a default or dimensions: %s', (_, transformation, expected) => {
  const MetricTransformations = [
    { MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1', ...transformation },
  ];
  checkRule('filter-default-with-dimensions', onFilter({ MetricTransformations }), expected);
});

test.each<[string, string, Expected]>([
  ['from 500 on', '{ $.statusCode >= 500 }', undefined],
  ['from 400 on', '{ $.statusCode >= 400 }', ['warning', 'a bad request is enough']],
  ['above 400', '{ $.log = "response" && $.statusCode > 400 }', ['note', 'counts 401, 403']],
  ['all that is not 200', '{ $.statusCode != 200 }', ['warning', '400, 401']],
  ['fields of an access log', '[ip, user, status = 4*, bytes]', ['warning', 'a bad request is enough']],
  ['fields from 400 on', '[..., status_code >= 400, bytes]', ['warning', 'a bad request is enough']],
  ['fields from 500 on', '[..., status_code = 5*, bytes]', undefined],
  ['a message code', '{ $.messageCode = "LIST_STARTED" }', undefined],
  ['no status', '{ $.level = "ERROR" }', undefined],
  ['a term', '?ERROR ?404', ['note', 'counts lines with 404']],
  ['a term that is excluded', 'ERROR -404', undefined],
  ['a regular expression', String.raw`%statusCode\W+4\d\d%`, ['note', 'is that what a caller gets']],
  ['another number', '"Status: 1404"', undefined],
])('no caller can stop a release: %s', (_, FilterPattern, expected) => {
  checkRule('caller-can-stop', onFilter({ FilterPattern }), expected);
});

test.each<[string, Json, Expected]>([
  ['5XXError', { MetricName: '5XXError' }, undefined],
  ['4XXError', { MetricName: '4XXError' }, ['warning', '4XXError counts what callers do wrong']],
])('no caller can stop a release through the API: %s', (_, alarm, expected) => {
  checkRule(
    'caller-can-stop',
    { alarm: { Namespace: 'AWS/ApiGateway', Dimensions: [{ Name: 'ApiName', Value: 'a' }], ...alarm } },
    expected,
  );
});
