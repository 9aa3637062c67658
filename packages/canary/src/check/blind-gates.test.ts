/** Rehearsals: a fault that a good gate stops goes through the gates that rules call blind, and good releases are stopped. */
import { expect, test } from '@jest/globals';
import { arrivals, createCloud, packageFiles } from '@unicorns/cloud';
import {
  alarm,
  type Changes,
  dimensions,
  findingsOf,
  type Json,
  ref,
  sub,
  templateOf,
  VERSION,
} from './judged.fixture.ts';

const code = (body: string) =>
  packageFiles(new Map([['index.mjs', new TextEncoder().encode(`export const handler = async () => { ${body} };`)]]));
const EVENTS = { Get: { Type: 'Api', Properties: { Path: '/', Method: 'get' } } };
const GOOD = code("return { statusCode: 200, body: 'ok' };");

/** Deploys good code, then the fault under 120 requests a minute; says how the second deployment ended. */
async function release(changes: Changes, fault: string): Promise<string> {
  const cloud = await createCloud({ workers: 1 });
  try {
    const template = templateOf({ ...changes, list: { CodeUri: 'code', Events: EVENTS, ...changes.list } });
    const deployment = { stackName: 'shop', template, fileName: 'template.yaml' };
    const { stack } = await cloud.deploy({ ...deployment, packageCode: () => GOOD });
    const api = [...stack.resources.values()].find(({ type }) => type === 'AWS::ApiGateway::RestApi');
    cloud.send({
      apiId: api?.physicalId ?? '',
      stage: 'Prod',
      request: () => ({ method: 'GET', path: '/', headers: {}, query: {} }),
      arrivesAt: arrivals([{ minute: 0, requestsPerMinute: 120 }], cloud.now, undefined),
    });
    return (await cloud.deploy({ ...deployment, packageCode: () => code(fault) })).type;
  } finally {
    await cloud.close();
  }
}

const WELL = "return { statusCode: 200, body: 'better' };";
const THROWS = "throw new Error('broken');";
const ANSWERS = "return { statusCode: 500, body: 'broken' };";
const RARELY_THROWS = "if (Math.random() < 0.01) throw new Error('broken'); return { statusCode: 200, body: 'ok' };";
const OFTEN_THROWS = "if (Math.random() < 0.5) throw new Error('broken'); return { statusCode: 200, body: 'ok' };";
const IS_SLOW = "await new Promise((done) => setTimeout(done, 2_000)); return { statusCode: 200, body: 'late' };";
const LOGS =
  "process.stdout.write(JSON.stringify({ statusCode: 500 }) + '\\n'); return { statusCode: 500, body: 'broken' };";
const LOGS_BY_CONSOLE = "console.log({ statusCode: 500 }); return { statusCode: 500, body: 'broken' };";
const list = { FunctionName: ref('List'), Resource: sub('${List}:live') };

/** A gate on response lines: a log group of its own, a filter over it, an alarm that waits for the filter. */
function onLines(pattern: unknown, logging: Json = {}, group: unknown = ref('Group'), MetricName = 'Failed'): Changes {
  const MetricTransformations = [{ MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1' }];
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
        Properties: { ...COUNT, Namespace: 'Shop', MetricName, TreatMissingData: 'notBreaching' },
      },
    },
  };
}
const COUNT = {
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
};
const FAILED = '{ $.statusCode >= 500 }';

test.each<[string, Changes, code: string, string]>([
  ['that throws', {}, THROWS, 'rolledBack'],
  ['that logs its errors', onLines(FAILED), LOGS, 'rolledBack'],
  ['that is well', {}, WELL, 'updated'],
])('a good gate knows a release %s', async (_, changes, candidate, outcome) => {
  expect(await release(changes, candidate)).toBe(outcome);
});

/** A composite alarm that wants two at once, of which one is blind. */
const OF_BOTH: Changes = {
  preference: { Alarms: [ref('Both')] },
  resources: {
    Blind: alarm({ AlarmName: 'blind', Dimensions: dimensions({ Resource: sub('${List}:live') }) }),
    Both: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: { AlarmName: 'both', AlarmRule: sub('ALARM("${Alarm}") AND ALARM("${Blind}")') },
    },
  },
};
const named = onLines(FAILED, {}, ref('Other'));

test.each<[rule: string, Changes, fault: string]>([
  [
    'dimension-set',
    { alarm: { Dimensions: dimensions({ Resource: sub('${List}:live'), ExecutedVersion: VERSION }) } },
    THROWS,
  ],
  ['dimension-value', { alarm: { Dimensions: dimensions({ ...list, ExecutedVersion: ref('List.Version') }) } }, THROWS],
  ['fixed-version', { alarm: { Dimensions: dimensions({ ...list, ExecutedVersion: '1' }) } }, THROWS],
  ['metric-name', { alarm: { MetricName: 'Error' } }, THROWS],
  ['metric-namespace', { alarm: { Namespace: 'AWS/lambda' } }, THROWS],
  ['unit-mismatch', { alarm: { Unit: 'Percent' } }, THROWS],
  ['evaluation-outlasts-bake', { alarm: { EvaluationPeriods: 6 } }, THROWS],
  ['shifts-nothing', { preference: { Type: 'AllAtOnce' } }, THROWS],
  ['threshold-never-crossed', { alarm: { Statistic: 'Average', Threshold: 1 } }, THROWS],
  ['mixes-versions', { alarm: { Dimensions: dimensions(list), Statistic: 'Average', Threshold: 0.5 } }, THROWS],
  ['needs-several-periods', { alarm: { EvaluationPeriods: 2 } }, RARELY_THROWS],
  ['statistic-misfit', { alarm: { Statistic: 'Minimum' } }, OFTEN_THROWS],
  [
    'thin-percentile',
    {
      alarm: {
        MetricName: 'Duration',
        Statistic: null,
        ExtendedStatistic: 'p99',
        EvaluateLowSampleCountPercentile: 'ignore',
        Threshold: 1_000,
      },
    },
    IS_SLOW,
  ],
  ['invisible-answers', {}, ANSWERS],
  ['invisible-crashes', onLines(FAILED), THROWS],
  ['filter-cannot-match', onLines('{ $.statusCode >= 500 && $.statusCode < 500 }'), LOGS],
  ['filter-nested-field', onLines(FAILED, { LogFormat: 'JSON' }), LOGS_BY_CONSOLE],
  ['log-level', onLines(FAILED, { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' }), LOGS],
  ['filter-other-group', { ...named, list: { ...named.list, FunctionName: 'shop-list' } }, LOGS],
  ['filter-optional-terms', onLines('?statusCode ERROR'), LOGS],
  ['unpublished-metric', onLines(FAILED, {}, undefined, 'failed'), LOGS],
  ['threshold-needs-traffic', { alarm: { Threshold: 15 } }, THROWS],
  ['no-gate', { preference: { Alarms: null } }, THROWS],
  ['dimension-set', OF_BOTH, THROWS],
])('a fault goes through what %s finds', async (rule, changes, fault) => {
  expect(rulesOf(changes)).toContain(rule);
  expect(await release(changes, fault)).toBe('updated');
});

const rulesOf = (changes: Changes) =>
  findingsOf(templateOf({ ...changes, list: { Events: EVENTS, ...changes.list } })).map((it) => it.rule);

test.each<[rule: string, Changes]>([
  ['silence-breaches', { alarm: { TreatMissingData: 'breaching' } }],
  ['threshold-always-crossed', { alarm: { ComparisonOperator: 'GreaterThanOrEqualToThreshold' } }],
  ['traffic-can-stop', { alarm: { MetricName: 'Invocations', Threshold: 5 } }],
])('a good release is stopped by what %s finds', async (rule, changes) => {
  expect(rulesOf(changes)).toContain(rule);
  expect(await release(changes, WELL)).toBe('rolledBack');
});
