import type { Instant } from '../../instant.ts';

export interface CloudWatchState {
  readonly alarms: Map<string, unknown>;
}

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** One sample on its way into a metric. */
export interface Datapoint {
  readonly namespace: string;
  readonly metricName: string;
  /** The exact set; order does not matter. */
  readonly dimensions: readonly Dimension[];
  readonly unit?: string;
  readonly at: Instant;
  readonly value: number;
  /** How many samples of this value (EMF arrays and statistic sets); 1 when absent. */
  readonly count?: number;
  /** Nothing reads the sample before this instant. */
  readonly visibleAt: Instant;
  readonly storageResolutionSeconds?: 1 | 60;
}

export interface DatapointsRecorded {
  readonly type: 'cloudwatch.DatapointsRecorded';
  readonly datapoints: readonly Datapoint[];
}

export type AlarmStateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmStateChanged {
  readonly type: 'cloudwatch.AlarmStateChanged';
  readonly alarmName: string;
  readonly from: AlarmStateValue;
  readonly to: AlarmStateValue;
  readonly reason: string;
  readonly reasonData: string;
}

export type CloudWatchFact = DatapointsRecorded | AlarmStateChanged;
export type CloudWatchWake = never;
