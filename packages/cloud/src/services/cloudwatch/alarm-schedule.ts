import type { Assumptions } from '../../assumptions.ts';
import { after, floorTo, HOUR, Instant, MINUTE, SECOND } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import type { AlarmConfiguration, MetricAlarmConfiguration } from './state.ts';

/**
 * How often an alarm is evaluated: every 10 seconds for periods below a minute, once an hour when its N periods
 * span more than a day, else every minute. Source: AE (D).
 */
export type Cadence = 'tenSeconds' | 'minute' | 'hour';

const DAY = 24 * HOUR;
const CADENCE_MS = { tenSeconds: 10 * SECOND, minute: MINUTE, hour: HOUR } satisfies Record<Cadence, number>;
/** The guide's multi-day sample evaluates at hh:03. Source: AE sample data (D). */
const MINUTE_OF_HOUR = 3;

export function cadenceOf(configuration: AlarmConfiguration): Cadence {
  if (configuration.type === 'composite') return 'minute';
  const { periodSeconds } = configuration.watches;
  if (periodSeconds < 60) return 'tenSeconds';
  return periodSeconds * SECOND * configuration.evaluationPeriods > DAY ? 'hour' : 'minute';
}

/**
 * The first instant after `now` at which the alarm is evaluated. Every alarm has its own fixed second of the
 * minute, which AWS's sample events show (:40, :04, :04); which one is assumption
 * `alarm-second`. Source: EBA (D).
 */
export function nextEvaluation(world: World, configuration: AlarmConfiguration, now: Instant): Instant {
  const cadence = cadenceOf(configuration);
  const every = CADENCE_MS[cadence];
  const ownMs = secondOf(world, configuration.alarmName) * SECOND;
  const offset = cadence === 'hour' ? MINUTE_OF_HOUR * MINUTE + ownMs : ownMs % every;
  const candidate = after(floorTo(now, every), offset);
  return candidate > now ? candidate : after(candidate, every);
}

function secondOf({ assumptions, random }: World, alarmName: string): number {
  const { alarmSecond } = assumptions.delays;
  return alarmSecond === 'by-name' ? Math.floor(60 * random.uniform('alarm-second', alarmName)) : alarmSecond;
}

/**
 * The starts of the periods an alarm looks at, oldest first: more than N of them, ending with the last closed
 * minute (ten seconds for high resolution, full hour for multi-day alarms). A sliding window: the periods are not
 * those of a graph. Source: AE, AMD (D); how many more than N is assumption `evaluation-range`.
 */
export function evaluationRange(
  configuration: MetricAlarmConfiguration,
  assumptions: Assumptions,
  now: Instant,
): readonly Instant[] {
  const end = floorTo(now, CADENCE_MS[cadenceOf(configuration)]);
  const periodMs = configuration.watches.periodSeconds * SECOND;
  const count = rangeLength(configuration, assumptions);
  return Array.from({ length: count }, (_, i) => Instant(end - (count - i) * periodMs));
}

export const rangeLength = (
  { evaluationPeriods }: Pick<MetricAlarmConfiguration, 'evaluationPeriods'>,
  { extraRangePeriods }: Pick<Assumptions, 'extraRangePeriods'>,
): number => evaluationPeriods + extraRangePeriods(evaluationPeriods);

/** How long samples must be kept for this alarm, in milliseconds: its range and an hour to spare. */
export function retainFor(configuration: AlarmConfiguration, assumptions: Assumptions): number {
  if (configuration.type === 'composite') return 0;
  return rangeLength(configuration, assumptions) * configuration.watches.periodSeconds * SECOND + HOUR;
}
