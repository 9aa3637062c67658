import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resolveValue, subParts } from './intrinsics.ts';
import { parseTemplate } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Value, ValueMap } from './template-value.ts';

const MAPPINGS: ValueMap = { Sizes: { prod: { memory: 512, list: ['a', 'b'] } } };

const scopeWith = (problems: string[], overrides: Partial<Scope> = {}): Scope => ({
  values: new Map<string, string | readonly string[]>([
    ['Stage', 'prod'],
    ['Subnets', ['s1', 's2']],
    ['AWS::Region', 'eu-west-1'],
  ]),
  mappings: MAPPINGS,
  conditionHolds: (name) => ({ Always: true, Never: false })[name],
  lookup: (id) =>
    id === 'List' ? { ref: 'list', attributes: { Arn: 'arn:list', Version: 7, Url: { Host: 'h' } } } : undefined,
  exports: { shared: 'vpc-1' },
  leavesOpen: false,
  hasLanguageExtensions: true,
  report: (_, message) => problems.push(message),
  ...overrides,
});

function checkResolved(yaml: string, expected: Value, overrides?: Partial<Scope>): void {
  const problems: string[] = [];
  const { body } = parseTemplate(`It: ${yaml}`, 'template.yaml');
  expect(resolveValue(body['It'] ?? null, scopeWith(problems, overrides))).toEqual(expected);
  expect(problems).toEqual([]);
}

test.each<[string, string, Value]>([
  ['a parameter', '!Ref Stage', 'prod'],
  ['a list parameter', '!Ref Subnets', ['s1', 's2']],
  ['a resource', '!Ref List', 'list'],
  ['a resource not yet there', '!Ref Later', { Ref: 'Later' }],
  ['an attribute', '!GetAtt List.Arn', 'arn:list'],
  ['an attribute inside another', '!GetAtt List.Url.Host', 'h'],
  ['an attribute that is a number', '!GetAtt List.Version', 7],
  ['a property that goes away', '{ a: !Ref AWS::NoValue, b: [!Ref AWS::NoValue, c] }', { b: ['c'] }],
  ['a text with variables', "!Sub '${Stage}-${AWS::Region}-${List}-${List.Arn}'", 'prod-eu-west-1-list-arn:list'],
  ['a text with a literal', "!Sub '${!Stage} is ${Stage}'", '${Stage} is prod'],
  ['a text with its own variables', "!Sub ['${a}/${Stage}', { a: !Ref List }]", 'list/prod'],
  [
    'a text half known',
    "!Sub '${Stage}-${Later.Arn}-x'",
    { 'Fn::Join': ['', ['prod-', { 'Fn::GetAtt': ['Later', 'Arn'] }, '-x']] },
  ],
  ['a join', "!Join [',', !Ref Subnets]", 's1,s2'],
  ['a join half known', "!Join ['-', [a, !Ref Later]]", { 'Fn::Join': ['-', ['a', { Ref: 'Later' }]] }],
  ['a selection', '!Select [1, !Ref Subnets]', 's2'],
  ['a selection by text', "!Select ['0', !Split ['-', a-b]]", 'a'],
  ['a split not yet known', "!Split ['-', !Ref Later]", { 'Fn::Split': ['-', { Ref: 'Later' }] }],
  ['the taken branch', '!If [Always, a, b]', 'a'],
  ['the other branch', '!If [Never, a, !Ref Stage]', 'prod'],
  ['a branch with no value', '[!If [Never, a, !Ref AWS::NoValue], b]', ['b']],
  ['a mapping', '!FindInMap [Sizes, !Ref Stage, memory]', 512],
  ['a mapping with a default', '!FindInMap [Sizes, dev, memory, { DefaultValue: 128 }]', 128],
  ['an encoding', "!Base64 'Ün'", 'w5xu'],
  ['blocks of addresses', "!Cidr ['10.0.0.0/16', 2, 8]", ['10.0.0.0/24', '10.0.1.0/24']],
  ['zones', "!Select [0, !GetAZs '']", 'eu-west-1a'],
  ['an import', '!ImportValue shared', 'vpc-1'],
  ['a length', '!Length [a, b]', 2],
  ['JSON text', '!ToJsonString { a: [!Ref Stage] }', '{"a":["prod"]}'],
  ['a comparison used as a value', '!Equals [!Ref Stage, prod]', true],
  [
    'a policy statement, whose Condition is no function',
    '{ Condition: { Bool: { a: true } } }',
    { Condition: { Bool: { a: true } } },
  ],
])('%s is resolved', (_, yaml, expected) => checkResolved(yaml, expected));

test.each<[string, string, string]>([
  ['an attribute that is not there', '!GetAtt List.Gone', 'Requested attribute Gone does not exist in schema for List'],
  [
    'a mapping that is not there',
    '!FindInMap [Gone, a, b]',
    "Template error: Mapping named 'Gone' is not present in the 'Mappings' section of template.",
  ],
  [
    'a key that is not there',
    '!FindInMap [Sizes, dev, memory]',
    'Template error: Unable to get mapping for Sizes::dev::memory',
  ],
  [
    'an index past the end',
    '!Select [5, [a]]',
    'Template error: Fn::Select cannot select nonexistent value at index 5',
  ],
  [
    'an If without a third argument',
    '!If [Always, a]',
    'Template error: Fn::If requires a list argument with three elements',
  ],
  ['a Join of a text', "!Join [',', a]", 'Template error: Fn::Join joins a list of texts'],
  ['an export that is not there', '!ImportValue gone', 'No export named gone found.'],
  [
    'a macro',
    "{ 'Fn::Transform': { Name: AWS::Include } }",
    'Fn::Transform is outside the slice that can be rehearsed. See docs/slice.md#intrinsics.',
  ],
  [
    'a loop',
    "{ 'Fn::ForEach::Loop': [a, [b], {}] }",
    'Fn::ForEach over anything but texts and list parameters is outside the slice that can be rehearsed. See docs/slice.md#intrinsics.',
  ],
])('%s is refused', (_, yaml, expected) => {
  const problems: string[] = [];
  const { body } = parseTemplate(`It: ${yaml}`, 'template.yaml');
  resolveValue(body['It'] ?? null, scopeWith(problems));
  expect(problems).toEqual([expected]);
});

test('language extensions are asked for by name', () => {
  const problems: string[] = [];
  resolveValue({ 'Fn::Length': ['a'] }, scopeWith(problems, { hasLanguageExtensions: false }));
  expect(problems).toEqual(['Template error: Fn::Length needs Transform: AWS::LanguageExtensions']);
});

test('resolving in two steps gives what resolving in one does', () => {
  const value: Value = {
    a: { 'Fn::Sub': ['${x}:${Later}', { x: { Ref: 'List' } }] },
    b: [{ 'Fn::GetAtt': ['Later', 'Arn'] }],
  };
  const known = (id: string) => ({ ref: `ref of ${id}`, attributes: { Arn: `arn of ${id}` } });
  const first = resolveValue(value, scopeWith([]));
  const two = resolveValue(first, scopeWith([], { lookup: (id) => (id === 'List' ? undefined : known(id)) }));
  const one = resolveValue(
    value,
    scopeWith([], { lookup: (id) => (id === 'List' ? scopeWith([]).lookup(id) : known(id)) }),
  );
  expect(two).toEqual(one);
});

test('a text without variables is its own only part', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('${'));
      expect(
        subParts(text)
          .map((part) => (part.type === 'text' ? part.text : '?'))
          .join(''),
      ).toBe(text);
    }),
  );
});
