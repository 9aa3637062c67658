import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binomialAtLeast, normalAbove, normalQuantile, poissonAtLeast, poissonExactly } from './tail-probabilities.ts';

/** A tail as the sum of its terms, each from the one before. */
function summedTail(first: number, from: number, until: number, next: (k: number) => number): number {
  let term = first;
  let sum = from === 0 ? term : 0;
  for (let k = 1; k <= until; k++) {
    term *= next(k);
    if (k >= from) sum += term;
  }
  return sum;
}

test('Poisson tails are the sums of their terms', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.double({ min: 0.01, max: 40, noNaN: true }), (k, mean) => {
      const sum = summedTail(Math.exp(-mean), k, k + 400, (i) => mean / i);
      expect(poissonAtLeast(k, mean)).toBeCloseTo(sum, 10);
      expect(poissonAtLeast(k, mean) - poissonAtLeast(k + 1, mean)).toBeCloseTo(poissonExactly(k, mean), 10);
    }),
  );
});

test('binomial tails are the sums of their terms', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 60 }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (n, k, p) => {
        const sum = k > n ? 0 : summedTail((1 - p) ** n, k, n, (i) => ((n - i + 1) / i) * (p / (1 - p)));
        expect(binomialAtLeast(k, n, p)).toBeCloseTo(sum, 8);
      },
    ),
  );
});

test('large means join small ones without a step, and cost no more', () => {
  for (const mean of [9_990, 10_010, 1e6, 6e7]) {
    const spread = Math.sqrt(mean);
    for (const z of [-3, -1, 0, 1, 3]) {
      // Normal law with the first Edgeworth term, good to 1/mean.
      const x = (Math.round(mean + z * spread) - 0.5 - mean) / spread;
      const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
      const expected = normalAbove(x) + ((x * x - 1) * density) / (6 * spread);
      expect(poissonAtLeast(Math.round(mean + z * spread), mean)).toBeCloseTo(expected, 4);
    }
  }
});

test('quantiles of the normal law invert its tail', () => {
  for (const p of [1e-6, 0.001, 0.025, 0.3, 0.5, 0.8, 0.999])
    expect(1 - normalAbove(normalQuantile(p))).toBeCloseTo(p, 8);
});
