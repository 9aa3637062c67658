import type { WatchEvent } from '../watch/index.ts';

/** Something that happens in every deployment of the same release, by a name that both sides share. */
export interface Milestone {
  readonly what: string;
  /** Milliseconds since the epoch, on the clock of its own side. */
  readonly at: number;
  /** It happened after this instant and not after `at`: nobody looked in between. Undefined: at `at` itself. */
  readonly since?: number;
}

/**
 * The milestones of one operation in order. Names leave out what differs between two accounts and says nothing: ids, the
 * stack's name, version numbers, and the hashes that follow from where a package lies.
 */
export function milestonesOf(events: readonly WatchEvent[], stackName: string | undefined): readonly Milestone[] {
  const names = { ...versionsOf(events), stackName };
  const percentOf = new Map<string, number>();
  const isNews = (event: WatchEvent): boolean => {
    if (event.type !== 'aliasShifted') return true;
    const percent = freshPercent(event.shares, names);
    // An alias as it was found, or an update that changes nothing: CloudFormation says again what CodeDeploy has done.
    if (percent === (percentOf.get(event.alias) ?? 0)) return false;
    percentOf.set(event.alias, percent);
    return true;
  };
  return events
    .toSorted((a, b) => a.at - b.at)
    .filter(isNews)
    .flatMap((event): Milestone[] => {
      const what = whatOf(event, names);
      if (what === undefined) return [];
      const since = event.type === 'aliasShifted' ? event.since : undefined;
      return [{ what, at: event.at, ...(since !== undefined && { since }) }];
    });
}

interface Names {
  readonly stackName: string | undefined;
  /** Versions that deployments bring, and those that they replace. */
  readonly fresh: ReadonlySet<string>;
  readonly old: ReadonlySet<string>;
}

function versionsOf(events: readonly WatchEvent[]): Pick<Names, 'fresh' | 'old'> {
  const started = events.filter((event) => event.type === 'deploymentStarted').filter(({ isRollback }) => !isRollback);
  return { fresh: new Set(started.map(({ to }) => to)), old: new Set(started.map(({ from }) => from)) };
}

function whatOf(event: WatchEvent, names: Names): string | undefined {
  switch (event.type) {
    case 'stackChanged':
      return `stack ${event.status}`;
    case 'resourceChanged':
      return `${withoutHash(event.logicalId)} ${event.status}`;
    case 'deploymentCreated':
      return `${event.isRollback ? 'rollback' : 'deployment'} created`;
    case 'lifecycleEvent':
      return event.isRollback || event.status === 'Pending' ? undefined : `${event.event} ${event.status}`;
    case 'aliasShifted':
      return `${event.alias}: new version at ${freshPercent(event.shares, names)} %`;
    case 'alarmTurned':
      return `${event.to} ${alarmName(event.alarm, names)}`;
    case 'deploymentEnded': {
      const code = event.code === undefined ? '' : ` ${event.code}`;
      return `${event.isRollback ? 'rollback' : 'deployment'} ${event.status}${code}`;
    }
    case 'deploymentStarted':
    case 'rollbackTriggered':
    case 'datapoint':
    case 'hookSaid':
    case 'cannotRead':
    case 'delayed':
    case 'ended':
      return undefined;
    default:
      return event satisfies never;
  }
}

/** SAM's logical ids of versions and deployments end in ten digits of a hash. */
const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9a-f]{10}$/, '…');

const freshPercent = (
  shares: readonly { readonly version: string; readonly percent: number }[],
  { fresh }: Names,
): number => shares.reduce((sum, { version, percent }) => (fresh.has(version) ? sum + percent : sum), 0);

/** An alarm's name holds the stack's in front, and a number that is a version of this deployment. */
function alarmName(name: string, { stackName, fresh, old }: Names): string {
  const bare = stackName !== undefined && name.startsWith(`${stackName}-`) ? name.slice(stackName.length + 1) : name;
  return bare.replaceAll(/\d+/g, (digits) => (fresh.has(digits) ? '{new}' : old.has(digits) ? '{old}' : digits));
}
