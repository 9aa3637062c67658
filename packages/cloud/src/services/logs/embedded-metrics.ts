/**
 * The embedded metric format: a log event that is a JSON object with `_aws.CloudWatchMetrics` becomes
 * datapoints at `_aws.Timestamp`, for every dimension set × metric of every directive. The log event itself
 * is stored whatever becomes of its metrics. Source: EMF, EMF-mon (D), sections 2.1 and 2.2.
 */
import type { Delays } from '../../assumptions.ts';
import type { Instant } from '../../instant.ts';
import { HOUR, SECOND } from '../../instant.ts';
import type { Mutable } from '../../mutable.ts';
import { type Datapoint, type Dimension, UNITS } from '../cloudwatch/index.ts';
import type { JsonObject, Line } from './filter-pattern/line.ts';
import { isMetricValue } from './metric-value.ts';
import { visibleAt } from './visible-at.ts';

/** What a line embeds. `none`: it is no EMF at all. */
export type Embedded =
  | { readonly type: 'none' }
  | { readonly type: 'not-json' }
  | { readonly type: 'metrics'; readonly samples: readonly Datapoint[]; readonly problems: readonly string[] };

const NONE: Embedded = { type: 'none' };
const MAX_AGE_MS = 14 * 24 * HOUR;
const MAX_AHEAD_MS = 2 * HOUR;
const MAX_METRICS = 100;
const MAX_DIMENSIONS = 30;
const UNIT_NAMES = new Set(UNITS);

/** Extracts the embedded metrics of a line that came in at `now`; `delays` say from when they can be read. */
export function extractEmbedded(line: Line, now: Instant, delays: EmbeddedDelays): Embedded {
  if (line.shape === 'text' || line.lacks('"_aws"')) return NONE;
  const { json } = line;
  if (json === undefined) return line.message.includes('"CloudWatchMetrics"') ? { type: 'not-json' } : NONE;
  const root = Object.hasOwn(json, '_aws') ? json['_aws'] : undefined;
  if (!isObject(root)) return NONE;
  const problems: string[] = [];
  const at = root['Timestamp'];
  const listed = root['CloudWatchMetrics'];
  if (!isTimestamp(at, now))
    problems.push('_aws.Timestamp has to be whole milliseconds, at most two weeks old and two hours ahead');
  if (!Array.isArray(listed)) problems.push('_aws.CloudWatchMetrics has to be an array');
  if (problems.length > 0) return { type: 'metrics', samples: [], problems };
  const samples: Datapoint[] = [];
  const stamp = stampOf(at as Instant, now, delays);
  for (const each of listed as unknown[]) readDirective(json, directiveOf(each), stamp, samples, problems);
  return { type: 'metrics', samples, problems };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTimestamp = (at: unknown, now: Instant): at is Instant =>
  Number.isInteger(at) && (at as number) >= now - MAX_AGE_MS && (at as number) <= now + MAX_AHEAD_MS;

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= max;

type EmbeddedDelays = Pick<Delays, 'embeddedMetricMs' | 'highResolutionMs'>;

/** What the samples of a line have in common: kept by the minute, or by the second (assumption `high-resolution-delay`). */
interface Stamp {
  readonly minutely: Pick<Datapoint, 'at' | 'visibleAt'>;
  readonly fine: Pick<Datapoint, 'at' | 'visibleAt'>;
}

const stampOf = (at: Instant, now: Instant, { embeddedMetricMs, highResolutionMs }: EmbeddedDelays): Stamp => ({
  minutely: { at, visibleAt: visibleAt(at, now, embeddedMetricMs) },
  fine: { at, visibleAt: visibleAt(at, now, highResolutionMs, SECOND) },
});

/** What a directive says, whatever the line has at its root. */
interface Directive {
  readonly namespace: string;
  readonly sets: unknown;
  /** A text says what is wrong with a metric. */
  readonly metrics: readonly (MetricDefinition | string)[];
  /** The dimensions of the line read last, and the values they were read from. */
  last: { readonly dimensionSets: DimensionSets; readonly values: ReadonlyMap<string, unknown> } | undefined;
}

interface MetricDefinition {
  readonly metricName: string;
  readonly unit: string;
  readonly isHighResolution: boolean;
}

type DimensionSets = readonly (readonly Dimension[])[];

/** Lines of one place in the code share their directives, which say the same then. */
const directives = new WeakMap<object, Directive | string>();

function directiveOf(value: unknown): Directive | string {
  if (!isObject(value)) return 'a metric directive has to be an object';
  let directive = directives.get(value);
  if (directive === undefined) directives.set(value, (directive = parseDirective(value)));
  return directive;
}

function parseDirective({ Namespace: namespace, Dimensions: sets, Metrics: metrics }: JsonObject): Directive | string {
  if (!isText(namespace, 1024)) return 'Namespace has to be a string of 1 to 1,024 characters';
  if (!Array.isArray(metrics) || metrics.length > MAX_METRICS)
    return `Metrics has to be an array of at most ${MAX_METRICS}`;
  return { namespace, sets, metrics: metrics.map(parseMetric), last: undefined };
}

/** A directive with a wrong namespace or dimension gives nothing; a wrong metric is left out alone (open question 14). */
function readDirective(
  json: JsonObject,
  directive: Directive | string,
  stamp: Stamp,
  samples: Datapoint[],
  problems: string[],
): void {
  if (typeof directive === 'string') return void problems.push(directive);
  const { namespace, metrics } = directive;
  const dimensionSets = dimensionSetsOf(json, directive, problems);
  if (dimensionSets === undefined) return;
  for (const metric of metrics) {
    if (typeof metric === 'string') {
      problems.push(metric);
      continue;
    }
    const { metricName, unit, isHighResolution } = metric;
    const target = Object.hasOwn(json, metricName) ? json[metricName] : undefined;
    const values: unknown = Array.isArray(target) ? target : [target];
    if (!areMetricValues(values)) {
      problems.push(
        `the metric ${JSON.stringify(metricName)} needs a number, or an array of at most ${MAX_METRICS} numbers, at the root of the event`,
      );
      continue;
    }
    const { at, visibleAt: seenAt } = isHighResolution ? stamp.fine : stamp.minutely;
    for (const dimensions of dimensionSets)
      for (const value of values) {
        // One is made for each value: what is mostly absent is added, because spreading takes longer than all the rest.
        const sample: Mutable<Datapoint> = { namespace, metricName, dimensions, unit, value, at, visibleAt: seenAt };
        if (isHighResolution) sample.storageResolutionSeconds = 1;
        samples.push(sample);
      }
  }
}

const areMetricValues = (values: unknown): values is readonly number[] =>
  Array.isArray(values) && values.length <= MAX_METRICS && values.every(isMetricValue);

/** Dimensions whose values are those of the line before are the same objects: whoever keeps metrics finds them at once. */
function dimensionSetsOf(json: JsonObject, directive: Directive, problems: string[]): DimensionSets | undefined {
  const { last, sets } = directive;
  if (last !== undefined && haveValues(json, last.values)) return last.dimensionSets;
  const dimensionSets = readDimensionSets(json, sets, problems);
  if (dimensionSets !== undefined) {
    const values = new Map(dimensionSets.flat().map(({ name, value }) => [name, value]));
    directive.last = { dimensionSets, values };
  }
  return dimensionSets;
}

function haveValues(json: JsonObject, values: ReadonlyMap<string, unknown>): boolean {
  for (const [name, value] of values) if (!Object.hasOwn(json, name) || json[name] !== value) return false;
  return true;
}

function readDimensionSets(json: JsonObject, sets: unknown, problems: string[]): (readonly Dimension[])[] | undefined {
  if (!Array.isArray(sets) || sets.length === 0) {
    problems.push('Dimensions has to be an array with at least one dimension set');
    return undefined;
  }
  const read: (readonly Dimension[])[] = [];
  for (const set of sets as unknown[]) {
    if (!Array.isArray(set) || set.length > MAX_DIMENSIONS) {
      problems.push(`a dimension set has to be an array of at most ${MAX_DIMENSIONS} names`);
      return undefined;
    }
    const dimensions: Dimension[] = [];
    for (const name of set as unknown[]) {
      const value = isText(name, 250) && Object.hasOwn(json, name) ? json[name] : undefined;
      if (!isText(name, 250) || !isText(value, 1024)) {
        problems.push(
          `the dimension ${JSON.stringify(name)} needs a string of 1 to 1,024 characters at the root of the event`,
        );
        return undefined;
      }
      dimensions.push({ name, value });
    }
    read.push(known(dimensions));
  }
  return read;
}

const RECENT = 16;
const recent: (readonly Dimension[])[] = [];
let oldest = 0;

/** The same array for the same dimensions, as far as they were read lately: a metric is found by it at once. */
function known(dimensions: readonly Dimension[]): readonly Dimension[] {
  for (const each of recent) if (areEqual(each, dimensions)) return each;
  recent[oldest] = dimensions;
  oldest = (oldest + 1) % RECENT;
  return dimensions;
}

const areEqual = (a: readonly Dimension[], b: readonly Dimension[]): boolean =>
  a.length === b.length && a.every(({ name, value }, i) => name === b[i]?.name && value === b[i]?.value);

function parseMetric(metric: unknown): MetricDefinition | string {
  const { Name: metricName, Unit: unit = 'None', StorageResolution: resolution = 60 } = isObject(metric) ? metric : {};
  const fault = (text: string) => `the metric ${JSON.stringify(metricName)} ${text}`;
  if (!isText(metricName, 1024)) return fault('needs a Name of 1 to 1,024 characters');
  if (typeof unit !== 'string' || !UNIT_NAMES.has(unit)) return fault(`has the unknown unit ${JSON.stringify(unit)}`);
  if (resolution !== 1 && resolution !== 60) return fault('needs a StorageResolution of 1 or 60');
  return { metricName, unit, isHighResolution: resolution === 1 };
}
