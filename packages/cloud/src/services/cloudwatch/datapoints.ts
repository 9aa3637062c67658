import { floorTo, HOUR, Instant, MINUTE, SECOND } from '../../instant.ts';
import { SampleSet } from './samples.ts';
import type { Datapoint, Dimension } from './state.ts';

/** Samples of one metric, one unit and one stored period that become readable together. */
interface Cell {
  readonly start: Instant;
  readonly unit: string;
  visibleAt: Instant;
  samples: SampleSet;
}

/** A metric is namespace + name + exact dimension set; nothing rolls up. Source: CWC (D). */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly Dimension[];
  /** Ascending by start. */
  readonly cells: Cell[];
  lastAt: Instant;
}

/** Metrics of one namespace and name. */
interface Family {
  readonly byDimensions: Map<string, Metric>;
  /** Dimension arrays seen last: services that reuse theirs spare us building the key. */
  readonly recent: { readonly dimensions: readonly Dimension[]; readonly metric: Metric }[];
  next: number;
}

export interface MetricStore {
  readonly namespaces: Map<string, Map<string, Family>>;
  /** How far behind the clock samples are kept. */
  retainMs: number;
  sweptAt: Instant;
}

export const RETAIN_MS = 3 * HOUR;
const RECENT = 16;
const LISTED_MS = 14 * 24 * HOUR;

export const createMetricStore = (): MetricStore => ({
  namespaces: new Map(),
  retainMs: RETAIN_MS,
  sweptAt: Instant(0),
});

const BETWEEN = '\u0002';
const partOf = ({ name, value }: Dimension): string => `${name}\u0001${value}`;

/** The order-free key of a dimension set. */
export function dimensionKey(dimensions: readonly Dimension[]): string {
  const [first, second] = dimensions;
  if (first === undefined) return '';
  if (second === undefined) return partOf(first);
  if (dimensions.length > 2) return dimensions.map(partOf).toSorted().join(BETWEEN);
  const [one, other] = [partOf(first), partOf(second)];
  return one < other ? one + BETWEEN + other : other + BETWEEN + one;
}

/** Folds one sample into its metric. `now` is the clock's time, which everything visible lies behind. */
export function recordDatapoint(store: MetricStore, datapoint: Datapoint, now: Instant): void {
  if (now - store.sweptAt >= HOUR) sweep(store, now);
  const metric = metricOf(store, datapoint);
  metric.lastAt = now;
  const start = floorTo(datapoint.at, datapoint.storageResolutionSeconds === 1 ? SECOND : MINUTE);
  const { samples } = cellOf(metric, start, datapoint.unit ?? 'None', datapoint.visibleAt, now, now - store.retainMs);
  const set = datapoint.statisticSet;
  if (set) samples.addStatisticSet(set.sampleCount, set.sum, set.minimum, set.maximum);
  else samples.add(datapoint.value, datapoint.count);
}

export function findMetric(
  store: MetricStore,
  namespace: string,
  metricName: string,
  dimensions: readonly Dimension[],
): Metric | undefined {
  return store.namespaces.get(namespace)?.get(metricName)?.byDimensions.get(dimensionKey(dimensions));
}

export function* allMetrics(store: MetricStore): Generator<Metric> {
  for (const families of store.namespaces.values())
    for (const family of families.values()) yield* family.byDimensions.values();
}

/**
 * All samples in [from, until) that can be read at `now`. A unit selects samples published with it; without one
 * all count. Undefined where nothing can be read: that is a missing datapoint. Source: CWC, API-PMA (D).
 */
export function samplesIn(
  metric: Metric | undefined,
  from: Instant,
  until: Instant,
  now: Instant,
  unit?: string,
): SampleSet | undefined {
  if (metric === undefined) return undefined;
  let merged: SampleSet | undefined;
  let shared = true;
  for (let i = firstFrom(metric.cells, from); i < metric.cells.length; i++) {
    const cell = metric.cells[i];
    if (cell === undefined || cell.start >= until) break;
    if (cell.visibleAt > now || (unit !== undefined && cell.unit !== unit)) continue;
    if (merged === undefined) merged = cell.samples;
    else {
      if (shared) merged = copyOf(merged);
      shared = false;
      merged.merge(cell.samples);
    }
  }
  return merged;
}

/** The units that samples of [from, until) were published with. */
export const unitsIn = (metric: Metric, from: Instant, until: Instant): readonly string[] => [
  ...new Set(metric.cells.filter(({ start }) => start >= from && start < until).map(({ unit }) => unit)),
];

export const isVisible = (metric: Metric, now: Instant): boolean =>
  metric.cells.some(({ visibleAt }) => visibleAt <= now);

function copyOf(samples: SampleSet): SampleSet {
  const copy = new SampleSet();
  copy.merge(samples);
  return copy;
}

function metricOf(store: MetricStore, { namespace, metricName, dimensions, at }: Datapoint): Metric {
  let families = store.namespaces.get(namespace);
  if (families === undefined) store.namespaces.set(namespace, (families = new Map<string, Family>()));
  let family = families.get(metricName);
  if (family === undefined) families.set(metricName, (family = { byDimensions: new Map(), recent: [], next: 0 }));
  for (const seen of family.recent) if (seen.dimensions === dimensions) return seen.metric;
  const key = dimensionKey(dimensions);
  let metric = family.byDimensions.get(key);
  if (metric === undefined) {
    metric = { namespace, metricName, dimensions, cells: [], lastAt: at };
    family.byDimensions.set(key, metric);
  }
  family.recent[family.next] = { dimensions, metric };
  family.next = (family.next + 1) % RECENT;
  return metric;
}

/**
 * The cell for a sample. Readers never look before `now`, so whatever is visible by then shares one cell; later
 * instants are rounded up to whole seconds, which an alarm (evaluated at a whole second) cannot tell.
 */
function cellOf(metric: Metric, start: Instant, unit: string, visibleAt: Instant, now: Instant, horizon: number): Cell {
  const { cells } = metric;
  const readable = Instant(Math.ceil(Math.max(visibleAt, 0) / SECOND) * SECOND);
  let i = cells.length - 1;
  for (let cell = cells[i]; cell !== undefined && cell.start >= start; cell = cells[--i]) {
    if (cell.start !== start || cell.unit !== unit) continue;
    if (cell.visibleAt === readable || (cell.visibleAt <= now && readable <= now)) return cell;
  }
  const cell: Cell = { start, unit, visibleAt: readable, samples: new SampleSet() };
  cells.splice(firstFrom(cells, Instant(start + 1)), 0, cell);
  joinVisible(metric, start, now);
  while ((cells[0]?.start ?? horizon) < horizon && cells[0] !== cell) cells.shift();
  return cell;
}

/** Late samples make a cell each; those that everybody can read by now become one. */
function joinVisible({ cells }: Metric, start: Instant, now: Instant): void {
  const kept = new Map<string, Cell>();
  for (let i = firstFrom(cells, start); cells[i]?.start === start;) {
    const cell = cells[i];
    if (cell === undefined) break;
    const first = kept.get(cell.unit);
    if (cell.visibleAt > now) i++;
    else if (first === undefined) {
      kept.set(cell.unit, cell);
      i++;
    } else {
      first.samples.merge(cell.samples);
      cells.splice(i, 1);
    }
  }
}

/** Index of the first cell that starts at `from` or later. */
function firstFrom(cells: readonly Cell[], from: Instant): number {
  let low = 0;
  let high = cells.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cells[middle]?.start ?? Number.POSITIVE_INFINITY) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Forgets samples behind the horizon, and metrics without data for two weeks, as ListMetrics does. Source: API-PMD (D). */
function sweep(store: MetricStore, now: Instant): void {
  store.sweptAt = now;
  for (const families of store.namespaces.values()) {
    for (const family of families.values()) {
      for (const [key, metric] of family.byDimensions) {
        metric.cells.splice(0, firstFrom(metric.cells, Instant(now - store.retainMs)));
        if (now - metric.lastAt > LISTED_MS) family.byDimensions.delete(key);
      }
      family.recent.length = 0;
      family.next = 0;
    }
  }
}
