import { expect, test } from '@jest/globals';
import { Patience } from './patience.ts';

test('a thread with a core of its own is given the limit as it is', () => {
  const patience = new Patience(3_000, 120, 100);
  patience.saw(50, 48);
  expect(patience.limitMs).toBe(3_000);
});

test('a thread that gets an eighth of a core is given far more than eight times as long', () => {
  const patience = new Patience(3_000, 120, 100);
  patience.saw(400, 50);
  expect(patience.limitMs).toBe(72_000);
});

test('how the thread came up counts before anything has run', () => {
  expect(new Patience(3_000, 1_000, 100).limitMs).toBe(90_000);
});

test('short stretches say nothing, and a busy time is forgotten slowly', () => {
  const patience = new Patience(3_000, 800, 100);
  patience.saw(4, 0.1);
  expect(patience.limitMs).toBe(72_000);
  for (let i = 0; i < 60; i++) patience.saw(20, 20);
  expect(patience.limitMs).toBe(3_000);
});

test('patience has an end', () => {
  expect(new Patience(3_000, 1_000_000, 1).limitMs).toBe(120_000);
});
