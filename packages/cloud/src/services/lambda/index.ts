import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { Service } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { apply } from './apply.ts';
import { retryEvent } from './async-events.ts';
import { destinationReplied } from './destinations.ts';
import { sendMetrics } from './metrics.ts';
import { operations } from './operations.ts';
import { allocate } from './provisioned-concurrency.ts';
import { reactions } from './reactions.ts';
import type { LambdaWake } from './state.ts';

export const service: Service = { name: 'lambda', apply, wake, replied: destinationReplied, reactions, operations };

function wake(world: World, due: LambdaWake, now: Instant): readonly Effect[] {
  switch (due.type) {
    case 'retryAsyncEvent':
      return retryEvent(world, due.requestId, now);
    case 'allocateProvisioned':
      return allocate(world, due.functionName, due.version);
    case 'sendMetrics':
      return sendMetrics(world, due.minute, now);
    default:
      return due satisfies never;
  }
}

export { afterRequest, type Pool, poolOf, startedOrThrottled } from './concurrency.ts';
export { surelyScales } from './scaling.ts';
export { ACCOUNT_CONCURRENCY, initialLambda } from './state.ts';
export { endInvocation } from './end-invocation.ts';
export { executionRole, imageOf, isCurrentImage } from './images.ts';
export { invokeOutput } from './invoke-output.ts';
export { invokeForTraffic, startInvocation, tooManyRequests, type InvocationRequest } from './invoke.ts';
export { logStreamName, type StreamOwner } from './log-stream.ts';
export { publishedVersionOf } from './publish-version.ts';
export { NODE_RUNTIMES, type NodeRuntime, RECORDED_RUNTIMES } from './runtimes.ts';
export { BadZip, unzip } from './unzip.ts';
export type {
  FunctionImage,
  InvocationEnded,
  InvocationStarted,
  InvocationThrottled,
  ProvisionedInitStarted,
} from './state.ts';
