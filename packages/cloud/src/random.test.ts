import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRandom, hash } from './random.ts';

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

test('names differ where 32 bits of what they are names of are alike', () => {
  const pairs = [
    [162_789, 379_192],
    [162_388, 379_593],
  ] as const;
  const random = createRandom(0);
  for (const [one, other] of pairs) {
    expect(hash(`request ids\0${one}`)).toBe(hash(`request ids\0${other}`));
    expect(random.uuid('request ids', one)).not.toBe(random.uuid('request ids', other));
    expect(random.text('request ids', one, 12, 'abc')).not.toBe(random.text('request ids', other, 12, 'abc'));
    expect(random.hex('request ids', one, 24)).not.toBe(random.hex('request ids', other, 24));
  }
});

test('the digits of a name are even, and neighbours have nothing in common', () => {
  const random = createRandom(1);
  const names = Array.from({ length: 4_000 }, (_, i) => random.uuid('request ids', i).replaceAll('-', ''));
  for (const at of [0, 5, 20, 31]) {
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name.charAt(at), (counts.get(name.charAt(at)) ?? 0) + 1);
    for (const count of counts.values()) expect(Math.abs(count - 250)).toBeLessThan(80);
    const alike = names.filter((name, i) => name.charAt(at) === names[i - 1]?.charAt(at)).length;
    expect(Math.abs(alike - 250)).toBeLessThan(80);
  }
});

test('normal deviates have mean 0 and variance 1', () => {
  const random = createRandom(3);
  const draws = Array.from({ length: 20_000 }, (_, i) => random.normal('noise', i));
  const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
  const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
});
