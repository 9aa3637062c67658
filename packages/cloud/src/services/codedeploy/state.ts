import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import type { TrafficRouting } from './traffic-shift.ts';

export type LifecycleEventName = 'BeforeAllowTraffic' | 'AllowTraffic' | 'AfterAllowTraffic';
export const LIFECYCLE_EVENTS: readonly LifecycleEventName[] = [
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
];

export type LifecycleEventStatus = 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped';

export interface LifecycleEvent {
  readonly name: LifecycleEventName;
  readonly status: LifecycleEventStatus;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
}

export type AutoRollbackEvent = 'DEPLOYMENT_FAILURE' | 'DEPLOYMENT_STOP_ON_ALARM' | 'DEPLOYMENT_STOP_ON_REQUEST';

export interface AlarmConfiguration {
  readonly enabled: boolean;
  readonly ignorePollAlarmFailure: boolean;
  readonly alarmNames: readonly string[];
}

export interface Trigger {
  readonly name: string;
  readonly targetArn: string;
  readonly events: readonly string[];
}

export interface DeploymentGroup {
  readonly applicationName: string;
  readonly name: string;
  readonly id: string;
  readonly deploymentConfigName: string;
  readonly serviceRoleArn: string;
  readonly alarms: AlarmConfiguration;
  readonly autoRollback: { readonly enabled: boolean; readonly events: readonly AutoRollbackEvent[] };
  readonly triggers: readonly Trigger[];
}

export interface Application {
  readonly name: string;
  readonly id: string;
  readonly createdAt: Instant;
  readonly groups: Map<string, DeploymentGroup>;
}

export interface CustomConfig {
  readonly name: string;
  readonly id: string;
  readonly createdAt: Instant;
  readonly routing: TrafficRouting;
}

/** What an AppSpec says: which alias of which function goes from which version to which. */
export interface LambdaTarget {
  readonly functionName: string;
  readonly alias: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
}

export type DeploymentStatus = 'Created' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped';

export type ErrorCode =
  | 'ALARM_ACTIVE'
  | 'APPLICATION_MISSING'
  | 'DEPLOYMENT_GROUP_MISSING'
  | 'HOOK_EXECUTION_FAILURE'
  | 'IAM_ROLE_MISSING'
  | 'IAM_ROLE_PERMISSIONS'
  | 'INTERNAL_ERROR'
  | 'INVALID_LAMBDA_CONFIGURATION'
  | 'MANUAL_STOP'
  | 'THROTTLED'
  | 'TIMEOUT';

export interface ErrorInformation {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A hook that CodeDeploy waits for. */
export interface HookExecution {
  readonly id: string;
  readonly event: LifecycleEventName;
  readonly functionName: string;
  readonly status: 'InProgress' | 'Succeeded' | 'Failed';
}

export interface Deployment {
  readonly id: string;
  readonly applicationName: string;
  readonly groupName: string;
  /** As it was when the deployment was created; it may be deleted since. */
  readonly group: DeploymentGroup;
  /** What CreateDeployment was told instead of the group's own settings. */
  readonly overrides: Partial<Pick<DeploymentGroup, 'alarms' | 'autoRollback'>>;
  readonly description?: string;
  readonly deploymentConfigName: string;
  readonly routing: TrafficRouting;
  readonly creator: 'user' | 'codeDeployRollback';
  readonly target: LambdaTarget;
  readonly hooks: { readonly [event in LifecycleEventName]?: string };
  readonly createdAt: Instant;
  readonly startedAt?: Instant;
  readonly completedAt?: Instant;
  readonly status: DeploymentStatus;
  readonly error?: ErrorInformation;
  readonly lifecycle: readonly LifecycleEvent[];
  readonly hookExecutions: readonly HookExecution[];
  /** The new version's share of the alias, in percent. */
  readonly weightPercent: number;
  readonly shiftedAt?: Instant;
  /** On a failed deployment: the one that rolls it back. On a rollback: the one it rolls back. */
  readonly rollback?: {
    readonly deploymentId: string;
    readonly role: 'rolledBackBy' | 'rollsBack';
    readonly message: string;
  };
}

export interface CodeDeployState {
  readonly applications: Map<string, Application>;
  readonly configs: Map<string, CustomConfig>;
  readonly deployments: Map<string, Deployment>;
}

export type CodeDeployFact =
  | { readonly type: 'codedeploy.ApplicationCreated'; readonly name: string; readonly id: string }
  | { readonly type: 'codedeploy.ApplicationDeleted'; readonly name: string }
  | {
      readonly type: 'codedeploy.DeploymentConfigCreated';
      readonly name: string;
      readonly id: string;
      readonly routing: TrafficRouting;
    }
  | { readonly type: 'codedeploy.DeploymentConfigDeleted'; readonly name: string }
  | { readonly type: 'codedeploy.DeploymentGroupPut'; readonly group: DeploymentGroup }
  | { readonly type: 'codedeploy.DeploymentGroupDeleted'; readonly applicationName: string; readonly name: string }
  | { readonly type: 'codedeploy.DeploymentCreated'; readonly deployment: Deployment }
  | { readonly type: 'codedeploy.DeploymentStarted'; readonly deploymentId: string }
  | {
      readonly type: 'codedeploy.LifecycleEventChanged';
      readonly deploymentId: string;
      readonly event: LifecycleEventName;
      readonly status: LifecycleEventStatus;
    }
  | {
      readonly type: 'codedeploy.HookInvoked';
      readonly deploymentId: string;
      readonly event: LifecycleEventName;
      readonly functionName: string;
      readonly executionId: string;
    }
  | {
      readonly type: 'codedeploy.HookReported';
      readonly deploymentId: string;
      readonly executionId: string;
      readonly event: LifecycleEventName;
      readonly status: 'Succeeded' | 'Failed';
    }
  | {
      readonly type: 'codedeploy.TrafficShifted';
      readonly deploymentId: string;
      readonly target: LambdaTarget;
      readonly weightPercent: number;
    }
  | {
      readonly type: 'codedeploy.DeploymentEnded';
      readonly deploymentId: string;
      readonly status: 'Succeeded' | 'Failed' | 'Stopped';
      readonly error?: ErrorInformation;
    }
  | {
      readonly type: 'codedeploy.RollbackTriggered';
      readonly deploymentId: string;
      readonly rollbackDeploymentId: string;
      readonly message: string;
    };

/** Every wake concerns one deployment; one that has ended by then ignores it. */
export type CodeDeployWake = { readonly service: 'codedeploy'; readonly deploymentId: string } & (
  | { readonly type: 'start' }
  | { readonly type: 'lifecycleEvent'; readonly event: LifecycleEventName }
  | { readonly type: 'hookTimeout'; readonly executionId: string }
  | { readonly type: 'shift'; readonly step: number }
  | { readonly type: 'allowTrafficComplete' }
  | { readonly type: 'pollAlarms' }
  | { readonly type: 'end' }
);

export type CodeDeployReplyTo = { readonly service: 'codedeploy'; readonly deploymentId: string } & (
  | { readonly type: 'alarms'; readonly when: 'start' | 'poll' }
  | { readonly type: 'hookInvoked'; readonly event: LifecycleEventName; readonly executionId: string }
  | { readonly type: 'currentAlias' }
  | { readonly type: 'shifted'; readonly step: number; readonly weightPercent: number }
);

export const initialCodeDeploy = (): CodeDeployState => ({
  applications: new Map(),
  configs: new Map(),
  deployments: new Map(),
});

/** Folds a fact. No decision is taken here. */
export function applyCodeDeploy(world: World, fact: CodeDeployFact, at: Instant): void {
  const { applications, configs, deployments } = world.codedeploy;
  switch (fact.type) {
    case 'codedeploy.ApplicationCreated':
      applications.set(fact.name, { name: fact.name, id: fact.id, createdAt: at, groups: new Map() });
      return;
    case 'codedeploy.ApplicationDeleted':
      applications.delete(fact.name);
      return;
    case 'codedeploy.DeploymentConfigCreated':
      configs.set(fact.name, { name: fact.name, id: fact.id, createdAt: at, routing: fact.routing });
      return;
    case 'codedeploy.DeploymentConfigDeleted':
      configs.delete(fact.name);
      return;
    case 'codedeploy.DeploymentGroupPut':
      applications.get(fact.group.applicationName)?.groups.set(fact.group.name, fact.group);
      return;
    case 'codedeploy.DeploymentGroupDeleted':
      applications.get(fact.applicationName)?.groups.delete(fact.name);
      return;
    case 'codedeploy.DeploymentCreated':
      deployments.set(fact.deployment.id, fact.deployment);
      return;
    default: {
      const deployment = deployments.get(fact.deploymentId);
      if (deployment === undefined) throw new Error(`no deployment ${fact.deploymentId} to apply ${fact.type} to`);
      deployments.set(deployment.id, { ...deployment, ...changed(deployment, fact, at) });
    }
  }
}

type DeploymentChange = Exclude<
  Extract<CodeDeployFact, { deploymentId: string }>,
  { type: 'codedeploy.DeploymentCreated' }
>;

function changed(deployment: Deployment, fact: DeploymentChange, at: Instant): Partial<Deployment> {
  switch (fact.type) {
    case 'codedeploy.DeploymentStarted':
      return { status: 'InProgress', startedAt: at };
    case 'codedeploy.LifecycleEventChanged':
      return {
        lifecycle: deployment.lifecycle.map((event) =>
          event.name === fact.event ? moved(event, fact.status, at) : event,
        ),
      };
    case 'codedeploy.HookInvoked': {
      const { executionId: id, event, functionName } = fact;
      return { hookExecutions: [...deployment.hookExecutions, { id, event, functionName, status: 'InProgress' }] };
    }
    case 'codedeploy.HookReported':
      return {
        hookExecutions: deployment.hookExecutions.map((execution) =>
          execution.id === fact.executionId ? { ...execution, status: fact.status } : execution,
        ),
      };
    case 'codedeploy.TrafficShifted':
      return { weightPercent: fact.weightPercent, shiftedAt: deployment.shiftedAt ?? at };
    case 'codedeploy.DeploymentEnded':
      return { status: fact.status, completedAt: at, ...(fact.error && { error: fact.error }) };
    case 'codedeploy.RollbackTriggered':
      return { rollback: { deploymentId: fact.rollbackDeploymentId, role: 'rolledBackBy', message: fact.message } };
    default:
      return fact satisfies never;
  }
}

const moved = (event: LifecycleEvent, status: LifecycleEventStatus, at: Instant): LifecycleEvent => ({
  ...event,
  status,
  ...(status === 'InProgress' ? { startedAt: at } : { endedAt: at }),
});
