/** What an alarm would see if every request to the new version failed, as much as it can ever see, or if none did. */
import { evaluateMath, Instant, MetricMathError, parseMetricMath, parseStatistic } from '@unicorns/cloud/inspect';
import type { Alarm, WatchedMetric } from '../template/alarms.ts';
import type { GatedAlias } from '../template/gated-alias.ts';
import type { Branch } from '../template/read-branch.ts';
import { number } from '../template/values.ts';
import { filtersOf, isOfFunction, isOfOneVersion } from './gates.ts';

/** Requests in one period: all that the metric counts, and how many of them failed on the new version. */
interface Seen {
  readonly all: number;
  readonly failed: number;
}

/** A sample of a request that failed, and of one that did not; undefined: that request leaves none. */
interface Samples {
  readonly failed: number | undefined;
  readonly good: number | undefined;
  /** The value of a period in which requests left no sample. */
  readonly silent?: number;
}

const MOST_API_MS = 29_000;

/**
 * The value of the alarm's statistic or expression; undefined where it cannot be foretold. `share`: of the traffic, on
 * the new version. `failing`: of its requests, all unless said otherwise.
 */
export function worstValue(
  alarm: Alarm,
  alias: GatedAlias,
  branch: Branch,
  requestsPerMinute: number,
  share: number,
  failing = 1,
): number | undefined {
  const valueOf = (metric: WatchedMetric): number | undefined => {
    const samples = samplesOf(metric, alias, branch);
    const seconds = metric.periodSeconds ?? alarm.periodSeconds;
    if (samples === undefined || seconds === undefined) return undefined;
    const total = (requestsPerMinute * seconds) / 60;
    const all = isOfOneVersion(metric, branch) ? total * share : total;
    return statistic(metric.stat, samples, { all, failed: total * share * failing });
  };
  const { resultId } = alarm;
  const [only] = alarm.metrics;
  if (resultId === undefined) return only && valueOf(only);
  return mathValue(alarm, resultId, valueOf);
}

function mathValue(
  alarm: Alarm,
  resultId: string,
  valueOf: (metric: WatchedMetric) => number | undefined,
): number | undefined {
  const periodSeconds = alarm.periodSeconds ?? 60;
  const values = alarm.metrics.map(valueOf);
  if (values.includes(undefined)) return undefined;
  const lookUp = (id: string, open: readonly string[]): ReturnType<typeof evaluateMath> => {
    const index = alarm.metrics.findIndex((it) => it.id === id);
    if (index !== -1) return { type: 'series', points: [values[index]] };
    const expression = alarm.expressions.find((it) => it.id === id);
    if (expression === undefined || open.includes(id)) throw new MetricMathError(`Unknown id ${id}.`);
    return evaluateMath(parseMetricMath(expression.text), {
      starts: [Instant(0)],
      periodSeconds,
      metricIds: alarm.metrics.map((it) => it.id ?? ''),
      lookUp: (inner) => lookUp(inner, [...open, id]),
    });
  };
  try {
    const value = lookUp(resultId, []);
    return value.type === 'series' ? value.points[0] : value.type === 'list' ? value.series[0]?.[0] : undefined;
  } catch (error) {
    if (error instanceof MetricMathError) return undefined;
    throw error;
  }
}

function samplesOf(metric: WatchedMetric, alias: GatedAlias, branch: Branch): Samples | undefined {
  if (metric.namespace === 'AWS/ApiGateway') {
    if (/^[45]xx/i.test(metric.metricName)) return { failed: 1, good: 0 };
    if (metric.metricName === 'Count') return { failed: 1, good: 1 };
    return metric.metricName.endsWith('Latency') ? { failed: MOST_API_MS, good: 1 } : undefined;
  }
  if (isOfFunction(metric, alias)) return lambdaSamples(metric, alias, branch);
  const [filter] = filtersOf(metric, branch);
  const value = number(filter?.metricValue);
  // A filter's pattern may also count good requests: then nothing is foretold.
  if (filter === undefined || value === undefined || !isAboutFaults(filter.patternText)) return undefined;
  const { defaultValue } = filter;
  return { failed: value, good: undefined, ...(defaultValue !== undefined && { silent: defaultValue }) };
}

const isAboutFaults = (pattern: string): boolean =>
  /error|fail|exception|timed out|fatal|critical|\b[45]\d\d\b|[45]\*/i.test(pattern) &&
  !/[<]=?\s*[45]\d\d|[^!<>]=\s*"?2\d\d/.test(pattern);

function lambdaSamples(metric: WatchedMetric, alias: GatedAlias, branch: Branch): Samples | undefined {
  switch (metric.metricName) {
    case 'Errors':
    case 'Url5xxCount':
    case 'Url4xxCount':
      return { failed: 1, good: 0 };
    case 'Invocations':
    case 'UrlRequestCount':
      return { failed: 1, good: 1 };
    case 'Duration':
      return { failed: timeoutMs(alias, branch), good: 1 };
    default:
      return undefined;
  }
}

/** A duration never exceeds it. Source: cloudwatch 4.1 (D). Lambda's own default is 3 s. */
export const timeoutMs = ({ functionId }: GatedAlias, branch: Branch): number =>
  (branch.names.knownNumber(branch.resources.get(functionId)?.properties['Timeout'] ?? 3) ?? 900) * 1_000;

function statistic(stat: string, { failed, good, silent }: Samples, seen: Seen): number | undefined {
  const bad = failed === undefined ? 0 : seen.failed;
  const fine = good === undefined ? 0 : seen.all - seen.failed;
  const count = bad + fine;
  if (count === 0) return stat === 'SampleCount' ? undefined : silent;
  const sum = bad * (failed ?? 0) + fine * (good ?? 0);
  const parsed = parseStatistic(stat);
  if (parsed === undefined) return undefined;
  switch (parsed.type) {
    case 'Sum':
      return sum;
    case 'SampleCount':
      return count;
    case 'Average':
      return sum / count;
    case 'Maximum':
      return bad > 0 ? Math.max(failed ?? 0, fine > 0 ? (good ?? 0) : 0) : good;
    case 'Minimum':
      return fine > 0 ? Math.min(good ?? 0, bad > 0 ? (failed ?? 0) : Number.POSITIVE_INFINITY) : failed;
    case 'percentile':
      return 1 - parsed.percent / 100 < bad / count ? failed : good;
    case 'PR':
    case 'TC':
    case 'TM':
    case 'TS':
    case 'WM':
      return undefined;
    default:
      return parsed satisfies never;
  }
}
