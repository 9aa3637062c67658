import { expect, test } from '@jest/globals';
import {
  type Changes,
  checkRule,
  type Expected,
  findingsOf,
  type Json,
  ref,
  sub,
  templateOf,
} from '../judged.fixture.ts';

const Bucket = (properties: Json) => ({ Type: 'AWS::S3::Bucket', Properties: properties });
const image: Json = { PackageType: 'Image', CodeUri: null, Handler: null, Runtime: null };
const asImage = (Metadata: Json): Changes => ({
  resources: {
    Thumbnails: { Type: 'AWS::Serverless::Function', Properties: { PackageType: 'Image' }, Metadata },
  },
});

test.each<[string, Changes, Expected]>([
  ['an image that sam build makes', asImage({ Dockerfile: 'Dockerfile', DockerContext: './thumbnails' }), undefined],
  ['an image that nobody makes', asImage({ Team: 'shop' }), ['error', "'ImageUri' must be set"]],
  [
    'an image that is there',
    { list: { ...image, ImageUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a' } },
    undefined,
  ],
  [
    'a custom resource with a version',
    {
      resources: { Made: { Type: 'Custom::Made', Version: '1.0', Properties: { ServiceToken: 'arn:aws:sns:a:1:b' } } },
    },
    undefined,
  ],
  [
    'a bucket with a version',
    { resources: { Made: { ...Bucket({}), Version: '1.0' } } },
    ['error', "Invalid template resource property 'Version'"],
  ],
  [
    'a text that a macro writes',
    { resources: { Made: Bucket({ BucketName: { 'Fn::Sub': { 'Fn::Transform': { Name: 'Names' } } } }) } },
    undefined,
  ],
  [
    'a resource of a module',
    {
      resources: { Store: { Type: 'My::S3::Store::MODULE' }, Made: Bucket({ BucketName: sub('${StoreBucket}-copy') }) },
    },
    undefined,
  ],
  [
    'a resource of nobody',
    { resources: { Made: Bucket({ BucketName: ref('StoreBucket') }) } },
    ['error', 'StoreBucket'],
  ],
  [
    'what is for a macro',
    {
      resources: { Queues: { Type: 'AWS::SQS::Queue', Count: 3 }, Snippet: { Of: 'a' } },
      template: { Transform: ['Count', 'AWS::Serverless-2016-10-31'], Defaults: {} },
    },
    undefined,
  ],
  [
    'the same without the macro',
    { resources: { Queues: { Type: 'AWS::SQS::Queue', Count: 3 } } },
    ['error', "'Count'"],
  ],
  [
    'a rule over parameters',
    {
      template: {
        Parameters: { Names: { Type: 'CommaDelimitedList' } },
        Rules: { Some: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [ref('Names'), ''] }] } }] } },
      },
    },
    undefined,
  ],
  [
    'a place in S3 that the language extensions make a text of',
    {
      list: { CodeUri: sub('s3://code-${AWS::Region}/list') },
      template: { Transform: ['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31'] },
    },
    ['warning', 'requires Bucket and Key'],
  ],
  [
    'a pattern that only Java reads',
    { template: { Parameters: { Stage: { Type: 'String', Default: 'test', AllowedPattern: '[a-z]{2,9}+' } } } },
    undefined,
  ],
  ['alarms beside the preference', { list: { Alarms: [ref('Alarm')] } }, ['error', 'property Alarms not defined']],
  ['a property that is newer than this', { list: { Newer: 1 } }, ['warning', 'property Newer not defined']],
  ['the same without them', { list: { CodeUri: sub('s3://code-${AWS::Region}/list') } }, ['error', 'requires Bucket']],
])('what AWS takes is not called refused: %s', (_, changes, expected) => {
  checkRule('template-refused', changes, expected);
});

test('a module is a part that is not judged', () => {
  checkRule('not-judged', { resources: { Store: { Type: 'My::S3::Store::MODULE' } } }, ['note', 'the module Store']);
});

test('a text that is no template is told once', () => {
  for (const text of ['- a\n- b\n', 'hello', 'a: &a [*a]\n'])
    expect(findingsOf(text).map(({ rule }) => rule)).toContain('template-refused');
  expect(findingsOf('- a\n').map(({ message }) => message)).toEqual([
    'Template format error: unsupported structure. A template is a map with a Resources section.',
  ]);
});

test('the name of an alarm that is nowhere is not made up', () => {
  const found = findingsOf(templateOf({ preference: { Alarms: [ref('Gone')] } }));
  expect(found.find(({ rule }) => rule === 'alarm-elsewhere')?.message).toContain('An alarm that guards List');
});

const OF_A_MACRO = { alarm: { Treshold: 0 }, template: { Transform: ['Defaults', 'AWS::Serverless-2016-10-31'] } };

test('what is for a macro may be anything', () => {
  checkRule('resource-refused', OF_A_MACRO, ['warning', 'Threshold is its name']);
  expect(findingsOf(templateOf(OF_A_MACRO)).filter(({ severity }) => severity === 'error')).toEqual([]);
});
