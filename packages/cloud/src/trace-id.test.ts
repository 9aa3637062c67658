import { expect, test } from '@jest/globals';
import { Instant } from './instant.ts';
import { traceHeader, traceRoot } from './trace-id.ts';

const ID = '01234567-89ab-4cde-8f01-23456789abcd';

test('a function goes on with the trace of its gateway', () => {
  const at = Instant(Date.UTC(2026, 10, 29));
  expect(traceRoot(ID, at)).toBe(`Root=1-${(at / 1_000).toString(16)}-89ab4cde8f0123456789abcd`);
  expect(traceHeader(ID, at)).toBe(`${traceRoot(ID, at)};Parent=0123456789ab4cde;Sampled=0`);
});

test('the second is that of the request, whichever was asked before', () => {
  const seconds = [5, 4, 5, 1_900_000_000].map((second) => traceRoot(ID, Instant(second * 1_000 + 999)).split('-')[1]);
  expect(seconds).toEqual(['5', '4', '5', (1_900_000_000).toString(16)]);
});

test('an id of another kind serves as well', () => {
  expect(traceRoot('r-1', Instant(16_000))).toBe(`Root=1-10-${'0'.repeat(24)}`);
  expect(traceHeader('r-1', Instant(16_000))).toContain(';Parent=r100000000000000;');
});
