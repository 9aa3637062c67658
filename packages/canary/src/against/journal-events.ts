import type { Fact, JournalEntry } from '@unicorns/cloud';
import { sharesOf, STACK_TYPE, type WatchEvent } from '../watch/index.ts';

/** How an operation on a stack begins; what was before belongs to another release. */
const BEGINS = new Set(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS']);

/**
 * Tells a journal in the words of a watch: what somebody would have seen who watched the stack's latest operation, at the
 * very instants. A fold over entries; memory holds one operation.
 */
export class JournalEvents {
  readonly #stackName: string;
  readonly #gatesOf = new Map<string, readonly string[]>();
  readonly #gates = new Set<string>();
  readonly #rollbacks = new Set<string>();
  #events: WatchEvent[] = [];
  readonly #tellers: Tellers = {
    'cloudformation.StackEvent': (fact) => (fact.stackName === this.#stackName ? [this.#stackEvent(fact)] : []),
    'codedeploy.DeploymentGroupPut': ({ group: { applicationName, name, alarms } }) => {
      this.#gatesOf.set(`${applicationName}/${name}`, alarms.enabled ? alarms.alarmNames : []);
      return [];
    },
    'codedeploy.DeploymentCreated': ({ deployment }) => this.#created(deployment),
    'codedeploy.LifecycleEventChanged': ({ deploymentId, event, status }) => [
      { type: 'lifecycleEvent', event, status, ...this.#of(deploymentId) },
    ],
    'codedeploy.RollbackTriggered': ({ deploymentId, message }) => [
      { type: 'rollbackTriggered', deploymentId, message },
    ],
    'codedeploy.DeploymentEnded': ({ deploymentId, status, error }) => [
      { type: 'deploymentEnded', status, ...this.#of(deploymentId), ...error },
    ],
    'lambda.AliasUpdated': ({ aliasName: alias, functionVersion, additional }) => {
      const weights = additional === undefined ? {} : { [additional.version]: additional.weight };
      return [{ type: 'aliasShifted', alias, shares: sharesOf(functionVersion, weights) }];
    },
    'cloudwatch.AlarmStateChanged': ({ alarmName: alarm, from, to, reason }) => {
      const isNews = this.#gates.has(alarm) && (from === 'ALARM' || to === 'ALARM');
      return isNews ? [{ type: 'alarmTurned', alarm, from, to, reason }] : [];
    },
  };

  constructor(stackName: string) {
    this.#stackName = stackName;
  }

  get events(): readonly WatchEvent[] {
    return this.#events;
  }

  follow({ at, effect }: JournalEntry): void {
    if (effect.type === 'wake' || effect.type === 'call') return;
    // The table gives the fact's own type; a lookup by a union's type cannot say so.
    const teller = this.#tellers[effect.type] as ((fact: Fact) => readonly WithoutAt[]) | undefined;
    for (const happening of teller?.(effect) ?? []) this.#events.push({ ...happening, at });
  }

  #of(deploymentId: string): { readonly deploymentId: string; readonly isRollback: boolean } {
    return { deploymentId, isRollback: this.#rollbacks.has(deploymentId) };
  }

  #stackEvent(fact: Of<'cloudformation.StackEvent'>): WithoutAt {
    const { logicalId, resourceType, status, reason } = fact;
    const why = reason === undefined ? {} : { reason };
    if (resourceType !== STACK_TYPE || logicalId !== this.#stackName) {
      return { type: 'resourceChanged', logicalId, resourceType, status, ...why };
    }
    if (BEGINS.has(status)) {
      this.#events = [];
      this.#gates.clear();
    }
    return { type: 'stackChanged', status, ...why };
  }

  #created(deployment: Of<'codedeploy.DeploymentCreated'>['deployment']): readonly WithoutAt[] {
    const { id, applicationName, groupName, creator, target, deploymentConfigName: configuration } = deployment;
    if (creator === 'codeDeployRollback') this.#rollbacks.add(id);
    for (const name of this.#gatesOf.get(`${applicationName}/${groupName}`) ?? []) this.#gates.add(name);
    const { alias, currentVersion: from, targetVersion: to } = target;
    const of = this.#of(id);
    return [
      { type: 'deploymentCreated', ...of, group: groupName, configuration },
      { type: 'deploymentStarted', ...of, alias, from, to },
    ];
  }
}

/** Of each kind of event by itself, so that the union stays one. */
type WithoutAt = WatchEvent extends infer E ? (E extends WatchEvent ? Omit<E, 'at'> : never) : never;

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;
type Tellers = { readonly [T in Fact['type']]?: (fact: Of<T>) => readonly WithoutAt[] };
