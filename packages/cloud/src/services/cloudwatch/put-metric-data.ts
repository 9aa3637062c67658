import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { HOUR, Instant } from '../../instant.ts';
import type { Datapoint, StatisticSet } from './state.ts';
import {
  checkAtMost,
  checkLength,
  defined,
  invalidCombination,
  invalidValue,
  outsideTheSlice,
  readDimensions,
} from './validation.ts';

/** Values lie within ±2^360; time stamps from two weeks back to two hours ahead. Source: API-PMD (D). */
const LARGEST = 2 ** 360;
const OLDEST_MS = 14 * 24 * HOUR;
const NEWEST_MS = 2 * HOUR;

/**
 * The samples of a PutMetricData call. They can be read at once: the up to two minutes that AWS mentions for a new
 * metric are no rule to build on.
 */
export function readMetricData(
  { Namespace, MetricData = [], EntityMetricData }: PutMetricDataInput,
  now: Instant,
): readonly Datapoint[] {
  checkLength(Namespace, 'namespace', 1, 255);
  if (Namespace?.startsWith('AWS/')) throw invalidValue('The value AWS/ for parameter Namespace is invalid.');
  if (EntityMetricData !== undefined) throw outsideTheSlice('PutMetricData uses EntityMetricData');
  checkAtMost(MetricData, 'metricData', 1_000);
  return MetricData.flatMap((datum, i) => readDatum(Namespace ?? '', datum, `MetricData.member.${i + 1}`, now));
}

function readDatum(namespace: string, datum: MetricDatum, member: string, now: Instant): readonly Datapoint[] {
  checkLength(datum.MetricName, `${member}.MetricName`, 1, 255);
  const at = Instant(datum.Timestamp?.getTime() ?? now);
  if (at < now - OLDEST_MS || at > now + NEWEST_MS)
    throw invalidValue(
      `The parameter ${member}.Timestamp must specify a time within the past two weeks and no more than two hours in the future.`,
    );
  const common = defined({
    namespace,
    metricName: datum.MetricName ?? '',
    dimensions: readDimensions(datum.Dimensions),
    unit: datum.Unit,
    at,
    visibleAt: now,
    storageResolutionSeconds: resolution(datum.StorageResolution, member),
  });
  return samplesOf(datum, member).map((samples): Datapoint => ({ ...common, ...samples }));
}

function resolution(seconds: number | undefined, member: string): 1 | 60 | undefined {
  if (seconds === undefined || seconds === 1 || seconds === 60) return seconds;
  throw invalidValue(`The value ${seconds} for parameter ${member}.StorageResolution is invalid.`);
}

type Samples = Pick<Datapoint, 'value' | 'count' | 'statisticSet'>;

function samplesOf({ Value, Values, Counts, StatisticValues }: MetricDatum, member: string): readonly Samples[] {
  const given = [Value, Values, StatisticValues].filter((it) => it !== undefined).length;
  if (given !== 1)
    throw invalidCombination(
      `The parameters ${member}.Value, ${member}.Values and ${member}.StatisticValues are mutually exclusive and you have specified ${given === 0 ? 'none' : 'more than one'}.`,
    );
  if (Value !== undefined) return [{ value: inRange(Value, `${member}.Value`) }];
  if (StatisticValues !== undefined)
    return [{ value: 0, statisticSet: readSet(StatisticValues, `${member}.StatisticValues`) }];
  const values = Values ?? [];
  checkAtMost(values, `${member}.Values`, 150);
  if (Counts !== undefined && Counts.length !== values.length)
    throw invalidValue(`The parameters ${member}.Values and ${member}.Counts must be of the same size.`);
  return values.map((value, i) => ({
    value: inRange(value, `${member}.Values`),
    count: countOf(Counts?.[i] ?? 1, `${member}.Counts`),
  }));
}

function countOf(count: number, member: string): number {
  if (inRange(count, member) <= 0) throw invalidValue(`The value ${count} for parameter ${member} is invalid.`);
  return count;
}

type SetInput = NonNullable<MetricDatum['StatisticValues']>;

function readSet({ SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 }: SetInput, member: string): StatisticSet {
  for (const value of [SampleCount, Sum, Minimum, Maximum]) inRange(value, member);
  if (SampleCount <= 0 || Maximum < Minimum) throw invalidValue(`The value for parameter ${member} is invalid.`);
  return { sampleCount: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum };
}

function inRange(value: number, member: string): number {
  if (!Number.isFinite(value) || Math.abs(value) > LARGEST)
    throw invalidValue(`The value ${value} for parameter ${member} is invalid.`);
  return value;
}
