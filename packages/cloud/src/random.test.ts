import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRandom } from './random.ts';

test('a draw is a function of seed, source and key', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), fc.string(), (seed, source, key) => {
      const [one, other] = [createRandom(seed), createRandom(seed)];
      other.uniform('something else', 'first');
      expect(one.uniform(source, key)).toBe(other.uniform(source, key));
      expect(one.uuid(source, key)).toBe(other.uuid(source, key));
    }),
  );
});

test('uniform draws lie in [0, 1) and spread evenly', () => {
  const random = createRandom(7);
  const draws = Array.from({ length: 20_000 }, (_, i) => random.uniform('routing', i));
  expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
  const canary = draws.filter((draw) => draw < 0.1).length / draws.length;
  expect(Math.abs(canary - 0.1)).toBeLessThan(0.01);
});

test('sources and seeds are independent', () => {
  const correlation = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + (x - 0.5) * ((b[i] ?? 0) - 0.5), 0) / a.length / (1 / 12);
  const series = (seed: number, source: string) =>
    Array.from({ length: 5_000 }, (_, i) => createRandom(seed).uniform(source, i));
  expect(Math.abs(correlation(series(1, 'routing'), series(1, 'arrivals')))).toBeLessThan(0.06);
  expect(Math.abs(correlation(series(1, 'routing'), series(2, 'routing')))).toBeLessThan(0.06);
});

test('a UUID has the form of version 4', () => {
  expect(createRandom(1).uuid('ids', 1)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test('normal deviates have mean 0 and variance 1', () => {
  const random = createRandom(3);
  const draws = Array.from({ length: 20_000 }, (_, i) => random.normal('noise', i));
  const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
  const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
});
