import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import type { Outcome } from './observe.ts';

/**
 * Publishes one EMF blob per request with two dimension sets: [service] for the totals and [service, function_version].
 * `Faults` is 0 for a good answer, so that its average is a rate. Business metrics count for 200 answers only.
 *
 * Powertools forgets the sets when it publishes, and each `addDimensions` adds a set of its own on top of the default
 * `service`; hence the empty one here. Source: reference 2.3.6 (R).
 */
export function responseMetrics(metrics: Metrics) {
  return ({ statusCode, durationMs, functionVersion, measures }: Outcome): void => {
    metrics.addDimensions({}).addDimensions({ function_version: functionVersion });
    metrics.addMetric('Responses', MetricUnit.Count, 1);
    metrics.addMetric('Faults', MetricUnit.Count, statusCode >= 500 ? 1 : 0);
    metrics.addMetric('Latency', MetricUnit.Milliseconds, durationMs);
    if (statusCode === 200) {
      for (const [name, value] of Object.entries(measures)) metrics.addMetric(name, MetricUnit.Count, value);
    }
    metrics.publishStoredMetrics();
  };
}
