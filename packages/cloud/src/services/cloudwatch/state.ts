import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { retainFor } from './alarm-schedule.ts';
import { recordHistory } from './alarm-history.ts';
import type { HistoryItem } from './alarm-history.ts';
import { createMetricStore, recordDatapoint, RETAIN_MS } from './datapoints.ts';
import type { MetricStore } from './datapoints.ts';

export interface CloudWatchState {
  readonly alarms: Map<string, Alarm>;
  readonly metrics: MetricStore;
  /** Oldest first; 30 days of it. */
  readonly history: HistoryItem[];
}

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** One sample on its way into a metric. */
export interface Datapoint {
  readonly namespace: string;
  readonly metricName: string;
  /** The exact set; order does not matter. Reusing the same array makes recording cheaper. */
  readonly dimensions: readonly Dimension[];
  readonly unit?: string;
  readonly at: Instant;
  readonly value: number;
  /** How many samples of this value (EMF arrays and statistic sets); 1 when absent. */
  readonly count?: number;
  /** Samples of which only the summary is known (PutMetricData's StatisticValues); `value` and `count` do not count then. */
  readonly statisticSet?: StatisticSet;
  /** Nothing reads the sample before this instant. */
  readonly visibleAt: Instant;
  readonly storageResolutionSeconds?: 1 | 60;
}

export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface DatapointsRecorded {
  readonly type: 'cloudwatch.DatapointsRecorded';
  readonly datapoints: readonly Datapoint[];
}

export type AlarmStateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type ComparisonOperator =
  | 'GreaterThanThreshold'
  | 'GreaterThanOrEqualToThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export type TreatMissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** What every alarm has, whatever it watches. */
export interface AlarmBase {
  readonly alarmName: string;
  readonly alarmDescription?: string;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  /** Recorded, and answered by ListTagsForResource. */
  readonly tags: readonly Tag[];
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** One entry of a `Metrics` list: data to fetch, or an expression over other entries. */
export type MetricQuery =
  | (MetricStat & {
      readonly type: 'stat';
      readonly id: string;
      readonly label?: string;
      readonly returnData: boolean;
    })
  | {
      readonly type: 'expression';
      readonly id: string;
      readonly label?: string;
      readonly returnData: boolean;
      readonly expression: string;
      readonly periodSeconds?: number;
    };

export interface MetricStat {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly Dimension[];
  /** As written: `Sum`, `p99`, `TM(10%:90%)`. */
  readonly stat: string;
  readonly periodSeconds: number;
  readonly unit?: string;
}

export interface MetricAlarmConfiguration extends AlarmBase {
  readonly type: 'metric';
  /** What the points are: a statistic of one metric, or the query of a `Metrics` list that returns data. */
  readonly watches:
    | ({ readonly type: 'stat' } & MetricStat)
    | {
        readonly type: 'math';
        readonly queries: readonly MetricQuery[];
        readonly resultId: string;
        readonly periodSeconds: number;
      };
  readonly evaluationPeriods: number;
  /** Absent: every one of the evaluation periods. */
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparisonOperator: ComparisonOperator;
  /** Absent: `missing`, or `ignore` for AWS/DynamoDB. */
  readonly treatMissingData?: TreatMissingData;
  readonly evaluateLowSampleCountPercentile?: 'evaluate' | 'ignore';
}

export interface CompositeAlarmConfiguration extends AlarmBase {
  readonly type: 'composite';
  readonly alarmRule: string;
  readonly suppressor?: Suppressor;
}

/** The alarm that holds the actions of a composite alarm back while it is in ALARM. */
export interface Suppressor {
  readonly nameOrArn: string;
  readonly waitSeconds: number;
  readonly extensionSeconds: number;
}

/** Why a composite alarm takes no actions. */
export interface Suppression {
  readonly by: 'Alarm' | 'WaitPeriod' | 'ExtensionPeriod';
  /** The end of a period. */
  readonly until?: Instant;
  /** The alarm turned meanwhile: the actions for its state are due afterwards. */
  readonly due: boolean;
}

export type AlarmConfiguration = MetricAlarmConfiguration | CompositeAlarmConfiguration;

export interface Alarm {
  readonly configuration: AlarmConfiguration;
  readonly stateValue: AlarmStateValue;
  readonly stateReason: string;
  readonly stateReasonData?: string;
  readonly stateUpdatedAt: Instant;
  readonly stateTransitionedAt: Instant;
  /** The state before this one; absent before the first change. */
  readonly previous?: PreviousState;
  readonly suppression?: Suppression;
  readonly configurationUpdatedAt: Instant;
  /** The configuration before the last PutMetricAlarm or PutCompositeAlarm; absent in a new alarm. */
  readonly before?: Pick<Alarm, 'configuration' | 'configurationUpdatedAt'>;
  /** Names the alarm's chain of wakes; wakes of another one (before a deletion or a change of cadence) are void. */
  readonly schedule: string;
}

/** A state that an alarm had, with why and since when. */
export type PreviousState = Pick<
  Alarm,
  'stateValue' | 'stateReason' | 'stateReasonData' | 'stateUpdatedAt' | 'suppression'
>;

/** PutMetricAlarm or PutCompositeAlarm: the whole configuration is replaced, the state of an existing alarm stays. */
export interface AlarmPut {
  readonly type: 'cloudwatch.AlarmPut';
  readonly alarmName: string;
  readonly configuration: AlarmConfiguration;
  readonly schedule: string;
}

export interface AlarmDeleted {
  readonly type: 'cloudwatch.AlarmDeleted';
  readonly alarmName: string;
  readonly alarm: Alarm;
}

export interface AlarmStateChanged {
  readonly type: 'cloudwatch.AlarmStateChanged';
  readonly alarmName: string;
  readonly from: AlarmStateValue;
  readonly to: AlarmStateValue;
  readonly reason: string;
  readonly reasonData: string;
  /** Its actions are held back. */
  readonly suppression?: Suppression;
}

/** The actions of a composite alarm are held back, or no longer; its state stays. */
export interface SuppressionChanged {
  readonly type: 'cloudwatch.SuppressionChanged';
  readonly alarmName: string;
  readonly suppression?: Suppression;
}

/** SetAlarmState with the state the alarm has already: reason and time change, nothing else. */
export interface AlarmReasonSet {
  readonly type: 'cloudwatch.AlarmReasonSet';
  readonly alarmName: string;
  readonly reason: string;
  readonly reasonData: string;
}

export interface AlarmActionsSwitched {
  readonly type: 'cloudwatch.AlarmActionsSwitched';
  readonly alarmName: string;
  readonly enabled: boolean;
}

/** An action of an alarm ran. The journal and the alarm's history show it, and a topic hears of it. */
export interface ActionRan {
  readonly type: 'cloudwatch.ActionRan';
  readonly alarmName: string;
  readonly actionArn: string;
  /** The state that the alarm had before. */
  readonly from: AlarmStateValue;
}

export type CloudWatchFact =
  | DatapointsRecorded
  | AlarmPut
  | AlarmDeleted
  | AlarmStateChanged
  | AlarmReasonSet
  | SuppressionChanged
  | AlarmActionsSwitched
  | ActionRan;

export type CloudWatchWake = { readonly service: 'cloudwatch'; readonly alarmName: string } & (
  | { readonly type: 'evaluateAlarm'; readonly schedule: string }
  | { readonly type: 'endSuppression'; readonly until: Instant }
);

export const initialCloudWatch = (): CloudWatchState => ({
  alarms: new Map(),
  metrics: createMetricStore(),
  history: [],
});

/** Folds a fact into the state. */
export function apply(world: World, fact: CloudWatchFact, at: Instant): void {
  const state = world.cloudwatch;
  if (fact.type === 'cloudwatch.DatapointsRecorded') {
    for (const datapoint of fact.datapoints) recordDatapoint(state.metrics, datapoint, at);
    return;
  }
  const before = state.alarms.get(fact.alarmName);
  if (fact.type === 'cloudwatch.AlarmDeleted') state.alarms.delete(fact.alarmName);
  else {
    const next = alarmAfter(before, fact, at);
    if (next !== undefined) state.alarms.set(fact.alarmName, next);
  }
  if (fact.type === 'cloudwatch.AlarmPut' || fact.type === 'cloudwatch.AlarmDeleted') keepEnoughData(world);
  recordHistory(state.history, fact, before, at);
}

type AlarmFact = Exclude<CloudWatchFact, DatapointsRecorded | AlarmDeleted>;

function alarmAfter(before: Alarm | undefined, fact: AlarmFact, at: Instant): Alarm | undefined {
  if (fact.type === 'cloudwatch.AlarmPut') {
    const { configuration, schedule } = fact;
    const kept = before ?? {
      stateValue: 'INSUFFICIENT_DATA',
      stateReason: 'Unchecked: Initial alarm creation',
      stateUpdatedAt: at,
      stateTransitionedAt: at,
    };
    // Tags are set when an alarm is created; an update ignores them. Source: API-PMA (D).
    const tags = before?.configuration.tags ?? configuration.tags;
    const alarm = {
      ...kept,
      configuration: { ...configuration, tags },
      schedule,
      configurationUpdatedAt: at,
      ...(before !== undefined && {
        before: { configuration: before.configuration, configurationUpdatedAt: before.configurationUpdatedAt },
      }),
    };
    // Another suppressor discards the period that runs.
    return suppressorName(before?.configuration) === suppressorName(configuration) ? alarm : withSuppression(alarm);
  }
  if (before === undefined) return undefined;
  switch (fact.type) {
    case 'cloudwatch.AlarmStateChanged': {
      const turned = {
        ...before,
        previous: stateOf(before),
        stateValue: fact.to,
        stateReason: fact.reason,
        stateReasonData: fact.reasonData,
        stateUpdatedAt: at,
        stateTransitionedAt: at,
      };
      return withSuppression(turned, fact.suppression);
    }
    case 'cloudwatch.SuppressionChanged':
      return withSuppression({ ...before, previous: stateOf(before), stateUpdatedAt: at }, fact.suppression);
    case 'cloudwatch.AlarmReasonSet':
      return { ...before, stateReason: fact.reason, stateReasonData: fact.reasonData, stateUpdatedAt: at };
    case 'cloudwatch.AlarmActionsSwitched':
      return { ...before, configuration: { ...before.configuration, actionsEnabled: fact.enabled } };
    case 'cloudwatch.ActionRan':
      return before;
    default:
      return fact satisfies never;
  }
}

function withSuppression(alarm: Alarm, suppression?: Suppression): Alarm {
  const { suppression: before, ...rest } = alarm;
  if (suppression === undefined) return before === undefined ? alarm : rest;
  return { ...rest, suppression };
}

function stateOf({ stateValue, stateReason, stateReasonData, stateUpdatedAt, suppression }: Alarm): PreviousState {
  return {
    stateValue,
    stateReason,
    stateUpdatedAt,
    ...(stateReasonData !== undefined && { stateReasonData }),
    ...(suppression !== undefined && { suppression }),
  };
}

const suppressorName = (it: AlarmConfiguration | undefined): string | undefined =>
  it?.type === 'composite' ? it.suppressor?.nameOrArn : undefined;

/** Samples are kept as long as the longest evaluation range of any alarm needs them. */
function keepEnoughData({ cloudwatch, assumptions }: World): void {
  const configurations = [...cloudwatch.alarms.values()].map(({ configuration }) => configuration);
  cloudwatch.metrics.retainMs = Math.max(RETAIN_MS, ...configurations.map((it) => retainFor(it, assumptions)));
}
