import type { Outcome } from './plan-input.ts';

/** Which requests a metric is made of, and what each of them adds to it. */
export interface MetricSource {
  /** The query of a `Metrics` list that fetches it; empty for an alarm on one metric. */
  readonly id: string;
  /** `none`: the metric never gets data. */
  readonly sees: 'new' | 'old' | 'both' | 'none';
  /** The sample of a request with this outcome: a number, its duration, or none. */
  readonly sample: (outcome: Outcome) => number | 'duration' | undefined;
  /** A metric filter's default value: there is a point of it in every minute with traffic and without a sample. */
  readonly defaultValue?: number;
  /** From the end of a minute until its datapoint can be read. */
  readonly delaySeconds: number;
  /** What was taken for granted about it, as a sentence. */
  readonly assumed?: string;
}
