/** The door for those who look at alarms: how they are read and how they decide. No metrics, no operations behind it. */
export { rangeLength } from './alarm-schedule.ts';
export { isBreaching } from './compare-threshold.ts';
export { childrenOf, holds, parseRule, RuleError } from './composite-rule.ts';
export { decideState, type DecisionRule, type Mark } from './evaluate-alarm.ts';
export { evaluateMath } from './metric-math.ts';
export { MetricMathError, parseMetricMath } from './metric-math-parse.ts';
export type { MathValue } from './metric-math-value.ts';
export { readMetricAlarm } from './read-alarm.ts';
export { alarmRule } from './run-evaluation.ts';
export { SampleSet } from './samples.ts';
export type { MetricAlarmConfiguration, MetricQuery, TreatMissingData } from './state.ts';
export { fewestSamples, parseStatistic, statisticOf } from './statistics.ts';
