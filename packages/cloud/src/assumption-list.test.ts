/** The list of assumptions covers every switch, and every rule on which a log line can hang. */
import { expect, test } from '@jest/globals';
import { type Assumption, ASSUMPTIONS } from './assumption-list.ts';
import { DEFAULT_ASSUMPTIONS } from './assumptions.ts';
import { UNDOCUMENTED } from './services/logs/index.ts';

const list: readonly Assumption[] = ASSUMPTIONS;
const names = list.map(({ name }) => name);

test('a name is in kebab case and stands once', () => {
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
});

test('every switch belongs to one assumption', () => {
  const { delays, ...others } = DEFAULT_ASSUMPTIONS;
  const switches = [...Object.keys(others), ...Object.keys(delays).map((name) => `delays.${name}`)];
  expect(list.flatMap(({ settings = [] }) => settings).toSorted()).toEqual(switches.toSorted());
});

test('every undocumented rule of the filter-pattern language is an assumption', () => {
  expect(Object.keys(UNDOCUMENTED).filter((rule) => !names.includes(rule))).toEqual([]);
});
