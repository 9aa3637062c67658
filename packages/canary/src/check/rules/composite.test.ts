import { test } from '@jest/globals';
import {
  alarm,
  type Changes,
  checkRule,
  type Expected,
  type Json,
  NEW_VERSION,
  ref,
  versioned,
} from '../judged.fixture.ts';

/** A composite alarm guards the release; `Alarm` is a child of it, and so is `Other`. */
const composite = (AlarmRule: string, other: Json, mine: Json = {}): Changes => ({
  alarm: mine,
  preference: { Alarms: [ref('Gate')] },
  resources: {
    Other: alarm({ AlarmName: versioned('other-${V}'), ...other }),
    Gate: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: { 'Fn::Sub': AlarmRule } } },
  },
});

const BOTH = 'ALARM("${Alarm}") AND ALARM("${Other}")';
const EITHER = 'ALARM("${Alarm}") OR ALARM("${Other}")';
const UNLESS = 'ALARM("${Alarm}") AND NOT ALARM("${Other}")';
const IS_CALLED: Json = { MetricName: 'Invocations' };

test.each<[string, rule: string, Changes, Expected]>([
  ['traffic, as one of two', 'threshold-always-crossed', composite(BOTH, IS_CALLED), undefined],
  ['traffic, alone', 'threshold-always-crossed', composite(EITHER, IS_CALLED), ['error', 'still breaches']],
  ['traffic, by NOT OK', 'threshold-always-crossed', composite('NOT OK("${Other}")', IS_CALLED), ['error', '']],
  [
    'traffic, as one of two of a composite in a composite',
    'threshold-always-crossed',
    {
      ...composite(EITHER, IS_CALLED),
      preference: { Alarms: [ref('Outer')] },
      resources: {
        ...composite(EITHER, IS_CALLED).resources,
        Outer: {
          Type: 'AWS::CloudWatch::CompositeAlarm',
          Properties: { AlarmRule: { 'Fn::Sub': 'ALARM("${Gate}") AND ALARM(elsewhere)' } },
        },
      },
    },
    undefined,
  ],
  [
    'traffic, as one of two and in the list itself',
    'threshold-always-crossed',
    { ...composite(BOTH, IS_CALLED), preference: { Alarms: [ref('Gate'), ref('Other')] } },
    ['error', 'still breaches'],
  ],
  ['much traffic, as one of two', 'traffic-can-stop', composite(BOTH, { ...IS_CALLED, Threshold: 99 }), undefined],
  ['much traffic, alone', 'traffic-can-stop', composite(EITHER, { ...IS_CALLED, Threshold: 99 }), ['warning', '']],
  ['requests, counted', 'statistic-misfit', composite(BOTH, { Statistic: 'SampleCount' }), undefined],
  ['requests, counted alone', 'statistic-misfit', composite(EITHER, { Statistic: 'SampleCount' }), ['warning', '']],
  ['silence', 'silence-breaches', composite(BOTH, { TreatMissingData: 'breaching' }), undefined],
  ['silence alone', 'silence-breaches', composite(EITHER, { TreatMissingData: 'breaching' }), ['warning', '']],
  ['too slow', 'evaluation-outlasts-bake', composite(BOTH, { EvaluationPeriods: 9 }), ['error', '9 periods']],
  ['a long look that only excuses', 'evaluation-outlasts-bake', composite(UNLESS, { EvaluationPeriods: 9 }), undefined],
  ['blind', 'dimension-set', composite(BOTH, { Dimensions: NEW_VERSION.slice(1) }), ['error', 'no metric']],
  [
    'two of three',
    'threshold-always-crossed',
    composite('AT_LEAST(2, ALARM, ("${Alarm}", "${Other}", x))', IS_CALLED),
    undefined,
  ],
  [
    'one of two',
    'threshold-always-crossed',
    composite('AT_LEAST(1, ALARM, ("${Alarm}", "${Other}"))', IS_CALLED),
    ['error', ''],
  ],
])('a child of a composite alarm is judged by what its ALARM does: %s', (_, rule, changes, expected) => {
  checkRule(rule, changes, expected);
});
