import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { evaluationRange, nextEvaluation } from './alarm-schedule.ts';
import { changeState } from './change-state.ts';
import { compositePut } from './composite-alarms.ts';
import { evaluateAlarm } from './evaluate-alarm.ts';
import type { AlarmRule, EvaluationInput } from './evaluate-alarm.ts';
import { asSingleSeries } from './metric-math.ts';
import { fetchStat, queryValue } from './metric-queries.ts';
import { fewestSamples, parseStatistic } from './statistics.ts';
import type { Alarm, AlarmConfiguration, CloudWatchWake, MetricAlarmConfiguration } from './state.ts';
import { suppressionEnded } from './suppression.ts';

/** An alarm's second has come: evaluate it, and wake again at the next one. */
export function wakeAlarm(world: World, wake: CloudWatchWake, now: Instant): readonly Effect[] {
  if (wake.type === 'endSuppression') return suppressionEnded(world, wake);
  const { alarmName, schedule } = wake;
  const alarm = world.cloudwatch.alarms.get(alarmName);
  if (alarm === undefined || alarm.schedule !== schedule) return [];
  if (alarm.configuration.type === 'composite') return compositePut(world, alarm, now);
  return [
    ...evaluateMetricAlarm(world, alarm, alarm.configuration, now),
    nextWake(world, alarm.configuration, schedule, now),
  ];
}

export const nextWake = (world: World, configuration: AlarmConfiguration, schedule: string, now: Instant): Effect => ({
  type: 'wake',
  at: nextEvaluation(world, configuration, now),
  wake: { service: 'cloudwatch', type: 'evaluateAlarm', alarmName: configuration.alarmName, schedule },
});

function evaluateMetricAlarm(
  world: World,
  alarm: Alarm,
  configuration: MetricAlarmConfiguration,
  now: Instant,
): readonly Effect[] {
  const range = pointsInRange(world, configuration, now);
  const next = evaluateAlarm({ rule: alarmRule(configuration), range, state: alarm.stateValue, now });
  return next.changed ? changeState(world, alarm, next, now) : [];
}

/** What the alarm sees at `now`: what is not yet visible is missing, and later data does not change a past decision. */
export function pointsInRange(
  world: World,
  configuration: MetricAlarmConfiguration,
  now: Instant,
): EvaluationInput['range'] {
  const { watches } = configuration;
  const { metrics } = world.cloudwatch;
  const starts = evaluationRange(configuration, world.assumptions, now);
  if (watches.type === 'stat') {
    const points = fetchStat(metrics, watches, starts, now);
    return starts.map((at, i) => ({ at, ...points[i] }));
  }
  const points = asSingleSeries(queryValue(metrics, watches.queries, watches.resultId, starts, now));
  return starts.map((at, i) => {
    const value = points[i];
    return value === undefined ? { at } : { at, value };
  });
}

/** The rule of a configured alarm, its defaults filled in. */
export function alarmRule(configuration: MetricAlarmConfiguration): AlarmRule {
  const { watches, evaluationPeriods, datapointsToAlarm, threshold, comparisonOperator } = configuration;
  const statistic = watches.type === 'stat' ? parseStatistic(watches.stat) : undefined;
  const fewest =
    statistic && configuration.evaluateLowSampleCountPercentile === 'ignore' ? fewestSamples(statistic) : undefined;
  return {
    evaluationPeriods,
    ...(datapointsToAlarm === undefined ? {} : { datapointsToAlarm }),
    treatMissingData: configuration.treatMissingData ?? defaultTreatment(configuration),
    comparisonOperator,
    threshold,
    periodSeconds: watches.periodSeconds,
    ...(watches.type === 'stat' ? { statistic: watches.stat } : {}),
    ...(watches.type === 'stat' && watches.unit !== undefined ? { unit: watches.unit } : {}),
    ...(fewest === undefined ? {} : { fewestSamples: fewest }),
  };
}

/** DynamoDB's metrics are ignored where missing, unless the alarm says otherwise. Source: AMD (D). */
const defaultTreatment = ({ watches }: MetricAlarmConfiguration): 'ignore' | 'missing' =>
  watches.type === 'stat' && watches.namespace === 'AWS/DynamoDB' ? 'ignore' : 'missing';
