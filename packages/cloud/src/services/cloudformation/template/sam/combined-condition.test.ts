import { expect, test } from '@jest/globals';
import { combinedCondition } from './combined-condition.ts';

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `C${i + 1}`);
const or = (...conditions: readonly string[]) => ({ 'Fn::Or': conditions.map((Condition) => ({ Condition })) });

test('ten conditions fit into one Fn::Or', () => {
  expect(combinedCondition(names(10), 'All')).toEqual({ All: or(...names(10)) });
});

test('more than ten are chained', () => {
  expect(combinedCondition(names(12), 'All')).toEqual({ All1: or(...names(10)), All: or('C11', 'C12', 'All1') });
});

test('one alone needs no name of its own', () => {
  expect(combinedCondition(['C1'], 'All')).toEqual({});
});
