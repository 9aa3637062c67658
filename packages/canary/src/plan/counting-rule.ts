/**
 * Most alarms only ask whether enough requests of some sort came in a period: then their odds are those of a count.
 * `Sum > 0` of errors, `Maximum > 1000` of durations and `Minimum < 1` of what was listed are all the same question.
 */
import { type MetricAlarmConfiguration, isBreaching, parseStatistic } from '@unicorns/cloud';
import type { MetricSource } from './metric-source.ts';
import type { Gate } from './plan-input.ts';
import type { RequestKind } from './request-kinds.ts';

export interface CountingRule {
  /** The requests that count. */
  readonly counts: (kind: RequestKind) => boolean;
  /** The requests that make a datapoint. */
  readonly isPoint: (kind: RequestKind) => boolean;
  /** With so many of them, or more, the period is on the other side of the threshold. */
  readonly limit: number;
  /** Is that the breaching side? */
  readonly breachesFromLimit: boolean;
}

type Sample = (kind: RequestKind) => number | undefined;

/** What a request adds to a metric, if anything. */
export function sampleOf(source: MetricSource, kind: RequestKind): number | undefined {
  if (source.sees !== 'both' && source.sees !== kind.version) return undefined;
  const sample = source.sample(kind.outcome);
  return sample === 'duration' ? kind.durationMs : sample;
}

/** The alarm as a question about a count; undefined when it is more than that. */
export function countingRule(gate: Gate, kinds: readonly RequestKind[]): CountingRule | undefined {
  const { alarm } = gate;
  const [source] = gate.sources;
  if (alarm.watches.type !== 'stat' || source === undefined) return undefined;
  const sample: Sample = (kind) => sampleOf(source, kind);
  const isPoint =
    source.defaultValue === undefined
      ? (kind: RequestKind) => sample(kind) !== undefined
      : // A default value needs any traffic at all, and counts for nothing when it is 0.
        () => source.sees !== 'none';
  if (source.defaultValue !== undefined && source.defaultValue !== 0) return undefined;
  const rule = ruleOf(alarm, alarm.watches.stat, sample, kinds, source.defaultValue !== undefined);
  return rule && { ...rule, isPoint };
}

function ruleOf(
  alarm: MetricAlarmConfiguration,
  stat: string,
  sample: Sample,
  kinds: readonly RequestKind[],
  hasDefault: boolean,
): Omit<CountingRule, 'isPoint'> | undefined {
  const { comparisonOperator: operator, threshold } = alarm;
  const breaches = (value: number | undefined): boolean =>
    value !== undefined && isBreaching(value, operator, threshold);
  const isUpper = operator.startsWith('GreaterThan');
  const type = parseStatistic(stat)?.type;
  switch (type) {
    case 'Maximum':
      return isUpper
        ? { counts: (kind) => breaches(sample(kind)), limit: 1, breachesFromLimit: true }
        : {
            counts: (kind) => sample(kind) !== undefined && !breaches(sample(kind)),
            limit: 1,
            breachesFromLimit: false,
          };
    case 'Minimum':
      if (hasDefault) return undefined;
      return isUpper
        ? {
            counts: (kind) => sample(kind) !== undefined && !breaches(sample(kind)),
            limit: 1,
            breachesFromLimit: false,
          }
        : { counts: (kind) => breaches(sample(kind)), limit: 1, breachesFromLimit: true };
    case 'SampleCount':
      return hasDefault ? undefined : atLeast(alarm, 1, (kind) => sample(kind) !== undefined);
    case 'Sum': {
      const values = new Set(kinds.map(sample).filter((value) => value !== undefined && value !== 0));
      const [unit = 1, second] = values;
      if (second !== undefined || unit < 0) return undefined;
      return atLeast(alarm, unit, (kind) => (sample(kind) ?? 0) !== 0);
    }
    case undefined:
    case 'Average':
    case 'percentile':
    case 'TM':
    case 'WM':
    case 'TC':
    case 'TS':
    case 'PR':
      return undefined;
    default:
      return type satisfies never;
  }
}

/** `unit × count` against the threshold, as the smallest count on the far side of it. */
function atLeast(
  { comparisonOperator: operator, threshold }: MetricAlarmConfiguration,
  unit: number,
  counts: CountingRule['counts'],
): Omit<CountingRule, 'isPoint'> {
  const isUpper = operator.startsWith('GreaterThan');
  const isStrict = operator === 'GreaterThanThreshold' || operator === 'LessThanOrEqualToThreshold';
  const ratio = threshold / unit;
  const limit = Math.max(0, isStrict ? Math.floor(ratio) + 1 : Math.ceil(ratio));
  return { counts, limit, breachesFromLimit: isUpper };
}
