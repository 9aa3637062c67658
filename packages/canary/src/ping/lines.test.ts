import { expect, test } from '@jest/globals';
import { rowOf, summaryLine, totalsLines } from './lines.ts';
import type { Outcome } from './send-request.ts';
import { totalsOf } from './totals.ts';

const startedAt = new Date(2026, 10, 22, 14, 3, 7);
const answered = (status: number): Outcome => ({ kind: 'answered', status, latencyMs: 42.6 });
const failed: Outcome = { kind: 'failed', reason: 'connect ECONNREFUSED 127.0.0.1:9', latencyMs: 3 };

function checkRow(outcome: Outcome, expected: string): void {
  expect(rowOf(outcome, startedAt, false)).toBe(expected);
}

test('a row has the time, the status and the latency', () => {
  checkRow(answered(200), '14:03:07  200    43 ms');
});

test('a row has the version that answered, where the answer tells it', () => {
  checkRow({ kind: 'answered', status: 200, latencyMs: 42.6, version: '8' }, '14:03:07  200    43 ms  v8');
  checkRow({ kind: 'answered', status: 200, latencyMs: 42.6, version: 'blue' }, '14:03:07  200    43 ms  blue');
});

test('a summary is one line', () => {
  const by = (version: string): Outcome => ({ kind: 'answered', status: 200, latencyMs: 40, version });
  const totals = totalsOf([by('7'), by('7'), by('8'), answered(503), failed]);
  expect(summaryLine(totals, 10, startedAt, false)).toBe(
    '14:03:07  last 10 s: 5 requests   200 ×3   503 ×1   --- ×1   p95 43 ms   v7 ×2   v8 ×1',
  );
  expect(summaryLine(totalsOf([]), 10, startedAt, false)).toBe('14:03:07  last 10 s: 0 requests');
});

test('a request without an answer has the reason instead of a status', () => {
  checkRow(failed, '14:03:07  ---     3 ms  connect ECONNREFUSED 127.0.0.1:9');
});

test.each([
  ['green', 200, '\u001B[32m'],
  ['green', 299, '\u001B[32m'],
  ['yellow', 300, '\u001B[33m'],
  ['yellow', 399, '\u001B[33m'],
  ['red', 400, '\u001B[31m'],
  ['red', 503, '\u001B[31m'],
])('%s is the colour of %i', (_, status, escape) => {
  expect(rowOf(answered(status), startedAt, true)).toContain(`${escape}${status}`);
});

test('a request without an answer is red', () => {
  expect(rowOf(failed, startedAt, true)).toContain('\u001B[31m---');
});

test('totals tell the share of each status and how long the answers took', () => {
  const totals = totalsOf([answered(200), answered(200), answered(503), failed]);
  expect(totalsLines(totals, false)).toEqual([
    '4 requests',
    '  200       2   50.0 %',
    '  503       1   25.0 %',
    '  ---       1   25.0 %',
    '  latency p50 43 ms, p95 43 ms, max 43 ms',
  ]);
});

test('totals tell the share of each version', () => {
  const totals = totalsOf([{ kind: 'answered', status: 200, latencyMs: 1, version: '8' }, answered(200)]);
  expect(totalsLines(totals, false)).toContain('  v8        1   50.0 %');
});

test('totals of nothing are one line', () => {
  expect(totalsLines(totalsOf([]), false)).toEqual(['0 requests']);
});
