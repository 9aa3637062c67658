/** Gates on response lines: a log group of their own, a filter over it, an alarm that waits for the filter. */
import { type Changes, type Json, ref } from '../judged.fixture.ts';

export const COUNT: Json = {
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
};
export const FAILED = '{ $.statusCode >= 500 }';
export const LOGS =
  "process.stdout.write(JSON.stringify({ statusCode: 500 }) + '\\n'); return { statusCode: 500, body: 'broken' };";
export const LOGS_BY_CONSOLE = "console.log({ statusCode: 500 }); return { statusCode: 500, body: 'broken' };";

export interface Lines {
  readonly pattern?: unknown;
  readonly logging?: Json;
  readonly group?: unknown;
  readonly transformation?: Json;
  readonly watched?: Json;
}

export function onLines({
  pattern = FAILED,
  logging = {},
  group = ref('Group'),
  transformation = {},
  watched = {},
}: Lines = {}): Changes {
  const MetricTransformations = [
    { MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1', ...transformation },
  ];
  return {
    list: { LoggingConfig: { LogGroup: ref('Group'), ...logging } },
    preference: { Alarms: [ref('Lines')] },
    resources: {
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/shop/list' } },
      Other: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/shop-list' } },
      Filter: {
        Type: 'AWS::Logs::MetricFilter',
        Properties: { LogGroupName: group, FilterPattern: pattern, MetricTransformations },
      },
      Lines: {
        Type: 'AWS::CloudWatch::Alarm',
        DependsOn: 'Filter',
        Properties: {
          ...COUNT,
          Namespace: 'Shop',
          MetricName: 'Failed',
          TreatMissingData: 'notBreaching',
          ...watched,
        },
      },
    },
  };
}
