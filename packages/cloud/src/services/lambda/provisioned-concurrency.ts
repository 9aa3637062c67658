/**
 * Provisioned concurrency: environments that are initialised before a version is invoked. A configuration belongs to a
 * version or an alias; what it means for each version follows from where the alias points. Source:
 * LDG:provisioned-concurrency (D): allocating begins a minute or two later, up to 6,000 environments a minute.
 */
import type { Effect } from '../../effects.ts';
import { after, type Instant } from '../../instant.ts';
import type { Settled } from '../../runner/index.ts';
import type { World } from '../../world-state.ts';
import { logStreamName } from './log-stream.ts';
import { initLinesOf } from './platform-lines.ts';
import type {
  AliasUpdated,
  Allocation,
  FunctionRecord,
  Initialising,
  ProvisionedInitEnded,
  ProvisionedInitStarted,
} from './state.ts';
import { imageOfRevision, revisionOf } from './targets.ts';

/** Assumption `provisioned-preparation`. */
const PREPARATION_MS = 90_000;

/** The words of a failed allocation, as tools quote them (C). */
export const INIT_FAILURE = 'FUNCTION_ERROR_INIT_FAILURE';

/**
 * What the versions of a function are to have. An alias with weights shares its own between its two versions by them
 * (assumption `provisioned-shift`); one that waits for its new version has it whole in both.
 */
function wantedByVersion({ provisionedConfigs, aliases, versions }: FunctionRecord): Map<string, number> {
  const wanted = new Map<string, number>();
  const add = (version: string, count: number): void => {
    if (count > 0 && versions.has(version)) wanted.set(version, (wanted.get(version) ?? 0) + count);
  };
  for (const [qualifier, { requested }] of provisionedConfigs) {
    const alias = aliases.get(qualifier);
    if (alias === undefined) {
      add(qualifier, requested);
      continue;
    }
    const { additional, functionVersion, awaitsProvisioned } = alias;
    const moved = additional === undefined ? 0 : Math.round(requested * additional.weight);
    add(functionVersion, awaitsProvisioned ? requested : requested - moved);
    if (additional !== undefined) add(additional.version, moved);
  }
  return wanted;
}

/** The versions that a configuration is about. */
function versionsOf({ aliases }: FunctionRecord, qualifier: string): readonly string[] {
  const alias = aliases.get(qualifier);
  if (alias === undefined) return [qualifier];
  return [alias.functionVersion, ...(alias.additional === undefined ? [] : [alias.additional.version])];
}

/**
 * After a change of a configuration or an alias: what each version is to have now, and when the missing come. `isAsked`:
 * what has failed is tried again.
 */
export function reallocate(world: World, functionName: string, now: Instant, isAsked = false): Effect[] {
  const fn = world.lambda.functions.get(functionName);
  if (fn === undefined || (fn.provisionedConfigs.size === 0 && fn.allocations.size === 0)) return [];
  const wanted = wantedByVersion(fn);
  const effects: Effect[] = [];
  for (const version of new Set([...fn.allocations.keys(), ...wanted.keys()])) {
    const count = wanted.get(version) ?? 0;
    const revision = revisionOf(fn, version);
    const allocation = fn.allocations.get(version);
    const isMissing = isAsked && count > present(allocation);
    if (revision === undefined || (count === (allocation?.wanted ?? 0) && !isMissing)) continue;
    const { key: imageKey } = imageOfRevision(world.lambda, fn, revision);
    effects.push({ type: 'lambda.ProvisionedConcurrencyWanted', functionName, version, imageKey, count });
    if (count > present(allocation))
      effects.push({
        type: 'wake',
        at: after(now, PREPARATION_MS),
        wake: { service: 'lambda', type: 'allocateProvisioned', functionName, version },
      });
  }
  return effects;
}

const present = (it: Allocation | undefined): number => (it === undefined ? 0 : it.ready + it.starting);

/** The preparation is over: the inits of those that are missing begin. */
export function allocate(world: World, functionName: string, version: string): Effect[] {
  const fn = world.lambda.functions.get(functionName);
  const allocation = fn?.allocations.get(version);
  const revision = fn && revisionOf(fn, version);
  if (fn === undefined || allocation === undefined || revision === undefined) return [];
  const { key: imageKey } = imageOfRevision(world.lambda, fn, revision);
  return Array.from(
    { length: Math.max(0, allocation.wanted - present(allocation)) },
    (_, i): ProvisionedInitStarted => {
      const initId = world.random.uuid('ids', `${world.applied}:${imageKey}:${i}`);
      return { type: 'lambda.ProvisionedInitStarted', initId, functionName, version, imageKey };
    },
  );
}

/** What the runner says of an init. */
export function endInit(world: World, { started, image }: Initialising, settled: Settled): ProvisionedInitEnded {
  const { initId, functionName, version } = started;
  const { logGroup, customGroup } = image.revision.configuration.logging;
  const { environmentId, environmentStartedAt, outcome, initDurationMs = 0 } = settled;
  return {
    type: 'lambda.ProvisionedInitEnded',
    initId,
    functionName,
    version,
    outcome,
    initDurationMs,
    logGroup,
    logStream: logStreamName({ functionName, version, environmentId, environmentStartedAt, customGroup }),
    lines: initLinesOf(world, image, settled),
  };
}

/** Traffic that waited for the provisioned concurrency of its new version moves when that is there. */
export function moveWaiting(world: World, { functionName, version }: ProvisionedInitEnded): AliasUpdated[] {
  const fn = world.lambda.functions.get(functionName);
  const allocation = fn?.allocations.get(version);
  if (fn === undefined || allocation === undefined || allocation.ready < allocation.wanted) return [];
  const waiting = [...fn.aliases.values()].filter((it) => it.awaitsProvisioned && it.functionVersion === version);
  return waiting.map(({ name: aliasName, description }) => ({
    type: 'lambda.AliasUpdated',
    functionName,
    aliasName,
    functionVersion: version,
    description,
    revisionId: world.random.uuid('ids', `${world.applied}:${functionName}:${aliasName}`),
  }));
}

export interface ShownAllocation {
  readonly RequestedProvisionedConcurrentExecutions: number;
  readonly AvailableProvisionedConcurrentExecutions: number;
  readonly AllocatedProvisionedConcurrentExecutions: number;
  readonly Status: 'READY' | 'IN_PROGRESS' | 'FAILED';
  readonly StatusReason?: string;
  readonly LastModified: string;
}

/** A configuration as the API shows it. */
export function shownAllocation(fn: FunctionRecord, qualifier: string, now?: Instant): ShownAllocation {
  const { requested = 0, lastModifiedAt = now } = fn.provisionedConfigs.get(qualifier) ?? {};
  const all = versionsOf(fn, qualifier).flatMap((version) => fn.allocations.get(version) ?? []);
  const ready = all.reduce((sum, it) => sum + Math.min(it.ready, it.wanted), 0);
  const failure = all.find((it) => it.failure !== undefined)?.failure;
  const isReady = all.length > 0 && all.every((it) => it.ready >= it.wanted);
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: ready,
    AllocatedProvisionedConcurrentExecutions: ready,
    Status: failure !== undefined ? 'FAILED' : isReady ? 'READY' : 'IN_PROGRESS',
    ...(failure !== undefined && { StatusReason: failure }),
    LastModified: new Date(lastModifiedAt ?? 0).toISOString().replace('Z', '+0000'),
  };
}

/** How many environments of provisioned concurrency a version is to have. */
export const provisionedFor = (fn: FunctionRecord | undefined, version: string): number =>
  fn?.allocations.get(version)?.wanted ?? 0;

/** The provisioned concurrency that the configurations of a function ask for. */
export function requestedBy(fn: FunctionRecord, except?: string): number {
  let sum = 0;
  for (const [qualifier, { requested }] of fn.provisionedConfigs) if (qualifier !== except) sum += requested;
  return sum;
}
