/** Measures one release from the journal: what stopped it, when, who was hit, and what the verdict hangs on. */
import { type AssumptionName, ASSUMPTIONS, type Fact, type Instant, type JournalEntry } from '@unicorns/cloud';
import { type Answer, answerOf, isHit, RequestCounter } from './count-requests.ts';
import type { Gate, Measured, Times } from './verdict.ts';

/** What is known of gates from release to release. */
export interface GateMemory {
  /** By group, `application/name`: its alarms. */
  readonly alarmsByGroup: Map<string, readonly string[]>;
  readonly inAlarm: Set<string>;
  /** Alarms on a metric with the dimension ExecutedVersion. */
  readonly perVersion: Set<string>;
  /** Alarms whose periods are shorter than a minute. */
  readonly highResolution: Set<string>;
  /** By version, `function:version`: what its code asked for and the cloud has not. */
  readonly outsideSlice: Map<string, string[]>;
}

export const newGateMemory = (): GateMemory => ({
  alarmsByGroup: new Map(),
  inAlarm: new Set(),
  perVersion: new Set(),
  highResolution: new Set(),
  outsideSlice: new Map(),
});

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;
type Deployment = Of<'codedeploy.DeploymentCreated'>['deployment'];

interface Draft {
  readonly slaMs: number;
  readonly gates: GateMemory;
  readonly requests: RequestCounter;
  readonly times: { -readonly [K in keyof Times]: Times[K] };
  readonly dependsOn: Set<AssumptionName>;
  readonly outsideSlice: Set<string>;
  requestsHit: number;
  gate?: Gate;
  reason?: string;
  /** The deployment that shifts to the new version. */
  deployment?: Deployment;
  /** The stack has come to rest: a later deployment is somebody's by hand. */
  isOver?: boolean;
  /** The hook that is waited for. */
  runningHook?: { readonly event: string; readonly functionName: string };
  failedHook?: { readonly event: string; readonly functionName: string };
  /** The alias splits its traffic. */
  isWeighted?: boolean;
}

export class Measurement {
  readonly #startedAt: Instant;
  readonly #draft: Draft;

  constructor({
    startedAt,
    slaMs,
    gates,
  }: {
    readonly startedAt: Instant;
    readonly slaMs: number;
    readonly gates: GateMemory;
  }) {
    this.#startedAt = startedAt;
    this.#draft = {
      slaMs,
      gates,
      requests: new RequestCounter(slaMs),
      times: {},
      dependsOn: new Set(),
      outsideSlice: new Set(),
      requestsHit: 0,
    };
  }

  follow({ at, effect }: JournalEntry): void {
    if (effect.type === 'wake' || effect.type === 'call') return;
    // The table gives the fact's own type; a lookup by a union's type cannot say so.
    const reader = READERS[effect.type] as ((draft: Draft, fact: Fact, elapsedMs: number) => void) | undefined;
    reader?.(this.#draft, effect, at - this.#startedAt);
    const answer = answerOf(effect, at);
    if (answer !== undefined) answered(this.#draft, answer, at - this.#startedAt);
  }

  get measured(): Measured {
    const { times, gate, deployment, reason, requests, requestsHit, outsideSlice, dependsOn } = this.#draft;
    return {
      ...times,
      isShifted: deployment !== undefined,
      ...(gate !== undefined && { gate }),
      ...(reason !== undefined && { reason }),
      requests: requests.requests,
      requestsHit,
      outsideSlice: [...outsideSlice],
      dependsOn: ASSUMPTIONS.map(({ name }) => name).filter((name) => dependsOn.has(name)),
    };
  }
}

const READERS: { readonly [T in Fact['type']]?: (draft: Draft, fact: Of<T>, elapsedMs: number) => void } = {
  'cloudwatch.AlarmStateChanged': alarmChanged,
  'cloudwatch.AlarmPut'({ gates }, { alarmName, configuration }) {
    if (JSON.stringify(configuration).includes('"ExecutedVersion"')) gates.perVersion.add(alarmName);
    if (configuration.type === 'metric' && configuration.watches.periodSeconds < 60)
      gates.highResolution.add(alarmName);
  },
  'cloudwatch.AlarmDeleted': ({ gates }, { alarmName }) => void gates.inAlarm.delete(alarmName),
  'lambda.AliasUpdated'(draft, { additional, functionVersion }, elapsedMs) {
    draft.isWeighted = additional !== undefined;
    const isBack = additional === undefined && functionVersion === draft.deployment?.target.currentVersion;
    if (draft.gate !== undefined && isBack) draft.times.aliasBackMs ??= elapsedMs;
  },
  'apigateway.RequestServed': ({ dependsOn }, { isThrottled }) =>
    void (isThrottled === true && dependsOn.add('stage-throttling')),
  'lambda.ProvisionedConcurrencyWanted'({ dependsOn, isWeighted }) {
    dependsOn.add('provisioned-preparation');
    if (isWeighted === true) dependsOn.add('provisioned-shift');
  },
  'logs.FindingNoticed': ({ dependsOn }, { rule }) => void (isAssumption(rule) && dependsOn.add(rule)),
  'lambda.FindingNoticed': ({ dependsOn }, { rule }) => void (isAssumption(rule) && dependsOn.add(rule)),
  'lambda.SliceLeft'({ gates, outsideSlice }, { functionName, version, what }) {
    const key = `${functionName}:${version}`;
    const named = `${what}, in ${functionName}`;
    outsideSlice.add(named);
    gates.outsideSlice.set(key, [...(gates.outsideSlice.get(key) ?? []), named]);
  },
  /** A version that left the slice under an earlier release goes on doing so. */
  'lambda.InvocationEnded'({ gates, outsideSlice }, { functionName, version }) {
    if (gates.outsideSlice.size === 0) return;
    for (const named of gates.outsideSlice.get(`${functionName}:${version}`) ?? []) outsideSlice.add(named);
  },
  'cloudformation.StackEvent'(draft, { resourceType, status, reason }) {
    if (resourceType === 'AWS::CloudFormation::Stack' && /^(?!.*CLEANUP).*_(?:COMPLETE|FAILED)$/.test(status))
      draft.isOver = true;
    if (reason !== undefined && draft.reason === undefined && status.endsWith('_FAILED')) draft.reason = reason;
  },
  'codedeploy.DeploymentGroupPut'({ gates }, { group }) {
    gates.alarmsByGroup.set(
      `${group.applicationName}/${group.name}`,
      group.alarms.enabled ? group.alarms.alarmNames : [],
    );
  },
  'codedeploy.DeploymentCreated'(draft, { deployment }) {
    if (deployment.creator === 'codeDeployRollback' || draft.isOver === true) return;
    draft.deployment = deployment;
    if (deployment.routing.type === 'TimeBasedLinear') draft.dependsOn.add('linear-intervals');
  },
  'codedeploy.HookInvoked': (draft, { event, functionName }) => void (draft.runningHook = { event, functionName }),
  'codedeploy.HookReported'(draft, { event, status }) {
    if (status === 'Failed') draft.failedHook = { event, functionName: draft.runningHook?.functionName ?? '' };
    delete draft.runningHook;
  },
  'codedeploy.DeploymentEnded'(draft, { deploymentId, status, error }, elapsedMs) {
    if (deploymentId !== draft.deployment?.id) return;
    draft.times.throughMs = elapsedMs;
    // Whether such a gate caught something or not hangs on how late its data are.
    if (groupAlarms(draft).some((name) => draft.gates.highResolution.has(name)))
      draft.dependsOn.add('high-resolution-delay');
    if (status === 'Succeeded') return;
    draft.times.stoppedMs = elapsedMs;
    if (error !== undefined) draft.reason = `${error.code}: ${error.message}`;
    draft.gate = gateOf(draft, error?.code ?? status);
  },
};

function answered(draft: Draft, answer: Answer, elapsedMs: number): void {
  draft.requests.add(answer);
  if (!isHit(answer, draft.slaMs)) return;
  draft.requestsHit++;
  draft.times.firstFaultMs ??= elapsedMs;
}

function alarmChanged(draft: Draft, { alarmName, to }: Of<'cloudwatch.AlarmStateChanged'>, elapsedMs: number): void {
  if (to !== 'ALARM') {
    draft.gates.inAlarm.delete(alarmName);
    return;
  }
  draft.gates.inAlarm.add(alarmName);
  if (draft.gate === undefined && groupAlarms(draft).includes(alarmName)) draft.times.alarmMs ??= elapsedMs;
}

function groupAlarms({ deployment, gates }: Draft): readonly string[] {
  if (deployment === undefined) return [];
  return gates.alarmsByGroup.get(`${deployment.applicationName}/${deployment.groupName}`) ?? [];
}

function gateOf(draft: Draft, code: string): Gate {
  if (code === 'HOOK_EXECUTION_FAILURE' && draft.failedHook !== undefined) return { type: 'hook', ...draft.failedHook };
  if (code === 'TIMEOUT' && draft.runningHook !== undefined) return { type: 'silentHook', ...draft.runningHook };
  if (code !== 'ALARM_ACTIVE') return { type: 'other', code };
  for (const name of ['metric-delay', 'alarm-second', 'alarm-poll'] as const) draft.dependsOn.add(name);
  if (draft.runningHook !== undefined) draft.dependsOn.add('alarms-watched-during-hooks');
  const names = groupAlarms(draft).filter((name) => draft.gates.inAlarm.has(name));
  if (draft.isWeighted !== true && names.some((name) => draft.gates.perVersion.has(name))) {
    draft.dependsOn.add('executed-version-unweighted');
  }
  return { type: 'alarms', names };
}

const NAMES: ReadonlySet<string> = new Set(ASSUMPTIONS.map(({ name }) => name));
const isAssumption = (name: string): name is AssumptionName => NAMES.has(name);
