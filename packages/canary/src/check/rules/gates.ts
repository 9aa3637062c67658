/** What most rules walk over: each alarm that can stop a release, once for each alias that it guards. */
import type { Observation } from '../finding.ts';
import { type Alarm, inMetric, type WatchedMetric, valueOf } from '../template/alarms.ts';
import type { GatedAlias } from '../template/gated-alias.ts';
import type { MetricFilter } from '../template/metric-filters.ts';
import type { Branch } from '../template/read-branch.ts';

export interface Gate {
  readonly alias: GatedAlias;
  readonly alarm: Alarm;
}

export interface GateMetric extends Gate {
  readonly metric: WatchedMetric;
}

export const gatesOf = ({ aliases }: Branch): readonly Gate[] =>
  aliases.flatMap((alias) => alias.alarms.map((alarm) => ({ alias, alarm })));

export const gateMetrics = (branch: Branch): readonly GateMetric[] =>
  gatesOf(branch).flatMap((gate) => gate.alarm.metrics.map((metric) => ({ ...gate, metric })));

/** Every alarm once, with the first alias that it guards. */
export function eachAlarm(branch: Branch): readonly Gate[] {
  const first = new Map<string, Gate>();
  for (const gate of gatesOf(branch)) if (!first.has(gate.alarm.resource.id)) first.set(gate.alarm.resource.id, gate);
  return [...first.values()];
}

/** Something wrong with an alarm, at one of its properties. */
export const atAlarm = ({ alarm }: Gate, property: string, message: string): Observation => ({
  resourceId: alarm.resource.id,
  at: ['Properties', property],
  message,
});

/** Something wrong with a member of the metric that an alarm watches. */
export const atMetric = ({ alarm, metric }: GateMetric, member: string, message: string): Observation => ({
  resourceId: alarm.resource.id,
  at: ['Properties', ...inMetric(metric, member)],
  message,
});

/** Something wrong with the deployment preference or group of an alias. */
export const atAlias = (
  { functionId, place }: GatedAlias,
  member: string | undefined,
  message: string,
): Observation => ({
  resourceId: functionId,
  document: member === undefined ? place : [...place, member],
  message,
});

/** The filters of this template that publish the metric. */
export const filtersOf = ({ namespace, metricName }: WatchedMetric, { filters }: Branch): readonly MetricFilter[] =>
  filters.filter((it) => it.namespace === namespace && it.metricName === metricName);

/** Does the alarm's data of this metric come from one version alone? Asked by many rules, and for every traffic tried. */
export function isOfOneVersion(metric: WatchedMetric, branch: Branch): boolean {
  const known = ofOneVersion.get(metric);
  if (known !== undefined) return known;
  const isOne = namesOneVersion(metric, branch);
  ofOneVersion.set(metric, isOne);
  return isOne;
}

/** A metric belongs to one branch, and so does the answer. */
const ofOneVersion = new WeakMap<WatchedMetric, boolean>();

function namesOneVersion(metric: WatchedMetric, branch: Branch): boolean {
  const texts = [metric.namespace, metric.metricName, ...metric.dimensions.map(({ value }) => value)];
  const patterns = filtersOf(metric, branch).map(({ patternText }) => patternText);
  return [...texts, ...patterns].some((text) => branch.names.versionIn(text) !== undefined);
}

export const isOfAws = ({ namespace }: WatchedMetric): boolean => namespace.startsWith('AWS/');

export const isOfFunction = (metric: WatchedMetric, { functionName }: GatedAlias): boolean =>
  metric.namespace === 'AWS/Lambda' && valueOf(metric, 'FunctionName') === functionName;

export const setOf = ({ dimensions }: WatchedMetric): string =>
  dimensions
    .map(({ name }) => name)
    .toSorted()
    .join(' + ');

export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
