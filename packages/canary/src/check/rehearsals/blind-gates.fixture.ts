/** Faults that a good gate stops and that go through the gates that rules call blind. */
import { DEFAULT_ASSUMPTIONS } from '@unicorns/cloud';
import { alarm, type Changes, dimensions, type Json, NEW_VERSION, ref, sub, versioned } from '../judged.fixture.ts';
import { LOGS, LOGS_BY_CONSOLE, onLines } from './lines.fixture.ts';
import { goesThrough, type Rehearsal, stopsGood } from './rehearsal.fixture.ts';
import { ANSWERS, release, Shop, THROWS, WELL } from './shop.fixture.ts';

const RARELY_THROWS = "if (Math.random() < 0.01) throw new Error('broken'); return { statusCode: 200, body: 'ok' };";
const OFTEN_THROWS = "if (Math.random() < 0.5) throw new Error('broken'); return { statusCode: 200, body: 'ok' };";
const IS_SLOW = "await new Promise((done) => setTimeout(done, 2_000)); return { statusCode: 200, body: 'late' };";
const LOGS_VERSION =
  "process.stdout.write(JSON.stringify({ statusCode: 200, version: process.env.AWS_LAMBDA_FUNCTION_VERSION }) + '\\n'); return { statusCode: 200, body: 'ok' };";
const LOGS_STATUS =
  "process.stdout.write(JSON.stringify({ status: 500 }) + '\\n'); return { statusCode: 500, body: '' };";
const REFUSES = "return { statusCode: 400, body: 'no such page' };";
const list = { FunctionName: ref('List'), Resource: sub('${List}:live') };
const watching = (properties: Json): Changes => ({ alarm: properties });

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
const NAMED = onLines({ group: ref('Other') });
const OTHER: Changes = {
  ...watching({ Dimensions: dimensions({ FunctionName: ref('Other') }) }),
  resources: {
    Other: {
      Type: 'AWS::Serverless::Function',
      Properties: { CodeUri: 'other', Handler: 'index.handler', Runtime: 'nodejs24.x' },
    },
  },
};
/** Good lines of the new version, of which there should be some. */
const TOO_FEW = onLines({
  pattern: versioned('{ $.statusCode = 200 && $.version = "${V}" }'),
  transformation: { MetricName: versioned('Good-${V}') },
  watched: { MetricName: versioned('Good-${V}'), ComparisonOperator: 'LessThanThreshold', Threshold: 1 },
});
const API: Json = { Namespace: 'AWS/ApiGateway', Dimensions: dimensions({ ApiName: 'shop', Stage: 'Prod' }) };
const MATCHES_BARE_JSON_ALONE = { ...DEFAULT_ASSUMPTIONS, jsonFilterMatchesTextPrefix: false };

export const WELL_GUARDED: readonly (readonly [string, () => Promise<unknown>, string])[] = [
  ['that throws', () => release({}, THROWS), 'rolledBack'],
  ['that logs its errors', () => release(onLines(), LOGS), 'rolledBack'],
  ['that is well', () => release({}, WELL), 'updated'],
];

export const blindGates: readonly Rehearsal[] = [
  goesThrough('dimension-set', watching({ Dimensions: NEW_VERSION.slice(1) }), THROWS),
  goesThrough('dimension-set', OF_BOTH, THROWS),
  goesThrough(
    'dimension-value',
    watching({ Dimensions: dimensions({ ...list, ExecutedVersion: ref('List.Version') }) }),
    THROWS,
  ),
  goesThrough('fixed-version', watching({ Dimensions: dimensions({ ...list, ExecutedVersion: '1' }) }), THROWS),
  goesThrough('other-function', OTHER, THROWS),
  goesThrough('metric-name', watching({ MetricName: 'Error' }), THROWS),
  goesThrough('metric-namespace', watching({ Namespace: 'AWS/lambda' }), THROWS),
  goesThrough('unit-mismatch', watching({ Unit: 'Percent' }), THROWS),
  goesThrough('evaluation-outlasts-bake', watching({ EvaluationPeriods: 6 }), THROWS),
  goesThrough('bake-too-short', watching({ EvaluationPeriods: 5 }), THROWS),
  goesThrough('period-below-resolution', watching({ Period: 10, EvaluationPeriods: 2 }), THROWS),
  goesThrough('shifts-nothing', { preference: { Type: 'AllAtOnce' } }, THROWS),
  goesThrough('threshold-never-crossed', watching({ Statistic: 'Average', Threshold: 1 }), THROWS),
  goesThrough('threshold-needs-traffic', watching({ Threshold: 15 }), THROWS),
  goesThrough(
    'mixes-versions',
    watching({ Dimensions: dimensions(list), Statistic: 'Average', Threshold: 0.5 }),
    THROWS,
  ),
  goesThrough('needs-several-periods', watching({ EvaluationPeriods: 2 }), RARELY_THROWS),
  goesThrough('statistic-misfit', watching({ Statistic: 'Minimum' }), OFTEN_THROWS),
  goesThrough(
    'thin-percentile',
    watching({
      MetricName: 'Duration',
      Statistic: null,
      ExtendedStatistic: 'p99',
      EvaluateLowSampleCountPercentile: 'ignore',
      Threshold: 1_000,
    }),
    IS_SLOW,
  ),
  goesThrough('silence-hides', TOO_FEW, THROWS, { first: LOGS_VERSION }),
  goesThrough('invisible-answers', {}, ANSWERS),
  goesThrough('invisible-crashes', onLines(), THROWS),
  goesThrough('filter-cannot-match', onLines({ pattern: '{ $.statusCode >= 500 && $.statusCode < 500 }' }), LOGS),
  goesThrough('filter-nested-field', onLines({ logging: { LogFormat: 'JSON' } }), LOGS_BY_CONSOLE),
  goesThrough('filter-text-prefix', onLines(), LOGS_BY_CONSOLE, { assumptions: MATCHES_BARE_JSON_ALONE }),
  goesThrough('filter-other-group', { ...NAMED, list: { ...NAMED.list, FunctionName: 'shop-list' } }, LOGS),
  goesThrough('filter-optional-terms', onLines({ pattern: '?statusCode ERROR' }), LOGS),
  goesThrough('log-level', onLines({ logging: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' } }), LOGS),
  {
    ...goesThrough('line-not-written', onLines(), LOGS_STATUS),
    code: { code: { texts: { 'index.mjs': 'console.log({ status: 500 })' } } },
  },
  {
    ...goesThrough('metric-not-in-code', onLines({ watched: { MetricName: 'Orders' } }), LOGS),
    code: { code: { texts: { 'index.mjs': LOGS } } },
  },
  goesThrough('unpublished-metric', onLines({ watched: { MetricName: 'failed' } }), LOGS),
  goesThrough('no-gate', { preference: { Alarms: null } }, THROWS),
  goesThrough('not-shifted', { list: { DeploymentPreference: null } }, THROWS),
];

/** Fails once, and is mended `hours` later. */
const mended = async (changes: Changes, fault: string, hours: number): Promise<unknown> => {
  await using shop = await Shop.open(changes);
  await shop.deploy("return { statusCode: 200, body: 'ok' };");
  shop.receiveTraffic();
  const broken = await shop.deploy(fault);
  shop.receiveNothing();
  await shop.wait(hours);
  return [broken, await shop.deploy(WELL)];
};

const LINES = onLines();
const UNNAMED = { Type: 'AWS::Logs::LogGroup' };

/** A stage beside the shop, in the same account, that fails all the time. */
const besideAStage = async (changes: Changes): Promise<unknown> => {
  await using shop = await Shop.open(changes);
  await shop.deploy(LOGS, {}, 'test');
  shop.receiveTraffic();
  await shop.deploy("return { statusCode: 200, body: 'ok' };");
  return await shop.deploy(WELL);
};

export const closedGates: readonly Rehearsal[] = [
  stopsGood('silence-breaches', watching({ TreatMissingData: 'breaching' })),
  stopsGood('threshold-always-crossed', watching({ ComparisonOperator: 'GreaterThanOrEqualToThreshold' })),
  stopsGood('traffic-can-stop', watching({ MetricName: 'Invocations', Threshold: 5 })),
  stopsGood('caller-can-stop', watching({ ...API, MetricName: '4XXError' }), { first: REFUSES }),
  stopsGood('alarm-by-logical-id', { preference: { Alarms: ['Alarm'] } }),
  {
    rule: 'alarm-name-survives',
    shows: 'the fix of a bad release is stopped',
    changes: watching({ AlarmName: 'errors' }),
    happens: (changes) => mended(changes, THROWS, 0),
    ends: ['rolledBack', 'rolledBack'],
  },
  {
    rule: 'silence-holds',
    shows: 'the fix is stopped an hour later',
    changes: onLines({ watched: { TreatMissingData: 'ignore' } }),
    happens: (changes) => mended(changes, LOGS, 1),
    ends: ['rolledBack', 'rolledBack'],
  },
  {
    rule: 'stages-share-metric',
    shows: 'faults of a test stage stop a good release',
    changes: { ...LINES, resources: { ...LINES.resources, Group: UNNAMED, Other: UNNAMED } },
    happens: besideAStage,
    ends: 'rolledBack',
  },
];
