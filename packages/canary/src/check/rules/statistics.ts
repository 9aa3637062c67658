/** Statistics, periods and units that do not fit the metric. */
import { fewestSamples, parseStatistic } from '@unicorns/cloud/inspect';
import type { Rule } from '../finding.ts';
import type { WatchedMetric } from '../template/alarms.ts';
import { bakeMinutes, firstShare } from '../template/gated-alias.ts';
import { atAlarm, atMetric, filtersOf, type GateMetric, gateMetrics, isOfOneVersion } from './gates.ts';

/** Metric → statistic → what it means instead. */
const MISFITS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Errors: {
    SampleCount: 'counts requests, failed or not: the alarm fires on traffic',
    Minimum: 'is 0 as long as one request of the period goes well',
  },
  Throttles: { SampleCount: 'counts requests, throttled or not' },
  Invocations: {
    Average: 'is always 1',
    Maximum: 'is always 1',
    Minimum: 'is always 1',
  },
  Duration: {
    Sum: 'grows with traffic, not with slowness',
    SampleCount: 'counts requests',
    Minimum: 'is that of the fastest request',
  },
  '5XXError': { SampleCount: 'counts requests, failed or not', Minimum: 'is 0 as long as one request goes well' },
  '4XXError': { SampleCount: 'counts requests, failed or not', Minimum: 'is 0 as long as one request goes well' },
  '5xx': { SampleCount: 'counts requests, failed or not', Minimum: 'is 0 as long as one request goes well' },
  '4xx': { SampleCount: 'counts requests, failed or not', Minimum: 'is 0 as long as one request goes well' },
  Latency: { Sum: 'grows with traffic, not with slowness', SampleCount: 'counts requests' },
  ConcurrentExecutions: { Sum: 'adds up samples of one and the same execution', SampleCount: 'counts samples' },
};

export const isMisfit = ({ namespace, metricName, stat }: WatchedMetric): boolean =>
  namespace.startsWith('AWS/') && MISFITS[metricName]?.[stat] !== undefined;

export const statisticMisfit: Rule = {
  id: 'statistic-misfit',
  severity: 'warning',
  title: 'A statistic that says something else than the alarm wants',
  onAws: 'The alarm follows the traffic, or never moves, instead of following the faults.',
  cure: 'Sum (or Average, for a rate) of Errors and of status counts; Maximum, Average or a percentile of Duration; Sum of Invocations.',
  source: 'cloudwatch 3.2, 4.1',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      // Inside an expression a count may be what is divided by; beside another alarm it may ask for traffic.
      const isPartOfMore = it.alarm.resultId !== undefined || !it.alarm.stopsAlone;
      if (isPartOfMore && it.metric.stat === 'SampleCount') continue;
      const wrong = it.metric.namespace.startsWith('AWS/')
        ? MISFITS[it.metric.metricName]?.[it.metric.stat]
        : filterMisfit(
            it,
            filtersOf(it.metric, branch).map(({ metricValue, hasDefaultValue }) => ({ metricValue, hasDefaultValue })),
          );
      if (wrong !== undefined && !it.alarm.comparisonOperator.startsWith('Less'))
        yield atMetric(
          it,
          it.metric.at.length === 0 ? 'Statistic' : 'MetricName',
          `${it.metric.stat} of ${branch.names.show(it.metric.metricName)} ${wrong}.`,
        );
    }
  },
};

function filterMisfit(
  { metric }: GateMetric,
  filters: readonly { readonly metricValue: string; readonly hasDefaultValue: boolean }[],
): string | undefined {
  const [filter] = filters;
  if (filter === undefined || !/^\d+(\.\d+)?$/.test(filter.metricValue)) return undefined;
  if (metric.stat === 'SampleCount' && filter.hasDefaultValue)
    return 'counts the points of DefaultValue too: the alarm fires on quiet minutes';
  return undefined;
}

export const periodBelowResolution: Rule = {
  id: 'period-below-resolution',
  severity: 'warning',
  title: 'A period shorter than the metric’s',
  onAws:
    'AWS’s own metrics and those of metric filters have one point a minute: most periods of 10, 20 or 30 seconds are empty, and the alarm is in INSUFFICIENT_DATA most of the time.',
  cure: 'Take a period of 60 s; only metrics published with a StorageResolution of 1 have more.',
  source: 'cloudwatch 3.6',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const { periodSeconds } = it.metric;
      const isMinutely = it.metric.namespace.startsWith('AWS/') || filtersOf(it.metric, branch).length > 0;
      if (periodSeconds !== undefined && periodSeconds < 60 && isMinutely)
        yield {
          ...atMetric(it, 'Period', `The period is ${periodSeconds} s.`),
          ...(it.metric.at.length > 0 && { at: ['Properties', ...it.metric.at, 'Period'] }),
        };
    }
  },
};

const UNITS: Readonly<Record<string, string>> = {
  Errors: 'Count',
  Invocations: 'Count',
  Throttles: 'Count',
  Url5xxCount: 'Count',
  Url4xxCount: 'Count',
  UrlRequestCount: 'Count',
  ConcurrentExecutions: 'Count',
  Duration: 'Milliseconds',
  UrlRequestLatency: 'Milliseconds',
};

export const unitMismatch: Rule = {
  id: 'unit-mismatch',
  severity: 'error',
  title: 'An alarm asks for a unit that the metric does not have',
  onAws: 'Data of another unit is other data: the alarm never gets any.',
  cure: 'Leave Unit out.',
  source: 'cloudwatch 3.1, 4.1',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const unit = unitOf(it.metric);
      if (it.metric.unit !== undefined && unit !== undefined && it.metric.unit !== unit)
        yield {
          ...atMetric(
            it,
            'Unit',
            `${it.metric.metricName} is published in ${unit}, the alarm asks for ${it.metric.unit}.`,
          ),
          ...(it.metric.at.length > 0 && { at: ['Properties', ...it.metric.at, 'Unit'] }),
        };
    }
  },
};

const unitOf = ({ namespace, metricName }: WatchedMetric): string | undefined =>
  namespace === 'AWS/Lambda' ? UNITS[metricName] : undefined;

export const thinPercentile: Rule = {
  id: 'thin-percentile',
  severity: 'warning',
  title: 'A percentile of too few requests',
  onAws:
    'Below 10 ÷ (1 − p) samples a period is thin. With EvaluateLowSampleCountPercentile: ignore the alarm keeps its state and sees nothing; with evaluate, the default, a single slow request decides.',
  cure: 'Take a lower percentile, a longer period, or Maximum and a threshold that no single good request reaches.',
  source: 'cloudwatch 3.5',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const parsed = parseStatistic(it.metric.stat);
      const fewest = parsed === undefined ? undefined : fewestSamples(parsed);
      const seconds = it.metric.periodSeconds;
      const { routing } = it.alias;
      if (fewest === undefined || seconds === undefined || routing === undefined || bakeMinutes(routing) === 0)
        continue;
      const share = isOfOneVersion(it.metric, branch) ? firstShare(routing) : 1;
      const needed = Math.ceil((fewest / share / seconds) * 60);
      yield {
        ...atAlarm(
          it,
          'ExtendedStatistic',
          `${it.metric.stat} needs ${Math.ceil(fewest)} samples in ${seconds} s: ${needed} requests a minute at ${Math.round(share * 100)} % of the traffic.`,
        ),
        ...(it.alarm.evaluatesLowSamples && { severity: 'note' }),
      };
    }
  },
};

export const statisticRules: readonly Rule[] = [statisticMisfit, periodBelowResolution, unitMismatch, thinPercentile];
