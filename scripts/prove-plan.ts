/**
 * `node scripts/prove-plan.ts [deployments per cell] [rehearsals per cell] [words]`: the odds that `plan` gives, held
 * against simulated deployments on a grid of traffic × fault × configuration × alarm, and against whole rehearsals in the
 * embedded cloud on a smaller one; with words, only cells that are called so. All intervals together hold with 99.9 %
 * (Bonferroni). Exit 1 when a cell is outside.
 */
import { createHash } from 'node:crypto';
import {
  arrivals,
  type Artifact,
  createCloud,
  createRandom,
  DEFAULT_ASSUMPTIONS,
  Instant,
} from '../packages/cloud/src/index.ts';
import {
  type Cell,
  type Configuration,
  type Gate,
  NINE,
  normalQuantile,
  type PlanInput,
  plan,
  proveGrid,
  readDeployments,
  timingFor,
} from '../packages/canary/src/plan/index.ts';

const SEED = 20_260_105;
const [runs = 20_000, rehearsals = 100] = process.argv.slice(2, 4).map(Number);
const [, , , , words = ''] = process.argv;

interface AlarmForm {
  readonly name: string;
  readonly properties: string;
  /** Requests a minute from which, and up to which, its odds are exact: silence, and too many boxes. */
  readonly from?: number;
  readonly until?: number;
  /** A second alarm, of the same deployment group. */
  readonly beside?: AlarmForm;
}

const onErrors = (statistic: string, period = 60): string =>
  `Namespace: AWS/Lambda
      MetricName: Errors
      Statistic: ${statistic}
      Period: ${period}`;

const ALARMS: readonly AlarmForm[] = [
  {
    name: 'any error of the new version',
    properties: `${onErrors('Sum')}\n      EvaluationPeriods: 1\n      Threshold: 0\n      Dimensions: *version`,
  },
  {
    name: 'two of two minutes of the alias',
    properties: `${onErrors('Sum')}\n      EvaluationPeriods: 2\n      Threshold: 0\n      Dimensions: *alias`,
  },
  {
    name: 'two of three minutes with more than one error',
    properties: `${onErrors('Sum')}\n      EvaluationPeriods: 3\n      DatapointsToAlarm: 2\n      Threshold: 1\n      Dimensions: *version`,
  },
];

/** The new version's rate of errors above that of all other requests. */
const excess = (period: number, fewest: number): string =>
  `EvaluationPeriods: 1
      Threshold: 6
      Metrics:
        - Id: excess
          Expression: 'IF(ours >= ${fewest} && all - ours >= 5, 100 * oursFailed / ours - 100 * (allFailed - oursFailed) / (all - ours), 0)'
        - Id: all
          ReturnData: false
          MetricStat: { Stat: Sum, Period: ${period}, Metric: { Namespace: AWS/Lambda, MetricName: Invocations, Dimensions: *alias } }
        - Id: allFailed
          ReturnData: false
          MetricStat: { Stat: Sum, Period: ${period}, Metric: { Namespace: AWS/Lambda, MetricName: Errors, Dimensions: *alias } }
        - Id: ours
          ReturnData: false
          MetricStat: { Stat: Sum, Period: ${period}, Metric: { Namespace: AWS/Lambda, MetricName: Invocations, Dimensions: *version } }
        - Id: oursFailed
          ReturnData: false
          MetricStat: { Stat: Sum, Period: ${period}, Metric: { Namespace: AWS/Lambda, MetricName: Errors, Dimensions: *version } }`;

/** More than a count: what these see of a minute hangs on several counts at once. */
const FORMS: readonly AlarmForm[] = [
  {
    name: 'the average of errors',
    properties: `${onErrors('Average')}
      EvaluationPeriods: 2
      DatapointsToAlarm: 1
      Threshold: 0.08
      Dimensions: *version`,
  },
  {
    name: 'a median of durations',
    properties: `Namespace: AWS/Lambda
      MetricName: Duration
      ExtendedStatistic: p50
      Period: 60
      EvaluationPeriods: 2
      Threshold: 33
      Dimensions: *alias`,
  },
  {
    name: 'a percentile of few samples, passed over',
    properties: `Namespace: AWS/Lambda
      MetricName: Duration
      ExtendedStatistic: p90
      EvaluateLowSampleCountPercentile: ignore
      Period: 60
      EvaluationPeriods: 1
      Threshold: 90
      Dimensions: *version`,
  },
  {
    name: 'an error rate of enough requests',
    properties: `EvaluationPeriods: 3
      DatapointsToAlarm: 2
      Threshold: 5
      Metrics:
        - { Id: rate, Expression: 'IF(invocations > 4, 100 * errors / invocations, 0)' }
        - Id: errors
          ReturnData: false
          MetricStat: { Stat: Sum, Period: 60, Metric: { Namespace: AWS/Lambda, MetricName: Errors, Dimensions: *version } }
        - Id: invocations
          ReturnData: false
          MetricStat: { Stat: Sum, Period: 60, Metric: { Namespace: AWS/Lambda, MetricName: Invocations, Dimensions: *version } }`,
  },
  {
    name: 'the new version against the rest',
    until: 1_000,
    properties: excess(60, 3),
  },
  {
    name: 'more than two errors in five minutes',
    from: 100,
    properties: `${onErrors('Sum', 300)}
      EvaluationPeriods: 1
      Threshold: 2
      Dimensions: *version`,
  },
  {
    name: 'a rate over five minutes, beside an alarm on each error',
    properties: excess(300, 20),
    ...(ALARMS[0] && { beside: ALARMS[0] }),
  },
];

const template = ({ properties, beside }: AlarmForm, type: string): string => `
Transform: AWS::Serverless-2016-10-31
Metadata:
  version: &version
    - { Name: FunctionName, Value: !Ref Fn }
    - { Name: Resource, Value: !Sub '\${Fn}:live' }
    - { Name: ExecutedVersion, Value: !GetAtt Fn.Version.Version }
  alias: &alias
    - { Name: FunctionName, Value: !Ref Fn }
    - { Name: Resource, Value: !Sub '\${Fn}:live' }
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: app
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference: { Type: ${type}, Alarms: [!Ref Alarm${beside === undefined ? '' : ', !Ref Beside'}] }
      Events:
        Get: { Type: Api, Properties: { Path: /x, Method: get } }
  Alarm:
    ${alarm('errors', properties)}
${beside === undefined ? '' : `  Beside:\n    ${alarm('beside', beside.properties)}`}
`;

const alarm = (name: string, properties: string): string => `Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub ['${name}-\${V}', { V: !GetAtt Fn.Version.Version }]
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      ${properties}`;

function gatesOf(form: AlarmForm): { readonly gates: readonly Gate[]; readonly timing: PlanInput['timing'] } {
  const { deployments } = readDeployments(template(form, 'AllAtOnce'), {
    fileName: 'template.yaml',
    parameters: {},
    assumptions: DEFAULT_ASSUMPTIONS,
    statusCode: 503,
  });
  const [deployment] = deployments;
  if (deployment === undefined) throw new Error('the template deploys nothing');
  return { gates: deployment.gates, timing: timingFor(deployment.hooks, 0) };
}

const configurationOf = (name: string): Configuration => {
  const found = NINE.find((it) => it.name === name);
  if (found === undefined) throw new Error(`there is no configuration ${name}`);
  return found;
};

function cellOf(form: AlarmForm, type: string, requestsPerMinute: number, share: number, noise: number): Cell {
  const { gates, timing } = gatesOf(form);
  return {
    name: `${form.name}, ${type}, ${requestsPerMinute}/min, ${100 * share} % fail, ${100 * noise} % noise`,
    input: {
      gates,
      configurations: [configurationOf(type)],
      traffic: { profile: [{ minute: 0, requestsPerMinute }], arrivals: 'poisson' },
      fault: { kind: 'throw', share, fromSeconds: 0, slowMs: 1_500, statusCode: 503 },
      noise: { statusShare: 0, throwShare: noise, medianMs: 30, p99Ms: 200 },
      timing,
      linearIntervals: 'n-1',
      noticedAfterSeconds: 0,
      runs,
      seed: SEED,
    },
  };
}

function* grid(): Generator<Cell> {
  for (const form of ALARMS)
    for (const type of ['Canary10Percent5Minutes', 'Canary10Percent15Minutes', 'Linear10PercentEvery1Minute'])
      for (const requestsPerMinute of [6, 60, 1_200])
        for (const [share, noise] of [
          [0.05, 0],
          [0.01, 0.0005],
          [0, 0.001],
        ] as const)
          yield cellOf(form, type, requestsPerMinute, share, noise);
  for (const form of FORMS)
    for (const [type, requestsPerMinute] of [
      ['Canary10Percent5Minutes', 120],
      ['Linear10PercentEvery1Minute', 20],
      ['Canary10Percent10Minutes', 1_200],
    ] as const)
      if (requestsPerMinute >= (form.from ?? 0) && requestsPerMinute <= (form.until ?? Number.POSITIVE_INFINITY))
        yield cellOf(form, type, requestsPerMinute, 0.08, 0.002);
}

let outside = 0;
function tell(name: string, what: string, exact: number, seen: number, allowed: number): void {
  const holds = Math.abs(exact - seen) <= allowed;
  if (!holds) outside++;
  const numbers = [exact, seen, allowed].map((n) => n.toPrecision(4));
  process.stdout.write(`${holds ? '✓' : '✗'} ${name}: ${what} ${numbers[0]}, seen ${numbers[1]} (± ${numbers[2]})\n`);
}

const cells = [...grid()].filter(({ name }) => name.includes(words));
for (const { name, quantity, exact, simulated, allowed } of proveGrid(cells, runs, SEED))
  tell(name, quantity, exact, simulated, allowed);

function artifact(code: string): Artifact {
  const digest = createHash('sha256').update(code);
  const key = digest.copy().digest('hex').slice(0, 32);
  return { key, sha256: digest.digest('base64'), files: new Map([['index.mjs', Buffer.from(code)]]) };
}

type Kind = 'throw' | 'slow';

/** One release that fails at random, in a cloud of its own: was it stopped? */
async function rehearse({ form, type, requestsPerMinute, share, kind }: Rehearsed, seed: number): Promise<boolean> {
  const random = createRandom(SEED + seed);
  const start = Instant(Date.UTC(2026, 0, 5, 9) + Math.floor(random.uniform('start', seed) * 60_000));
  const cloud = await createCloud({ seed: SEED + seed, start, workers: 1 });
  const handler = (rate: number): Artifact =>
    artifact(`export const handler = async () => {
  if (Math.random() < ${rate}) ${kind === 'throw' ? "throw new Error('fault')" : 'await new Promise((go) => setTimeout(go, 1500))'};
  return { statusCode: 200, body: '${rate}' };
};`);
  const deploy = (rate: number) =>
    cloud.deploy({
      stackName: 'prove',
      template: template(form, type),
      fileName: 'template.yaml',
      packageCode: () => handler(rate),
    });
  try {
    await deploy(0);
    const [api] = [...cloud.world.apigateway.apis.values()];
    if (api === undefined) throw new Error('the stack has no API');
    cloud.send({
      apiId: api.apiId,
      stage: 'Prod',
      request: () => ({ method: 'GET', path: '/x', headers: {}, query: {} }),
      arrivesAt: arrivals([{ minute: 0, requestsPerMinute }], cloud.now, random),
    });
    await cloud.advance(6 * 60_000 + random.uniform('wait', seed) * 60_000);
    return (await deploy(share)).type === 'rolledBack';
  } finally {
    await cloud.close();
  }
}

interface Rehearsed {
  readonly form: AlarmForm;
  readonly type: string;
  readonly requestsPerMinute: number;
  readonly share: number;
  readonly kind: Kind;
}

function* rehearsed(): Generator<Rehearsed> {
  const rows = [
    ['any error of the new version', 'Canary10Percent5Minutes', 60, 0.05, 'throw'],
    ['two of two minutes of the alias', 'Canary10Percent5Minutes', 60, 0.1, 'throw'],
    ['any error of the new version', 'Linear10PercentEvery1Minute', 6, 0.05, 'throw'],
    ['the average of errors', 'Canary10Percent5Minutes', 60, 0.03, 'throw'],
    ['a percentile of few samples, passed over', 'Canary10Percent5Minutes', 1_300, 0.07, 'slow'],
    ['an error rate of enough requests', 'Canary10Percent5Minutes', 90, 0.08, 'throw'],
    ['the new version against the rest', 'Canary10Percent5Minutes', 60, 0.05, 'throw'],
    ['more than two errors in five minutes', 'Canary10Percent5Minutes', 120, 0.05, 'throw'],
    ['a rate over five minutes, beside an alarm on each error', 'Canary10Percent5Minutes', 60, 0.05, 'throw'],
  ] as const;
  for (const [name, type, requestsPerMinute, share, kind] of rows) {
    const form = [...ALARMS, ...FORMS].find((it) => it.name === name);
    if (form === undefined) throw new Error(`there is no alarm ${name}`);
    if (rehearsals > 0 && name.includes(words)) yield { form, type, requestsPerMinute, share, kind };
  }
}

const rehearsedRows = [...rehearsed()];
for (const [index, row] of rehearsedRows.entries()) {
  const { form, type, requestsPerMinute, share, kind } = row;
  const { input } = cellOf(form, type, requestsPerMinute, share, 0);
  // The handler here is quick, and takes as long every time.
  const [planned] = plan({
    ...input,
    fault: { ...input.fault, kind },
    noise: { ...input.noise, medianMs: 5, p99Ms: 5 },
  }).configurations;
  if (planned?.all.method !== 'exact') throw new Error(`${form.name} has no exact odds`);
  const exact = planned.all.rolledBack;
  let stopped = 0;
  // Of its own for every row: with the same chance all of them would lie on the same side.
  for (let i = 0; i < rehearsals; i++) if (await rehearse(row, index * rehearsals + i)) stopped++;
  // 99.9 % for all of them together.
  const z = normalQuantile(1 - 0.001 / (2 * rehearsedRows.length));
  const allowed = z * Math.sqrt((exact * (1 - exact)) / rehearsals) + 2 / rehearsals;
  tell(
    `${form.name}, ${type}, ${requestsPerMinute}/min, ${100 * share} %`,
    `${rehearsals} rehearsals`,
    exact,
    stopped / rehearsals,
    allowed,
  );
}
process.stdout.write(outside === 0 ? 'All of it holds.\n' : `${outside} cells lie outside.\n`);
process.exit(outside === 0 ? 0 : 1);
