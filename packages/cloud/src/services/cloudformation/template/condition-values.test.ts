import { expect, test } from '@jest/globals';
import { conditionValues } from './condition-values.ts';
import { parseTemplate } from './parse.ts';

const TEMPLATE = `
Mappings: { Stages: { prod: { Flag: 'yes!' }, test: { Flag: 'no!' } } }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsFlagged: !Equals [!FindInMap [Stages, !Ref Stage, Flag], 'yes!']
  Both: !And [!Condition IsProd, !Condition IsFlagged]
  Neither: !Not [!Or [!Condition IsProd, !Condition IsFlagged]]
`;

test.each<[string, Record<string, string>, readonly string[]]>([
  ['a value that is compared with', { Stage: 'prod' }, ['IsProd', 'IsFlagged', 'Both']],
  ['another value', { Stage: 'test' }, ['Neither']],
  ['a value that the mapping does not have', { Stage: 'other' }, ['Neither']],
  ['no value', {}, ['Neither']],
])('conditions follow from parameters: %s', (_, values, expected) => {
  const found = conditionValues(parseTemplate(TEMPLATE, 'template.yaml').body, new Map(Object.entries(values)));
  expect(Object.keys(found).filter((name) => found[name] === true)).toEqual(expected);
});
