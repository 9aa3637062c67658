import { expect, test } from '@jest/globals';
import { expandLoops } from './for-each.ts';
import { parseTemplate } from './parse.ts';
import type { Value } from './template-value.ts';

const HEAD = 'Transform: AWS::LanguageExtensions';
const expanded = (text: string) =>
  expandLoops(parseTemplate(`${HEAD}\n${text}`, 't.yaml'), (name) => (name === 'Names' ? ['one', 'two'] : undefined));

test.each<[string, string, Value]>([
  [
    'a resource for each name',
    "{ 'Fn::ForEach::L': [N, [A, B], { 'Topic${N}': { Type: T, Properties: { P: !Ref N, Q: !Sub 'x-${N}' } } }] }",
    {
      TopicA: { Type: 'T', Properties: { P: 'A', Q: { 'Fn::Sub': 'x-A' } } },
      TopicB: { Type: 'T', Properties: { P: 'B', Q: { 'Fn::Sub': 'x-B' } } },
    },
  ],
  [
    'a parameter that is a list',
    "{ 'Fn::ForEach::L': [N, !Ref Names, { 'X${N}': !GetAtt 'Y${N}.Arn' }] }",
    { Xone: { 'Fn::GetAtt': ['Yone', 'Arn'] }, Xtwo: { 'Fn::GetAtt': ['Ytwo', 'Arn'] } },
  ],
  [
    'a loop in a loop',
    "{ 'Fn::ForEach::L': [N, [A], { 'Fn::ForEach::M': [O, [B, C], { 'X${N}${O}': !Ref O }] }] }",
    { XAB: 'B', XAC: 'C' },
  ],
  [
    'properties beside others',
    "{ R: { Properties: { P: 1, 'Fn::ForEach::L': [N, [A], { 'Q${N}': 2 }] } } }",
    { R: { Properties: { P: 1, QA: 2 } } },
  ],
  [
    'names that a function makes',
    "{ 'Fn::ForEach::L': [N, [A], { 'X${N}': [!Ref { 'Fn::Sub': 'Y${N}' }, !GetAtt [!Sub 'Y${N}', Arn]] }] }",
    { XA: [{ Ref: 'YA' }, { 'Fn::GetAtt': ['YA', 'Arn'] }] },
  ],
  ['a name that a function makes outside a loop', "{ X: !Ref { 'Fn::Sub': Y } }", { X: { Ref: 'Y' } }],
  [
    'a name with a parameter in it',
    "{ X: !Ref { 'Fn::Sub': 'Y${Stage}' } }",
    { X: { Ref: { 'Fn::Sub': 'Y${Stage}' } } },
  ],
  ['items that are no names', "{ 'Fn::ForEach::L': [N, ['a.b'], { 'X&{N}': !Ref N }] }", { Xab: 'a.b' }],
  [
    'a list that is not known',
    "{ 'Fn::ForEach::L': [N, !Ref Elsewhere, { 'X${N}': 1 }] }",
    { 'Fn::ForEach::L': ['N', { Ref: 'Elsewhere' }, { 'X${N}': 1 }] },
  ],
])('loops are written out: %s', (_, resources, expected) => {
  const { body, problems } = expanded(`Resources: ${resources}`);
  expect(body['Resources']).toEqual(expected);
  expect(problems.all).toEqual([]);
});

test('what a loop makes stands on the lines of the loop', () => {
  const { source } = expanded('Resources:\n  Fn::ForEach::L:\n    - N\n    - [A, B]\n    - X${N}:\n        Type: T\n');
  expect(source.lineOf(['Resources', 'XB', 'Type'])).toBe(7);
});

test('without the transform, and without a loop, nothing changes', () => {
  const parsed = parseTemplate("Resources: { 'Fn::ForEach::L': [N, [A], { 'X${N}': 1 }] }", 't.yaml');
  expect(expandLoops(parsed, () => [])).toBe(parsed);
});

test.each(['x', '[N, [A]]', '[N, [A], x]', '[1, [A], {}]'])('a loop of another shape is a mistake: %s', (loop) => {
  const { problems } = expanded(`Resources: { 'Fn::ForEach::L': ${loop} }`);
  expect(problems.all).toMatchObject([{ line: 2, message: expect.stringContaining('takes an identifier') }]);
});

test('loops in loops end', () => {
  let output = "{ 'X${A}${B}${C}${D}${E}${F}': 1 }";
  for (const id of 'FEDCBA')
    output = `{ 'Fn::ForEach::${id}': [${id}, [a, b, c, d, e, f, g, h, i, j, k, l], ${output}] }`;
  expect(expanded(`Resources: ${output}`).problems.all[0]?.message).toMatch(/its loops make more than/);
});
