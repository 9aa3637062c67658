/** `canary plan`: reads the template, plans each deployment in it, and gives the reports. */
import { type Assumptions, DEFAULT_ASSUMPTIONS, DEPLOYMENT_PACE, UserError } from '@unicorns/cloud';
import { readTemplateFile } from '../template-file.ts';
import { NINE, parseNoise, parsePlannedFault, parseSweep, spaced } from './parse-options.ts';
import { type Configuration, NO_DELAYS, type PlanInput, type Timing, type TrafficModel } from './plan-input.ts';
import { type PlanReport, planReport } from './plan-report.ts';
import { readDeployments, type TemplateDeployment } from './read-deployments.ts';
import { type Budget, DEFAULT_BUDGET } from './recommend.ts';

export interface PlanOptions {
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The logical id of a function; default: all that are deployed by CodeDeploy. */
  readonly functionId?: string;
  readonly traffic: TrafficModel;
  readonly fault: string;
  readonly noise: string;
  readonly delays: 'default' | 'none';
  readonly linearIntervals: 'n-1' | 'n';
  /** How long each hook takes. */
  readonly hookSeconds: number;
  readonly sweep?: string;
  readonly budget: Budget;
  readonly noticedAfterMinutes: number;
  readonly runs: number;
  readonly seed: number;
  /** Also the curves that a page shows. */
  readonly withCurves: boolean;
  /** Also the smallest share and the traffic that it takes. */
  readonly withNeeds: boolean;
}

/** One report for each deployment of the template. Throws UserError. */
export function runPlan(options: PlanOptions): readonly PlanReport[] {
  const { fault, shares } = parsePlannedFault(options.fault);
  const noise = parseNoise(options.noise);
  const sweep = options.sweep === undefined ? undefined : parseSweep(options.sweep);
  const assumptions = assumptionsOf(options);
  const text = readTemplateFile(options.template);
  const { deployments } = readDeployments(text, {
    fileName: options.template,
    parameters: options.parameters,
    assumptions,
    statusCode: fault.statusCode,
  });
  const { maxHit, maxMinutes, minDetection } = options.budget;
  const isAsked = [maxHit, maxMinutes, minDetection].some((it) => it !== undefined);
  const budget = isAsked ? options.budget : { ...DEFAULT_BUDGET, ...options.budget };
  return chosen(deployments, options.functionId).map((deployment) => {
    const input: PlanInput = {
      gates: deployment.gates,
      configurations: sweep ?? withOwn(deployment.configuration),
      traffic: options.traffic,
      fault,
      noise,
      timing: options.delays === 'none' ? NO_DELAYS : timingFor(deployment.hooks, options.hookSeconds),
      linearIntervals: options.linearIntervals,
      noticedAfterSeconds: options.noticedAfterMinutes * 60,
      runs: options.runs,
      seed: options.seed,
    };
    return planReport(deployment, input, {
      fileName: options.template,
      budget,
      shares: shares.length > 0 ? shares : options.withCurves ? spaced(0.001, 1, 19) : [],
      withNeeds: options.withNeeds,
    });
  });
}

function assumptionsOf({ delays, linearIntervals }: PlanOptions): Assumptions {
  const none = {
    lambdaMetricMs: 0,
    metricFilterMs: 0,
    embeddedMetricMs: 0,
    highResolutionMs: 0,
    alarmSecond: 0,
    alarmPollMs: 0,
  };
  return { ...DEFAULT_ASSUMPTIONS, linearIntervals, ...(delays === 'none' && { delays: none }) };
}

/** The default delays, and CodeDeploy's own pace with hooks of a given length. */
export function timingFor(hooks: TemplateDeployment['hooks'], hookSeconds: number): Timing {
  const { createdToStartMs, startToShiftMs, shiftToEndMs, stopToBackMs } = DEPLOYMENT_PACE;
  return {
    seconds: 'spread',
    alarmPollSeconds: DEFAULT_ASSUMPTIONS.delays.alarmPollMs / 1_000,
    createdToStartSeconds: createdToStartMs / 1_000,
    startToShiftSeconds: startToShiftMs / 1_000 + (hooks.pre ? hookSeconds : 0),
    shiftToEndSeconds: shiftToEndMs / 1_000 + (hooks.post ? hookSeconds : 0),
    stopToBackSeconds: stopToBackMs / 1_000,
  };
}

function chosen(all: readonly TemplateDeployment[], functionId: string | undefined): readonly TemplateDeployment[] {
  if (functionId === undefined) return all;
  const found = all.filter((it) => it.functionId === functionId);
  if (found.length > 0) return found;
  throw new UserError(
    `No function "${functionId}" is deployed by CodeDeploy. There is ${all.map((it) => it.functionId).join(', ')}.`,
  );
}

/** The nine, and the template's own where it is another. */
function withOwn(own: Configuration | undefined): readonly Configuration[] {
  return own === undefined || NINE.some(({ name }) => name === own.name) ? NINE : [own, ...NINE];
}
