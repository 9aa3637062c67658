import { expect, test } from '@jest/globals';
import { awaitInterruption } from './interruption.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = (): readonly number[] => SIGNALS.map((signal) => process.listenerCount(signal));

test.each(SIGNALS)('%s interrupts, and afterwards the signals are the process’s own again', (signal) => {
  const before = listeners();
  const interruption = awaitInterruption();
  expect(interruption.signal.aborted).toBe(false);
  process.emit(signal);
  expect(interruption.signal.aborted).toBe(true);
  interruption.over();
  expect(listeners()).toEqual(before);
});

test('the polite signals may come twice; a second Ctrl-C is not caught', () => {
  const before = listeners();
  const interruption = awaitInterruption();
  for (const signal of SIGNALS) process.emit(signal);
  expect(listeners().map((count, index) => count - (before[index] ?? 0))).toEqual([0, 1, 2]);
  interruption.over();
});
