/**
 * A statistic over a box of counts. Its bounds are values that it takes in corners of the box, by the embedded cloud's
 * own arithmetic: a sum is lowest where there is least of what adds to it, and a statistic that lies between the
 * smallest and the largest sample is lowest where all samples up to some value are many and all above it are few.
 */
import { parseStatistic, SampleSet, statisticOf } from '@unicorns/cloud/inspect';
import { between, type Box, type Enclosure, exactly, MISSING, OPEN, sumOver } from './enclosure.ts';

export type Enclose = (box: Box) => Enclosure;
type Statistic = NonNullable<ReturnType<typeof parseStatistic>>;
type Samples = readonly (number | undefined)[];

/** `samples`: what a request of each sort adds, if anything. Undefined for statistics that are not so simple. */
export function encloseStatistic(
  stat: string,
  samples: Samples,
  defaultValue: number | undefined,
): Enclose | undefined {
  const statistic = parseStatistic(stat);
  const enclose = statistic && whereSampled(statistic, samples);
  if (enclose === undefined) return undefined;
  const seen = samples.flatMap((sample, i) => (sample === undefined ? [] : [i]));
  return (box) => {
    if (isSome(box.low, seen)) return enclose(box);
    if (isSome(box.high, seen)) return OPEN;
    // A default value needs any traffic at all.
    if (defaultValue === undefined || !isSome(box.high)) return MISSING;
    return isSome(box.low) ? exactly(defaultValue) : OPEN;
  };
}

function isSome(counts: readonly number[], of?: readonly number[]): boolean {
  return of === undefined ? counts.some((count) => count > 0) : of.some((i) => (counts[i] ?? 0) > 0);
}

/** Bounds where there surely is a sample. */
function whereSampled(statistic: Statistic, samples: Samples): Enclose | undefined {
  switch (statistic.type) {
    case 'SampleCount':
      return sumOf(samples.map((sample) => (sample === undefined ? undefined : 1)));
    case 'Sum':
      return sumOf(samples);
    case 'Average':
    case 'Minimum':
    case 'Maximum':
    case 'percentile':
      return inCorners(statistic, samples);
    case 'TM':
    case 'WM':
    case 'TC':
    case 'TS':
    case 'PR':
      return undefined;
    default:
      return statistic satisfies never;
  }
}

function sumOf(samples: Samples): Enclose {
  const sum = samples.map((sample) => sample ?? 0);
  return (box) => sumOver(sum, box);
}

function inCorners(statistic: Statistic, samples: Samples): Enclose {
  const values = [...new Set(samples.filter((sample) => sample !== undefined))].toSorted((a, b) => a - b);
  const cuts = values.length > 1 ? values.slice(0, -1) : values;
  return ({ low, high }) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const cut of cuts) {
      const [lower, upper] = [
        cornerOf(statistic, samples, cut, high, low),
        cornerOf(statistic, samples, cut, low, high),
      ];
      if (lower !== undefined && lower < least) least = lower;
      if (upper !== undefined && upper > most) most = upper;
    }
    // Percentiles of negative values do not exist.
    return least <= most ? between(least, most) : OPEN;
  };
}

function cornerOf(
  statistic: Statistic,
  samples: Samples,
  cut: number,
  upTo: readonly number[],
  above: readonly number[],
): number | undefined {
  const set = new SampleSet();
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i];
    const count = (sample === undefined ? 0 : sample <= cut ? upTo[i] : above[i]) ?? 0;
    if (sample !== undefined && count > 0) set.add(sample, count);
  }
  return statisticOf(set, statistic);
}
