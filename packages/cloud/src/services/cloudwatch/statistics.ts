import type { Distribution, SampleSet } from './samples.ts';

/** Lower and upper bound of a trimmed statistic; absent means open. `percent` bounds count samples, `value` bounds compare values. */
export interface Bounds {
  readonly unit: 'percent' | 'value';
  readonly low?: number;
  readonly high?: number;
}

export type Statistic =
  | { readonly type: 'SampleCount' | 'Sum' | 'Average' | 'Minimum' | 'Maximum' }
  | { readonly type: 'percentile'; readonly percent: number }
  | { readonly type: 'TM' | 'WM' | 'TC' | 'TS' | 'PR'; readonly bounds: Bounds };

const BASIC = new Set(['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum']);
const NUMBER = String.raw`\d+(?:\.\d{1,10})?`;
const PERCENTILE = new RegExp(`^p(${NUMBER})$`);
const SHORT = new RegExp(`^(tm|wm|tc|ts)(${NUMBER})$`);
const LONG = new RegExp(`^(TM|WM|TC|TS|PR)\\((?:(-?${NUMBER})(%?))?:(?:(-?${NUMBER})(%?))?\\)$`);

/**
 * Reads `Sum`, `p99.9`, `tm90`, `TM(10%:90%)`, `TM(150:1000)`, `IQM`, `PR(:300)` …; undefined when it is none.
 * Source: STAT (D).
 */
export function parseStatistic(text: string): Statistic | undefined {
  if (BASIC.has(text)) return { type: text as 'Sum' };
  if (text === 'IQM') return { type: 'TM', bounds: { unit: 'percent', low: 25, high: 75 } };
  const percentile = PERCENTILE.exec(text);
  if (percentile)
    return inPercent(Number(percentile[1])) ? { type: 'percentile', percent: Number(percentile[1]) } : undefined;
  const short = SHORT.exec(text);
  if (short) {
    const high = Number(short[2]);
    return inPercent(high) ? { type: short[1]?.toUpperCase() as 'TM', bounds: { unit: 'percent', high } } : undefined;
  }
  const long = LONG.exec(text);
  return long ? parseBounds(long) : undefined;
}

export const isBasicStatistic = (text: string): boolean => BASIC.has(text);

const inPercent = (n: number): boolean => n >= 0 && n <= 100;

function parseBounds([, name, low, lowSign, high, highSign]: RegExpExecArray): Statistic | undefined {
  if (low === undefined && high === undefined) return undefined;
  if (low !== undefined && high !== undefined && lowSign !== highSign) return undefined;
  const unit = lowSign === '%' || highSign === '%' ? 'percent' : 'value';
  if (name === 'PR' && unit === 'percent') return undefined;
  const bounds: Bounds = {
    unit,
    ...(low === undefined ? {} : { low: Number(low) }),
    ...(high === undefined ? {} : { high: Number(high) }),
  };
  if ((bounds.low ?? Number.NEGATIVE_INFINITY) >= (bounds.high ?? Number.POSITIVE_INFINITY)) return undefined;
  if (unit === 'percent' && !(inPercent(bounds.low ?? 0) && inPercent(bounds.high ?? 100))) return undefined;
  return { type: name as 'TM', bounds };
}

/**
 * The value of a statistic over the samples of one period. Undefined where it does not exist: no samples; a percentile
 * or a trimmed statistic over negative values, or over statistic sets whose distribution nobody knows. Source: STAT (D).
 */
export function statisticOf(samples: SampleSet, statistic: Statistic): number | undefined {
  if (samples.count === 0) return undefined;
  switch (statistic.type) {
    case 'SampleCount':
      return samples.count;
    case 'Sum':
      return samples.sum;
    case 'Average':
      return samples.sum / samples.count;
    case 'Minimum':
      return samples.minimum;
    case 'Maximum':
      return samples.maximum;
    case 'percentile':
      return percentileOf(samples, statistic.percent);
    case 'TM':
    case 'WM':
    case 'TC':
    case 'TS':
    case 'PR': {
      const distribution = samples.minimum < 0 ? undefined : samples.distribution();
      return distribution && trimmedOf(distribution, samples.count, statistic.type, statistic.bounds);
    }
    default:
      return statistic satisfies never;
  }
}

/**
 * The smallest value that at least p percent of the samples do not exceed (nearest rank). AWS says only that
 * p percent of the data lie below; with nearest rank, `pNN > T` is exactly "more than (100 − NN) percent of the
 * samples exceed T", which is what `plan` computes with (assumption
 * `percentile-rank`).
 */
function percentileOf(samples: SampleSet, percent: number): number | undefined {
  if (samples.minimum < 0) return undefined;
  const distribution = samples.distribution();
  if (distribution === undefined) return undefined;
  if (percent === 0) return samples.minimum;
  if (percent === 100) return samples.maximum;
  // The subtraction keeps 0.99 × 100 from reaching rank 100 by a rounding error.
  const rank = Math.ceil((percent / 100) * samples.count - 1e-9);
  let seen = 0;
  for (let i = 0; i < distribution.values.length; i++) {
    seen += distribution.counts[i] ?? 0;
    if (seen >= rank) return distribution.values[i];
  }
  return samples.maximum;
}

function trimmedOf(
  all: Distribution,
  total: number,
  type: 'TM' | 'WM' | 'TC' | 'TS' | 'PR',
  bounds: Bounds,
): number | undefined {
  const kept = bounds.unit === 'percent' ? keepRanks(all, total, bounds) : keepValues(all, bounds);
  const count = kept.counts.reduce((a, b) => a + b, 0);
  const sum = kept.values.reduce((a, value, i) => a + value * (kept.counts[i] ?? 0), 0);
  switch (type) {
    case 'TC':
      return count;
    case 'TS':
      return sum;
    case 'PR':
      return (100 * count) / total;
    case 'TM':
      return count === 0 ? undefined : sum / count;
    case 'WM':
      return winsorizedMean(all, total, kept, bounds);
    default:
      return type satisfies never;
  }
}

/** Drops the ⌊low × n⌋ lowest and the ⌊(1 − high) × n⌋ highest samples. */
function keepRanks({ values, counts }: Distribution, total: number, { low = 0, high = 100 }: Bounds): Distribution {
  const from = Math.floor((low / 100) * total + 1e-9);
  const until = total - Math.floor(((100 - high) / 100) * total + 1e-9);
  const kept = { values: [] as number[], counts: [] as number[] };
  let seen = 0;
  values.forEach((value, i) => {
    const count = counts[i] ?? 0;
    const inside = Math.min(seen + count, until) - Math.max(seen, from);
    if (inside > 0) {
      kept.values.push(value);
      kept.counts.push(inside);
    }
    seen += count;
  });
  return kept;
}

/** Absolute bounds leave out what is lower than or equal to the lower one, and what is above the upper one. Source: STAT (D). */
function keepValues({ values, counts }: Distribution, { low, high }: Bounds): Distribution {
  const inside = (value: number): boolean =>
    (low === undefined || value > low) && (high === undefined || value <= high);
  return { values: values.filter(inside), counts: counts.filter((_, i) => inside(values[i] ?? 0)) };
}

/** What lies outside counts as the edge it lies beyond. */
function winsorizedMean(all: Distribution, total: number, kept: Distribution, bounds: Bounds): number | undefined {
  const [low, high] =
    bounds.unit === 'value' ? [bounds.low, bounds.high] : [kept.values[0], kept.values[kept.values.length - 1]];
  const clamp = (value: number): number => Math.min(Math.max(value, low ?? value), high ?? value);
  return all.values.reduce((sum, value, i) => sum + clamp(value) * (all.counts[i] ?? 0), 0) / total;
}

/**
 * Below how many samples a percentile is too uncertain to alarm on: 10/(1 − p) from the median up, 10/p below it
 * (p99 → 1000, p90 → 100, p50 → 20). Undefined for other statistics. Source: PLS (D).
 */
export function fewestSamples(statistic: Statistic): number | undefined {
  if (statistic.type !== 'percentile') return undefined;
  const { percent } = statistic;
  // What 100 − 99.9 lacks in binary is no sample.
  return Number((1_000 / (percent >= 50 ? 100 - percent : percent)).toFixed(6));
}
