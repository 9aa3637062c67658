/** CloudWatch: metrics of exact dimension sets, alarms over them, and what both answer when asked. */
import type { Service } from '../../contract.ts';
import { childChanged } from './composite-alarms.ts';
import { operations } from './operations.ts';
import { wakeAlarm } from './run-evaluation.ts';
import { apply } from './state.ts';
import { suppressorDeleted, suppressorTurned } from './suppression.ts';

export const service: Service = {
  name: 'cloudwatch',
  apply,
  wake: wakeAlarm,
  reactions: {
    // A suppressor may be a child as well: it suppresses, or ceases to, before it turns the alarm.
    'cloudwatch.AlarmStateChanged': (world, fact, now) => [
      ...suppressorTurned(world, fact, now),
      ...childChanged(world, fact, now),
    ],
    'cloudwatch.AlarmDeleted': suppressorDeleted,
  },
  operations,
};

export { initialCloudWatch } from './state.ts';
export type {
  ActionRan,
  Alarm,
  AlarmConfiguration,
  AlarmDeleted,
  AlarmPut,
  AlarmStateChanged,
  AlarmStateValue,
  CloudWatchFact,
  CloudWatchState,
  CloudWatchWake,
  ComparisonOperator,
  Datapoint,
  DatapointsRecorded,
  Dimension,
  MetricAlarmConfiguration,
  MetricQuery,
  MetricStat,
  TreatMissingData,
} from './state.ts';

export { suppressionReason } from './suppression.ts';
export { alarmsInState } from './find-alarms.ts';
export { evaluationRange, nextEvaluation, rangeLength } from './alarm-schedule.ts';
export { isBreaching } from './compare-threshold.ts';
export { decideState, evaluateAlarm } from './evaluate-alarm.ts';
export type { AlarmPoint, AlarmRule, DecisionRule, Evaluation, EvaluationInput, Mark } from './evaluate-alarm.ts';
export { alarmRule } from './run-evaluation.ts';
export { BAND_OPERATORS, readCompositeAlarm, readMetricAlarm, REFUSED_MEMBERS } from './read-alarm.ts';
export { childrenOf, parseRule, RuleError } from './composite-rule.ts';
export { evaluateMath } from './metric-math.ts';
export type { MathContext, MathValue, Points } from './metric-math-value.ts';
export { FUNCTIONS as MATH_FUNCTIONS } from './metric-math-functions.ts';
export { idsIn, MetricMathError, parseMetricMath, UNSUPPORTED as UNSUPPORTED_MATH } from './metric-math-parse.ts';
export type { Expression } from './metric-math-parse.ts';
export { queryValue } from './metric-queries.ts';
export { SampleSet } from './samples.ts';
export { fewestSamples, parseStatistic, statisticOf } from './statistics.ts';
export type { Statistic } from './statistics.ts';
export { UNITS } from './units.ts';
