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
  const directives = root['CloudWatchMetrics'];
  if (!isTimestamp(at, now))
    problems.push('_aws.Timestamp has to be whole milliseconds, at most two weeks old and two hours ahead');
  if (!Array.isArray(directives)) problems.push('_aws.CloudWatchMetrics has to be an array');
  if (problems.length > 0) return { type: 'metrics', samples: [], problems };
  const samples: Datapoint[] = [];
  const stamp = stampOf(at as Instant, now, delays);
  for (const directive of directives as unknown[]) readDirective(json, directive, stamp, samples, problems);
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

/** A directive with a wrong namespace or dimension gives nothing; a wrong metric is left out alone (open question 14). */
function readDirective(
  json: JsonObject,
  directive: unknown,
  stamp: Stamp,
  samples: Datapoint[],
  problems: string[],
): void {
  const fault = (text: string) => void problems.push(text);
  if (!isObject(directive)) return fault('a metric directive has to be an object');
  const { Namespace: namespace, Dimensions: sets, Metrics: metrics } = directive;
  if (!isText(namespace, 1024)) return fault('Namespace has to be a string of 1 to 1,024 characters');
  if (!Array.isArray(metrics) || metrics.length > MAX_METRICS)
    return fault(`Metrics has to be an array of at most ${MAX_METRICS}`);
  const dimensionSets = readDimensionSets(json, sets, problems);
  if (dimensionSets === undefined) return;
  for (const metric of metrics as unknown[]) {
    const read = readMetric(json, metric, problems);
    if (read === undefined) continue;
    const { metricName, unit, values, isHighResolution } = read;
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

interface ReadMetric {
  readonly metricName: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly isHighResolution: boolean;
}

function readMetric(json: JsonObject, metric: unknown, problems: string[]): ReadMetric | undefined {
  const { Name: metricName, Unit: unit = 'None', StorageResolution: resolution = 60 } = isObject(metric) ? metric : {};
  const fault = (text: string) => void problems.push(`the metric ${JSON.stringify(metricName)} ${text}`);
  if (!isText(metricName, 1024)) return fault('needs a Name of 1 to 1,024 characters');
  if (typeof unit !== 'string' || !UNIT_NAMES.has(unit)) return fault(`has the unknown unit ${JSON.stringify(unit)}`);
  if (resolution !== 1 && resolution !== 60) return fault('needs a StorageResolution of 1 or 60');
  const target = Object.hasOwn(json, metricName) ? json[metricName] : undefined;
  const values: unknown[] = Array.isArray(target) ? target : [target];
  if (values.length > MAX_METRICS || !values.every(isMetricValue))
    return fault(`needs a number, or an array of at most ${MAX_METRICS} numbers, at the root of the event`);
  return { metricName, unit, values, isHighResolution: resolution === 1 };
}
