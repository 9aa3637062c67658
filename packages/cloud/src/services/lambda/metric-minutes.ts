/**
 * AWS/Lambda samples are gathered per minute and sent when the minute ends, as on AWS (L-MET-old (D):
 * "sent in 1-minute intervals"). An invocation costs a few additions here, whatever the number of
 * dimension sets. One that ends after the minute it started in is sent by itself, at its end.
 */
import { floorTo, MINUTE, type Instant } from '../../instant.ts';
import type { InvocationEnded, LambdaState, MetricMinute, Route } from './state.ts';

/** Had the minute in which it started ended by then? Told from the fact alone, so that every reader agrees. */
export function outlivedItsMinute({ startedAt, initDurationMs = 0, durationMs }: InvocationEnded): boolean {
  return startedAt + Math.ceil(initDurationMs + durationMs) >= floorTo(startedAt, MINUTE) + MINUTE;
}

export function addEnd(lambda: LambdaState, route: Route, ended: InvocationEnded): void {
  if (!outlivedItsMinute(ended)) addEndTo(minuteOf(lambda, route, ended.startedAt), ended);
}

export function addEndTo(minute: MetricMinute, ended: InvocationEnded): void {
  minute.requests += 1;
  if (ended.functionError !== undefined) minute.errors += 1;
  minute.durations.set(ended.durationMs, (minute.durations.get(ended.durationMs) ?? 0) + 1);
  if (ended.provisioned === 'spillover') minute.spilledOver += 1;
  if (ended.provisioned !== 'used') return;
  minute.provisioned += 1;
  minute.provisionedEnvironments.add(ended.logStream);
}

export function addThrottle(lambda: LambdaState, route: Route, startedAt: Instant): void {
  const minute = minuteOf(lambda, route, startedAt);
  minute.requests += 1;
  minute.throttles += 1;
}

function minuteOf(lambda: LambdaState, route: Route, startedAt: Instant): MetricMinute {
  const at = floorTo(startedAt, MINUTE);
  const known = lambda.minutes.get(route.metricsKey);
  if (known?.minute === at) return known;
  // Another minute's samples are still there only when its wake is due at this very instant.
  const key = known === undefined ? route.metricsKey : `${route.metricsKey} ${at}`;
  const minute = lambda.minutes.get(key) ?? emptyMinute(route, at);
  lambda.minutes.set(key, minute);
  return minute;
}

export const emptyMinute = (route: Route, minute: Instant): MetricMinute => ({
  minute,
  route,
  requests: 0,
  errors: 0,
  throttles: 0,
  durations: new Map(),
  provisionedEnvironments: new Set(),
  provisioned: 0,
  spilledOver: 0,
});
