/** What a plan is made from. Shares are 0–1, times seconds unless a name says otherwise. */
import type { MetricAlarmConfiguration, TrafficRouting } from '@unicorns/cloud';
import type { MetricSource } from './metric-source.ts';

/** How a request ends: as it should, or with one of the faults that a release can bring. */
export const OUTCOMES = ['good', 'status', 'throw', 'slow', 'empty'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type FaultKind = Exclude<Outcome, 'good'>;

export interface FaultModel {
  readonly kind: FaultKind;
  /** Of the new version's requests. */
  readonly share: number;
  /** From so many seconds after the first shift. */
  readonly fromSeconds: number;
  /** How long a slow request takes. */
  readonly slowMs: number;
  /** The status of a `status` fault. */
  readonly statusCode: number;
}

/** What requests do in a version that has nothing wrong with it: the old one, and the new one besides its fault. */
export interface Noise {
  /** Requests that end with a handled 5xx. */
  readonly statusShare: number;
  /** Requests that end with a function error. */
  readonly throwShare: number;
  /** Durations are lognormal, by their median and their 99th percentile. */
  readonly medianMs: number;
  readonly p99Ms: number;
}

export interface TrafficModel {
  /** Requests a minute from so many minutes after the first shift; the first step also holds before it. */
  readonly profile: readonly { readonly minute: number; readonly requestsPerMinute: number }[];
  /** `poisson`: at random with that rate. `even`: so many in every minute, each routed at random. */
  readonly arrivals: 'poisson' | 'even';
}

/** The delays that decide when something is noticed; the embedded cloud's own, or none. */
export interface Timing {
  /** The alarm's second of the minute, and the first shift's: `spread` averages over all of them. */
  readonly seconds: 'spread' | { readonly alarm: (gateName: string) => number; readonly shift: number };
  readonly alarmPollSeconds: number;
  /** From CodeDeploy's look at the alarms at the start to the first shift; hooks are in it. */
  readonly startToShiftSeconds: number;
  /** From the end of AllowTraffic to the end of the deployment; the post-traffic hook is in it. */
  readonly shiftToEndSeconds: number;
  /** From the stop to the alias back on the old version. */
  readonly stopToBackSeconds: number;
  /** From the creation of the deployment to CodeDeploy's first look at the alarms. */
  readonly createdToStartSeconds: number;
}

/** An alarm of the deployment group, with what its metrics count. */
export interface Gate {
  readonly name: string;
  readonly line?: number;
  readonly alarm: MetricAlarmConfiguration;
  /** One source for each metric of the alarm: of its only one, or of its queries by their ids. */
  readonly sources: readonly MetricSource[];
  /** Periods in its evaluation range. */
  readonly rangePeriods: number;
}

export interface Configuration {
  /** SAM's short name: `Canary10Percent5Minutes`. */
  readonly name: string;
  readonly routing: TrafficRouting;
}

export interface PlanInput {
  readonly gates: readonly Gate[];
  readonly configurations: readonly Configuration[];
  readonly traffic: TrafficModel;
  readonly fault: FaultModel;
  readonly noise: Noise;
  readonly timing: Timing;
  readonly linearIntervals: 'n-1' | 'n';
  /** A fault that was promoted stays live for so long before people bring it back themselves. */
  readonly noticedAfterSeconds: number;
  /** Deployments to simulate where exact numbers cannot be had. */
  readonly runs: number;
  readonly seed: number;
}

/** No delays at all, full minutes from the first shift on: the model in which published numbers are given. */
export const NO_DELAYS: Timing = {
  seconds: { alarm: () => 0, shift: 0 },
  alarmPollSeconds: 0,
  startToShiftSeconds: 0,
  shiftToEndSeconds: 0,
  stopToBackSeconds: 0,
  createdToStartSeconds: 0,
};

export const DEFAULT_NOISE: Noise = { statusShare: 0, throwShare: 0, medianMs: 30, p99Ms: 200 };
