/** What of a fact is worth telling, fact by fact. Everything that is not in the table is not told. */
import type { Fact } from '@unicorns/cloud';
import { failedChecks, importFinding } from './describe-failure.ts';
import type { Happening, Share } from './events.ts';

/** What has to be remembered from fact to fact, and from release to release. */
export interface NarratorMemory {
  /** Events of other stacks are not told. */
  readonly stackName: string;
  /** Alarm names by deployment group, `application/name`: the gates. */
  readonly gates: Map<string, readonly string[]>;
  readonly inAlarm: Set<string>;
  /** Each finding is told once: `rule\0place\0what`. */
  readonly findings: Set<string>;
  readonly rollbacks: Set<string>;
  /** Functions that were asked as hooks. */
  readonly hooks: Set<string>;
  /** By lifecycle event, of the deployment that was created last. */
  readonly hookOf: Map<string, string>;
}

export const newMemory = (stackName: string): NarratorMemory => ({
  stackName,
  gates: new Map(),
  inAlarm: new Set(),
  findings: new Set(),
  rollbacks: new Set(),
  hooks: new Set(),
  hookOf: new Map(),
});

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;
type Told = readonly Happening[];
type Tellers = { readonly [T in Fact['type']]?: (fact: Of<T>, memory: NarratorMemory) => Told };

const outsideText = (what: string): string =>
  `The code asks for ${what}: it has that on AWS and not in a rehearsal. What it makes of the refusal says nothing ` +
  'about the release, so the release is not judged. See docs/slice.md.';

const MEASURED =
  'The code burns real CPU beyond the coarse threshold, and the time counts. This part of the rehearsal is measured, not computed: ' +
  'another machine, or another run, may tell other times.';

const TELLERS: Tellers = {
  'cloudformation.StackEvent': stackEvent,
  'codedeploy.DeploymentGroupPut': ({ group }, { gates }) => {
    gates.set(`${group.applicationName}/${group.name}`, group.alarms.alarmNames);
    return [];
  },
  'codedeploy.DeploymentCreated': deploymentCreated,
  'codedeploy.HookInvoked': ({ functionName }, { hooks }) => {
    hooks.add(functionName);
    return [];
  },
  'codedeploy.LifecycleEventChanged': ({ deploymentId, event, status }, { rollbacks, hookOf }) => {
    if (rollbacks.has(deploymentId)) return [];
    const hook = hookOf.get(event);
    return [{ type: 'lifecycleEvent', event, status, ...(hook !== undefined && { hook }) }];
  },
  'codedeploy.RollbackTriggered': ({ message }) => [{ type: 'rollbackTriggered', message }],
  'codedeploy.DeploymentEnded': ({ deploymentId, status, error }, { rollbacks }) => [
    { type: 'deploymentEnded', deploymentId, status, isRollback: rollbacks.has(deploymentId), ...error },
  ],
  'cloudwatch.AlarmStateChanged': alarmTurned,
  'lambda.AliasUpdated': (fact) => [{ type: 'aliasShifted', alias: fact.aliasName, shares: sharesOf(fact) }],
  'cloudwatch.AlarmDeleted': ({ alarmName }, { inAlarm }) => {
    inAlarm.delete(alarmName);
    return [];
  },
  'lambda.InvocationEnded': (fact, memory) => {
    if (fact.measuredMs !== undefined) return finding(memory.findings, 'measured-cpu', fact.functionName, MEASURED);
    if (fact.outcome === 'success') return memory.hooks.has(fact.functionName) ? failedChecks(fact) : [];
    const found = importFinding(fact);
    return found === undefined ? [] : finding(memory.findings, found.rule, fact.functionName, found.text);
  },
  'lambda.FindingNoticed': ({ rule, functionName, text }, memory) => finding(memory.findings, rule, functionName, text),
  'lambda.SliceLeft': ({ functionName, version, what }, memory) =>
    finding(memory.findings, 'outside-the-slice', `${functionName}:${version}`, outsideText(what), what),
  'logs.FindingNoticed': ({ rule, logGroup, filterName, text }, memory) =>
    finding(memory.findings, rule, filterName ?? logGroup, text),
  'apigateway.FindingNoticed': ({ rule, name, text }, memory) => finding(memory.findings, rule, name, text),
  'iam.FindingNoticed': ({ rule, name, text }, memory) => finding(memory.findings, rule, name, text),
};

export function happeningsOf(fact: Fact, memory: NarratorMemory): Told {
  // The table gives the fact's own type; a lookup by a union's type cannot say so.
  const teller = TELLERS[fact.type] as ((fact: Fact, memory: NarratorMemory) => Told) | undefined;
  return teller?.(fact, memory) ?? [];
}

function stackEvent(
  { stackName, logicalId, resourceType, status, reason }: Of<'cloudformation.StackEvent'>,
  memory: NarratorMemory,
): Told {
  if (stackName !== memory.stackName) return [];
  if (resourceType === 'AWS::CloudFormation::Stack') {
    return [{ type: 'stackChanged', status, ...(reason !== undefined && { reason }) }];
  }
  return status.endsWith('_FAILED') && reason !== undefined
    ? [{ type: 'resourceFailed', logicalId, status, reason }]
    : [];
}

function deploymentCreated({ deployment }: Of<'codedeploy.DeploymentCreated'>, memory: NarratorMemory): Told {
  const { id, target, creator, hooks, deploymentConfigName } = deployment;
  const isRollback = creator === 'codeDeployRollback';
  if (isRollback) memory.rollbacks.add(id);
  else {
    memory.hookOf.clear();
    for (const [event, name] of Object.entries(hooks)) memory.hookOf.set(event, name);
  }
  const configuration = deploymentConfigName.replace('CodeDeployDefault.', '');
  const { alias, currentVersion: from, targetVersion: to } = target;
  const created: Happening = {
    type: 'deploymentCreated',
    deploymentId: id,
    alias,
    from,
    to,
    configuration,
    isRollback,
  };
  return isRollback ? [created] : [created, ...leftInAlarm(deployment, memory)];
}

/**
 * An alarm of the group that is in ALARM before anything has happened stops the deployment at once, however good the
 * release is. PutMetricAlarm keeps the state of an existing alarm. Source: codedeploy reference P2, P3 (T6, S).
 */
function leftInAlarm(
  { applicationName, groupName }: Of<'codedeploy.DeploymentCreated'>['deployment'],
  { gates, inAlarm, findings }: NarratorMemory,
): Told {
  const left = (gates.get(`${applicationName}/${groupName}`) ?? []).filter((name) => inAlarm.has(name));
  return left.flatMap((name) => {
    const text =
      `The alarm "${name}" is in ALARM before the deployment begins, so CodeDeploy stops it, however good the release is. ` +
      'Wait until it is OK, or give every version an alarm of its own: its number in AlarmName.';
    return finding(findings, 'alarm-left-in-alarm', name, text);
  });
}

/** An alarm that gets its first data is no news. */
function alarmTurned(
  { alarmName, from, to, reason }: Of<'cloudwatch.AlarmStateChanged'>,
  { gates, inAlarm }: NarratorMemory,
): Told {
  if (to === 'ALARM') inAlarm.add(alarmName);
  else inAlarm.delete(alarmName);
  if (from !== 'ALARM' && to !== 'ALARM') return [];
  const isGate = [...gates.values()].some((names) => names.includes(alarmName));
  return [{ type: 'alarmTurned', alarm: alarmName, to, reason, isGate }];
}

/** Once per rehearsal. */
function finding(findings: Set<string>, rule: string, place: string, text: string, what = ''): Told {
  const key = `${rule}\0${place}\0${what}`;
  if (findings.has(key)) return [];
  findings.add(key);
  return [{ type: 'finding', rule, place, text }];
}

function sharesOf({ functionVersion, additional }: Of<'lambda.AliasUpdated'>): readonly Share[] {
  if (additional === undefined) return [{ version: functionVersion, percent: 100 }];
  const percent = Math.round(additional.weight * 10_000) / 100;
  return [
    { version: functionVersion, percent: Math.round((100 - percent) * 100) / 100 },
    { version: additional.version, percent },
  ];
}
