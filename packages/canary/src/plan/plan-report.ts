import { ASSUMPTIONS, type AssumptionName } from '@unicorns/cloud';
import { detection, plan, type PlanResult } from './plan.ts';
import { needed, type Needed } from './needed.ts';
import type { PlanInput } from './plan-input.ts';
import type { TemplateDeployment } from './read-deployments.ts';
import { type Budget, count, minutes, percent, recommend, type Recommendation } from './recommend.ts';

/** Everything that is shown of a plan; renderers only lay it out. */
export interface PlanReport {
  readonly title: string;
  /** The question that was asked, as a sentence. */
  readonly question: string;
  readonly result: PlanResult;
  /** The template's own configuration. */
  readonly own: string | undefined;
  readonly byShare: readonly ShareCurve[];
  /** The probability that `needs` is about. */
  readonly wanted: number;
  readonly needs: readonly (Needed & { readonly configuration: string })[];
  readonly recommended: Recommendation;
  /** Gates that are left out or blind, and other holes. */
  readonly holes: readonly string[];
  readonly assumptions: readonly string[];
}

/** Detection over the share of requests that fail. */
export interface ShareCurve {
  readonly configuration: string;
  readonly points: readonly {
    readonly share: number;
    readonly caught: number;
    readonly hits: number;
    readonly detectSeconds: number | undefined;
  }[];
}

export interface ReportOptions {
  readonly fileName: string;
  readonly budget: Budget;
  /** Shares for the curves; none: no curves. */
  readonly shares: readonly number[];
  readonly withNeeds: boolean;
}

export function planReport(deployment: TemplateDeployment, input: PlanInput, options: ReportOptions): PlanReport {
  const result = plan(input);
  const wanted = options.budget.minDetection ?? 0.95;
  const needs = options.withNeeds && input.gates.length > 0 ? needed(input, wanted) : undefined;
  return {
    title: `${deployment.functionId} (${options.fileName}${deployment.line === undefined ? '' : `:${deployment.line}`})`,
    question: questionOf(input),
    result,
    own: deployment.configuration?.name,
    byShare: curves(input, options.shares),
    wanted,
    needs: needs ? input.configurations.map((it) => ({ configuration: it.name, ...needs(it) })) : [],
    recommended: recommend(result.configurations, options.budget),
    holes: holesOf(deployment, input),
    assumptions: assumptionsOf(input),
  };
}

function curves(input: PlanInput, shares: readonly number[]): readonly ShareCurve[] {
  const detections = shares.map((share) => ({
    share,
    detect: detection({ ...input, fault: { ...input.fault, share } }),
  }));
  return input.configurations.slice(0, shares.length === 0 ? 0 : undefined).map((configuration) => ({
    configuration: configuration.name,
    points: detections.map(({ share, detect }) => {
      const { caught, hits, detectSeconds } = detect(configuration);
      return { share, caught, hits: hits.mean, detectSeconds: detectSeconds?.p50 };
    }),
  }));
}

function questionOf({ fault, traffic, noise, timing }: PlanInput): string {
  const { requestsPerMinute = 0 } = traffic.profile[0] ?? {};
  const rate =
    traffic.profile.length > 1
      ? `${count(requestsPerMinute)} requests/min at first`
      : `${count(requestsPerMinute)} requests/min`;
  const what = {
    status: `are answered with ${fault.statusCode}`,
    throw: 'end with a function error',
    slow: `take ${fault.slowMs} ms`,
    empty: 'are answered with nothing in them',
  }[fault.kind];
  const from = fault.fromSeconds > 0 ? ` from ${minutes(fault.fromSeconds)} after the first shift on` : '';
  const delays = timing.alarmPollSeconds === 0 ? ', no delays' : '';
  return (
    `${rate} (${traffic.arrivals}); ${percent(fault.share)} of the new version's requests ${what}${from}; besides, ` +
    `${percent(noise.statusShare)} of all requests fail anyway and durations have a median of ${noise.medianMs} ms and a p99 of ${noise.p99Ms} ms${delays}.`
  );
}

function holesOf({ unplanned, gates, hooks }: TemplateDeployment, input: PlanInput): readonly string[] {
  const blind = gates.filter(({ sources }) => sources.every(({ sees }) => sees === 'none'));
  const hookNames = [...(hooks.pre ? ['pre-traffic'] : []), ...(hooks.post ? ['post-traffic'] : [])];
  return [
    ...(gates.length + unplanned.length === 0
      ? ['The deployment group has no alarms: nothing stops a release during the shift.']
      : []),
    ...unplanned.map(
      ({ name, line, reason }) =>
        `The alarm ${name}${line === undefined ? '' : ` (line ${line})`} is left out: ${reason.replace(/\.$/, '')}.`,
    ),
    ...blind.map(
      ({ name, line }) =>
        `The alarm ${name}${line === undefined ? '' : ` (line ${line})`} never gets data from this deployment.`,
    ),
    ...(hookNames.length > 0
      ? [
          `The ${hookNames.join(' and ')} hook${hookNames.length > 1 ? 's run' : ' runs'} too: what ${hookNames.length > 1 ? 'they find' : 'it finds'} depends on code.`,
        ]
      : []),
    ...(input.gates.length < gates.length ? ['Only some of the gates were asked about.'] : []),
  ];
}

/** What of AWS's behaviour is not confirmed and matters here, and what was taken for granted about metrics. */
function assumptionsOf({ gates, timing, configurations }: PlanInput): readonly string[] {
  const names: AssumptionName[] = [
    ...(timing.alarmPollSeconds > 0 ? (['metric-delay', 'alarm-second', 'alarm-poll'] as const) : []),
    ...(gates.length > 0 ? (['evaluation-range'] as const) : []),
    ...(configurations.some(({ routing }) => routing.type === 'TimeBasedLinear')
      ? (['linear-intervals'] as const)
      : []),
  ];
  const sentences = names.map((name) => `${name}: ${ASSUMPTIONS.find((it) => it.name === name)?.text ?? ''}`);
  const metrics = gates.flatMap(({ sources }) => sources.flatMap(({ assumed }) => assumed ?? []));
  return [...sentences, ...(timing.seconds === 'spread' ? [SPREAD_SECONDS] : []), ...new Set(metrics)];
}

const SPREAD_SECONDS =
  'Nobody knows beforehand at which second of the minute traffic shifts and an alarm is evaluated: every second is as ' +
  'likely as the others, and the odds are those over all of them.';
