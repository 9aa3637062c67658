import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compare, type Row } from './compare.ts';
import { intervalsOf } from './intervals.ts';
import type { Milestone } from './milestones.ts';

/** `10 a, 12–15 b`: milestones at these milliseconds; a span is one that lies between two looks. */
const side = (text: string): readonly Milestone[] =>
  text.split(', ').map((each) => {
    const [, since, at, what] = /^(?:(-?\d+)–)?(-?\d+) (.*)$/.exec(each) ?? [];
    return { what: what ?? '', at: Number(at), ...(since !== undefined && { since: Number(since) }) };
  });

const shown = ({ what, expectedMs, gotMs, deltaMs }: Row): string =>
  `${what} ${expectedMs ?? '–'} ${gotMs ?? '–'} ${deltaMs ?? ''}`.trim();

function checkRows(recorded: string, rehearsed: string, expected: readonly string[]): void {
  expect(compare(side(recorded), side(rehearsed))?.rows.map(shown)).toEqual(expected);
}

test('both sides count from the creation of the deployment', () => {
  checkRows(
    '100 stack UPDATE_IN_PROGRESS, 150 deployment created, 170 a',
    '0 stack UPDATE_IN_PROGRESS, 13 deployment created, 43 a',
    ['stack UPDATE_IN_PROGRESS -50 -13 37', 'deployment created 0 0 0', 'a 20 30 10'],
  );
});

test('without a deployment they count from the beginning of the stack operation', () => {
  checkRows('100 stack CREATE_IN_PROGRESS, 150 a', '0 stack CREATE_IN_PROGRESS, 40 a', [
    'stack CREATE_IN_PROGRESS 0 0 0',
    'a 50 40 -10',
  ]);
});

test('what happened on one side only has a row, at its own time', () => {
  checkRows('0 deployment created, 10 a, 30 c', '0 deployment created, 10 a, 20 b', [
    'deployment created 0 0 0',
    'a 10 10 0',
    'b – 20',
    'c 30 –',
  ]);
});

test('the nth of a name is held against the nth', () => {
  checkRows('0 deployment created, 10 a, 20 a', '0 deployment created, 11 a, 23 a, 30 a', [
    'deployment created 0 0 0',
    'a 10 11 1',
    'a 20 23 3',
    'a – 30',
  ]);
});

test.each([
  ['within the time in which nobody looked there is no difference', 12, 0],
  ['before it the difference is to its beginning', 7, -3],
  ['after it the difference is to its end', 19, 4],
])('%s', (_, got, delta) => {
  const rows = compare(side('0 deployment created, 10–15 a'), side(`0 deployment created, ${got} a`))?.rows;
  expect(rows?.[1]).toMatchObject({ expectedMs: 15, expectedAfterMs: 10, gotMs: got, deltaMs: delta });
});

test('the sums and the largest difference', () => {
  expect(
    compare(side('0 deployment created, 10 a, 20 b, 30 c'), side('0 deployment created, 12 a, 11 b, 5 d')),
  ).toMatchObject({
    onBoth: 3,
    onlyRecorded: 1,
    onlyRehearsed: 1,
    largest: { what: 'b', deltaMs: -9 },
  });
});

test('two sides without anything in common cannot be compared', () => {
  expect(compare(side('0 deployment created'), side('0 stack UPDATE_IN_PROGRESS'))).toBeUndefined();
});

test('held against itself, whenever it began, nothing differs', () => {
  const milestones = fc.array(
    fc.record({ what: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: 0, max: 1e6 }) }),
  );
  fc.assert(
    fc.property(milestones, fc.integer({ min: 0, max: 1e9 }), (some, later) => {
      const one = [{ what: 'deployment created', at: 0 }, ...some];
      const other = one.map(({ what, at }) => ({ what, at: at + later }));
      const comparison = compare(one, other);
      expect(comparison?.rows.every(({ deltaMs }) => deltaMs === 0)).toBe(true);
      expect(comparison).toMatchObject({ onBoth: one.length, onlyRecorded: 0, onlyRehearsed: 0 });
    }),
  );
});

test('the times that a rehearsal assumes are measured on both sides', () => {
  const recorded = side(
    '0 deployment created, 2000 AllowTraffic InProgress, 107000 ALARM errors, 118000 deployment Stopped ALARM_ACTIVE, 118400 rollback created',
  );
  const rehearsed = side(
    '0 deployment created, 2100 AllowTraffic InProgress, 110000 ALARM errors, 118000 deployment Stopped ALARM_ACTIVE',
  );
  expect(intervalsOf(recorded, rehearsed)).toEqual([
    { what: 'from the start of shifting to ALARM', expectedMs: 105_000, gotMs: 107_900, deltaMs: 2_900 },
    { what: 'from ALARM to the stop', expectedMs: 11_000, gotMs: 8_000, deltaMs: -3_000 },
    { what: 'from the end to the rollback', expectedMs: 400 },
  ]);
});
