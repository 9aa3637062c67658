/**
 * What can be switched of that which AWS does not document and no capture settles: one table for `rehearse`, `check`
 * and `plan`. assumption-list.ts names them all; a verdict that depends on one prints its name.
 */
export interface Assumptions {
  readonly delays: Delays;
  /** `n-1`: a Linear configuration reaches 100 % n − 1 intervals after its first shift; `n`: after n. */
  readonly linearIntervals: 'n-1' | 'n';
  /** Does a JSON filter pattern match a Lambda text-format line, `time⇥id⇥INFO⇥{…}`? */
  readonly jsonFilterMatchesTextPrefix: boolean;
  /** Are FunctionName+Resource+ExecutedVersion metrics emitted for an alias without weights? */
  readonly executedVersionWithoutWeights: boolean;
  /** Does CodeDeploy watch alarms while it waits for a hook? */
  readonly alarmsWatchedDuringHooks: boolean;
  /** Periods beyond EvaluationPeriods in an alarm's evaluation range. */
  readonly extraRangePeriods: (evaluationPeriods: number) => number;
}

/** Virtual milliseconds between something happening and a service knowing it. */
export interface Delays {
  /** From the end of a minute until an AWS/Lambda (or AWS/ApiGateway) datapoint of it can be read. */
  readonly lambdaMetricMs: number;
  /** From the end of a minute until a metric filter's datapoint of it can be read. */
  readonly metricFilterMs: number;
  /** From the end of a minute until an EMF datapoint of it can be read. */
  readonly embeddedMetricMs: number;
  /** From the end of a second until an EMF datapoint of it with StorageResolution 1 can be read. */
  readonly highResolutionMs: number;
  /** The second of the minute at which an alarm is evaluated; `by-name`: fixed per alarm, drawn from its name. */
  readonly alarmSecond: 'by-name' | number;
  /** CodeDeploy looks at its alarms this often while a deployment runs. */
  readonly alarmPollMs: number;
}

export const DEFAULT_DELAYS: Delays = {
  // Capture T4: about 105 s from the first error to ALARM with a 60 s period. An error falls on average 30 s
  // before its minute ends and an alarm's second on average 30 s after the data, which leaves 45 s.
  lambdaMetricMs: 45_000,
  metricFilterMs: 45_000,
  embeddedMetricMs: 45_000,
  // The guide to EMF alarms wants logs flushed at least every 5 s, and then has nothing against periods of 10 s.
  highResolutionMs: 5_000,
  alarmSecond: 'by-name',
  // From ALARM to stop: T4 11 s, T1 ≤ 16 s, T5 between 13 and 30 s, T8 ≤ 23 s and about 17 s.
  alarmPollMs: 15_000,
};

export const DEFAULT_ASSUMPTIONS: Assumptions = {
  delays: DEFAULT_DELAYS,
  linearIntervals: 'n-1',
  jsonFilterMatchesTextPrefix: true,
  executedVersionWithoutWeights: true,
  alarmsWatchedDuringHooks: true,
  extraRangePeriods: (n) => Math.max(Math.floor(n / 3), 2),
};
