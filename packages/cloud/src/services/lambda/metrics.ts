/**
 * AWS/Lambda metrics: names, dimension sets and sampling rules of reference 4.1 (L-MET, L-MET-old (D), SAM PR #656 (R)).
 */
import { after, floorTo, MINUTE, Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import type { Datapoint, DatapointsRecorded, Dimension } from '../cloudwatch/state.ts';
import type { Effect } from '../../effects.ts';
import { type Gauge, peakOf } from './gauge.ts';
import { addEndTo, emptyMinute } from './metric-minutes.ts';
import { requestedBy } from './provisioned-concurrency.ts';
import type { InvocationEnded, MetricMinute, Route } from './state.ts';

const NAMESPACE = 'AWS/Lambda';

/** Asks to be called when the minute ends, unless somebody already has. */
export function metricsWake(world: World, startedAt: Instant, now: Instant): readonly Effect[] {
  const minute = floorTo(startedAt, MINUTE);
  for (const known of world.lambda.minutes.values()) if (known.minute === minute) return [];
  const at = Instant(Math.max(after(minute, MINUTE), now));
  return [{ type: 'wake', at, wake: { service: 'lambda', type: 'sendMetrics', minute } }];
}

/** The samples of a minute that has ended, and the fact that they are gone. */
export function sendMetrics(world: World, minute: Instant, now: Instant): readonly Effect[] {
  const minutes = [...world.lambda.minutes.values()].filter((it) => it.minute <= minute);
  if (minutes.length === 0) return [];
  const samples = minutes.flatMap((it) => minuteSamples(world, it, now));
  return [recorded([...samples, ...concurrency(world, minutes, now)]), { type: 'lambda.MetricsSent', minute }];
}

/** An invocation that outlived the minute it started in sends its own samples, stamped with its start. */
export function lateSamples(world: World, route: Route, ended: InvocationEnded, now: Instant): readonly Effect[] {
  const minute = emptyMinute(route, floorTo(ended.startedAt, MINUTE));
  addEndTo(minute, ended);
  return [recorded([...minuteSamples(world, minute, now), ...concurrency(world, [minute], now)])];
}

const recorded = (datapoints: readonly Datapoint[]): DatapointsRecorded => ({
  type: 'cloudwatch.DatapointsRecorded',
  datapoints,
});

/**
 * Errors and Throttles: 0 or 1 for every request. Invocations and Duration: only where code was run. A throttled
 * request ran no version, so it has no ExecutedVersion.
 */
function minuteSamples(world: World, it: MetricMinute, now: Instant): Datapoint[] {
  const { requests, errors, throttles, route } = it;
  const ran = requests - throttles;
  const out: Datapoint[] = [];
  const add = (sets: DimensionSets, metricName: string, value: number, count: number): void => {
    if (count === 0) return;
    const unit = metricName === 'Duration' ? 'Milliseconds' : 'Count';
    for (const dimensions of sets)
      out.push(datapoint(world, { metricName, dimensions, unit, value, count, at: it.minute }, now));
  };
  const sets = dimensionSets(world, route);
  add(sets, 'Errors', 1, errors);
  add(sets, 'Errors', 0, ran - errors);
  add(sets, 'Throttles', 0, ran);
  add(sets, 'Invocations', 1, ran);
  for (const [durationMs, count] of it.durations) add(sets, 'Duration', durationMs, count);
  add(sets, 'ProvisionedConcurrencyInvocations', 1, it.provisioned);
  add(sets, 'ProvisionedConcurrencySpilloverInvocations', 1, it.spilledOver);
  const busy = it.provisionedEnvironments.size;
  const allocated = world.lambda.functions.get(route.functionName)?.allocations.get(route.version)?.ready ?? 0;
  if (busy > 0) {
    add(sets.slice(2), 'ProvisionedConcurrentExecutions', busy, 1);
    add(sets.slice(2), 'ProvisionedConcurrencyUtilization', busy / Math.max(busy, allocated), 1);
  }
  add(callSets(route), 'Errors', 0, throttles);
  add(callSets(route), 'Throttles', 1, throttles);
  return out;
}

type DimensionSets = readonly (readonly Dimension[])[];

/**
 * The most that ran at a time: ConcurrentExecutions in the sets of all other metrics; what uses no reserved concurrency,
 * and what is claimed of the account, for the region alone. Source: LDG:monitoring-concurrency (D).
 */
function concurrency(world: World, minutes: readonly MetricMinute[], now: Instant): Datapoint[] {
  const [first] = minutes;
  if (first === undefined || minutes.every(({ requests, throttles }) => requests === throttles)) return [];
  const { running, functions } = world.lambda;
  const at = first.minute;
  const sample = (metricName: string, dimensions: readonly Dimension[], value: number): Datapoint =>
    datapoint(world, { metricName, dimensions, unit: 'Count', value, count: 1, at }, now);
  const samples = new Map<Gauge, Datapoint>();
  for (const { route, requests, throttles } of minutes)
    for (const [i, dimensions] of (requests > throttles ? dimensionSets(world, route) : []).entries()) {
      const gauge = route.gauges[i];
      if (gauge !== undefined)
        samples.set(gauge, sample('ConcurrentExecutions', dimensions, Math.max(1, peakOf(gauge, at))));
    }
  const unreserved = peakOf(running.unreserved, at);
  let claimed = unreserved;
  for (const fn of functions.values()) claimed += fn.reservedConcurrency ?? requestedBy(fn);
  return [
    ...samples.values(),
    sample('UnreservedConcurrentExecutions', [], unreserved),
    sample('ClaimedAccountConcurrency', [], claimed),
  ];
}

interface Sample {
  readonly metricName: string;
  readonly dimensions: readonly Dimension[];
  readonly unit: string;
  readonly value: number;
  readonly count: number;
  readonly at: Instant;
}

/** Visible after the delay that Lambda's metrics have, counted from the minute's end or from now, if later. */
function datapoint(world: World, sample: Sample, now: Instant): Datapoint {
  const minuteEnd = after(floorTo(sample.at, MINUTE), MINUTE);
  const from = minuteEnd > now ? minuteEnd : now;
  return { namespace: NAMESPACE, ...sample, visibleAt: after(from, world.assumptions.delays.lambdaMetricMs) };
}

/**
 * (none) · FunctionName · FunctionName+Resource by the qualifier of the call · and, for calls through an alias,
 * FunctionName+Resource+ExecutedVersion. Whether the last exists for an alias without weights is the
 * assumption `executed-version-unweighted`.
 */
function dimensionSets(world: World, route: Route): DimensionSets {
  const sets = callSets(route);
  const throughAlias = route.qualifier !== undefined && route.qualifier !== route.version;
  if (!throughAlias || !(route.weighted || world.assumptions.executedVersionWithoutWeights)) return sets;
  return [...sets, [...(sets[2] ?? []), { name: 'ExecutedVersion', value: route.version }]];
}

function callSets({ functionName, qualifier }: Route): DimensionSets {
  const name = { name: 'FunctionName', value: functionName };
  const resource = { name: 'Resource', value: qualifier === undefined ? functionName : `${functionName}:${qualifier}` };
  return [[], [name], [name, resource]];
}

/** One sample of an asynchronous metric (AsyncEventsReceived, DestinationDeliveryFailures …). */
export function asyncSample(
  world: World,
  event: { readonly functionName: string; readonly qualifier?: string | undefined },
  metricName: string,
  value: number,
  now: Instant,
): DatapointsRecorded {
  const { functionName, qualifier } = event;
  const unit = metricName === 'AsyncEventAge' ? 'Milliseconds' : 'Count';
  const name = { name: 'FunctionName', value: functionName };
  const resource = { name: 'Resource', value: qualifier === undefined ? functionName : `${functionName}:${qualifier}` };
  const sets = [[], [name], [name, resource]];
  return recorded(
    sets.map((dimensions) => datapoint(world, { metricName, dimensions, unit, value, count: 1, at: now }, now)),
  );
}
