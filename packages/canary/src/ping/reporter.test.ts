import { expect, test } from '@jest/globals';
import { Reporter } from './reporter.ts';
import type { Outcome } from './send-request.ts';

const at = new Date(2026, 10, 22, 14, 3, 7);
const answered: Outcome = { kind: 'answered', status: 200, latencyMs: 40, version: '7' };

/** An answer at each of these seconds, then a tick at the last; gives what was written. */
function linesOf(seconds: readonly number[], json = false): readonly string[] {
  const lines: string[] = [];
  const reporter = new Reporter({ write: (line) => void lines.push(line), colour: false, json, summarySeconds: 10 });
  for (const second of seconds) reporter.answered(answered, at, second * 1_000);
  return lines;
}

test('a summary takes the place of rows, and each answer is in one of them', () => {
  expect(linesOf([1, 5, 9, 11, 12, 21])).toEqual([
    '14:03:07  last 10 s: 3 requests   200 ×3   p95 40 ms   v7 ×3',
    '14:03:07  last 10 s: 2 requests   200 ×2   p95 40 ms   v7 ×2',
  ]);
});

test('a summary of silence says so', () => {
  const lines: string[] = [];
  const reporter = new Reporter({
    write: (line) => void lines.push(line),
    colour: false,
    json: false,
    summarySeconds: 10,
  });
  for (const second of [0, 9, 10, 19, 20]) reporter.tick(at, second * 1_000);
  expect(lines).toEqual(['14:03:07  last 10 s: 0 requests', '14:03:07  last 10 s: 0 requests']);
});

test('as JSON a summary is a document', () => {
  expect(linesOf([1, 11], true).map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({ type: 'summary', seconds: 10, sent: 1, byStatus: { 200: 1 }, byVersion: { 7: 1 } }),
  ]);
});
