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

test("gates that can never turn are in nobody's way: with two that ask for five periods the odds stay exact", () => {
  const long = { evaluationPeriods: 5, treatMissingData: 'notBreaching' } as const;
  const gates = [
    gate({ alarmName: 'one', ...long, threshold: 1 }, errorsOf('none')),
    gate({ alarmName: 'two', ...long, threshold: 2 }, errorsOf('none')),
    gate({ alarmName: 'three', ...long }, errorsOf('both')),
  ];
  const input = planInput({ configurations: [configuration('Linear10PercentEvery1Minute')] });
  const [all, only] = [gates, gates.slice(2)].map((some) => plan({ ...input, gates: some }).configurations[0]?.all);
  expect(all?.method).toBe('exact');
  expect(all?.caught).toBeCloseTo(only?.caught ?? 0, 12);
});

test.each([30, 100, 1_440])('an alarm on %i periods, as many as CloudWatch takes, is planned', (evaluationPeriods) => {
  const long = { evaluationPeriods, datapointsToAlarm: 2, treatMissingData: 'notBreaching' } as const;
  const short = { ...long, evaluationPeriods: 20 } as const;
  const caughtBy = (alarm: typeof long | typeof short): number => {
    const gates = [gate(alarm, errorsOf('new'))];
    const configurations = [configuration('Canary10Percent15Minutes')];
    return plan(planInput({ gates, configurations, runs: 64 })).configurations[0]?.all.caught ?? -1;
  };
  // Longer than the deployment all of them are the same.
  expect(Math.abs(caughtBy(long) - caughtBy(short))).toBeLessThan(0.05);
});
