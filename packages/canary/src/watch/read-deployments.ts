import type { DeploymentInfo, LambdaTarget } from '@aws-sdk/client-codedeploy';
import { member } from '../aws/index.ts';
import type { Questions } from './questions.ts';
import { percentOf } from './read-aliases.ts';
import { type DeploymentSeen, hasEnded, type LifecycleEventSeen, type TargetSeen } from './snapshot.ts';

/** Which function is asked at a lifecycle event of a deployment of an alias, by the event's name. */
export type FindHooks = (functionName: string, alias: string) => Promise<Readonly<Record<string, string>>>;

/** A deployment that has ended may still name its rollback for so long. */
const SETTLED_AFTER_MS = 60_000;

/** Reads deployments and the rollbacks that follow them. One that is over is not asked about again. */
export class DeploymentReader {
  readonly #questions: Questions;
  readonly #findHooks: FindHooks;
  readonly #seen = new Map<string, DeploymentSeen>();

  constructor(questions: Questions, findHooks: FindHooks) {
    this.#questions = questions;
    this.#findHooks = findHooks;
  }

  /** Oldest first: these deployments, and every one that they lead to. */
  async read(ids: readonly string[]): Promise<readonly DeploymentSeen[]> {
    const waiting = [...ids];
    const done = new Set<string>();
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (done.has(id)) continue;
      done.add(id);
      const known = this.#seen.get(id);
      const seen = known !== undefined && this.#isSettled(known) ? known : await this.#ask(id);
      this.#seen.set(id, seen);
      if (seen.rollback?.role === 'rolledBackBy') waiting.push(seen.rollback.deploymentId);
    }
    return [...done].flatMap((id) => this.#seen.get(id) ?? []).toSorted((a, b) => a.createdAt - b.createdAt);
  }

  #isSettled(it: DeploymentSeen): boolean {
    if (!hasEnded(it)) return false;
    const isOld = this.#questions.account.clock.now > (it.completedAt ?? 0) + SETTLED_AFTER_MS;
    return it.status === 'Succeeded' || it.rollback !== undefined || isOld;
  }

  async #ask(id: string): Promise<DeploymentSeen> {
    const { GetDeploymentCommand } = await import('@aws-sdk/client-codedeploy');
    const { account, needed } = this.#questions;
    const command = new GetDeploymentCommand({ deploymentId: id });
    const { deploymentInfo = {} } = await needed(`The deployment ${id}`, () => account.codedeploy.send(command));
    const target = await this.#target(id);
    const hooks =
      target && isOwnRelease(deploymentInfo) ? await this.#findHooks(target.functionName, target.alias) : {};
    return { ...described(id, deploymentInfo), hooks, ...(target && { target }) };
  }

  /** The form of a target's id is not documented, so it is always asked for. Source: codedeploy reference 3.7. */
  async #target(deploymentId: string): Promise<TargetSeen | undefined> {
    const { GetDeploymentTargetCommand, ListDeploymentTargetsCommand } = await import('@aws-sdk/client-codedeploy');
    const { codedeploy } = this.#questions.account;
    return this.#questions.needed(`The target of ${deploymentId}`, async () => {
      try {
        const { targetIds = [] } = await codedeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
        const [targetId] = targetIds;
        if (targetId === undefined) return undefined;
        const { deploymentTarget } = await codedeploy.send(new GetDeploymentTargetCommand({ deploymentId, targetId }));
        return deploymentTarget?.lambdaTarget && targetSeen(deploymentTarget.lambdaTarget);
      } catch (error) {
        if (member(error, 'name') === 'DeploymentNotStartedException') return undefined;
        throw error;
      }
    });
  }
}

/** CodeDeploy asks no hook while it rolls back. Source: codedeploy reference 3.5.4 (O). */
const isOwnRelease = ({ rollbackInfo }: DeploymentInfo): boolean =>
  rollbackInfo?.rollbackTriggeringDeploymentId === undefined;

function described(id: string, info: DeploymentInfo): Omit<DeploymentSeen, 'hooks' | 'target'> {
  const { errorInformation: error, completeTime, autoRollbackConfiguration: auto } = info;
  const rollback = rollbackOf(info);
  return {
    id,
    application: info.applicationName ?? '',
    group: info.deploymentGroupName ?? '',
    configuration: info.deploymentConfigName ?? '',
    status: info.status ?? '',
    createdAt: info.createTime?.getTime() ?? 0,
    ...(completeTime && { completedAt: completeTime.getTime() }),
    ...(error && { error: { code: error.code ?? 'no code', message: error.message ?? '' } }),
    rollsBackOn: auto?.enabled === true ? (auto.events ?? []) : [],
    ...(rollback && { rollback }),
  };
}

function rollbackOf({ rollbackInfo }: DeploymentInfo): DeploymentSeen['rollback'] {
  const { rollbackDeploymentId, rollbackTriggeringDeploymentId, rollbackMessage: message = '' } = rollbackInfo ?? {};
  if (rollbackTriggeringDeploymentId) {
    return { role: 'rollsBack', deploymentId: rollbackTriggeringDeploymentId, message };
  }
  return rollbackDeploymentId ? { role: 'rolledBackBy', deploymentId: rollbackDeploymentId, message } : undefined;
}

function targetSeen({ lambdaFunctionInfo, lifecycleEvents = [] }: LambdaTarget): TargetSeen | undefined {
  const { functionName, functionAlias, currentVersion, targetVersion, targetVersionWeight } = lambdaFunctionInfo ?? {};
  if (functionName === undefined || functionAlias === undefined) return undefined;
  return {
    functionName,
    alias: functionAlias,
    currentVersion: currentVersion ?? '',
    targetVersion: targetVersion ?? '',
    // A fraction, although the model's text says a percentage. Source: codedeploy reference 3.7 (O, T1).
    ...(targetVersionWeight !== undefined && { targetPercent: percentOf(targetVersionWeight) }),
    lifecycle: lifecycleEvents.map(
      ({ lifecycleEventName: name = '', status = 'Unknown', startTime, endTime }): LifecycleEventSeen => ({
        name,
        status,
        ...(startTime && { startedAt: startTime.getTime() }),
        ...(endTime && { endedAt: endTime.getTime() }),
      }),
    ),
  };
}
