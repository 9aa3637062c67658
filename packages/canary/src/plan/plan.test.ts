import { expect, test } from '@jest/globals';
import { configuration, errorsOf, gate, planInput } from './anchors.fixture.ts';
import { plan } from './plan.ts';

/** The model of published numbers: exactly 60 requests a minute, full minutes, no delays, nine linear steps. */
function checkAnchor(name: string, expected: number): void {
  const input = planInput({
    gates: [gate({ evaluationPeriods: 2 }, errorsOf('both'))],
    configurations: [configuration(name)],
  });
  const [only] = plan(input).configurations;
  expect(only?.all.method).toBe('exact');
  expect(Number(((only?.all.caught ?? 0) * 100).toFixed(1))).toBe(expected);
}

test('the sample alarm (Errors > 0 in 2 of 2 minutes) catches a 5 % fault in 21.4 % of five-minute canaries', () => {
  checkAnchor('Canary10Percent5Minutes', 21.4);
});

test('and in 99.5 % of linear releases of a minute a step', () => {
  checkAnchor('Linear10PercentEvery1Minute', 99.5);
});
