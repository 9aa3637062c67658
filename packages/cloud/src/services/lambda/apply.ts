import type { Instant } from '../../instant.ts';
import type { Artifact, World } from '../../world-state.ts';
import { countIn, countOut, countRequest, countsAsRequest, recount } from './concurrency.ts';
import { newRecord } from './new-function.ts';
import { INIT_FAILURE } from './provisioned-concurrency.ts';
import { addEnd, addThrottle } from './metric-minutes.ts';
import type {
  AliasCreated,
  AliasDeleted,
  AliasUpdated,
  AsyncEventQueued,
  ConcurrencyPut,
  EventInvokeConfigDeleted,
  EventInvokeConfigPut,
  FunctionCreated,
  FunctionDeleted,
  FunctionRecord,
  FunctionTagged,
  FunctionUpdated,
  InvocationEnded,
  InvocationStarted,
  InvocationThrottled,
  LambdaFact,
  LambdaState,
  MetricsSent,
  PermissionAdded,
  PermissionRemoved,
  PolicyStatement,
  ProvisionedConcurrencyPut,
  ProvisionedConcurrencyWanted,
  ProvisionedInitEnded,
  ProvisionedInitStarted,
  Route,
  VersionDeleted,
  VersionPublished,
} from './state.ts';
import { sliceKey } from './state.ts';
import { refreshTargets, routeOf } from './targets.ts';

/** Folds one fact into Lambda's state. Facts were decided elsewhere; nothing is decided here. */
export function apply(world: World, fact: LambdaFact, at: Instant): void {
  if (fact.type === 'lambda.PackageStored') {
    // The map is the world's own, and read-only for all but those who fold facts.
    (world.artifacts as Map<string, Artifact>).set(fact.artifact.key, fact.artifact);
    return;
  }
  // The table pairs each type with the function that takes it, which TypeScript cannot follow through the look-up.
  const fold = FOLDS[fact.type] as (lambda: LambdaState, fact: LambdaFact, at: Instant) => void;
  fold(world.lambda, fact, at);
}

type Folds = {
  readonly [T in Exclude<LambdaFact['type'], 'lambda.PackageStored'>]: (
    lambda: LambdaState,
    fact: Extract<LambdaFact, { readonly type: T }>,
    at: Instant,
  ) => void;
};

const FOLDS: Folds = {
  'lambda.InvocationStarted': invocationStarted,
  'lambda.InvocationEnded': invocationEnded,
  'lambda.InvocationThrottled': invocationThrottled,
  'lambda.InvocationRefused': () => {},
  'lambda.AsyncEventQueued': asyncEventQueued,
  'lambda.AsyncEventSettled': (lambda, { requestId }) => void lambda.asyncEvents.delete(requestId),
  'lambda.DestinationDelivered': () => {},
  'lambda.DestinationFailed': () => {},
  'lambda.MetricsSent': metricsSent,
  'lambda.FindingNoticed': (lambda, { rule, functionName }) => void lambda.findings.add(`${rule} ${functionName}`),
  'lambda.SliceLeft': (lambda, { functionName, version, what }) =>
    void lambda.findings.add(sliceKey(functionName, version, what)),
  'lambda.FunctionCreated': functionCreated,
  'lambda.FunctionUpdated': functionUpdated,
  'lambda.FunctionDeleted': functionDeleted,
  'lambda.VersionPublished': versionPublished,
  'lambda.VersionDeleted': versionDeleted,
  'lambda.AliasCreated': aliasPut,
  'lambda.AliasUpdated': aliasPut,
  'lambda.AliasDeleted': aliasDeleted,
  'lambda.PermissionAdded': permissionAdded,
  'lambda.PermissionRemoved': permissionRemoved,
  'lambda.EventInvokeConfigPut': eventInvokeConfigPut,
  'lambda.EventInvokeConfigDeleted': eventInvokeConfigDeleted,
  'lambda.ConcurrencyPut': concurrencyPut,
  'lambda.ProvisionedConcurrencyPut': provisionedPut,
  'lambda.ProvisionedConcurrencyDeleted': (lambda, { functionName, qualifier }) =>
    void recordOf(lambda, functionName).provisionedConfigs.delete(qualifier),
  'lambda.ProvisionedConcurrencyWanted': provisionedWanted,
  'lambda.ProvisionedInitStarted': provisionedInitStarted,
  'lambda.ProvisionedInitEnded': provisionedInitEnded,
  'lambda.FunctionTagged': functionTagged,
};

function invocationStarted(lambda: LambdaState, fact: InvocationStarted, at: Instant): void {
  const route = routeStarted(lambda, fact);
  lambda.inFlight.set(fact.requestId, { started: fact, startedAt: at, route });
  countIn(lambda, route, at);
  if (countsAsRequest(fact.source)) countRequest(lambda, fact.functionName, at);
}

/** The route that was chosen when the invocation was started; its alias may have moved on within the same batch. */
function routeStarted(lambda: LambdaState, { functionName, qualifier, imageKey, requestId }: InvocationStarted): Route {
  const fn = recordOf(lambda, functionName);
  const target = fn.targets.get(qualifier ?? '');
  if (target?.primary.image.key === imageKey) return target.primary;
  if (target?.additional?.route.image.key === imageKey) return target.additional.route;
  const image = lambda.images.get(imageKey);
  if (image === undefined) throw new Error(`the invocation ${requestId} runs ${imageKey}, which does not exist`);
  return routeOf(lambda, fn, image, qualifier, false);
}

function invocationEnded(lambda: LambdaState, fact: InvocationEnded): void {
  const inFlight = lambda.inFlight.get(fact.requestId);
  if (inFlight === undefined) throw new Error(`the invocation ${fact.requestId} ended but was never started`);
  lambda.inFlight.delete(fact.requestId);
  countOut(lambda, inFlight.route);
  addEnd(lambda, inFlight.route, fact);
  if (fact.source.type !== 'async') return;
  const event = lambda.asyncEvents.get(fact.requestId);
  if (event === undefined) return;
  event.attempts = fact.source.attempt;
  const { version, payload, functionError } = fact;
  event.lastEnd = functionError === undefined ? { version, payload } : { version, payload, functionError };
}

function invocationThrottled(lambda: LambdaState, fact: InvocationThrottled, at: Instant): void {
  const { requestId, functionName, qualifier } = fact;
  const route = lambda.functions.get(functionName)?.targets.get(qualifier ?? '')?.primary;
  if (route !== undefined) addThrottle(lambda, route, at);
  if (countsAsRequest(fact.source)) countRequest(lambda, functionName, at);
  const event = lambda.asyncEvents.get(requestId);
  if (event !== undefined) event.throttles += 1;
}

function asyncEventQueued(lambda: LambdaState, fact: AsyncEventQueued, at: Instant): void {
  const { requestId, functionName, qualifier, payload } = fact;
  const event = { requestId, functionName, qualifier, payload, queuedAt: at, attempts: 0, throttles: 0 };
  lambda.asyncEvents.set(requestId, event);
}

function metricsSent(lambda: LambdaState, fact: MetricsSent): void {
  for (const [key, { minute }] of lambda.minutes) if (minute <= fact.minute) lambda.minutes.delete(key);
}

function functionCreated(lambda: LambdaState, fact: FunctionCreated, at: Instant): void {
  const fn = newRecord(fact, at);
  lambda.functions.set(fact.functionName, fn);
  refreshTargets(lambda, fn);
}

function functionUpdated(lambda: LambdaState, fact: FunctionUpdated, at: Instant): void {
  const { functionName, configuration, code, description, revisionId } = fact;
  const fn = recordOf(lambda, functionName);
  fn.latest = { version: '$LATEST', configuration, code, description, revisionId, lastModifiedAt: at };
  forgetImages(lambda, functionName);
  refreshTargets(lambda, fn);
}

function functionDeleted(lambda: LambdaState, { functionName }: FunctionDeleted): void {
  lambda.functions.delete(functionName);
  forgetImages(lambda, functionName);
  recount(lambda);
}

/** The images still in use are made again by `refreshTargets`; invocations in flight hold on to theirs. */
function forgetImages(lambda: LambdaState, functionName: string): void {
  for (const [key, image] of lambda.images) if (image.functionName === functionName) lambda.images.delete(key);
}

function versionPublished(lambda: LambdaState, fact: VersionPublished, at: Instant): void {
  const { functionName, version, description, revisionId } = fact;
  const fn = recordOf(lambda, functionName);
  fn.versions.set(version, { ...fn.latest, version, description, revisionId, lastModifiedAt: at });
  fn.lastPublished = Number(version);
  refreshTargets(lambda, fn);
}

function versionDeleted(lambda: LambdaState, { functionName, version }: VersionDeleted): void {
  const fn = recordOf(lambda, functionName);
  fn.versions.delete(version);
  dropQualifier(fn, version);
  forgetImages(lambda, functionName);
  refreshTargets(lambda, fn);
}

function aliasPut(lambda: LambdaState, fact: AliasCreated | AliasUpdated): void {
  const { functionName, aliasName: name, functionVersion, additional, description, revisionId } = fact;
  const fn = recordOf(lambda, functionName);
  const awaits = fact.awaitsProvisioned && { awaitsProvisioned: fact.awaitsProvisioned };
  const alias = { name, functionVersion, description, revisionId, ...awaits };
  fn.aliases.set(name, additional === undefined ? alias : { ...alias, additional });
  refreshTargets(lambda, fn);
}

function aliasDeleted(lambda: LambdaState, { functionName, aliasName }: AliasDeleted): void {
  const fn = recordOf(lambda, functionName);
  fn.aliases.delete(aliasName);
  dropQualifier(fn, aliasName);
  refreshTargets(lambda, fn);
}

function dropQualifier(fn: FunctionRecord, qualifier: string): void {
  fn.eventInvokeConfigs.delete(qualifier);
  fn.permissions.delete(qualifier);
  fn.provisionedConfigs.delete(qualifier);
  fn.allocations.delete(qualifier);
}

function permissionAdded(lambda: LambdaState, { functionName, qualifier, statement }: PermissionAdded): void {
  const { permissions } = recordOf(lambda, functionName);
  const statements = permissions.get(qualifier) ?? new Map<string, PolicyStatement>();
  statements.set(statement.Sid, statement);
  permissions.set(qualifier, statements);
}

function permissionRemoved(lambda: LambdaState, { functionName, qualifier, statementId }: PermissionRemoved): void {
  recordOf(lambda, functionName).permissions.get(qualifier)?.delete(statementId);
}

function eventInvokeConfigPut(lambda: LambdaState, fact: EventInvokeConfigPut, at: Instant): void {
  const { type: _, functionName, qualifier, ...config } = fact;
  recordOf(lambda, functionName).eventInvokeConfigs.set(qualifier, { ...config, lastModifiedAt: at });
}

function eventInvokeConfigDeleted(lambda: LambdaState, { functionName, qualifier }: EventInvokeConfigDeleted): void {
  recordOf(lambda, functionName).eventInvokeConfigs.delete(qualifier);
}

function concurrencyPut(lambda: LambdaState, { functionName, reserved }: ConcurrencyPut): void {
  const fn = recordOf(lambda, functionName);
  fn.reservedConcurrency = reserved;
  recount(lambda);
}

function provisionedPut(lambda: LambdaState, fact: ProvisionedConcurrencyPut, at: Instant): void {
  const { functionName, qualifier, requested } = fact;
  const fn = recordOf(lambda, functionName);
  fn.provisionedConfigs.set(qualifier, { requested, lastModifiedAt: at });
  for (const allocation of fn.allocations.values()) delete allocation.failure;
}

function provisionedWanted(lambda: LambdaState, { functionName, version, count }: ProvisionedConcurrencyWanted): void {
  const fn = recordOf(lambda, functionName);
  const { ready, starting } = fn.allocations.get(version) ?? { ready: 0, starting: 0 };
  fn.allocations.set(version, { wanted: count, ready: Math.min(ready, count), starting });
  forgetAllocation(fn, version);
}

function provisionedInitStarted(lambda: LambdaState, fact: ProvisionedInitStarted): void {
  const { initId, functionName, version, imageKey } = fact;
  const image = lambda.images.get(imageKey);
  if (image === undefined) throw new Error(`the init ${initId} runs ${imageKey}, which does not exist`);
  lambda.initialising.set(initId, { started: fact, image });
  const allocation = recordOf(lambda, functionName).allocations.get(version);
  if (allocation !== undefined) allocation.starting++;
}

/** The function or the version may be gone by then. */
function provisionedInitEnded(lambda: LambdaState, fact: ProvisionedInitEnded): void {
  const { initId, functionName, version, outcome } = fact;
  lambda.initialising.delete(initId);
  const fn = lambda.functions.get(functionName);
  const allocation = fn?.allocations.get(version);
  if (fn === undefined || allocation === undefined) return;
  allocation.starting--;
  if (outcome !== 'success') allocation.failure = INIT_FAILURE;
  else if (allocation.ready < allocation.wanted) allocation.ready++;
  forgetAllocation(fn, version);
}

function forgetAllocation({ allocations }: FunctionRecord, version: string): void {
  const { wanted, starting } = allocations.get(version) ?? { wanted: 0, starting: 0 };
  if (wanted === 0 && starting === 0) allocations.delete(version);
}

function functionTagged(lambda: LambdaState, { functionName, tags, removed }: FunctionTagged): void {
  const fn = recordOf(lambda, functionName);
  for (const [key, value] of Object.entries(tags)) fn.tags.set(key, value);
  for (const key of removed) fn.tags.delete(key);
}

function recordOf(lambda: LambdaState, functionName: string): FunctionRecord {
  const fn = lambda.functions.get(functionName);
  if (fn === undefined) throw new Error(`a fact is about the function ${functionName}, which does not exist`);
  return fn;
}
