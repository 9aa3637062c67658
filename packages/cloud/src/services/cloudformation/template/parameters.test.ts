import { expect, test } from '@jest/globals';
import { resolveParameters } from './parameters.ts';
import { parseTemplate } from './parse.ts';

function resolved(declaration: string, given: Record<string, string>): { value: unknown; problems: readonly string[] } {
  const { body, problems } = parseTemplate(`Parameters: { P: ${declaration} }`, 'template.yaml');
  const value = resolveParameters(body, given, problems).get('P');
  return { value, problems: problems.all.map((it) => it.message) };
}

test.each<[string, string, string | undefined, unknown]>([
  ['a text', '{ Type: String }', 'a', 'a'],
  ['a default', '{ Type: String, Default: b }', undefined, 'b'],
  ['a given value over the default', '{ Type: String, Default: b }', 'a', 'a'],
  ['a number stays text', '{ Type: Number, Default: 5 }', undefined, '5'],
  ['a list', '{ Type: CommaDelimitedList }', 'a, b', ['a', 'b']],
  ['an empty list', "{ Type: 'List<String>', Default: '' }", undefined, []],
  ['a type of AWS', "{ Type: 'AWS::EC2::KeyPair::KeyName' }", 'k', 'k'],
  ['a value of SSM that is given', "{ Type: 'AWS::SSM::Parameter::Value<String>', Default: /a }", 'v', 'v'],
])('%s', (_, declaration, given, expected) => {
  expect(resolved(declaration, given === undefined ? {} : { P: given })).toEqual({ value: expected, problems: [] });
});

test.each<[string, string, string | undefined, string]>([
  ['none at all', '{ Type: String }', undefined, 'Parameters: [P] must have values'],
  ['not allowed', '{ Type: String, AllowedValues: [a] }', 'b', "Parameter 'P' must be one of AllowedValues"],
  [
    'not of the pattern',
    "{ Type: String, AllowedPattern: '[a-z]+' }",
    'B',
    'Parameter P failed to satisfy constraint: must match pattern [a-z]+',
  ],
  [
    'described by hand',
    "{ Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: letters only }",
    'B',
    "Parameter 'P' failed to satisfy constraint: letters only",
  ],
  ['no number', '{ Type: Number }', 'x', "Parameter 'P' must be a number"],
  ['too small', '{ Type: Number, MinValue: 2 }', '1', "Parameter 'P' must be a number not less than 2"],
  ['too large', '{ Type: Number, MaxValue: 2 }', '3', "Parameter 'P' must be a number not greater than 2"],
  ['too short', '{ Type: String, MinLength: 2 }', 'a', "Parameter 'P' must contain at least 2 characters"],
  ['too long', '{ Type: String, MaxLength: 2 }', 'abc', "Parameter 'P' must contain at most 2 characters"],
  ['of an unknown type', '{ Type: Text }', 'a', 'Template format error: Unrecognized parameter type: Text'],
  [
    'with a constraint that is misspelled',
    '{ Type: String, AllowedValue: [b] }',
    'a',
    "Template format error: Invalid template parameter property 'AllowedValue'",
  ],
  [
    'with one allowed value that is no list',
    '{ Type: String, AllowedValues: a }',
    'a',
    'Template format error: Every AllowedValues member must be a list.',
  ],
  [
    'with a list for a default',
    '{ Type: CommaDelimitedList, Default: [a, b] }',
    'a',
    'Template format error: Every Default member must be a string.',
  ],
  [
    'with a pattern that only Java reads',
    "{ Type: String, AllowedPattern: '[a-z]*+' }",
    'a',
    'The AllowedPattern [a-z]*+ cannot be read here, which reads patterns as JavaScript does and AWS as Java.',
  ],
  [
    'to be read from SSM',
    "{ Type: 'AWS::SSM::Parameter::Value<String>', Default: /a }",
    undefined,
    'The parameter "P" takes its value from the SSM parameter /a, which is not there when a template is rehearsed. Give the value itself: --parameter P=…',
  ],
])('a value is refused: %s', (_, declaration, given, expected) => {
  expect(resolved(declaration, given === undefined ? {} : { P: given }).problems).toEqual([expected]);
});

test('values for parameters that the template does not have are refused', () => {
  expect(resolved('{ Type: String }', { P: 'a', Q: 'b' }).problems).toEqual([
    'Parameters: [Q] do not exist in the template',
  ]);
});
