import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Instant, MINUTE } from '../../instant.ts';
import { isBreaching } from './compare-threshold.ts';
import { decideState, evaluateAlarm, type AlarmRule, type DecisionRule, type Mark } from './evaluate-alarm.ts';
import type { AlarmStateValue, ComparisonOperator, TreatMissingData } from './state.ts';

const TREATMENTS: readonly TreatMissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const STATES: readonly AlarmStateValue[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
const MARKS: Readonly<Record<string, Mark>> = { '0': 'ok', X: 'breaching', '-': 'missing' };

const marks = (text: string): Mark[] => text.split(' ').map((it) => MARKS[it] ?? 'missing');

/** The ten rows of the guide's tables; `keep` stands for the present state. Source: AMD (D). */
const ROWS: readonly [string, string, string, string, string, string][] = [
  ['3/3', '0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['3/3', '0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  ['3/3', '- - - - -', 'INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'],
  ['3/3', '0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['3/3', '- - X - -', 'ALARM', 'keep', 'ALARM', 'OK'],
  ['2/3', '0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['2/3', '0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['2/3', '0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['2/3', '- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['2/3', '- - - X -', 'ALARM', 'keep', 'ALARM', 'OK'],
];

const documented = ROWS.flatMap(([mOfN, points, ...expected]) =>
  TREATMENTS.flatMap((treatment, i) =>
    STATES.map((state) => ({ mOfN, points, treatment, state, expected: expected[i] })),
  ),
);

test.each(documented)(
  '$mOfN over $points with $treatment from $state is $expected',
  ({ mOfN, points, treatment, state, expected }) => {
    const [m = 1, n = 1] = mOfN.split('/').map(Number);
    const rule = { evaluationPeriods: n, datapointsToAlarm: m, treatMissingData: treatment };
    expect(decideState(marks(points), rule, state)).toBe(expected === 'keep' ? state : expected);
  },
);

test.each(STATES)('a single fresh breach after silence keeps %s, because the next point may be good', (state) => {
  expect(decideState(marks('- - - - X'), { evaluationPeriods: 3 }, state)).toBe(state);
  expect(decideState(marks('- - - X -'), { evaluationPeriods: 3 }, state)).toBe(state);
});

test.each<[string, string, TreatMissingData, AlarmStateValue]>([
  ['2/4', '- X - X -', 'ignore', 'ALARM'],
  ['2/4', '- X X 0 -', 'missing', 'ALARM'],
  ['3/4', '- X X 0 -', 'missing', 'OK'],
  ['3/4', '- X X - -', 'ignore', 'OK'],
])('%s over %s with %s turns OK into %s', (mOfN, points, treatMissingData, expected) => {
  const [datapointsToAlarm = 1, evaluationPeriods = 1] = mOfN.split('/').map(Number);
  expect(decideState(marks(points), { evaluationPeriods, datapointsToAlarm, treatMissingData }, 'OK')).toBe(expected);
});

interface AlarmUnderTest extends Partial<AlarmRule> {
  readonly extra?: number;
  readonly from?: AlarmStateValue;
}

/**
 * Feeds a series (`_` for a missing datapoint), one evaluation a minute, and compares the state after each. The
 * range is N + `extra` periods (2), of which those before the series are missing; above 1 breaches.
 */
function checkAlarm(
  points: string,
  { extra = 2, from = 'INSUFFICIENT_DATA', ...given }: AlarmUnderTest,
  states: string,
): void {
  const rule: AlarmRule = {
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 1,
    periodSeconds: 60,
    ...given,
  };
  const length = rule.evaluationPeriods + extra;
  const all = [...Array.from({ length }, () => '_'), ...points.split(' ')];
  let state = from;
  const seen = points.split(' ').map((_, i) => {
    const range = all.slice(i + 1, i + 1 + length).map((text, k) => {
      const at = Instant((i + k) * MINUTE);
      return text === '_' ? { at } : { at, value: Number(text) };
    });
    ({ state } = evaluateAlarm({ rule, range, state, now: Instant((i + length) * MINUTE) }));
    return state;
  });
  expect(seen.map(short).join(' ')).toBe(states);
}

const short = (state: AlarmStateValue): string => (state === 'INSUFFICIENT_DATA' ? 'NODATA' : state);

test('M of N turns with the M-th breach and back with the next good majority', () => {
  checkAlarm('1 1 _ 5 5 5', { evaluationPeriods: 3, datapointsToAlarm: 2 }, 'OK OK OK OK ALARM ALARM');
  checkAlarm('1 1 _ 5 5 5', { evaluationPeriods: 3 }, 'OK OK OK OK OK ALARM');
  checkAlarm('5 5 5 1 1 1', { evaluationPeriods: 3, datapointsToAlarm: 2 }, 'NODATA ALARM ALARM ALARM OK OK');
});

test('one bad minute holds an alarm through silence while it is in the range', () => {
  checkAlarm('0 5 _ _ _ _', { treatMissingData: 'notBreaching' }, 'OK ALARM ALARM ALARM OK OK');
  checkAlarm('0 5 _ _ _ _', { treatMissingData: 'missing' }, 'OK ALARM ALARM ALARM NODATA NODATA');
  checkAlarm('0 5 _ _ _ _', { treatMissingData: 'ignore' }, 'OK ALARM ALARM ALARM ALARM ALARM');
  checkAlarm('0 5 _ _ _ _', { treatMissingData: 'notBreaching', extra: 0 }, 'OK ALARM OK OK OK OK');
});

test('silence treated as breaching alarms once the last good point has left the range', () => {
  checkAlarm('0 _ _ _ _', { treatMissingData: 'breaching' }, 'OK OK OK ALARM ALARM');
});

test('a percentile of too few samples keeps the state', () => {
  const at = Instant(0);
  const rule: AlarmRule = {
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 1,
    periodSeconds: 60,
    fewestSamples: 100,
  };
  const after = (sampleCount: number) =>
    evaluateAlarm({ rule, range: [{ at, value: 5, sampleCount }], state: 'OK', now: Instant(MINUTE) }).state;
  expect([99, 100].map(after)).toEqual(['OK', 'ALARM']);
});

test.each(STATES)('a thin point keeps %s while it is among those that decide, and no longer', (state) => {
  const rule: DecisionRule = { evaluationPeriods: 2, treatMissingData: 'notBreaching' };
  expect(decideState(['ok', 'thin', 'ok'], rule, state)).toBe(state);
  expect(decideState(['thin', 'missing', 'missing'], rule, state)).toBe(state);
  expect(decideState(['thin', 'ok', 'ok'], rule, state)).toBe('OK');
});

const COMPARISONS: readonly [ComparisonOperator, readonly boolean[]][] = [
  ['GreaterThanThreshold', [false, false, true]],
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['LessThanThreshold', [true, false, false]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
];

test.each(COMPARISONS)('%s breaches below, at and above the threshold: %j', (operator, expected) => {
  expect([0, 1, 2].map((value) => isBreaching(value, operator, 1))).toEqual(expected);
});

const anyMark = fc.constantFrom<Mark>('ok', 'breaching', 'missing');
const anyRule = fc
  .record({
    n: fc.integer({ min: 1, max: 6 }),
    m: fc.integer({ min: 1, max: 6 }),
    treatment: fc.constantFrom(...TREATMENTS),
  })
  .map(({ n, m, treatment }) => ({
    evaluationPeriods: n,
    datapointsToAlarm: Math.min(m, n),
    treatMissingData: treatment,
  }));
const anyRange = fc.array(anyMark, { minLength: 6, maxLength: 12 });
const anyState = fc.constantFrom(...STATES);

test('without missing points the treatment and the present state do not matter', () => {
  fc.assert(
    fc.property(anyRange, anyRule, anyState, (range, rule, state) => {
      const full = range.map((mark) => (mark === 'missing' ? 'ok' : mark));
      const count = full.slice(-rule.evaluationPeriods).filter((mark) => mark === 'breaching').length;
      expect(decideState(full, rule, state)).toBe(count >= rule.datapointsToAlarm ? 'ALARM' : 'OK');
    }),
  );
});

test('a worse point never turns ALARM into OK', () => {
  fc.assert(
    fc.property(anyRange, anyRule, anyState, fc.nat(), (range, rule, state, where) => {
      const i = where % range.length;
      if (range[i] !== 'ok' || decideState(range, rule, state) !== 'ALARM') return;
      expect(decideState(range.with(i, 'breaching'), rule, state)).toBe('ALARM');
    }),
  );
});

test('only missing treated as missing gives INSUFFICIENT_DATA to an alarm that had another state', () => {
  fc.assert(
    fc.property(anyRange, anyRule, fc.constantFrom<AlarmStateValue>('OK', 'ALARM'), (range, rule, state) => {
      const lost = decideState(range, rule, state) === 'INSUFFICIENT_DATA';
      expect(lost).toBe(rule.treatMissingData === 'missing' && range.every((mark) => mark === 'missing'));
    }),
  );
});
