import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Outcome } from './send-request.ts';
import { totalsOf } from './totals.ts';

const answered = (status: number, latencyMs: number): Outcome => ({ kind: 'answered', status, latencyMs });
const failed: Outcome = { kind: 'failed', reason: 'connect ECONNREFUSED', latencyMs: 9000 };

test('nothing sent has totals of nothing', () => {
  expect(totalsOf([])).toEqual({ sent: 0, failed: 0, byStatus: new Map(), byVersion: new Map(), latency: undefined });
});

test('answers are counted by status in ascending order, and failures apart', () => {
  const totals = totalsOf([answered(503, 1), answered(200, 2), failed, answered(503, 3)]);
  expect(totals).toMatchObject({ sent: 4, failed: 1 });
  expect([...totals.byStatus]).toEqual([
    [200, 1],
    [503, 2],
  ]);
});

test('answers are counted by the version that answered, where they tell it', () => {
  const by = (version: string): Outcome => ({ kind: 'answered', status: 200, latencyMs: 1, version });
  expect([...totalsOf([by('8'), answered(200, 1), by('7'), by('8')]).byVersion]).toEqual([
    ['8', 2],
    ['7', 1],
  ]);
});

test('percentiles are nearest ranks of the answered requests', () => {
  const latencies = Array.from({ length: 20 }, (_, index) => answered(200, 20 - index));
  expect(totalsOf([...latencies, failed]).latency).toEqual({ p50Ms: 10, p95Ms: 19, maxMs: 20 });
});

test('a single answer is every percentile', () => {
  expect(totalsOf([answered(200, 7)]).latency).toEqual({ p50Ms: 7, p95Ms: 7, maxMs: 7 });
});

test('whatever happens, every request is counted once and p50 ≤ p95 ≤ max', () => {
  const outcome = fc.oneof(
    fc.record({
      kind: fc.constant('answered' as const),
      status: fc.integer({ min: 100, max: 599 }),
      latencyMs: fc.nat(),
    }),
    fc.record({ kind: fc.constant('failed' as const), reason: fc.string(), latencyMs: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(outcome), (outcomes) => {
      const { sent, failed: lost, byStatus, latency } = totalsOf(outcomes);
      expect(lost + [...byStatus.values()].reduce((sum, count) => sum + count, 0)).toBe(sent);
      expect(sent).toBe(outcomes.length);
      if (latency === undefined) return;
      expect(latency.p50Ms).toBeLessThanOrEqual(latency.p95Ms);
      expect(latency.p95Ms).toBeLessThanOrEqual(latency.maxMs);
    }),
  );
});
