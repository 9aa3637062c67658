/** What the gates of our own template catch, all of them together, by `plan`. */
import { DEFAULT_ASSUMPTIONS } from '../../packages/cloud/src/index.ts';
import {
  type FaultModel,
  NINE,
  type Odds,
  plan,
  readDeployments,
  timingFor,
} from '../../packages/canary/src/plan/index.ts';
import { table } from './markdown.ts';

const TRAFFIC = [1, 60, 6_000];
const FAULTS: readonly (readonly [words: string, kind: FaultModel['kind']])[] = [
  ['answered with 503', 'status'],
  ['crash', 'throw'],
  ['take 1,500 ms', 'slow'],
  ['an empty list', 'empty'],
];
const CONFIGURATIONS = ['Canary10Percent5Minutes', 'Canary10Percent30Minutes', 'Linear10PercentEvery1Minute'];

export function oddsTable(template: string): string {
  const { deployments } = readDeployments(template, {
    fileName: 'infra/template.yaml',
    parameters: {},
    assumptions: DEFAULT_ASSUMPTIONS,
    statusCode: 503,
  });
  const [deployment] = deployments;
  if (deployment === undefined) throw new Error('infra/template.yaml deploys nothing');
  const { gates } = deployment;
  const oddsOf = (name: string, kind: FaultModel['kind'], requestsPerMinute: number): Odds => {
    const [only] = plan({
      gates,
      configurations: NINE.filter((it) => it.name === name),
      traffic: { profile: [{ minute: 0, requestsPerMinute }], arrivals: 'poisson' },
      fault: { kind, share: 0.05, fromSeconds: 0, slowMs: 1_500, statusCode: 503 },
      noise: { statusShare: 1e-4, throwShare: 0, medianMs: 30, p99Ms: 200 },
      timing: timingFor(deployment.hooks, 3),
      linearIntervals: 'n-1',
      noticedAfterSeconds: 1_800,
      runs: 0,
      seed: 1,
    }).configurations;
    if (only?.all.method !== 'exact') throw new Error(`the odds of ${name} are not exact`);
    return only.all;
  };
  const cell = ({ caught, hits }: Odds): string => `${percent(caught)}, ${Number(hits.mean.toPrecision(2))} hit`;
  const rows = CONFIGURATIONS.flatMap((name) => [
    ...FAULTS.map(([words, kind]) => [`\`${name}\``, words, ...TRAFFIC.map((it) => cell(oddsOf(name, kind, it)))]),
    [
      `\`${name}\``,
      '*none: a good release is stopped*',
      ...TRAFFIC.map((it) => percent(oddsOf(name, 'status', it).falseRollback)),
    ],
  ]);
  return table(['configuration', '5 % of requests', ...TRAFFIC.map((it) => `at ${it.toLocaleString('en')}/min`)], rows);
}

/** To a tenth, and never 0 or 100 for what is neither. */
function percent(p: number): string {
  const rounded = (100 * p).toFixed(1);
  if (p > 0 && rounded === '0.0') return '< 0.1 %';
  return p < 1 - 1e-9 && rounded === '100.0' ? '> 99.9 %' : `${Number(rounded)} %`;
}
