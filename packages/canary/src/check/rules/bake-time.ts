/** Does an alarm have the time to notice before all the traffic has moved? In the cloud's own arithmetic. */
import { decideState, DEFAULT_ASSUMPTIONS, DEFAULT_DELAYS, type Mark } from '@unicorns/cloud/inspect';
import type { Rule } from '../finding.ts';
import type { Alarm } from '../template/alarms.ts';
import { bakeMinutes, firstShare, type GatedAlias } from '../template/gated-alias.ts';
import { atAlarm, gatesOf } from './gates.ts';
import { breaches, breachesUnprovoked } from './thresholds.ts';

/**
 * Periods from the first breaching datapoint until the alarm is in ALARM, every period breaching from then on;
 * undefined when it never gets there. `before`: what the alarm saw until then.
 */
export function periodsToAlarm(alarm: Alarm, before: Mark): number | undefined {
  const { evaluationPeriods: n, datapointsToAlarm: m, treatMissingData } = alarm;
  if (n === undefined || m === undefined || n < 1 || n > 1_500) return undefined;
  const rule = { evaluationPeriods: n, datapointsToAlarm: m, treatMissingData };
  const range = n + DEFAULT_ASSUMPTIONS.extraRangePeriods(n);
  let marks: readonly Mark[] = Array.from({ length: range }, () => before);
  for (let periods = 1; periods <= n + 1; periods++) {
    marks = [...marks.slice(1), 'breaching'];
    if (decideState(marks, rule, 'OK') === 'ALARM') return periods;
  }
  return undefined;
}

/** From the last breaching minute's end until CodeDeploy has stopped: data, the alarm's second, the poll. */
const AFTER_MINUTE_SECONDS = (DEFAULT_DELAYS.lambdaMetricMs + 60_000 + DEFAULT_DELAYS.alarmPollMs) / 1_000;

function timesOf(alarm: Alarm): { readonly leastSeconds: number; readonly mostSeconds: number } | undefined {
  const { periodSeconds } = alarm;
  if (periodSeconds === undefined || alarm.isAnomalyDetection) return undefined;
  const counts = (['ok', 'missing'] as const).flatMap((before) => periodsToAlarm(alarm, before) ?? []);
  if (counts.length === 0) return undefined;
  // Faults may begin in the last moment of the first period and stop the alarm in the first moment of the last one.
  const leastSeconds = (Math.min(...counts) - 1) * periodSeconds;
  return { leastSeconds, mostSeconds: Math.max(...counts) * periodSeconds + AFTER_MINUTE_SECONDS };
}

const minutes = (seconds: number): string => `${Math.round(seconds / 6) / 10} minutes`;

const span = ({ evaluationPeriods: n, datapointsToAlarm: m, periodSeconds }: Alarm): string =>
  `${m === n ? `${n}` : `${m} of ${n}`} ${n === 1 ? 'period' : 'periods'} of ${periodSeconds} s`;

const bakeOf = ({ routing }: GatedAlias): number | undefined =>
  routing === undefined || bakeMinutes(routing) === 0 ? undefined : bakeMinutes(routing) * 60;

/** What AWS's guides count more than what was seen: a linear shift has an interval after its last step too. */
const onePaceMore = ({ routing }: GatedAlias): number =>
  routing?.type === 'TimeBasedLinear' ? routing.linearInterval * 60 : 0;

export const outlastsBake: Rule = {
  id: 'evaluation-outlasts-bake',
  severity: 'error',
  title: 'An alarm needs longer than the whole shift takes',
  onAws:
    'All traffic is on the new version before the alarm can have seen enough breaching periods: it cannot stop this release.',
  cure: 'Shorten Period × DatapointsToAlarm, or take a configuration with a longer interval.',
  source: 'P24, cloudwatch 3.3',
  *judge(branch) {
    for (const gate of gatesOf(branch)) {
      const bake = bakeOf(gate.alias);
      const times = timesOf(gate.alarm);
      if (bake === undefined || times === undefined || times.leastSeconds < bake) continue;
      const hangsOnPace = times.leastSeconds < bake + onePaceMore(gate.alias);
      const doubt = hangsOnPace ? ' (assumption linear-intervals)' : '';
      const isLong = gate.alias.hooks.some(({ event }) => event === 'PostTraffic');
      yield {
        ...atAlarm(
          gate,
          'EvaluationPeriods',
          `${span(gate.alarm)} are more than ${minutes(times.leastSeconds)}; the shift of ${gate.alias.functionId} takes ${minutes(bake)}${doubt}.`,
        ),
        // A post-traffic hook keeps the deployment, and with it the watch, alive for a while.
        ...((isLong || hangsOnPace) && { severity: 'warning' }),
      };
    }
  },
};

export const bakeTooShort: Rule = {
  id: 'bake-too-short',
  severity: 'warning',
  title: 'The shift can be over before the alarm has noticed',
  onAws:
    'Log line, minute, metric, the alarm’s second and CodeDeploy’s poll add up. A fault that is there from the first request can be found only when everybody has it.',
  cure: 'Shorten Period × DatapointsToAlarm, or take a configuration with a longer interval. `canary plan` gives the odds.',
  source: 'P24, T4',
  *judge(branch) {
    for (const gate of gatesOf(branch)) {
      const bake = bakeOf(gate.alias);
      const times = timesOf(gate.alarm);
      if (bake === undefined || times === undefined || times.leastSeconds >= bake || times.mostSeconds <= bake)
        continue;
      yield atAlarm(
        gate,
        'Period',
        `Detection takes up to ${minutes(times.mostSeconds)} (${span(gate.alarm)}, then up to ${AFTER_MINUTE_SECONDS} s of delays); the shift of ${gate.alias.functionId} takes ${minutes(bake)}.`,
      );
    }
  },
};

/** Of the requests to the new version: what a release that is not quite broken gets wrong. */
const SLIGHT_FAULT = 0.05;
/** Faults that a period has to expect, so that 19 of 20 periods have one: −ln 0.05. */
const EXPECTED = 3;

const COUNTS = new Set(['Sum', 'Maximum', 'SampleCount']);

export const needsSeveralPeriods: Rule = {
  id: 'needs-several-periods',
  severity: 'note',
  title: 'A good period hides the faulty one before it',
  onAws:
    'One fault makes a period breach, but one such period is not enough. With little traffic on the new version, most periods have none of a rare fault, and the alarm starts over again.',
  cure: 'DatapointsToAlarm: 1, or a longer Period. `canary plan` gives the odds of both.',
  source: 'cloudwatch 3.3, P24',
  *judge(branch) {
    for (const gate of gatesOf(branch)) {
      const { datapointsToAlarm: m, evaluationPeriods: n, periodSeconds, metrics } = gate.alarm;
      const { routing } = gate.alias;
      if (m === undefined || m < 2 || periodSeconds === undefined || routing === undefined) continue;
      const share = firstShare(routing);
      const oneARound = 60 / periodSeconds / share;
      // Durations breach by how slow a request is, and rates by how many there are besides.
      const isCounting =
        gate.alarm.resultId === undefined &&
        metrics.every(({ metricName, stat }) => COUNTS.has(stat) && !/Duration|Latency/.test(metricName));
      if (bakeMinutes(routing) === 0 || !isCounting || breaches(gate, branch, oneARound, share) !== true) continue;
      if (breachesUnprovoked(gate, branch) !== undefined) continue;
      const needed = Math.ceil((oneARound * EXPECTED) / SLIGHT_FAULT);
      yield atAlarm(
        gate,
        m === n ? 'EvaluationPeriods' : 'DatapointsToAlarm',
        `${m === n ? `Each of ${m}` : `${m} of ${n}`} periods of ${periodSeconds} s must have a fault. With ${Math.round(share * 100)} % of the traffic, a fault in one of twenty requests needs about ${needed} requests a minute for that.`,
      );
    }
  },
};

export const bakeTimeRules: readonly Rule[] = [outlastsBake, bakeTooShort, needsSeveralPeriods];
