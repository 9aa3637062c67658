import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CountClasses } from './count-classes.ts';
import { DEFAULT_NOISE } from './plan-input.ts';
import { requestKinds } from './request-kinds.ts';
import { binomialAtLeast, poissonAtLeast } from './tail-probabilities.ts';

const FAULT = { kind: 'throw', share: 0.2, fromSeconds: 0, slowMs: 1_500, statusCode: 503 } as const;
const kinds = requestKinds({ fault: FAULT, noise: DEFAULT_NOISE, gates: [] });
const CAP = 3;
const classes = new CountClasses(
  [
    { counts: ({ version, outcome }) => version === 'new' && outcome === 'throw', cap: CAP },
    { counts: ({ version }) => version === 'new', cap: 1 },
  ],
  kinds,
);

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

test('the classes of a Poisson minute have the tails and the moments of its counts', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 50, noNaN: true }),
      fc.double({ min: 0, max: 50, noNaN: true }),
      (on, old) => {
        const minute = [...classes.poisson({ newBefore: 0, newAfter: on, old })];
        const mean = on * FAULT.share;
        expect(sum(minute.map(([, [p]]) => p))).toBeCloseTo(1, 10);
        expect(sum(minute.map(([, [, hits]]) => hits))).toBeCloseTo(mean, 8);
        expect(sum(minute.map(([, [, , squared]]) => squared))).toBeCloseTo(mean * mean + mean, 6);
        const full = minute.filter(([index]) => classes.countIn(index, 0) === CAP);
        expect(sum(full.map(([, [p]]) => p))).toBeCloseTo(poissonAtLeast(CAP, mean), 10);
      },
    ),
  );
});

test('the classes of an even minute have those of binomial counts, also across a shift of traffic', () => {
  const requests = 37;
  const minute = [...classes.even([{ requests, weight: 0.4, faultIsOn: true }])];
  const full = minute.filter(([index]) => classes.countIn(index, 0) === CAP);
  expect(sum(full.map(([, [p]]) => p))).toBeCloseTo(binomialAtLeast(CAP, requests, 0.4 * FAULT.share), 10);
  const halves = [...classes.even([20, 17].map((part) => ({ requests: part, weight: 0.4, faultIsOn: true })))];
  expect(sum(halves.map(([, [, hits]]) => hits))).toBeCloseTo(requests * 0.4 * FAULT.share, 10);
  expect(halves.length).toBe(minute.length);
});
