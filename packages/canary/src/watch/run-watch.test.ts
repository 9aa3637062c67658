import { expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import type { Ending } from './events.ts';
import { exitCodeOf, runWatch, subjectOf } from './run-watch.ts';

test.each([
  ['d-ABCDEF123', { type: 'deployment', id: 'd-ABCDEF123' }],
  ['d-shop', { type: 'stack', name: 'd-shop', isNext: false }],
  ['shop', { type: 'stack', name: 'shop', isNext: false }],
])('%s is what its form says', (text, subject) => {
  expect(subjectOf(text, false)).toEqual(subject);
});

const ending = (result: Ending['result']): Ending => ({
  result,
  reasons: [],
  left: { aliases: [], alarmsInAlarm: [], orphans: [] },
});

test.each([
  ['promoted', ending('promoted'), 0],
  ['rolled back', ending('rolledBack'), 1],
  ['failed', ending('failed'), 1],
  ['interrupted', undefined, 130],
])('the exit code of a watch that was %s is %3$i', (_, end, code) => {
  expect(exitCodeOf(end)).toBe(code);
});

test('a recording that cannot be written is bad input', async () => {
  const watching = runWatch('shop', { region: 'eu-west-1', record: 'no/such/folder/recording.jsonl' });
  await expect(watching).rejects.toThrow(UserError);
});
