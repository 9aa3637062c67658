import {
  after,
  type Assumptions,
  type Cloud,
  createCloud,
  type Deployment,
  type DeployOutcome,
  type Intervention,
  type JournalEntry,
} from '@unicorns/cloud';
import { type ActByHand, actByHand } from './by-hand/act-by-hand.ts';
import { type Callers, describeCallers } from './callers/callers.ts';
import { findCallersAfter, findCallersBefore } from './callers/find-callers.ts';
import { sendRequests } from './callers/send-requests.ts';
import { refuseEndless, refuseUnrunnable } from './refuse-unrunnable.ts';
import type { Rehearsal, Release, ReleaseOutcome, TrafficPlan } from './rehearsal.ts';
import type { RehearsalEvent } from './report/events.ts';
import { Measurement, newGateMemory } from './report/measure-release.ts';
import { newMemory } from './report/happenings.ts';
import { lateFaults, lateFaultWords } from './report/late-faults.ts';
import { Narrator } from './report/narrate.ts';
import { judge, type Verdict } from './report/verdict.ts';

export interface RunOptions {
  readonly tell: (event: RehearsalEvent) => void;
  /** Gets every entry of the cloud's journal. */
  readonly follow?: (entry: JournalEntry) => void;
  readonly assumptions?: Assumptions;
}

/** Deploys the releases one after another into a new cloud, under traffic, and judges each. */
export async function runRehearsal(rehearsal: Rehearsal, options: RunOptions): Promise<readonly Verdict[]> {
  const { seed, accountConcurrency } = rehearsal;
  const { assumptions } = options;
  const most = mostRequestsPerMinute(rehearsal);
  refuseEndless(most);
  const cloud = await createCloud({
    seed,
    ...threadsFor(most),
    ...(accountConcurrency !== undefined && { accountConcurrency }),
    ...(assumptions && { assumptions }),
  });
  try {
    if (options.follow) cloud.journal.subscribe(options.follow);
    return await deployAll(cloud, rehearsal, options);
  } finally {
    await cloud.close();
  }
}

/** What is worth saying of a template that is taken as it is: once, with the first release that has it. */
function newWarnings({ warnings }: ReturnType<Cloud['compile']>, told: Set<string>): readonly string[] {
  const texts = warnings.map(({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`}: ${message}`);
  const fresh = texts.filter((text) => !told.has(text));
  for (const text of fresh) told.add(text);
  return fresh;
}

/** One thread is enough for little traffic, and another would cost more to put up than it saves. Results are the same. */
const threadsFor = (mostRequestsPerMinute: number): { readonly workers?: number } =>
  mostRequestsPerMinute <= LITTLE_TRAFFIC_PER_MINUTE ? { workers: 1 } : {};

function mostRequestsPerMinute({ traffic, releases }: Rehearsal): number {
  const plans = [traffic, ...releases.flatMap((release) => release.traffic ?? [])];
  return Math.max(...plans.flatMap(({ profile }) => profile.map((step) => step.requestsPerMinute)));
}

const LITTLE_TRAFFIC_PER_MINUTE = 3_000;

async function deployAll(cloud: Cloud, rehearsal: Rehearsal, { tell }: RunOptions): Promise<readonly Verdict[]> {
  const memory = newMemory(rehearsal.stackName);
  const gates = newGateMemory();
  const verdicts: Verdict[] = [];
  const warned = new Set<string>();
  let callers: Callers | undefined;
  for (const [index, release] of rehearsal.releases.entries()) {
    if (callers !== undefined && release.traffic) send(cloud, rehearsal, callers, release.traffic);
    await cloud.advance(release.waitBeforeMs);
    const startedAt = cloud.now;
    const byHand = actsOf(release, (each) =>
      actByHand(cloud, rehearsal.stackName, each, (acted) =>
        narrator.tell(cloud.now, { type: 'actedByHand', ...acted }),
      ),
    );
    const deployment = { ...deploymentOf(cloud, rehearsal, release), interventions: byHand.all };
    const compiled = cloud.compile(deployment);
    refuseUnrunnable(compiled);
    if (callers === undefined) findCallersBefore(compiled, rehearsal.callers);
    const { slaMs } = rehearsal;
    const narrator = new Narrator({ startedAt, slaMs, tell, memory });
    const measurement = new Measurement({ startedAt, slaMs, gates });
    const { name, note, expect } = release;
    const warnings = [...release.warnings, ...newWarnings(compiled, warned)];
    const of = rehearsal.releases.length;
    narrator.tell(startedAt, {
      type: 'releaseBegan',
      number: index + 1,
      of,
      name,
      ...(note !== undefined && { note }),
      expect,
      warnings,
    });
    const unsubscribe = cloud.journal.subscribe((entry) => {
      measurement.follow(entry);
      narrator.follow(entry);
    });
    const outcome = await cloud.deploy(deployment);
    if (callers === undefined && isUp(outcome)) {
      callers = findCallersAfter(outcome.stack, rehearsal.callers);
      const plan = release.traffic ?? rehearsal.traffic;
      narrator.tell(cloud.now, { type: 'callersBegan', callers: describeCallers(callers), ...plan });
      send(cloud, rehearsal, callers, plan);
    }
    const waitsUntil = after(cloud.now, release.waitAfterMs);
    for (const each of byHand.left()) {
      await cloud.advance(Math.max(0, after(startedAt, each.afterMs) - cloud.now));
      each.act();
    }
    await cloud.advance(Math.max(0, waitsUntil - cloud.now));
    unsubscribe();
    narrator.finish(cloud.now);
    const verdict = judge(release, OUTCOMES[outcome.type], measurement.measured);
    for (const text of lateFindings(release, verdict))
      narrator.tell(cloud.now, { type: 'finding', rule: 'fault-too-late', place: name, text });
    narrator.tell(cloud.now, { type: 'releaseEnded', verdict });
    verdicts.push(verdict);
    if (callers === undefined) break;
  }
  return verdicts;
}

/** Unless the verdict says so itself. */
function lateFindings({ faults = [] }: Release, { throughMs, difference = '' }: Verdict): readonly string[] {
  const late = lateFaults(faults, throughMs);
  if (throughMs === undefined || late.length === 0) return [];
  const words = lateFaultWords(late, throughMs);
  return difference.includes(words) ? [] : [`In this rehearsal, ${words}.`];
}

/** What a person does while a release is deployed, and what of it is left when the deployment has ended. */
function actsOf({ byHand = [] }: Release, act: (each: ActByHand) => void) {
  let done = 0;
  const all = byHand.map((each): Intervention => ({
    afterMs: each.afterMs,
    act: (): void => {
      done += 1;
      act(each);
    },
  }));
  return { all, left: (): readonly Intervention[] => all.slice(done) };
}

function deploymentOf(
  { now: startsAt }: Cloud,
  { stackName }: Rehearsal,
  { template, parameters, packageCode }: Release,
): Deployment {
  return {
    stackName,
    template: template.text,
    fileName: template.fileName,
    parameters,
    packageCode: (path) => packageCode(path, startsAt),
  };
}

const isUp = ({ type }: DeployOutcome): boolean => type === 'created' || type === 'updated' || type === 'noChanges';

const OUTCOMES: { readonly [T in DeployOutcome['type']]: ReleaseOutcome } = {
  created: 'created',
  updated: 'promoted',
  rolledBack: 'rolled-back',
  noChanges: 'no-changes',
  failed: 'failed',
};

const send = (cloud: Cloud, { seed }: Rehearsal, callers: Callers, plan: TrafficPlan): void =>
  sendRequests(cloud, callers, plan, { seed, userAgent: 'ping' });
