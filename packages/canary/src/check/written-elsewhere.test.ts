/** Templates of which a part is made by a loop, or written in another file. */
import { expect, test } from '@jest/globals';
import { ALARM, alarm, dimensions, findingsOf, type Json, ref, templateOf } from './judged.fixture.ts';

const TRANSFORM = ['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31'];
const loop = (items: unknown) => ({
  'Fn::ForEach::Alarms': [
    'Metric',
    items,
    { 'Alarm${Metric}': alarm({ MetricName: ref('Metric'), AlarmName: { 'Fn::Sub': '${AWS::StackName}-${Metric}' } }) },
  ],
});
const looped = (items: unknown, template: Json = {}) =>
  findingsOf(
    templateOf({
      preference: { Alarms: [ref('AlarmErrors'), ref('Alarmerrors')] },
      resources: loop(items),
      template: { Transform: TRANSFORM, ...template },
    }),
  );

test.each<[string, unknown, Json]>([
  ['texts', ['Errors', 'errors'], {}],
  [
    'a list parameter',
    ref('Names'),
    { Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'Errors, errors' } } },
  ],
])('the gates that a loop makes are judged: over %s', (_, items, template) => {
  const wrong = looped(items, template).filter(({ severity }) => severity === 'error');
  expect(wrong.map(({ rule, resourceId }) => `${rule} ${resourceId}`)).toEqual(['metric-name Alarmerrors']);
});

test('a loop over something else is not judged, nor what refers to it', () => {
  const found = looped({ 'Fn::Split': [',', 'Errors,errors'] });
  expect(found.map(({ rule }) => rule)).toEqual(['not-judged']);
});

test('a configuration for a stage that the mapping does not know is the default value', () => {
  const Type = { 'Fn::FindInMap': ['How', ref('Stage'), 'Type', { DefaultValue: 'Canary10Percent10Minutes' }] };
  const template = {
    Transform: TRANSFORM,
    Parameters: { Stage: { Type: 'String', Default: 'test' } },
    Mappings: { How: { prod: { Type: 'Canary10Percent30Minutes' } } },
  };
  expect(findingsOf(templateOf({ preference: { Type }, template }))).toEqual([]);
});

const INCLUDE = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/more.yaml' } } };
const included = (properties: Json) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: properties });

test.each<[string, Parameters<typeof templateOf>[0]]>([
  ['resources', { resources: INCLUDE, preference: { Alarms: [ref('Alarm'), ref('Elsewhere')] } }],
  ['conditions', { template: { Conditions: INCLUDE }, alarm: { Period: { 'Fn::If': ['Elsewhere', 60, 120] } } }],
  ['mappings', { template: { Mappings: INCLUDE }, alarm: { Period: { 'Fn::FindInMap': ['Elsewhere', 'a', 'b'] } } }],
  ['a whole alarm', { resources: { Alarm: included(INCLUDE) } }],
  ['more properties of an alarm', { resources: { Alarm: included({ ...ALARM, ...INCLUDE }) } }],
  ['properties of the function', { list: INCLUDE }],
])('nothing is made of the absence of what another file may write: %s', (_, changes) => {
  const found = findingsOf(templateOf(changes));
  expect(found.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['not-judged']));
  expect(found.filter(({ rule }) => rule !== 'not-judged' && rule !== 'alarm-elsewhere')).toEqual([]);
});

test('what is written here is judged as ever', () => {
  const changes = { resources: INCLUDE, alarm: { Dimensions: dimensions({ Function: ref('List') }) } };
  expect(findingsOf(templateOf(changes)).map(({ rule }) => rule)).toContain('dimension-set');
});
