/** Measures one release from the journal: what stopped it, when, who was hit, and what the verdict hangs on. */
import { type AssumptionName, ASSUMPTIONS, type Fact, type Instant, type JournalEntry } from '@unicorns/cloud';
import { isHit, RequestCounter } from './count-requests.ts';
import type { Gate, Measured } from './verdict.ts';

type Times = { firstFaultMs?: number; alarmMs?: number; aliasBackMs?: number };
type Ended = Extract<Fact, { type: 'codedeploy.DeploymentEnded' }>;

/** What is known of gates from release to release. */
export interface GateMemory {
  /** By group, `application/name`: its alarms. */
  readonly alarmsByGroup: Map<string, readonly string[]>;
  readonly inAlarm: Set<string>;
}

export const newGateMemory = (): GateMemory => ({ alarmsByGroup: new Map(), inAlarm: new Set() });

const NAMES: ReadonlySet<string> = new Set(ASSUMPTIONS.map(({ name }) => name));
const isAssumption = (name: string): name is AssumptionName => NAMES.has(name);

export class Measurement {
  readonly #startedAt: Instant;
  readonly #slaMs: number;
  readonly #gates: GateMemory;
  readonly #requests: RequestCounter;
  readonly #times: Times = {};
  readonly #dependsOn = new Set<AssumptionName>();
  #hit = 0;
  #gate: Gate | undefined;
  #reason: string | undefined;
  /** The deployment that shifts to the new version, with what its hooks are. */
  #deployment: Extract<Fact, { type: 'codedeploy.DeploymentCreated' }>['deployment'] | undefined;
  #hookRunning = false;
  #failedHook: { readonly event: string; readonly functionName: string } | undefined;

  constructor(options: { readonly startedAt: Instant; readonly slaMs: number; readonly gates: GateMemory }) {
    this.#startedAt = options.startedAt;
    this.#slaMs = options.slaMs;
    this.#gates = options.gates;
    this.#requests = new RequestCounter(options.slaMs);
  }

  follow({ at, effect }: JournalEntry): void {
    const elapsedMs = at - this.#startedAt;
    switch (effect.type) {
      case 'apigateway.RequestServed':
        this.#requests.add(effect);
        if (!isHit(effect, this.#slaMs)) return;
        this.#hit++;
        this.#times.firstFaultMs ??= elapsedMs;
        return;
      case 'cloudwatch.AlarmStateChanged':
        this.#alarm(effect, elapsedMs);
        return;
      case 'cloudwatch.AlarmDeleted':
        this.#gates.inAlarm.delete(effect.alarmName);
        return;
      case 'lambda.AliasUpdated': {
        const isBack = effect.additional === undefined && effect.functionVersion === this.#deployment?.target.currentVersion;
        if (this.#gate !== undefined && isBack) this.#times.aliasBackMs ??= elapsedMs;
        return;
      }
      case 'logs.FindingNoticed':
      case 'lambda.FindingNoticed':
        if (isAssumption(effect.rule)) this.#dependsOn.add(effect.rule);
        return;
      case 'cloudformation.StackEvent':
        if (effect.status.endsWith('_FAILED')) this.#reason ??= effect.reason;
        return;
      default:
        if (effect.type.startsWith('codedeploy.')) this.#codedeploy(effect as Fact);
    }
  }

  get measured(): Measured {
    return {
      ...this.#times,
      ...(this.#gate !== undefined && { gate: this.#gate }),
      ...(this.#reason !== undefined && { reason: this.#reason }),
      requests: this.#requests.requests,
      requestsHit: this.#hit,
      dependsOn: ASSUMPTIONS.map(({ name }) => name).filter((name) => this.#dependsOn.has(name)),
    };
  }

  #alarm({ alarmName, to }: Extract<Fact, { type: 'cloudwatch.AlarmStateChanged' }>, elapsedMs: number): void {
    const { inAlarm } = this.#gates;
    if (to === 'ALARM') inAlarm.add(alarmName);
    else inAlarm.delete(alarmName);
    if (to === 'ALARM' && this.#gate === undefined && this.#groupAlarms().includes(alarmName)) this.#times.alarmMs ??= elapsedMs;
  }

  #groupAlarms(): readonly string[] {
    const deployment = this.#deployment;
    if (deployment === undefined) return [];
    return this.#gates.alarmsByGroup.get(`${deployment.applicationName}/${deployment.groupName}`) ?? [];
  }

  #codedeploy(fact: Fact): void {
    switch (fact.type) {
      case 'codedeploy.DeploymentGroupPut': {
        const { applicationName, name, alarms } = fact.group;
        this.#gates.alarmsByGroup.set(`${applicationName}/${name}`, alarms.enabled ? alarms.alarmNames : []);
        return;
      }
      case 'codedeploy.DeploymentCreated':
        if (fact.deployment.creator === 'codeDeployRollback') return;
        this.#deployment = fact.deployment;
        if (fact.deployment.routing.type === 'TimeBasedLinear') this.#dependsOn.add('linear-intervals');
        return;
      case 'codedeploy.HookInvoked':
        this.#hookRunning = true;
        return;
      case 'codedeploy.HookReported':
        this.#hookRunning = false;
        if (fact.status === 'Failed') this.#failedHook = { event: fact.event, functionName: this.#deployment?.hooks[fact.event] ?? '' };
        return;
      case 'codedeploy.DeploymentEnded':
        if (fact.deploymentId === this.#deployment?.id && fact.status !== 'Succeeded') this.#stopped(fact);
        return;
      default:
    }
  }

  #stopped({ error }: Ended): void {
    const code = error?.code ?? 'unknown';
    this.#reason = error === undefined ? undefined : `${error.code}: ${error.message}`;
    if (code === 'ALARM_ACTIVE') {
      this.#gate = { type: 'alarms', names: this.#groupAlarms().filter((name) => this.#gates.inAlarm.has(name)) };
      for (const name of ['metric-delay', 'alarm-second', 'alarm-poll'] as const) this.#dependsOn.add(name);
      if (this.#hookRunning) this.#dependsOn.add('alarms-watched-during-hooks');
    } else if (code === 'HOOK_EXECUTION_FAILURE' && this.#failedHook !== undefined) {
      this.#gate = { type: 'hook', ...this.#failedHook };
    } else this.#gate = { type: 'other', code };
  }
}
