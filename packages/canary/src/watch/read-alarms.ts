import type { CompositeAlarm, MetricAlarm, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Questions } from './questions.ts';
import { type AlarmSeen, type DeploymentSeen, isRollback } from './snapshot.ts';

/** Datapoints cost money to read, and come once a minute at most. */
const DATAPOINTS_EVERY_MS = 15_000;
/** As many periods back as may hold the newest datapoint. */
const PERIODS_BACK = 5;

type Latest = NonNullable<AlarmSeen['latest']>;

/**
 * Reads the gates of deployments: the alarms of their groups, with the newest datapoint of each. The names are read when a
 * deployment is first seen, since a rollback of the stack points the group back to the old version's alarms.
 */
export class AlarmReader {
  readonly #questions: Questions;
  readonly #namesOf = new Map<string, readonly string[]>();
  readonly #latest = new Map<string, Latest>();
  #datapointsAt = Number.NEGATIVE_INFINITY;

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /** Alarms that a rollback has deleted are left out. */
  async read(deployments: readonly DeploymentSeen[]): Promise<readonly AlarmSeen[]> {
    for (const deployment of deployments.filter((each) => !isRollback(each))) {
      if (!this.#namesOf.has(deployment.id)) this.#namesOf.set(deployment.id, await this.#gates(deployment));
    }
    // A rollback is watched by the alarms of what it rolls back.
    const names = [...new Set([...this.#namesOf.values()].flat())];
    if (names.length === 0) return [];
    const { DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
    const { account, wanted } = this.#questions;
    const command = new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] });
    const answer = await wanted('The alarms', () => account.cloudwatch.send(command));
    const { MetricAlarms: metricAlarms = [], CompositeAlarms: compositeAlarms = [] } = answer ?? {};
    const now = account.clock.now;
    if (now >= this.#datapointsAt + DATAPOINTS_EVERY_MS) {
      this.#datapointsAt = now;
      for (const alarm of metricAlarms) await this.#readLatest(alarm, now);
    }
    return [...metricAlarms, ...compositeAlarms].map((alarm) =>
      alarmSeen(alarm, this.#latest.get(alarm.AlarmName ?? '')),
    );
  }

  async #gates({ application, group }: DeploymentSeen): Promise<readonly string[]> {
    const { GetDeploymentGroupCommand } = await import('@aws-sdk/client-codedeploy');
    const command = new GetDeploymentGroupCommand({ applicationName: application, deploymentGroupName: group });
    const { account, wanted } = this.#questions;
    const answer = await wanted(`The deployment group ${group}`, () => account.codedeploy.send(command));
    const { enabled, alarms = [] } = answer?.deploymentGroupInfo?.alarmConfiguration ?? {};
    return enabled === true ? alarms.flatMap(({ name }) => name ?? []) : [];
  }

  async #readLatest(alarm: MetricAlarm, now: number): Promise<void> {
    const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
    const { AlarmName: name = '' } = alarm;
    const periodMs = 1_000 * periodSeconds(alarm);
    const command = new GetMetricDataCommand({
      MetricDataQueries: queriesOf(alarm),
      // Whole periods: CloudWatch would round the start down by itself, and the end cuts no minute that counts.
      StartTime: new Date(Math.floor(now / periodMs) * periodMs - PERIODS_BACK * periodMs),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
    });
    const { account, wanted } = this.#questions;
    const answer = await wanted(`The datapoints of ${name}`, () => account.cloudwatch.send(command));
    const { Timestamps: [at] = [], Values: [value] = [] } = answer?.MetricDataResults?.[0] ?? {};
    if (at !== undefined && value !== undefined) this.#latest.set(name, { at: at.getTime(), value });
  }
}

/** What the alarm itself watches. */
function queriesOf(alarm: MetricAlarm): MetricDataQuery[] {
  if (alarm.Metrics !== undefined && alarm.Metrics.length > 0) return alarm.Metrics;
  const { Namespace, MetricName, Dimensions = [], Unit } = alarm;
  const Metric = { Namespace, MetricName, Dimensions };
  const Stat = alarm.Statistic ?? alarm.ExtendedStatistic;
  return [{ Id: 'watched', MetricStat: { Metric, Period: periodSeconds(alarm), Stat, ...(Unit && { Unit }) } }];
}

function periodSeconds({ Period, Metrics = [] }: MetricAlarm): number {
  const periods = Metrics.map((query) => query.MetricStat?.Period ?? query.Period ?? 0);
  return Period ?? Math.max(60, ...periods);
}

function alarmSeen(alarm: MetricAlarm | CompositeAlarm, latest: Latest | undefined): AlarmSeen {
  const limit = 'AlarmRule' in alarm ? undefined : limitOf(alarm);
  const turnedAt = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return {
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? '',
    ...(turnedAt && { turnedAt: turnedAt.getTime() }),
    ...(limit !== undefined && { limit }),
    ...(latest && { latest }),
  };
}

const SIGNS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '≥',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '≤',
};

/** What a datapoint must be to breach: `> 0`. Bands of anomaly detection have no number to stand beside. */
export function limitOf({ ComparisonOperator: operator, Threshold }: MetricAlarm): string | undefined {
  const sign = SIGNS[operator ?? ''];
  return sign === undefined || Threshold === undefined ? undefined : `${sign} ${Threshold}`;
}
