/** CloudWatch alone on a timeline, for tests. */
import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { DEFAULT_ASSUMPTIONS, type Assumptions } from '../../assumptions.ts';
import type { Effect, Fact, Wake } from '../../effects.ts';
import { Instant, isoTime, MINUTE, SECOND } from '../../instant.ts';
import { createRandom } from '../../random.ts';
import { ROOT } from '../../contract.ts';
import { Timeline } from '../../timeline.ts';
import type { World } from '../../world-state.ts';
import { initialCloudWatch, service } from './index.ts';
import type { CloudWatchFact, CloudWatchWake, Datapoint } from './state.ts';

export const START = Instant(Date.parse('2026-03-02T12:00:00Z'));
export const SECOND_OF_ALARM = 4;

const FIXED_SECOND: Assumptions = {
  ...DEFAULT_ASSUMPTIONS,
  delays: { ...DEFAULT_ASSUMPTIONS.delays, alarmSecond: SECOND_OF_ALARM },
};

export class Cloud {
  readonly timeline = new Timeline<Wake>(START);
  readonly facts: { readonly at: Instant; readonly fact: Fact }[] = [];
  readonly world: World;

  constructor(assumptions = FIXED_SECOND) {
    const own = { random: createRandom(1), assumptions, cloudwatch: initialCloudWatch() };
    // The other services' rooms stay empty: nothing in CloudWatch looks into them.
    this.world = {
      region: 'eu-west-1',
      accountId: '123456789012',
      partition: 'aws',
      applied: 0,
      ...own,
    } as unknown as World;
  }

  call(operation: string, input: object): Record<string, unknown> {
    const run = service.operations[operation];
    if (run === undefined) throw new Error(`no operation ${operation}`);
    const context = { principal: ROOT, requestId: `request-${this.facts.length}`, now: this.timeline.now };
    run.resource(this.world, input as never, context);
    const answer = run.run(this.world, input as never, context);
    this.#perform(answer.effects);
    return 'output' in answer ? (answer.output as Record<string, unknown>) : {};
  }

  record(seconds: number, value = 1, more: Partial<Datapoint> = {}): void {
    const at = Instant(START + seconds * SECOND);
    const visibleAt = Instant(Math.floor(at / MINUTE) * MINUTE + MINUTE + 45 * SECOND);
    const dimensions = [{ name: 'Version', value: '7' }];
    const datapoint = { namespace: 'Shop', metricName: 'Faults', dimensions, at, visibleAt, value, ...more };
    this.#perform([{ type: 'cloudwatch.DatapointsRecorded', datapoints: [datapoint] }]);
  }

  advanceTo(seconds: number): void {
    const until = START + seconds * SECOND;
    while ((this.timeline.nextDue ?? Number.POSITIVE_INFINITY) <= until) {
      const wake = this.timeline.take() as CloudWatchWake;
      this.#perform(service.wake?.(this.world, wake as never, this.timeline.now) ?? []);
    }
    this.timeline.moveTo(Instant(until));
  }

  /** `12:02:04 OK → ALARM` for every change so far. */
  get changes(): readonly string[] {
    return this.facts.flatMap(({ at, fact }) =>
      fact.type === 'cloudwatch.AlarmStateChanged'
        ? [`${isoTime(at).slice(11, 19)} ${fact.alarmName} ${fact.from} → ${fact.to}`]
        : [],
    );
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'wake') this.timeline.schedule(effect.at, effect.wake);
      else if (effect.type !== 'call') this.#apply(effect);
    }
  }

  #apply(fact: Fact): void {
    const { now } = this.timeline;
    service.apply(this.world, fact as CloudWatchFact as never, now);
    this.facts.push({ at: now, fact });
    const react = service.reactions?.[fact.type] as
      | ((world: World, it: Fact, at: Instant) => readonly Effect[])
      | undefined;
    if (react) this.#perform(react(this.world, fact, now));
  }
}

export const FAULTS: PutMetricAlarmInput = {
  AlarmName: 'faults',
  Namespace: 'Shop',
  MetricName: 'Faults',
  Dimensions: [{ Name: 'Version', Value: '7' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
};

export const put = (cloud: Cloud, more: Partial<PutMetricAlarmInput> = {}): unknown =>
  cloud.call('PutMetricAlarm', { ...FAULTS, ...more });
export const described = (cloud: Cloud, name = 'faults') =>
  (cloud.call('DescribeAlarms', { AlarmNames: [name] })['MetricAlarms'] as object[])[0];

const stat = (Id: string, MetricName: string) => ({
  Id,
  ReturnData: false,
  MetricStat: {
    Metric: { Namespace: 'Shop', MetricName, Dimensions: [{ Name: 'Version', Value: '7' }] },
    Period: 60,
    Stat: 'Sum',
  },
});

export const RATE: PutMetricAlarmInput = {
  AlarmName: 'rate',
  Metrics: [
    stat('faults', 'Faults'),
    stat('all', 'Requests'),
    { Id: 'rate', Expression: '100 * faults / all', ReturnData: true },
  ],
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
};
