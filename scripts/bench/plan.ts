/** `plan`: nine configurations and all gates of our template, at one request a minute and at a million a second alike. */
import { readFileSync } from 'node:fs';
import { DEFAULT_ASSUMPTIONS, UserError } from '../../packages/cloud/src/index.ts';
import { NINE, plan, readDeployments, timingFor } from '../../packages/canary/src/plan/index.ts';
import { timeRow } from './frameworks.ts';
import type { Row } from './row.ts';

const TEMPLATE = new URL('../../infra/template.yaml', import.meta.url);
const TARGET_MS = 100;

export async function benchPlan(): Promise<readonly Row[]> {
  const text = readFileSync(TEMPLATE, 'utf8');
  const { deployments } = readDeployments(text, {
    fileName: 'infra/template.yaml',
    parameters: {},
    assumptions: DEFAULT_ASSUMPTIONS,
    statusCode: 503,
  });
  const [deployment] = deployments;
  if (deployment === undefined) throw new UserError('The template deploys nothing.');
  const once = (requestsPerMinute: number): number => {
    const startedAt = performance.now();
    plan({
      gates: deployment.gates,
      configurations: NINE,
      traffic: { profile: [{ minute: 0, requestsPerMinute }], arrivals: 'poisson' },
      fault: { kind: 'status', share: 0.05, fromSeconds: 0, slowMs: 1_500, statusCode: 503 },
      noise: { statusShare: 1e-4, throwShare: 0, medianMs: 30, p99Ms: 200 },
      timing: timingFor(deployment.hooks, 3),
      linearIntervals: 'n-1',
      noticedAfterSeconds: 1_800,
      runs: 64,
      seed: 1,
    });
    return performance.now() - startedAt;
  };
  const first = once(60);
  const rows: Row[] = [];
  for (const requestsPerMinute of [1, 60, 6_000, 60_000_000]) {
    const ms = Math.min(...Array.from({ length: 7 }, () => once(requestsPerMinute)));
    const name = `plan: nine configurations, ${deployment.gates.length} gates, ${requestsPerMinute} requests/min`;
    rows.push(await timeRow(name, ms, TARGET_MS, ` (the very first of the process: ${first.toFixed(0)} ms)`));
  }
  return rows;
}
