import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Instant, MINUTE } from './instant.ts';
import { createRandom } from './random.ts';
import { arrivals, type RateStep } from './traffic.ts';

const START = Instant(Date.UTC(2026, 0, 5, 9));

/** How many requests arrive in each of the first minutes. */
function perMinute(profile: readonly RateStep[], minutes: number, poisson?: number): number[] {
  const at = arrivals(profile, START, poisson === undefined ? undefined : createRandom(poisson));
  const counts = Array.from({ length: minutes }, () => 0);
  for (let index = 0; ; index++) {
    const arrival = at(index);
    const minute = arrival === undefined ? minutes : Math.floor((arrival - START) / MINUTE);
    if (minute >= minutes) return counts;
    counts[minute] = (counts[minute] ?? 0) + 1;
  }
}

test('steady traffic is spaced evenly and begins half a gap after the start', () => {
  const at = arrivals([{ minute: 0, requestsPerMinute: 60 }], START, undefined);
  expect([0, 1, 2].map((index) => (at(index) ?? 0) - START)).toEqual([500, 1500, 2500]);
  expect(perMinute([{ minute: 0, requestsPerMinute: 60 }], 3)).toEqual([60, 60, 60]);
});

test('a profile changes its rate at its own minutes, and may fall silent', () => {
  const profile = [
    { minute: 0, requestsPerMinute: 10 },
    { minute: 2, requestsPerMinute: 0 },
    { minute: 3, requestsPerMinute: 30 },
    { minute: 4, requestsPerMinute: 0 },
  ];
  expect(perMinute(profile, 6)).toEqual([10, 10, 0, 30, 0, 0]);
});

test('Poisson traffic keeps the mean and varies like it', () => {
  const counts = perMinute([{ minute: 0, requestsPerMinute: 50 }], 400, 11);
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  const variance = counts.reduce((a, b) => a + (b - mean) ** 2, 0) / counts.length;
  expect(Math.abs(mean - 50)).toBeLessThan(1.5);
  expect(variance / mean).toBeGreaterThan(0.8);
  expect(variance / mean).toBeLessThan(1.25);
});

test('requests never arrive before the one before them', () => {
  const step = fc.record({ minute: fc.nat(5), requestsPerMinute: fc.nat(200) });
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(), { nil: undefined }),
      (steps, seed) => {
        const profile = steps.toSorted((a, b) => a.minute - b.minute);
        const at = arrivals(profile, START, seed === undefined ? undefined : createRandom(seed));
        let last: number = START;
        for (let index = 0; index < 100; index++) {
          const arrival = at(index);
          if (arrival === undefined) return;
          expect(arrival).toBeGreaterThanOrEqual(last);
          last = arrival;
        }
      },
    ),
  );
});
