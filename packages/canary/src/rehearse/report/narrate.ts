/**
 * Turns the journal into what a rehearsal tells. It is a fold over entries, so that a live rehearsal and a recorded
 * journal tell the same; it reads no state of the cloud.
 */
import { type Fact, type Instant, type JournalEntry, MINUTE } from '@unicorns/cloud';
import { RequestCounter } from './count-requests.ts';
import { failedChecks, importFinding } from './describe-failure.ts';
import type { Happening, RehearsalEvent, Share } from './events.ts';

export interface NarratorOptions {
  readonly startedAt: Instant;
  readonly stackName: string;
  readonly slaMs: number;
  readonly tell: (event: RehearsalEvent) => void;
  /** What earlier narrators of the same rehearsal have learned. */
  readonly memory: NarratorMemory;
}

/** What has to be remembered from release to release. */
export interface NarratorMemory {
  /** Alarm names of deployment groups: the gates. */
  readonly gates: Set<string>;
  readonly findings: Set<string>;
  readonly rollbacks: Set<string>;
  /** Functions that were asked as hooks. */
  readonly hooks: Set<string>;
}

export const newMemory = (): NarratorMemory => ({ gates: new Set(), findings: new Set(), rollbacks: new Set(), hooks: new Set() });

export class Narrator {
  readonly #options: NarratorOptions;
  #minute: RequestCounter;
  #minuteEndsAt: number;
  readonly #hookOf = new Map<string, string>();

  constructor(options: NarratorOptions) {
    this.#options = options;
    this.#minute = new RequestCounter(options.slaMs);
    this.#minuteEndsAt = options.startedAt + MINUTE;
  }

  /** Takes the next entry of the journal. */
  follow({ at, effect }: JournalEntry): void {
    while (at >= this.#minuteEndsAt) this.#endMinute(this.#minuteEndsAt);
    if (effect.type === 'apigateway.RequestServed') this.#minute.add(effect);
    else if (effect.type !== 'wake' && effect.type !== 'call') {
      for (const happening of this.#happenings(effect)) this.tell(at, happening);
    }
  }

  /** Tells of something that is not in the journal. */
  tell(at: number, happening: Happening): void {
    this.#options.tell({ ...happening, elapsedMs: at - this.#options.startedAt });
  }

  /** Tells of the requests since the last full minute. */
  finish(at: Instant): void {
    if (this.#minute.count > 0) this.#endMinute(at);
  }

  #endMinute(at: number): void {
    if (this.#minute.count > 0) this.tell(at, { type: 'minutePassed', requests: this.#minute.requests });
    this.#minute = new RequestCounter(this.#options.slaMs);
    this.#minuteEndsAt += MINUTE;
  }

  #happenings(fact: Fact): readonly Happening[] {
    switch (fact.type) {
      case 'cloudformation.StackEvent':
        return this.#stackEvent(fact);
      case 'cloudwatch.AlarmStateChanged':
        return this.#alarm(fact);
      case 'lambda.AliasUpdated':
        return [{ type: 'aliasShifted', alias: fact.aliasName, shares: sharesOf(fact) }];
      case 'lambda.InvocationEnded':
        return this.#invocation(fact);
      case 'lambda.FindingNoticed':
        return this.#finding(fact.rule, fact.functionName, fact.text);
      case 'logs.FindingNoticed':
        return this.#finding(fact.rule, fact.filterName ?? fact.logGroup, fact.text);
      case 'iam.FindingNoticed':
        return this.#finding(fact.rule, fact.name, fact.text);
      default:
        return this.#codedeploy(fact);
    }
  }

  #codedeploy(fact: Fact): readonly Happening[] {
    const { memory } = this.#options;
    switch (fact.type) {
      case 'codedeploy.DeploymentGroupPut':
        for (const name of fact.group.alarms.alarmNames) memory.gates.add(name);
        return [];
      case 'codedeploy.DeploymentCreated':
        return [this.#created(fact.deployment)];
      case 'codedeploy.HookInvoked':
        memory.hooks.add(fact.functionName);
        return [];
      case 'codedeploy.LifecycleEventChanged': {
        if (memory.rollbacks.has(fact.deploymentId)) return [];
        const hook = this.#hookOf.get(fact.event);
        return [{ type: 'lifecycleEvent', event: fact.event, status: fact.status, ...(hook !== undefined && { hook }) }];
      }
      case 'codedeploy.RollbackTriggered':
        return [{ type: 'rollbackTriggered', message: fact.message }];
      case 'codedeploy.DeploymentEnded': {
        const { deploymentId, status, error } = fact;
        const isRollback = memory.rollbacks.has(deploymentId);
        return [{ type: 'deploymentEnded', deploymentId, status, isRollback, ...error }];
      }
      default:
        return [];
    }
  }

  #created(deployment: Extract<Fact, { type: 'codedeploy.DeploymentCreated' }>['deployment']): Happening {
    const { id, target, creator, hooks, deploymentConfigName } = deployment;
    const isRollback = creator === 'codeDeployRollback';
    if (isRollback) this.#options.memory.rollbacks.add(id);
    else for (const [event, name] of Object.entries(hooks)) this.#hookOf.set(event, name);
    return {
      type: 'deploymentCreated',
      deploymentId: id,
      alias: target.alias,
      from: target.currentVersion,
      to: target.targetVersion,
      configuration: deploymentConfigName.replace('CodeDeployDefault.', ''),
      isRollback,
    };
  }

  #stackEvent(fact: Extract<Fact, { type: 'cloudformation.StackEvent' }>): readonly Happening[] {
    const { stackName, logicalId, resourceType, status, reason } = fact;
    if (stackName !== this.#options.stackName) return [];
    if (resourceType === 'AWS::CloudFormation::Stack') {
      return [{ type: 'stackChanged', status, ...(reason !== undefined && { reason }) }];
    }
    if (!status.endsWith('_FAILED') || reason === undefined) return [];
    return [{ type: 'resourceFailed', logicalId, status, reason }];
  }

  /** An alarm that gets its first data is no news. */
  #alarm(fact: Extract<Fact, { type: 'cloudwatch.AlarmStateChanged' }>): readonly Happening[] {
    const { alarmName: alarm, from, to, reason } = fact;
    if (from !== 'ALARM' && to !== 'ALARM') return [];
    return [{ type: 'alarmTurned', alarm, to, reason, isGate: this.#options.memory.gates.has(alarm) }];
  }

  #invocation(fact: Extract<Fact, { type: 'lambda.InvocationEnded' }>): readonly Happening[] {
    if (fact.outcome === 'success') return this.#options.memory.hooks.has(fact.functionName) ? failedChecks(fact) : [];
    const finding = importFinding(fact);
    return finding?.type === 'finding' ? this.#finding(finding.rule, finding.place, finding.text) : [];
  }

  /** Once per rehearsal. */
  #finding(rule: string, place: string, text: string): readonly Happening[] {
    const { findings } = this.#options.memory;
    const key = `${rule}\0${place}`;
    if (findings.has(key)) return [];
    findings.add(key);
    return [{ type: 'finding', rule, place, text }];
  }
}

function sharesOf({ functionVersion, additional }: Extract<Fact, { type: 'lambda.AliasUpdated' }>): readonly Share[] {
  if (additional === undefined) return [{ version: functionVersion, percent: 100 }];
  const percent = Math.round(additional.weight * 10_000) / 100;
  return [
    { version: functionVersion, percent: Math.round((100 - percent) * 100) / 100 },
    { version: additional.version, percent },
  ];
}
