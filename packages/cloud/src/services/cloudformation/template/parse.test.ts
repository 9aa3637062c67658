import { expect, test } from '@jest/globals';
import { parseTemplate } from './parse.ts';
import type { Value } from './template-value.ts';

const checkValue = (yaml: string, expected: Value): void => {
  const { body, problems } = parseTemplate(`It: ${yaml}`, 'template.yaml');
  expect(problems.all).toEqual([]);
  expect(body['It']).toEqual(expected);
};

test.each<[string, string, Value]>([
  ['a short Ref', '!Ref A', { Ref: 'A' }],
  ['a short Condition', '!Condition A', { Condition: 'A' }],
  ['a short GetAtt with dots in its attribute', '!GetAtt A.B.C', { 'Fn::GetAtt': ['A', 'B.C'] }],
  ['a GetAtt written as a list', '!GetAtt [A, B]', { 'Fn::GetAtt': ['A', 'B'] }],
  ['a Sub in a Join', "!Join ['-', [!Sub 'a${B}', c]]", { 'Fn::Join': ['-', [{ 'Fn::Sub': 'a${B}' }, 'c']] }],
  ['a GetAZs without a Region', "!GetAZs ''", { 'Fn::GetAZs': '' }],
  ['a function of rules', '!Contains [[a], !Ref A]', { 'Fn::Contains': [['a'], { Ref: 'A' }] }],
  ['an unquoted date', '2012-10-17', '2012-10-17'],
  ['a number that JavaScript writes alike', '1.5', 1.5],
  ['a number with a trailing zero', '1.0', '1.0'],
  ['an account id with a leading zero', '012345678901', '012345678901'],
  ['a number too long for a double', '12345678901234567890', '12345678901234567890'],
  ['the words for true of YAML 1.1', '[yes, On, true]', [true, true, true]],
  ['the words for false of YAML 1.1', '[no, Off, false]', [false, false, false]],
  ['a quoted word', "'yes'", 'yes'],
])('%s is read as CloudFormation reads it', (_, yaml, expected) => checkValue(yaml, expected));

test('anchors and merge keys are written out, and what is beside them wins', () => {
  const { body } = parseTemplate('A: &a { x: 1, y: 2 }\nB: { <<: *a, y: 3 }', 'template.yaml');
  expect(body['B']).toEqual({ x: 1, y: 3 });
});

test('a key that JavaScript would lose is refused with its line', () => {
  const { problems } = parseTemplate('A: 1\n__proto__: { x: 1 }', 'template.yaml');
  expect(problems.all).toMatchObject([{ line: 2, message: expect.stringContaining('__proto__') }]);
});

test('JSON may be indented with tabs', () => {
  const { body, problems } = parseTemplate('{\n\t"A": {\n\t\t"B": "c\\td"\n\t}\n}', 'template.json');
  expect(problems.all).toEqual([]);
  expect(body).toEqual({ A: { B: 'c\td' } });
});

test('all that is wrong is said at once, each with its line', () => {
  const text = 'A: !Nope x\nB:\n  C: 1\n  C: 2\nD:\n';
  const { problems } = parseTemplate(text, 'template.yaml');
  expect(problems.all.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '4: Template format error: Map keys must be unique.',
    '1: Template format error: YAML not well-formed, unknown tag !Nope.',
    "5: Template format error: [/D] 'null' values are not allowed in templates.",
  ]);
});

test('a place that is not written down has the line of what is around it', () => {
  const { source } = parseTemplate('A:\n  B:\n    - x\n    - C: !Sub\n        - t\n        - D: y\n', 'template.yaml');
  const lines = [['A'], ['A', 'B', 1, 'C'], ['A', 'B', 1, 'C', 'Fn::Sub', 1, 'D'], ['A', 'B', 0, 'gone', 'too']];
  expect(lines.map((path) => source.lineOf(path))).toEqual([1, 4, 6, 3]);
});

test('a list is no template', () => {
  const { body, problems } = parseTemplate('- a', 'template.yaml');
  expect(body).toEqual({});
  expect(problems.all[0]?.message).toMatch(/unsupported structure/);
});

/** `B: &b [*a,*a,…]` */
const aliases = (i: number): string => {
  const [name, before] = [i + 1, i].map((at) => 'abcdefghi'.charAt(at));
  return `${i}: &${name} [${`*${before},`.repeat(9)}]`;
};

test.each<[string, string, string]>([
  [
    'an alias around itself',
    'A: &a\n  B: *a',
    '2: Template format error: the alias *a stands for something around it.',
  ],
  [
    'aliases that would fill the memory',
    ['A: &a [x]', ...Array.from({ length: 8 }, (_, i) => aliases(i))].join('\n'),
    'Template format error: its aliases stand for more than 100000 values.',
  ],
  ['lists in lists', `A: ${'['.repeat(600)}${']'.repeat(600)}`, 'nested more than 500 levels deep.'],
  ['lists too deep for the reader', `A: ${'['.repeat(40_000)}${']'.repeat(40_000)}`, 'nested more than 500 levels'],
  [
    'a tag that CloudFormation does not take',
    'A: !!binary aGk=',
    '1: Template format error: CloudFormation does not take',
  ],
  ['a key that is a list', 'A: { ? [a, b] : c }', '1: Template format error: a key is a text.'],
  ['a key that is nothing', 'A: { ~: c }', '1: Template format error: a key is a text.'],
  ['two documents', 'A: 1\n---\nA: 2\n', '2: Template format error: a template is one document, and this file holds'],
])('a template that nobody could write out is refused: %s', (_, text, expected) => {
  const { problems } = parseTemplate(text, 'template.yaml');
  const told = problems.all.map(({ line, message }) => `${line}: ${message}`);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(expected);
});
