/** What a poll saw, as plain values. Instants are milliseconds since the epoch, on the cloud's clock. */
export interface Snapshot {
  readonly at: number;
  /** Undefined when a single deployment is watched. */
  readonly stack?: StackSeen;
  /** Oldest first. */
  readonly deployments: readonly DeploymentSeen[];
  readonly aliases: readonly AliasSeen[];
  readonly alarms: readonly AlarmSeen[];
  readonly hookLogs: readonly HookLog[];
}

export interface StackSeen {
  readonly name: string;
  readonly status: string;
  /** Events of the operation that is watched, oldest first. */
  readonly events: readonly StackEventSeen[];
}

export interface StackEventSeen {
  readonly id: string;
  readonly at: number;
  readonly logicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
}

export interface DeploymentSeen {
  readonly id: string;
  readonly application: string;
  readonly group: string;
  readonly configuration: string;
  readonly status: string;
  readonly createdAt: number;
  readonly completedAt?: number;
  readonly error?: { readonly code: string; readonly message: string };
  /** DEPLOYMENT_FAILURE and so on; none when the group does not roll back by itself. */
  readonly rollsBackOn: readonly string[];
  readonly rollback?: {
    readonly role: 'rolledBackBy' | 'rollsBack';
    readonly deploymentId: string;
    readonly message: string;
  };
  /** Undefined until the deployment has started. */
  readonly target?: TargetSeen;
  /** The function that is asked at a lifecycle event, by the event's name. */
  readonly hooks: Readonly<Record<string, string>>;
}

export interface TargetSeen {
  readonly functionName: string;
  readonly alias: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
  /** The target version's share as CodeDeploy tells it, once it does. */
  readonly targetPercent?: number;
  readonly lifecycle: readonly LifecycleEventSeen[];
}

export interface LifecycleEventSeen {
  readonly name: string;
  readonly status: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** Where an alias sends its requests; one share while it stands still. */
export interface AliasSeen {
  readonly functionName: string;
  readonly alias: string;
  readonly shares: readonly Share[];
}

export interface Share {
  readonly version: string;
  readonly percent: number;
}

export interface AlarmSeen {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  /** When the state last became another one. */
  readonly turnedAt?: number;
  /** `> 0`; undefined for an alarm without a threshold of its own (composite alarms). */
  readonly limit?: string;
  /** The newest datapoint: the start of its period, and its value. */
  readonly latest?: { readonly at: number; readonly value: number };
}

/** What a hook's function wrote while its lifecycle event was in progress. */
export interface HookLog {
  readonly deploymentId: string;
  readonly event: string;
  readonly functionName: string;
  readonly lines: readonly string[];
}

export const STACK_TYPE = 'AWS::CloudFormation::Stack';

const ENDED = new Set(['Succeeded', 'Failed', 'Stopped']);
export const hasEnded = ({ status }: DeploymentSeen): boolean => ENDED.has(status);
export const isRollback = ({ rollback }: DeploymentSeen): boolean => rollback?.role === 'rollsBack';
