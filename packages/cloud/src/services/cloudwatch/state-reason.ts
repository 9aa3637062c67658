import { isoTime } from '../../instant.ts';
import type { Instant } from '../../instant.ts';
import { isBreaching } from './compare-threshold.ts';
import type { AlarmPoint, AlarmRule, EvaluationInput } from './evaluate-alarm.ts';
import type { AlarmStateValue, ComparisonOperator } from './state.ts';

/** This many deciding points or more are listed in a sentence of their own, and only the newest of them. */
const LISTED_POINTS = 5;

const OPERATOR_WORDS = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
} satisfies Record<ComparisonOperator, string>;

/**
 * StateReason and StateReasonData of a change. `chosen` are the real points that decided, oldest first. Dates are
 * day/month/year, as every captured event has them. Source: EBA (D), LS cloudwatch snapshots (S).
 */
export function explainState(
  input: EvaluationInput,
  chosen: readonly AlarmPoint[],
  to: AlarmStateValue,
): { readonly reason: string; readonly reasonData: string } {
  return { reason: reasonFor(input.rule, chosen, to), reasonData: reasonDataFor(input, chosen) };
}

function reasonFor(rule: AlarmRule, chosen: readonly AlarmPoint[], to: AlarmStateValue): string {
  const n = rule.evaluationPeriods;
  if (to === 'INSUFFICIENT_DATA') return `Insufficient Data: ${counted(n, 'datapoint')} ${wasOrWere(n)} unknown.`;
  const deciding = chosen
    .filter(({ value }) => isBreaching(value, rule.comparisonOperator, rule.threshold) === (to === 'ALARM'))
    .toReversed();
  const missing = filledWords(rule, n - chosen.length);
  if (deciding.length === 0 && missing !== '') {
    const received = `${chosen.length === 0 ? 'no datapoints' : counted(chosen.length, 'datapoint')} ${chosen.length === 1 ? 'was' : 'were'} received`;
    return `Threshold Crossed: ${received} for ${counted(n, 'period')} and ${missing}.`;
  }
  const not = to === 'ALARM' ? '' : 'not ';
  const claim = `${wasOrWere(deciding.length)} ${not}${OPERATOR_WORDS[rule.comparisonOperator]} the threshold (${asDouble(rule.threshold)})`;
  const list = `[${deciding.slice(0, LISTED_POINTS).map(pointWords).join(', ')}]`;
  return `Threshold Crossed: ${sentence(rule, deciding.length, claim, list)}${ending(rule, to, missing)}.`;
}

/** `3 datapoints […] were …`, or `2 out of the last 3 datapoints […] were …` where DatapointsToAlarm is given. */
function sentence(rule: AlarmRule, deciding: number, claim: string, list: string): string {
  const subject =
    rule.datapointsToAlarm === undefined
      ? counted(deciding, 'datapoint')
      : `${deciding} out of the last ${rule.evaluationPeriods} datapoints`;
  return deciding < LISTED_POINTS
    ? `${subject} ${list} ${claim}`
    : `${subject} ${claim}. The most recent datapoints which crossed the threshold: ${list}`;
}

/** Enough points for ALARM are M; enough for OK are as many as make M impossible. */
function ending(rule: AlarmRule, to: AlarmStateValue, missing: string): string {
  const m = rule.datapointsToAlarm;
  if (m === undefined) return missing === '' ? '' : ` and ${missing}`;
  const [minimum, transition] = to === 'ALARM' ? [m, 'OK -> ALARM'] : [rule.evaluationPeriods - m + 1, 'ALARM -> OK'];
  return ` (minimum ${counted(minimum, 'datapoint')} for ${transition} transition)`;
}

function filledWords({ treatMissingData }: AlarmRule, filled: number): string {
  if (filled <= 0 || (treatMissingData !== 'breaching' && treatMissingData !== 'notBreaching')) return '';
  const as = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  return `${counted(filled, 'missing datapoint')} ${wasOrWere(filled)} treated as [${as}]`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const wasOrWere = (count: number): string => (count === 1 ? 'was' : 'were');

/** `21.5 (25/07/24 06:59:00)` */
function pointWords({ at, value }: AlarmPoint): string {
  const [, year, month, day, time] = /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(isoTime(at)) ?? [];
  return `${asDouble(value)} (${day}/${month}/${year} ${time})`;
}

/** The JSON document AWS gives as StateReasonData: keys in its order, numbers as Java prints doubles. */
function reasonDataFor({ rule, range, now }: EvaluationInput, chosen: readonly AlarmPoint[]): string {
  const newest = chosen.at(-1);
  const filled = rule.evaluationPeriods - chosen.length;
  const missing = range.filter(({ value }) => value === undefined);
  const shortfall = filled > 0 ? missing.slice(-filled).toReversed() : [];
  const evaluated = [
    ...(newest === undefined ? [] : [evaluatedPoint(newest)]),
    ...shortfall.map(({ at }) => `{"timestamp":${quotedTime(at)}}`),
  ];
  const members = [
    '"version":"1.0"',
    `"queryDate":${quotedTime(now)}`,
    ...(chosen[0] === undefined ? [] : [`"startDate":${quotedTime(chosen[0].at)}`]),
    ...(rule.unit === undefined ? [] : [`"unit":${JSON.stringify(rule.unit)}`]),
    ...(rule.statistic === undefined ? [] : [`"statistic":${JSON.stringify(rule.statistic)}`]),
    `"period":${rule.periodSeconds}`,
    `"recentDatapoints":[${chosen.map(({ value }) => asDouble(value)).join(',')}]`,
    `"threshold":${asDouble(rule.threshold)}`,
    `"evaluatedDatapoints":[${evaluated.join(',')}]`,
  ];
  return `{${members.join(',')}}`;
}

const evaluatedPoint = ({ at, value, sampleCount }: AlarmPoint): string =>
  `{"timestamp":${quotedTime(at)}${sampleCount === undefined ? '' : `,"sampleCount":${asDouble(sampleCount)}`},"value":${asDouble(value)}}`;

/** `2019-10-02T17:04:40.989+0000` */
export const awsTime = (at: Instant): string => isoTime(at).replace('Z', '+0000');

const quotedTime = (at: Instant): string => `"${awsTime(at)}"`;

/** A number as Java's Double.toString prints it: 50.0, 0.001, 1.0E7, 1.2E-4. */
export function asDouble(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}
