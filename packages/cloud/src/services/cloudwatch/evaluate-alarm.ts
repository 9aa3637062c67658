import type { Instant } from '../../instant.ts';
import { isBreaching } from './compare-threshold.ts';
import { explainState } from './state-reason.ts';
import type { AlarmStateValue, ComparisonOperator, TreatMissingData } from './state.ts';

/** What an evaluation sees of one period; `thin`: a percentile of too few samples. */
export type Mark = 'ok' | 'breaching' | 'missing' | 'thin';

/** M of N, and what a missing datapoint counts as. */
export interface DecisionRule {
  /** N: how many points decide. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach; N when absent. */
  readonly datapointsToAlarm?: number;
  /** `missing` when absent. */
  readonly treatMissingData?: TreatMissingData;
}

export interface AlarmRule extends DecisionRule {
  readonly comparisonOperator: ComparisonOperator;
  readonly threshold: number;
  readonly periodSeconds: number;
  /** For the reason's data: `Sum`, `p99`; absent for metric math. */
  readonly statistic?: string;
  readonly unit?: string;
  /** A point with fewer samples keeps the state (EvaluateLowSampleCountPercentile: ignore). Source: PLS (D). */
  readonly fewestSamples?: number;
}

/** One real datapoint: the value of the statistic or expression over the period that starts at `at`. */
export interface AlarmPoint {
  readonly at: Instant;
  readonly value: number;
  /** Unknown for metric math. */
  readonly sampleCount?: number;
}

export interface EvaluationInput {
  readonly rule: AlarmRule;
  /** The evaluation range, oldest first: a point, or the start of the period whose datapoint is missing. */
  readonly range: readonly (AlarmPoint | { readonly at: Instant; readonly value?: undefined })[];
  readonly state: AlarmStateValue;
  readonly now: Instant;
}

/** The state after an evaluation; reason and data exist only for a change, as on AWS. */
export type Evaluation =
  | { readonly changed: false; readonly state: AlarmStateValue }
  | { readonly changed: true; readonly state: AlarmStateValue; readonly reason: string; readonly reasonData: string };

/**
 * The whole arithmetic of an alarm: which state follows from the marks of its evaluation range (oldest first, R of
 * them, R ≥ N) and its present state. Nothing else enters, so an alarm under random traffic is a Markov chain
 * whose states are (the last R marks, alarm state) and whose step appends a mark and asks this function.
 *
 * 1. With at least N real points in the range the newest N of them decide: ALARM if M breach, else OK. Missing
 *    ones are passed over, however old the real ones get inside the range; treatMissingData plays no part.
 * 2. With fewer, `breaching` and `notBreaching` fill the shortfall (N − real) and count the same way.
 * 3. `missing` and `ignore` with no real point: INSUFFICIENT_DATA, and the present state.
 * 4. Else M breaching points → ALARM; any good point → OK.
 * 5. Only breaching points, fewer than M: `ignore` keeps the state; `missing` gives ALARM if the oldest of them is
 *    at least M periods old (the newest period being 1), else keeps the state, because the next may be good.
 *
 * A thin point among those that decide keeps the state. Besides it, only rule 3 of `ignore` and rule 5 look at the
 * present state. For N = 1 rules 2–5 are reached only with the whole range empty. Source: AMD (D), all ten rows of its
 * tables, and PLS (D); the last "keeps the state" is assumption `fresh-breach-after-silence`.
 */
export function decideState(marks: readonly Mark[], rule: DecisionRule, state: AlarmStateValue): AlarmStateValue {
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, treatMissingData = 'missing' } = rule;
  const real = marks.filter((mark) => mark !== 'missing');
  const chosen = real.slice(-evaluationPeriods);
  // The guide speaks of the period as a whole; that one thin point is enough is assumption `low-sample-percentile`.
  if (chosen.includes('thin')) return state;
  const breaching = chosen.filter((mark) => mark === 'breaching').length;
  const alarmIf = (count: number): AlarmStateValue => (count >= datapointsToAlarm ? 'ALARM' : 'OK');

  if (real.length >= evaluationPeriods) return alarmIf(breaching);
  if (treatMissingData === 'breaching') return alarmIf(breaching + evaluationPeriods - real.length);
  if (treatMissingData === 'notBreaching') return alarmIf(breaching);
  if (real.length === 0) return treatMissingData === 'missing' ? 'INSUFFICIENT_DATA' : state;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (breaching < real.length) return 'OK';
  if (treatMissingData === 'ignore') return state;
  const ageOfOldest = marks.length - marks.indexOf('breaching');
  return ageOfOldest >= datapointsToAlarm ? 'ALARM' : state;
}

/** Evaluates an alarm once: marks its range, decides, and explains a change in AWS's words. Pure. */
export function evaluateAlarm(input: EvaluationInput): Evaluation {
  const { rule, range, state } = input;
  const points = range.filter((point): point is AlarmPoint => point.value !== undefined);
  const chosen = points.slice(-rule.evaluationPeriods);
  const next = decideState(
    range.map((point) => markOf(point, rule)),
    rule,
    state,
  );
  if (next === state) return { changed: false, state };
  return { changed: true, state: next, ...explainState(input, chosen, next) };
}

function markOf(
  point: EvaluationInput['range'][number],
  { comparisonOperator, threshold, fewestSamples = 0 }: AlarmRule,
): Mark {
  if (point.value === undefined) return 'missing';
  if ((point.sampleCount ?? fewestSamples) < fewestSamples) return 'thin';
  return isBreaching(point.value, comparisonOperator, threshold) ? 'breaching' : 'ok';
}
