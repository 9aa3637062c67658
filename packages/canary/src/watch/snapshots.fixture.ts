/** Snapshots for tests, in a few words: seconds instead of instants, and only what a test is about. */
import type { AlarmSeen, DeploymentSeen, LifecycleEventSeen, Share, Snapshot, StackEventSeen } from './snapshot.ts';

export const SECOND = 1_000;

export const snapshot = (seconds: number, seen: Partial<Snapshot>): Snapshot => ({
  deployments: [],
  aliases: [],
  alarms: [],
  hookLogs: [],
  ...seen,
  at: seconds * SECOND,
});

export const stack = (...events: readonly StackEventSeen[]) => ({
  stack: { name: 'shop', status: events.findLast(({ logicalId }) => logicalId === 'shop')?.status ?? '', events },
});

export const stackEvent = (seconds: number, status: string, reason?: string): StackEventSeen => ({
  id: `shop ${seconds} ${status}`,
  at: seconds * SECOND,
  logicalId: 'shop',
  resourceType: 'AWS::CloudFormation::Stack',
  status,
  ...(reason !== undefined && { reason }),
});

export const resourceEvent = (seconds: number, logicalId: string, status: string, reason?: string): StackEventSeen => ({
  ...stackEvent(seconds, status, reason),
  id: `${logicalId} ${seconds} ${status}`,
  logicalId,
  resourceType: 'AWS::Lambda::Alias',
});

export const deployment = (id: string, status: string, more: Partial<DeploymentSeen> = {}): DeploymentSeen => ({
  id,
  application: 'app',
  group: 'group',
  configuration: 'Canary',
  status,
  createdAt: 0,
  rollsBackOn: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
  hooks: {},
  ...more,
});

/** Moves `live` of `fn` from version 1 to 2; statuses of the three events, `-` for pending. */
export const target = (statuses: string, times: readonly Partial<LifecycleEventSeen>[] = []) => ({
  functionName: 'fn',
  alias: 'live',
  currentVersion: '1',
  targetVersion: '2',
  lifecycle: statuses.split(' ').map((status, index) => ({
    name: ['BeforeAllowTraffic', 'AllowTraffic', 'AfterAllowTraffic'][index] ?? '',
    status: status === '-' ? 'Pending' : status,
    ...times[index],
  })),
});

export const alias = (...shares: readonly Share[]) => ({ functionName: 'fn', alias: 'live', shares });

export const alarm = (state: string, more: Partial<AlarmSeen> = {}): AlarmSeen => ({
  name: 'errors',
  state,
  reason: `it is ${state}`,
  limit: '> 0',
  ...more,
});
