/** Gates and settings for tests: an alarm on the errors of the new version, in the model of published numbers. */
import {
  customRouting,
  DEFAULT_ASSUMPTIONS,
  type MetricAlarmConfiguration,
  PREDEFINED,
  rangeLength,
  type TrafficRouting,
} from '@unicorns/cloud';
import type { MetricSource } from './metric-source.ts';
import { type Configuration, DEFAULT_NOISE, type Gate, NO_DELAYS, type PlanInput } from './plan-input.ts';

export const alarm = (
  changes: Partial<MetricAlarmConfiguration> & { readonly stat?: string; periodSeconds?: number },
): MetricAlarmConfiguration => {
  const { stat = 'Sum', periodSeconds = 60, ...rest } = changes;
  return {
    type: 'metric',
    alarmName: 'errors',
    actionsEnabled: true,
    okActions: [],
    alarmActions: [],
    insufficientDataActions: [],
    tags: [],
    watches: {
      type: 'stat',
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      dimensions: [],
      stat,
      periodSeconds,
    },
    evaluationPeriods: 1,
    threshold: 0,
    comparisonOperator: 'GreaterThanThreshold',
    ...rest,
  };
};

export const errorsOf = (sees: MetricSource['sees'], delaySeconds = 0): MetricSource => ({
  id: '',
  sees,
  sample: (outcome) => (outcome === 'throw' ? 1 : 0),
  delaySeconds,
});

export function gate(changes: Parameters<typeof alarm>[0] = {}, source: MetricSource = errorsOf('new')): Gate {
  const configured = alarm(changes);
  return {
    name: configured.alarmName,
    alarm: configured,
    sources: [source],
    rangePeriods: rangeLength(configured, DEFAULT_ASSUMPTIONS),
  };
}

const routingOf = (name: string): TrafficRouting =>
  PREDEFINED.get(`CodeDeployDefault.Lambda${name}`) ?? customRouting({ type: 'AllAtOnce' });

export const configuration = (name: string): Configuration => ({ name, routing: routingOf(name) });

export const planInput = (changes: Partial<PlanInput>): PlanInput => ({
  gates: [gate()],
  configurations: [configuration('Canary10Percent5Minutes')],
  traffic: { profile: [{ minute: 0, requestsPerMinute: 60 }], arrivals: 'even' },
  fault: { kind: 'throw', share: 0.05, fromSeconds: 0, slowMs: 1_500, statusCode: 503 },
  noise: DEFAULT_NOISE,
  timing: NO_DELAYS,
  linearIntervals: 'n-1',
  noticedAfterSeconds: 1_800,
  runs: 1_000,
  seed: 1,
  ...changes,
});
