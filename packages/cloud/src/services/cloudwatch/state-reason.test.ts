import { expect, test } from '@jest/globals';
import { Instant, MINUTE } from '../../instant.ts';
import { evaluateAlarm, type AlarmRule } from './evaluate-alarm.ts';
import { asDouble } from './state-reason.ts';
import type { AlarmStateValue } from './state.ts';

interface Told extends Partial<AlarmRule> {
  readonly from: AlarmStateValue;
  /** Oldest first, the last period starting at 13:24 on 26 January 2022; `_` is missing. */
  readonly points: string;
}

const LAST = Date.parse('2022-01-26T13:24:00Z');

function explained({ from, points, ...given }: Told): { readonly reason: string; readonly reasonData: string } {
  const rule: AlarmRule = {
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 50,
    periodSeconds: 60,
    statistic: 'Average',
    ...given,
  };
  const all = points.split(' ');
  const range = all.map((text, i) => {
    const at = Instant(LAST - (all.length - 1 - i) * MINUTE);
    return text === '_' ? { at } : { at, value: Number(text), sampleCount: 5 };
  });
  const evaluation = evaluateAlarm({ rule, range, state: from, now: Instant(LAST + 65_292) });
  if (!evaluation.changed) throw new Error('the state did not change');
  return evaluation;
}

function checkReason(told: Told, reason: string): void {
  expect(explained(told).reason).toBe(reason);
}

test('one datapoint is told with its value, its time and the threshold', () => {
  checkReason(
    { from: 'OK', points: '99.5' },
    'Threshold Crossed: 1 datapoint [99.5 (26/01/22 13:24:00)] was greater than the threshold (50.0).',
  );
  checkReason(
    { from: 'ALARM', points: '0', comparisonOperator: 'GreaterThanOrEqualToThreshold' },
    'Threshold Crossed: 1 datapoint [0.0 (26/01/22 13:24:00)] was not greater than or equal to the threshold (50.0).',
  );
});

test('M of N tells how many of the last N, newest first, and the minimum for the transition', () => {
  checkReason(
    { from: 'OK', points: '60 10 70', evaluationPeriods: 3, datapointsToAlarm: 2 },
    'Threshold Crossed: 2 out of the last 3 datapoints [70.0 (26/01/22 13:24:00), 60.0 (26/01/22 13:22:00)] were greater than the threshold (50.0) (minimum 2 datapoints for OK -> ALARM transition).',
  );
  checkReason(
    { from: 'ALARM', points: '60 0', evaluationPeriods: 2, datapointsToAlarm: 2 },
    'Threshold Crossed: 1 out of the last 2 datapoints [0.0 (26/01/22 13:24:00)] was not greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition).',
  );
});

test('five datapoints and more are listed in a sentence of their own', () => {
  checkReason(
    {
      from: 'INSUFFICIENT_DATA',
      points: '0 0 0 0 0',
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      comparisonOperator: 'LessThanThreshold',
      threshold: 65,
    },
    'Threshold Crossed: 5 out of the last 5 datapoints were less than the threshold (65.0). The most recent datapoints which crossed the threshold: [0.0 (26/01/22 13:24:00), 0.0 (26/01/22 13:23:00), 0.0 (26/01/22 13:22:00), 0.0 (26/01/22 13:21:00), 0.0 (26/01/22 13:20:00)] (minimum 5 datapoints for OK -> ALARM transition).',
  );
});

test('of more than five datapoints the five newest are listed, and all are counted', () => {
  checkReason(
    { from: 'OK', points: '1 2 3 4 5 6 7', evaluationPeriods: 7, datapointsToAlarm: 6, threshold: 0 },
    'Threshold Crossed: 7 out of the last 7 datapoints were greater than the threshold (0.0). The most recent datapoints which crossed the threshold: [7.0 (26/01/22 13:24:00), 6.0 (26/01/22 13:23:00), 5.0 (26/01/22 13:22:00), 4.0 (26/01/22 13:21:00), 3.0 (26/01/22 13:20:00)] (minimum 6 datapoints for OK -> ALARM transition).',
  );
});

test('only the points that decide are told, not the older ones of the range', () => {
  checkReason(
    { from: 'OK', points: '60 _ 70', evaluationPeriods: 1 },
    'Threshold Crossed: 1 datapoint [70.0 (26/01/22 13:24:00)] was greater than the threshold (50.0).',
  );
  checkReason(
    { from: 'ALARM', points: '0 99 0 1', evaluationPeriods: 2 },
    'Threshold Crossed: 2 datapoints [1.0 (26/01/22 13:24:00), 0.0 (26/01/22 13:23:00)] were not greater than the threshold (50.0).',
  );
});

test('missing datapoints are told by how they were treated', () => {
  checkReason(
    { from: 'OK', points: '_ _ _ _', evaluationPeriods: 2, treatMissingData: 'breaching' },
    'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
  );
  checkReason(
    { from: 'ALARM', points: '_ _ _', treatMissingData: 'notBreaching' },
    'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
  );
  checkReason(
    { from: 'OK', points: '_ _ 0', evaluationPeriods: 3, datapointsToAlarm: 2, treatMissingData: 'breaching' },
    'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
  );
  checkReason(
    {
      from: 'ALARM',
      points: '_ _ _ 2',
      evaluationPeriods: 4,
      threshold: 0,
      comparisonOperator: 'LessThanOrEqualToThreshold',
      treatMissingData: 'breaching',
    },
    'Threshold Crossed: 1 datapoint [2.0 (26/01/22 13:24:00)] was not less than or equal to the threshold (0.0) and 3 missing datapoints were treated as [Breaching].',
  );
  checkReason({ from: 'OK', points: '_ _ _' }, 'Insufficient Data: 1 datapoint was unknown.');
  checkReason({ from: 'OK', points: '_ _ _ _', evaluationPeriods: 2 }, 'Insufficient Data: 2 datapoints were unknown.');
});

test('the reason data have the keys, the order and the numbers of the captured events', () => {
  expect(explained({ from: 'OK', points: '60 70', evaluationPeriods: 2, unit: 'Seconds' }).reasonData).toBe(
    '{"version":"1.0","queryDate":"2022-01-26T13:25:05.292+0000","startDate":"2022-01-26T13:23:00.000+0000","unit":"Seconds","statistic":"Average","period":60,"recentDatapoints":[60.0,70.0],"threshold":50.0,"evaluatedDatapoints":[{"timestamp":"2022-01-26T13:24:00.000+0000","sampleCount":5.0,"value":70.0}]}',
  );
  expect(explained({ from: 'OK', points: '_ _ _' }).reasonData).toBe(
    '{"version":"1.0","queryDate":"2022-01-26T13:25:05.292+0000","statistic":"Average","period":60,"recentDatapoints":[],"threshold":50.0,"evaluatedDatapoints":[{"timestamp":"2022-01-26T13:24:00.000+0000"}]}',
  );
});

test('the evaluated datapoints are the newest real one and, newest first, those that had to be filled in', () => {
  const evaluated = (told: Told): unknown => {
    const { evaluatedDatapoints } = JSON.parse(explained(told).reasonData) as {
      evaluatedDatapoints: { timestamp: string; value?: number }[];
    };
    return evaluatedDatapoints.map(({ timestamp, value }) => `${timestamp.slice(14, 16)} ${value ?? '_'}`);
  };
  expect(evaluated({ from: 'OK', points: '70 _', evaluationPeriods: 1 })).toEqual(['23 70']);
  expect(
    evaluated({ from: 'ALARM', points: '_ _ 2 _', evaluationPeriods: 3, treatMissingData: 'notBreaching' }),
  ).toEqual(['23 2', '24 _', '22 _']);
});

test.each([
  [0, '0.0'],
  [50, '50.0'],
  [-2.5, '-2.5'],
  [0.001, '0.001'],
  [0.00012, '1.2E-4'],
  [9_999_999, '9999999.0'],
  [10_000_000, '1.0E7'],
  [12_345_678.9, '1.23456789E7'],
])('%d is printed as Java prints the double %s', (value, text) => {
  expect(asDouble(value)).toBe(text);
});
