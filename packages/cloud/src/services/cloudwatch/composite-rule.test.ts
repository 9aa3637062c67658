import { expect, test } from '@jest/globals';
import { childrenOf, holds, parseRule } from './composite-rule.ts';
import type { AlarmStateValue } from './state.ts';

const STATES: Readonly<Record<string, AlarmStateValue>> = {
  up: 'OK',
  down: 'ALARM',
  new: 'INSUFFICIENT_DATA',
  'a (b), "c"': 'ALARM',
};

function checkRule(rule: string, expected: boolean): void {
  expect(holds(parseRule(rule), (name) => STATES[name])).toBe(expected);
}

test.each<[string, boolean]>([
  ['TRUE', true],
  ['FALSE', false],
  ['NOT FALSE', true],
  ['ALARM(down)', true],
  ['ALARM(up)', false],
  ['OK(up) AND INSUFFICIENT_DATA(new)', true],
  ['ALARM("a (b), \\"c\\"")', true],
  ['ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:down)', true],
  ['ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:up")', false],
  ['ALARM(up) AND ALARM(up) OR ALARM(down)', true],
  ['ALARM(up) AND (ALARM(up) OR ALARM(down))', false],
  ['NOT ALARM(up) AND NOT (OK(up) AND ALARM(up))', true],
  ['NOT NOT ALARM(down)', true],
  ['ALARM(gone) OR OK(gone) OR INSUFFICIENT_DATA(gone)', false],
  ['AT_LEAST(1, ALARM, (up, down, new))', true],
  ['AT_LEAST(2, ALARM, (up, down, new))', false],
  ['AT_LEAST(2, NOT OK, (up, down, new))', true],
  ['AT_LEAST(33%, ALARM, (up, down, new))', true],
  ['AT_LEAST(34%, ALARM, (up, down, new))', false],
  ['AT_LEAST(50%, ALARM, (down, gone))', true],
  ['AT_LEAST(51%, ALARM, (down, gone))', false],
  ['AT_LEAST(1, NOT ALARM, (gone))', false],
  ['AT_LEAST(100%, NOT INSUFFICIENT_DATA, (up, down))', true],
])('%s is %s', (rule, expected) => {
  checkRule(rule, expected);
});

test.each([
  '',
  'ALARM',
  'ALARM()',
  'ALARM(a) ALARM(b)',
  'ALARM(a) AND',
  'MAYBE(a)',
  '(TRUE',
  'AT_LEAST(x, OK, (a))',
  'AT_LEAST(1, OK, a)',
  'not TRUE',
])('"%s" is a syntax error', (rule) => {
  expect(() => parseRule(rule)).toThrow('AlarmRule has a syntax error');
});

test('a rule has at most 500 elements', () => {
  const rule = (count: number): string => Array.from({ length: count }, () => 'TRUE').join(' OR ');
  expect(() => parseRule(rule(500))).not.toThrow();
  expect(() => parseRule(rule(501))).toThrow('AlarmRule must not have more than 500 elements');
});

test('the children of a rule are its alarms, each once, by name', () => {
  const rule =
    'ALARM(a) OR NOT (OK(b) AND AT_LEAST(1, ALARM, (c, "d e", a))) OR ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:b)';
  expect(childrenOf(parseRule(rule))).toEqual(['a', 'b', 'c', 'd e']);
});
