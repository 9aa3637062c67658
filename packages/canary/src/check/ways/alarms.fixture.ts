/** Ways in which an alarm's name, time, threshold, statistic or silence is wrong. */
import {
  alarm,
  type Changes,
  dimensions,
  type Json,
  NEW_VERSION,
  ref,
  sub,
  VERSION,
  versioned,
} from '../judged.fixture.ts';
import { onFilter } from '../rules/filtered.fixture.ts';
import { way, type Ways } from './way.fixture.ts';

const of = (changes: Json, preference: Json = {}): Changes => ({ alarm: changes, preference });
const MIXED = dimensions({ FunctionName: ref('List'), Resource: sub('${List}:live') });
const OWN: Json = { Namespace: 'Shop', MetricName: 'Failed', Dimensions: null };
const API: Json = { Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Dimensions: dimensions({ ApiName: 'a' }) };
const DURATION: Json = { MetricName: 'Duration', Statistic: 'Maximum' };
const percentile = (ExtendedStatistic: string, more: Json = {}): Json => ({
  MetricName: 'Duration',
  Statistic: null,
  ExtendedStatistic,
  ...more,
});
const suppressed = (periods: Json): Changes => ({
  resources: {
    Both: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: { AlarmRule: 'ALARM(a)', ActionsSuppressor: ref('Alarm'), ...periods },
    },
  },
});
const LINEAR = { Type: 'Linear10PercentEvery1Minute' };
const Hook: Json = {
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs24.x' },
};
const configuration = (CanaryPercentage: number): Json => ({
  Half: {
    Type: 'AWS::CodeDeploy::DeploymentConfig',
    Properties: {
      ComputePlatform: 'Lambda',
      TrafficRoutingConfig: { Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage, CanaryInterval: 5 } },
    },
  },
});
const rate = (Expression: string, Dimensions: readonly Json[], Threshold: number, more: Json = {}): Changes => {
  const stat = (Id: string, MetricName: string): Json => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 60, Stat: 'Sum', ...more },
  });
  const single = ['Namespace', 'MetricName', 'Dimensions', 'Statistic', 'Period'];
  return of({
    ...Object.fromEntries(single.map((it) => [it, null])),
    Metrics: [stat('errors', 'Errors'), stat('invocations', 'Invocations'), { Id: 'rate', Expression }],
    Threshold,
  });
};
const made = (transformation: Json, watched: Json): Changes =>
  onFilter(
    { MetricTransformations: [{ MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1', ...transformation }] },
    { alarm: watched },
  );
const misfit = (name: string, Statistic: string, says: string, good: string, more: Json = {}) =>
  way(
    `${Statistic} of ${name}`,
    of({ ...more, MetricName: name, Statistic }),
    says,
    of({ ...more, MetricName: name, Statistic: good }),
  );

export const alarmWays: Ways = {
  'mixes-versions': [
    way('the alias', of({ Dimensions: MIXED }), 'Errors is not that of one version', of({})),
    way(
      'the function',
      of({ Dimensions: dimensions({ FunctionName: ref('List') }) }),
      'not that of one version',
      of({}),
    ),
    way(
      'an API',
      of(API),
      'knows no versions: the alarm hears both',
      of({ ...API, Namespace: 'Shop', MetricName: versioned('Failed-${V}') }),
      'note',
    ),
    way(
      'a filter that does not ask for the version',
      onFilter({}),
      'Failed is not that of one',
      onFilter({ FilterPattern: versioned('{ $.status >= 500 && $.version = "${V}" }') }),
    ),
    way(
      'an expression',
      rate('errors / invocations', MIXED, 0.5),
      'not that of one',
      rate('errors / invocations', NEW_VERSION, 0.5),
    ),
  ],
  'alarm-name-survives': [
    way(
      'a fixed name',
      of({ AlarmName: 'errors' }),
      'AlarmName "errors" is the same',
      of({ AlarmName: versioned('errors-${V}') }),
    ),
    way(
      'the stack’s name',
      of({ AlarmName: sub('${AWS::StackName}-errors') }),
      'is the same for every version',
      of({ AlarmName: versioned('${AWS::StackName}-${V}') }),
    ),
    way(
      'a made-up name',
      of({ AlarmName: null }),
      'CloudFormation makes up',
      of({ AlarmName: { 'Fn::Join': ['-', ['errors', VERSION]] } }),
    ),
  ],
  'stages-share-metric': [
    way(
      'one text for all',
      of(OWN),
      'Shop Failed is the same metric in every stack',
      of({ ...OWN, Namespace: sub('${AWS::StackName}') }),
    ),
    way(
      'a text and the version',
      of({ ...OWN, MetricName: versioned('Failed-${V}') }),
      'the same metric in every stack',
      {
        alarm: OWN,
        list: { FunctionName: 'there-only-once' },
      },
    ),
  ],
  'evaluation-outlasts-bake': [
    way(
      'six minutes of five',
      of({ EvaluationPeriods: 6 }),
      '6 periods of 60 s are more than 5 minutes',
      of({ EvaluationPeriods: 5 }),
    ),
    way(
      'M of N',
      of({ EvaluationPeriods: 10, DatapointsToAlarm: 6 }),
      '6 of 10 periods',
      of({ EvaluationPeriods: 10, DatapointsToAlarm: 5 }),
    ),
    way(
      'long periods',
      of({ Period: 300, EvaluationPeriods: 3 }),
      '3 periods of 300 s',
      of({ Period: 300, EvaluationPeriods: 3 }, { Type: 'Canary10Percent30Minutes' }),
    ),
    way(
      'a linear shift',
      of({ EvaluationPeriods: 11 }, LINEAR),
      'takes 9 minutes',
      of({ EvaluationPeriods: 9 }, LINEAR),
    ),
    way(
      'a linear shift, by an assumption',
      of({ EvaluationPeriods: 10 }, LINEAR),
      'assumption linear-intervals',
      of({ EvaluationPeriods: 9 }, LINEAR),
      'warning',
    ),
    way(
      'with a post-traffic hook',
      { alarm: { EvaluationPeriods: 6 }, preference: { Hooks: { PostTraffic: ref('Hook') } }, resources: { Hook } },
      '6 periods',
      { alarm: { EvaluationPeriods: 5 }, preference: { Hooks: { PostTraffic: ref('Hook') } }, resources: { Hook } },
      'warning',
    ),
  ],
  'bake-too-short': [
    way(
      'four minutes of five',
      of({ EvaluationPeriods: 4 }),
      'Detection takes up to 6 minutes',
      of({ EvaluationPeriods: 3 }),
    ),
    way(
      'one period of five minutes',
      of({ Period: 300 }),
      'up to 7 minutes',
      of({ Period: 300 }, { Type: 'Canary10Percent10Minutes' }),
    ),
  ],
  'needs-several-periods': [
    way(
      'N of N',
      of({ EvaluationPeriods: 2 }),
      'Each of 2 periods',
      of({ EvaluationPeriods: 2, DatapointsToAlarm: 1 }),
    ),
    way(
      'M of N',
      of({ EvaluationPeriods: 3, DatapointsToAlarm: 2 }),
      '2 of 3 periods',
      of({ EvaluationPeriods: 3, DatapointsToAlarm: 1 }),
    ),
  ],
  'threshold-never-crossed': [
    way(
      'a rate of more than all',
      of({ Statistic: 'Average', Threshold: 1 }),
      'it reaches 1',
      of({ Statistic: 'Average', Threshold: 0.5 }),
    ),
    way(
      'a percentage of a ratio',
      of({ Statistic: 'Average', Threshold: 5 }),
      'The threshold is 5',
      rate('100 * errors / invocations', NEW_VERSION, 5),
    ),
    way(
      'a share that the canary does not have',
      of({ Statistic: 'Average', Threshold: 0.2, Dimensions: MIXED }),
      'it reaches 0.1',
      of({ Statistic: 'Average', Threshold: 0.05, Dimensions: MIXED }),
      'warning',
    ),
    way(
      'the same by an expression',
      rate('errors / invocations', MIXED, 0.2),
      'it reaches 0.1',
      rate('errors / invocations', NEW_VERSION, 0.2),
      'warning',
    ),
    way(
      'slower than the time-out',
      of({ ...DURATION, Threshold: 10_000 }),
      'time-out of 10000 ms',
      of({ ...DURATION, Threshold: 9_000 }),
    ),
    way(
      'a median of both versions',
      of(percentile('p50', { Threshold: 900, Dimensions: MIXED })),
      'still that of the old one',
      of(percentile('p95', { Threshold: 900, Dimensions: MIXED })),
      'warning',
    ),
    way(
      'an expression that only some fault crosses',
      rate('IF(errors > invocations, 1, 0)', NEW_VERSION, 0),
      'reaches 0',
      rate('IF(errors < invocations, errors, 0)', NEW_VERSION, 0),
      'warning',
    ),
  ],
  'threshold-always-crossed': [
    way(
      'at least none',
      of({ ComparisonOperator: 'GreaterThanOrEqualToThreshold' }),
      'GreaterThanOrEqualToThreshold 0',
      of({ ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1 }),
    ),
    way(
      'fewer than one',
      of({ ComparisonOperator: 'LessThanThreshold', Threshold: 1 }),
      'LessThanThreshold 1',
      of({ MetricName: 'Invocations', ComparisonOperator: 'LessThanThreshold', Threshold: 1 }),
    ),
    way(
      'zeros of a filter',
      made({ DefaultValue: 0 }, { ComparisonOperator: 'GreaterThanOrEqualToThreshold' }),
      'still breaches',
      made({}, { ComparisonOperator: 'GreaterThanOrEqualToThreshold' }),
    ),
    way(
      'a success rate that is never above',
      rate('100 - 100 * errors / invocations', NEW_VERSION, 90),
      'still breaches',
      rate('100 * errors / invocations', NEW_VERSION, 90),
    ),
  ],
  'threshold-needs-traffic': [
    way('eleven errors a minute of a tenth', of({ Threshold: 10 }), 'at least 101 requests a minute', {
      ...of({ Threshold: 10 }, { Type: ref('Half') }),
      resources: configuration(50),
    }),
  ],
  'statistic-misfit': [
    misfit('Errors', 'SampleCount', 'counts requests, failed or not', 'Sum'),
    misfit('Errors', 'Minimum', 'as long as one request', 'Maximum'),
    misfit('Throttles', 'SampleCount', 'throttled or not', 'Sum'),
    misfit('Invocations', 'Average', 'is always 1', 'Sum'),
    misfit('Invocations', 'Maximum', 'is always 1', 'Sum'),
    misfit('Invocations', 'Minimum', 'is always 1', 'Sum'),
    misfit('Duration', 'Sum', 'grows with traffic', 'Average'),
    misfit('Duration', 'SampleCount', 'counts requests', 'Average'),
    misfit('Duration', 'Minimum', 'the fastest request', 'Maximum'),
    ...['5XXError', '4XXError', '5xx', '4xx'].flatMap((name) => [
      misfit(name, 'SampleCount', 'failed or not', 'Sum', API),
      misfit(name, 'Minimum', 'as long as one request', 'Average', API),
    ]),
    misfit('Latency', 'Sum', 'grows with traffic', 'Average', API),
    misfit('Latency', 'SampleCount', 'counts requests', 'Maximum', API),
    misfit('ConcurrentExecutions', 'Sum', 'one and the same execution', 'Maximum'),
    misfit('ConcurrentExecutions', 'SampleCount', 'counts samples', 'Maximum'),
    way(
      'matches and quiet minutes of a filter',
      made({ DefaultValue: 0 }, { Statistic: 'SampleCount' }),
      'quiet minutes',
      made({}, { Statistic: 'SampleCount' }),
    ),
  ],
  'period-below-resolution': [
    way('of a metric of AWS', of({ Period: 10 }), 'The period is 10 s', of({ ...OWN, Period: 10 })),
    way('of a filter', made({}, { Period: 30 }), 'The period is 30 s', made({}, { Period: 30, MetricName: 'Orders' })),
    way(
      'inside an expression',
      rate('errors', NEW_VERSION, 0, { Period: 20 }),
      'The period is 20 s',
      rate('errors', NEW_VERSION, 0, { Period: 60 }),
    ),
  ],
  'unit-mismatch': [
    way('a share of a count', of({ Unit: 'Percent' }), 'published in Count', of({ Unit: 'Count' })),
    way(
      'seconds',
      of({ ...DURATION, Unit: 'Seconds' }),
      'published in Milliseconds',
      of({ ...DURATION, Unit: 'Milliseconds' }),
    ),
    way(
      'inside an expression',
      rate('errors', NEW_VERSION, 0, { Unit: 'None' }),
      'asks for None',
      rate('errors', NEW_VERSION, 0, { Unit: 'Count' }),
    ),
  ],
  'thin-percentile': [
    way(
      'evaluated',
      of(percentile('p99')),
      'p99 needs 1000 samples in 60 s',
      of(percentile('p99'), { Type: 'AllAtOnce' }),
      'note',
    ),
    way(
      'ignored',
      of(percentile('p99', { EvaluateLowSampleCountPercentile: 'ignore' })),
      '10000 requests a minute at 10 %',
      of(percentile('tm90', { EvaluateLowSampleCountPercentile: 'ignore' })),
    ),
  ],
  'silence-breaches': [
    way(
      'of the new version',
      of({ TreatMissingData: 'breaching' }),
      'none before its first request',
      of({ TreatMissingData: 'breaching', Dimensions: MIXED }),
    ),
  ],
  'silence-holds': [
    way(
      'of what only faults publish',
      of({ ...OWN, TreatMissingData: 'ignore', AlarmName: 'errors' }),
      'nothing brings the alarm back',
      of({ ...OWN, TreatMissingData: 'ignore' }),
    ),
    way(
      'of every request',
      of({ TreatMissingData: 'ignore', AlarmName: 'errors' }),
      'nothing but a good request',
      of({ TreatMissingData: 'missing', AlarmName: 'errors' }),
      'note',
    ),
  ],
  'silence-hides': [
    way(
      'and is fine',
      of({ MetricName: 'Invocations', ComparisonOperator: 'LessThanThreshold', Threshold: 1 }),
      'takes none at all for good',
      of({
        MetricName: 'Invocations',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      }),
    ),
    way(
      'and is no news',
      of({ MetricName: 'Invocations', ComparisonOperator: 'LessThanThreshold', Threshold: 1, TreatMissingData: null }),
      'no news',
      of({ MetricName: 'Invocations', TreatMissingData: null }),
    ),
  ],
  'traffic-can-stop': [
    way('invocations', of({ MetricName: 'Invocations', Threshold: 50 }), 'crosses 50 at', of({ Threshold: 50 })),
    way(
      'requests of the API',
      of({ ...API, MetricName: 'Count', Threshold: 50 }),
      'Sum of Count crosses 50 at 51',
      of({ ...API, Threshold: 50 }),
    ),
  ],
  'anomaly-gate': [
    way(
      'a band',
      of({ ThresholdMetricId: 'band', Threshold: null, ComparisonOperator: 'GreaterThanUpperThreshold' }),
      'anomaly detection band',
      of({}),
    ),
    way(
      'an expression',
      rate('ANOMALY_DETECTION_BAND(errors, 2)', NEW_VERSION, 0),
      'anomaly detection band',
      rate('errors * 2', NEW_VERSION, 0),
    ),
  ],
  'alarm-refused': [
    way(
      'M above N',
      of({ DatapointsToAlarm: 2 }),
      'less than or equal to EvaluationPeriods',
      of({ DatapointsToAlarm: 1 }),
    ),
    way('a period of 45 s', of({ Period: 45 }), 'multiple of 60', of({ Period: 30 })),
    way(
      'longer than a day',
      of({ Period: 300, EvaluationPeriods: 289 }),
      'more than a day',
      of({ Period: 300, EvaluationPeriods: 288 }),
    ),
    way(
      'two statistics',
      of({ ExtendedStatistic: 'p99' }),
      'ExtendedStatistic',
      of({ Statistic: null, ExtendedStatistic: 'p99' }),
    ),
    way('an operator that is none', of({ ComparisonOperator: 'GreaterThan' }), 'comparisonOperator', of({})),
    way(
      'a search',
      rate("SUM(SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum', 60))", NEW_VERSION, 0),
      'SEARCH is not supported',
      rate('SUM([errors, invocations])', NEW_VERSION, 0),
    ),
    way('a scalar', rate('SUM(errors)', NEW_VERSION, 0), 'gives a scalar', rate('errors', NEW_VERSION, 0), 'warning'),
    way(
      'a composite alarm without a parenthesis',
      { resources: { Both: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'ALARM(a' } } } },
      'does not follow the grammar',
      { resources: { Both: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'ALARM(a)' } } } },
    ),
    way(
      'a suppressor without an extension',
      suppressed({ ActionsSuppressorWaitPeriod: 60 }),
      'without ActionsSuppressorExtensionPeriod',
      suppressed({ ActionsSuppressorWaitPeriod: 60, ActionsSuppressorExtensionPeriod: 60 }),
    ),
  ],
  'too-many-alarms': [
    way('eleven', listed(11), '11 alarms guard List', listed(10)),
    way(
      'one twice',
      { ...listed(3), preference: { Alarms: [ref('Alarm1'), ref('Alarm1')] } },
      '"alarm-1" is there twice',
      listed(2),
    ),
    way(
      'one twice, by Globals',
      { template: { Globals: { Function: { DeploymentPreference: { Alarms: [ref('Alarm')] } } } } },
      'is there twice',
      { ...listed(2), template: { Globals: { Function: { DeploymentPreference: { Alarms: [ref('Alarm')] } } } } },
    ),
  ],
  'alarm-by-logical-id': [
    way('an alarm', { preference: { Alarms: ['Alarm'] } }, '"Alarm": the text of a logical id', {
      preference: { Alarms: ['Alarm'] },
      alarm: { AlarmName: 'Alarm' },
    }),
    way(
      'a composite alarm',
      {
        preference: { Alarms: ['Both'] },
        resources: { Both: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'ALARM(a)' } } },
      },
      '"Both"',
      {
        preference: { Alarms: [ref('Both')] },
        resources: { Both: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'ALARM(a)' } } },
      },
    ),
  ],
};

function listed(count: number): Changes {
  const names = Array.from({ length: count }, (_, i) => `Alarm${i}`);
  return {
    preference: { Alarms: names.map(ref) },
    resources: Object.fromEntries(names.map((name, i) => [name, alarm({ AlarmName: `alarm-${i}` })])),
  };
}
