/** What of a fact is worth telling, fact by fact. Everything that is not in the table is not told. */
import type { Fact } from '@unicorns/cloud';
import { failedChecks, importFinding } from './describe-failure.ts';
import type { Happening, Share } from './events.ts';

/** What has to be remembered from fact to fact, and from release to release. */
export interface NarratorMemory {
  /** Events of other stacks are not told. */
  readonly stackName: string;
  /** Alarm names of deployment groups: the gates. */
  readonly gates: Set<string>;
  /** Each finding is told once: `rule\0place`. */
  readonly findings: Set<string>;
  readonly rollbacks: Set<string>;
  /** Functions that were asked as hooks. */
  readonly hooks: Set<string>;
  /** By lifecycle event, of the deployment that was created last. */
  readonly hookOf: Map<string, string>;
}

export const newMemory = (stackName: string): NarratorMemory => ({
  stackName,
  gates: new Set(),
  findings: new Set(),
  rollbacks: new Set(),
  hooks: new Set(),
  hookOf: new Map(),
});

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;
type Told = readonly Happening[];
type Tellers = { readonly [T in Fact['type']]?: (fact: Of<T>, memory: NarratorMemory) => Told };

const TELLERS: Tellers = {
  'cloudformation.StackEvent': stackEvent,
  'codedeploy.DeploymentGroupPut': ({ group }, { gates }) => {
    for (const name of group.alarms.alarmNames) gates.add(name);
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
  'lambda.InvocationEnded': (fact, memory) => {
    if (fact.outcome === 'success') return memory.hooks.has(fact.functionName) ? failedChecks(fact) : [];
    const found = importFinding(fact);
    return found === undefined ? [] : finding(memory, found.rule, fact.functionName, found.text);
  },
  'lambda.FindingNoticed': ({ rule, functionName, text }, memory) => finding(memory, rule, functionName, text),
  'logs.FindingNoticed': ({ rule, logGroup, filterName, text }, memory) =>
    finding(memory, rule, filterName ?? logGroup, text),
  'iam.FindingNoticed': ({ rule, name, text }, memory) => finding(memory, rule, name, text),
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

function deploymentCreated(
  { deployment }: Of<'codedeploy.DeploymentCreated'>,
  { rollbacks, hookOf }: NarratorMemory,
): Told {
  const { id, target, creator, hooks, deploymentConfigName } = deployment;
  const isRollback = creator === 'codeDeployRollback';
  if (isRollback) rollbacks.add(id);
  else {
    hookOf.clear();
    for (const [event, name] of Object.entries(hooks)) hookOf.set(event, name);
  }
  const configuration = deploymentConfigName.replace('CodeDeployDefault.', '');
  const { alias, currentVersion: from, targetVersion: to } = target;
  return [{ type: 'deploymentCreated', deploymentId: id, alias, from, to, configuration, isRollback }];
}

/** An alarm that gets its first data is no news. */
function alarmTurned(
  { alarmName: alarm, from, to, reason }: Of<'cloudwatch.AlarmStateChanged'>,
  { gates }: NarratorMemory,
): Told {
  return from === 'ALARM' || to === 'ALARM'
    ? [{ type: 'alarmTurned', alarm, to, reason, isGate: gates.has(alarm) }]
    : [];
}

/** Once per rehearsal. */
function finding({ findings }: NarratorMemory, rule: string, place: string, text: string): Told {
  const key = `${rule}\0${place}`;
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
