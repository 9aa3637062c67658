/** The `plan` command: options in, text, JSON or a page out. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { UserError } from '@unicorns/cloud';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, readParameters } from '../option-values.ts';
import { parseTraffic, WORKSHOP_TRAFFIC } from '../rehearse/index.ts';
import { PLAIN, type Style } from '../render/index.ts';
import { showsColour, widthOf } from '../terminal-stream.ts';
import { share } from './parse-options.ts';
import { planJson } from './render-json.ts';
import { planLines } from './render-table.ts';
import { runPlan } from './run-plan.ts';

interface PlanFlags {
  readonly parameter: readonly string[];
  readonly function?: string;
  readonly traffic: string;
  readonly even?: boolean;
  readonly at: number;
  readonly fault: string;
  readonly noise: string;
  readonly delays: 'default' | 'none';
  readonly linear: 'n-1' | 'n';
  readonly hookSeconds: number;
  readonly sweep?: string;
  readonly maxHit?: number;
  readonly maxMinutes?: number;
  readonly minDetection?: number;
  readonly maxFalse?: number;
  readonly noticedAfter: number;
  readonly runs: number;
  readonly seed: number;
  readonly needs?: boolean;
  readonly json?: boolean;
  readonly html?: string;
}

/** `defaultTemplate`: what is planned when no template is named. */
export function registerPlan(program: Command, defaultTemplate = 'infra/template.yaml'): void {
  program
    .command('plan')
    .description('say how likely and how fast each traffic shifting configuration catches a fault, and what it costs')
    .argument('[template]', 'a SAM or CloudFormation template', defaultTemplate)
    .option('--parameter <Key=Value>', 'a parameter of the template (repeatable)', collect, [])
    .option('--function <logicalId>', 'only this function; default: all that CodeDeploy deploys')
    .option('--traffic <rate|file>', '1/s, 600/min, or a file of lines minute,requestsPerMinute', WORKSHOP_TRAFFIC)
    .option('--at <minute>', 'the minute of the traffic file at which the release starts', number, 0)
    .option('--even', 'requests arrive evenly, not at random with that rate')
    .option('--fault <kind[:key=value,…]>', FAULT_HELP, 'status:share=5%')
    .option('--noise <key=value,…>', 'what good versions do: errors=0.01%,crashes=0,p50=30,p99=200', NOISE)
    .addOption(
      new Option('--delays <which>', 'of metrics, alarms and CodeDeploy')
        .choices(['default', 'none'])
        .default('default'),
    )
    .addOption(
      new Option('--linear <intervals>', 'between the first and the last shift').choices(['n-1', 'n']).default('n-1'),
    )
    .option('--hook-seconds <seconds>', 'how long a hook takes', number, 3)
    .option('--sweep <percents>x<minutes>', 'configurations of your own instead of the nine, such as 5,10,20x2,5')
    .option('--max-hit <requests>', 'budget: requests hit on average', number)
    .option('--max-minutes <minutes>', 'budget: length of a good deployment', number)
    .option('--min-detection <share>', 'budget: probability of detection, such as 95%', probability)
    .option('--max-false <share>', 'budget: good releases that are stopped; default: 20%', probability)
    .option('--noticed-after <minutes>', 'how long a promoted fault stays until people notice', number, 30)
    .option('--needs', 'also the smallest fault and the traffic for the wanted detection')
    .option('--runs <number>', 'deployments to simulate where exact numbers cannot be had', countOf, 64)
    .option('--seed <number>', 'what is drawn follows from', number, 1)
    .option('--json', 'one JSON document instead of text')
    .option('--html <file>', 'write a page with plots to this file')
    .action(async (template: string, flags: PlanFlags) => show(template, flags));
}

const NOISE = 'errors=0.01%,p50=30,p99=200';
const FAULT_HELP = 'status, throw, slow or empty, with share=5% (or a range, 0.5%..20%), from=1m, code=503, ms=1500';

async function show(template: string, flags: PlanFlags): Promise<void> {
  const { maxHit, maxMinutes, minDetection, maxFalse, html, json = false } = flags;
  const reports = runPlan({
    template: shownPath(template),
    parameters: readParameters(flags.parameter),
    ...(flags.function !== undefined && { functionId: flags.function }),
    traffic: readTraffic(flags),
    fault: flags.fault,
    noise: flags.noise,
    delays: flags.delays,
    linearIntervals: flags.linear,
    hookSeconds: flags.hookSeconds,
    ...(flags.sweep !== undefined && { sweep: flags.sweep }),
    budget: {
      ...(maxHit !== undefined && { maxHit }),
      ...(maxMinutes !== undefined && { maxMinutes }),
      ...(minDetection !== undefined && { minDetection }),
      ...(maxFalse !== undefined && { maxFalse }),
    },
    noticedAfterMinutes: flags.noticedAfter,
    runs: flags.runs,
    seed: flags.seed,
    withCurves: html !== undefined,
    withNeeds: flags.needs === true || html !== undefined,
  });
  if (html !== undefined) await writePage(html, reports);
  const style = styleOf(process.stdout);
  const text = json
    ? JSON.stringify({ plans: reports.map(planJson) }, undefined, 2)
    : reports.map((report) => planLines(report, style).join('\n')).join('\n\n');
  process.stdout.write(`${text}\n`);
}

async function writePage(file: string, reports: ReturnType<typeof runPlan>): Promise<void> {
  // Most calls want no page.
  const { planPage } = await import('./render-page.ts');
  try {
    writeFileSync(file, planPage(reports));
  } catch (cause) {
    throw new UserError(`The page cannot be written to ${file}.`, { cause });
  }
}

/** As short as it can be said from here. */
function shownPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}

function readTraffic({ traffic, even = false, at }: PlanFlags) {
  const { profile } = parseTraffic(traffic);
  const before = profile.findLast(({ minute }) => minute <= at) ?? profile[0];
  const shifted = profile.filter(({ minute }) => minute > at).map((step) => ({ ...step, minute: step.minute - at }));
  return {
    profile: [{ minute: 0, requestsPerMinute: before?.requestsPerMinute ?? 0 }, ...shifted],
    arrivals: even ? ('even' as const) : ('poisson' as const),
  };
}

function number(text: string): number {
  if (!/^\d*\.?\d+$/.test(text)) throw new InvalidArgumentError('It is a number of 0 or more.');
  return Number(text);
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1 to 9,999,999.');
  return Number(text);
}

function probability(text: string): number {
  const value = share(text);
  if (value === undefined) throw new InvalidArgumentError('It is a probability such as 0.95 or 95%.');
  return value;
}

/** As for `rehearse`: colour on a terminal that has it, unless NO_COLOR says otherwise. */
function styleOf(stream: NodeJS.WriteStream): Style {
  return showsColour(stream) ? { ...PLAIN, hasColour: true, width: widthOf(stream) } : PLAIN;
}
