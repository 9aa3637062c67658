import { expect, test } from '@jest/globals';
import { parseFault } from '../faults/parse-fault.ts';
import { faultWords } from '../faults/fault-words.ts';
import type { Release } from '../rehearsal.ts';
import { lateFaults, lateFaultWords } from './late-faults.ts';
import { judge, type Measured } from './verdict.ts';

const THROUGH_MS = 319_000;

test.each(['throw', 'throw:from=99m', 'status:code=503,share=5%,from=90s', 'latency:ms=1500,share=0.1%'])(
  '%s is told in the words in which it was given',
  (text) => expect(faultWords(parseFault(text))).toBe(text),
);

test.each([
  ['well before the end', 'throw:from=1m', []],
  ['at the end', 'throw:from=319s', ['throw:from=319s']],
  ['long after it', 'throw:from=99m', ['throw:from=99m']],
])('a fault that begins %s', (_name, fault, expected) => {
  expect(lateFaults([parseFault(fault)], THROUGH_MS).map(faultWords)).toEqual(expected);
  expect(lateFaults([parseFault(fault)], undefined)).toEqual([]);
});

const measured: Measured = {
  isShifted: true,
  requests: { count: 0, byStatus: [], slowerThanSla: 0, slowestMs: 0 },
  requestsHit: 0,
  outsideSlice: [],
  dependsOn: [],
  throughMs: THROUGH_MS,
};
const release = (expected: Release['expect'], ...faults: readonly string[]): Release => ({
  name: 'candidate',
  expect: expected,
  template: { fileName: 'template.yaml', text: '' },
  parameters: {},
  packageCode: () => {
    throw new Error('nothing is deployed');
  },
  waitBeforeMs: 0,
  waitAfterMs: 0,
  warnings: [],
  faults: faults.map(parseFault),
});

const LATE = /^expected rolled back, but the fault throw:from=99m never began .*: the release was through after 05:19$/;

test('what no gate had the time to see is not caught, whatever became of the release', () => {
  const late = release('rolled-back', 'throw:from=99m');
  expect(judge(late, 'promoted', measured).difference).toMatch(LATE);
  expect(judge(late, 'rolled-back', measured)).toMatchObject({
    isAsExpected: false,
    difference: expect.stringMatching(LATE),
  });
});

test('a fault that began may be caught beside one that did not, and a promotion may be as expected', () => {
  expect(judge(release('rolled-back', 'throw:from=99m', 'throw'), 'rolled-back', measured).isAsExpected).toBe(true);
  expect(judge(release('promoted', 'throw:from=99m'), 'promoted', measured).isAsExpected).toBe(true);
});

test('several are told together', () => {
  const faults = ['throw:from=99m', 'oom:from=9m'].map(parseFault);
  expect(lateFaultWords(faults, THROUGH_MS)).toContain('the faults throw:from=99m and oom:from=9m never began');
});
