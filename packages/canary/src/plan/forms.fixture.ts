/** Alarms that are more than a count, as templates have them: rates, averages, percentiles, metric math. */
import type { MetricQuery } from '@unicorns/cloud';
import { alarm, gate } from './anchors.fixture.ts';
import type { MetricSource } from './metric-source.ts';
import type { Gate, Outcome } from './plan-input.ts';

const SAMPLES: Readonly<Record<string, (outcome: Outcome) => number | 'duration' | undefined>> = {
  errors: (outcome) => Number(outcome === 'throw'),
  invocations: () => 1,
  faults: (outcome) => (outcome === 'throw' ? undefined : Number(outcome === 'status')),
  failures: (outcome) => (outcome === 'status' || outcome === 'throw' ? 1 : undefined),
  durations: () => 'duration',
};

type Sees = MetricSource['sees'];
type Changes = Parameters<typeof alarm>[0];

export const source = (
  name: string,
  sees: Sees = 'new',
  more: Partial<MetricSource> = {},
  delaySeconds = 45,
): MetricSource => ({ id: '', sees, sample: SAMPLES[name] ?? (() => undefined), delaySeconds, ...more });

/** An alarm on one statistic. */
export const statGate = (name: string, stat: string, changes: Changes = {}, from: Partial<MetricSource> = {}): Gate =>
  gate({ alarmName: `${name} ${stat}`, treatMissingData: 'notBreaching', stat, ...changes }, source(name, 'new', from));

/** An alarm on an expression over metrics, each `id: [what, sees, statistic]`. */
export function mathGate(
  expression: string,
  metrics: Readonly<Record<string, readonly [name: string, sees: Sees, stat?: string]>>,
  changes: Changes = {},
): Gate {
  const { periodSeconds = 60 } = changes;
  const stats = Object.entries(metrics).map(([id, [name, , stat = 'Sum']]): MetricQuery => ({
    type: 'stat',
    id,
    namespace: 'test',
    metricName: name,
    dimensions: [],
    stat,
    periodSeconds,
    returnData: false,
  }));
  const configured = alarm({
    alarmName: expression,
    treatMissingData: 'notBreaching',
    ...changes,
    watches: {
      type: 'math',
      resultId: 'result',
      periodSeconds,
      queries: [...stats, { type: 'expression', id: 'result', expression, returnData: true }],
    },
  });
  return {
    ...gate(changes),
    name: expression,
    alarm: configured,
    sources: Object.entries(metrics).map(([id, [name, sees]]) => ({ ...source(name, sees), id })),
  };
}

const RATE = { errors: ['errors', 'new'], invocations: ['invocations', 'new'] } as const;
const RELATIVE = {
  responses: ['invocations', 'both'],
  faults: ['faults', 'both'],
  newResponses: ['invocations', 'new'],
  newFaults: ['faults', 'new'],
} as const;

export const FORMS: Readonly<Record<string, Gate>> = {
  'the average of errors': statGate('errors', 'Average', { threshold: 0.1 }),
  'the average of a filter with a default value': statGate(
    'failures',
    'Average',
    { threshold: 0.5, comparisonOperator: 'GreaterThanOrEqualToThreshold' },
    { defaultValue: 0 },
  ),
  'a median of durations': statGate('durations', 'p50', { threshold: 35, evaluationPeriods: 2 }),
  'a percentile of few samples, passed over': statGate('durations', 'p80', {
    threshold: 60,
    evaluateLowSampleCountPercentile: 'ignore',
  }),
  'an error rate': mathGate('100 * errors / invocations', RATE, { threshold: 8 }),
  'an error rate of enough requests': mathGate('IF(invocations > 8, errors / invocations * 100, 0)', RATE, {
    threshold: 10,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  }),
  availability: mathGate('1 - FILL(faults, 0) / invocations', { ...RATE, faults: ['faults', 'both'] } as const, {
    threshold: 0.97,
    comparisonOperator: 'LessThanThreshold',
  }),
  'the new version against the rest': mathGate(
    'IF(newResponses >= 3 && responses - newResponses >= 20, 100 * newFaults / newResponses - 100 * (faults - newFaults) / (responses - newResponses), 0)',
    RELATIVE,
    { threshold: 5 },
  ),
};
