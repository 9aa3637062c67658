import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { Reactions } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { ingest } from '../logs/index.ts';
import { afterAttempt, afterThrottle } from './async-events.ts';
import { moveWaiting, reallocate } from './provisioned-concurrency.ts';
import type { InvocationEnded, ProvisionedInitEnded } from './state.ts';
import { tellThrottled } from './throttle-finding.ts';

/** What Lambda does when an invocation has ended or was refused. */
export const reactions: Reactions = {
  'lambda.InvocationEnded': invocationEnded,
  'lambda.AliasCreated': reallocateFor,
  'lambda.AliasUpdated': reallocateFor,
  'lambda.AliasDeleted': reallocateFor,
  'lambda.ProvisionedConcurrencyPut': (world, { functionName }, now) => reallocate(world, functionName, now, true),
  'lambda.ProvisionedConcurrencyDeleted': reallocateFor,
  'lambda.ProvisionedInitEnded': initEnded,
  'lambda.InvocationThrottled': (world, throttled, now) => [
    ...afterThrottle(world, throttled, now),
    ...tellThrottled(world, throttled),
  ],
};

function reallocateFor(world: World, { functionName }: { readonly functionName: string }, now: Instant) {
  return reallocate(world, functionName, now);
}

function initEnded(world: World, ended: ProvisionedInitEnded, now: Instant): readonly Effect[] {
  return [...ingest(world, ended.logGroup, ended.logStream, ended.lines, now), ...moveWaiting(world, ended)];
}

function invocationEnded(world: World, ended: InvocationEnded, now: Instant): readonly Effect[] {
  const logged = ended.lines.length === 0 ? [] : ingest(world, ended.logGroup, ended.logStream, ended.lines, now);
  if (ended.source.type !== 'async') return logged;
  return [...logged, ...afterAttempt(world, ended, now)];
}
