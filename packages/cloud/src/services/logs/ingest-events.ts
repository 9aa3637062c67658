/**
 * From log events to metrics. Every event is read once: its JSON serves all metric filters of its group and
 * the embedded metric format. Samples are stamped with the event's own minute (metric filters) or with
 * `_aws.Timestamp` (EMF), and can be read the delay of their kind after that minute has ended.
 */
import type { Effect, Fact } from '../../effects.ts';
import { floorTo, type Instant, MINUTE } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import type { Datapoint } from '../cloudwatch/state.ts';
import { extractEmbedded } from './embedded-metrics.ts';
import { Line } from './filter-pattern/line.ts';
import { type Evidence, UNDOCUMENTED, type UndocumentedRule } from './filter-pattern/undocumented.ts';
import { type CompiledFilter, compileFilter } from './metric-value.ts';
import { visibleAt } from './visible-at.ts';
import { type EventsIngested, findingKey, type FindingRule, type LogEvent, type LogGroup } from './state.ts';

/**
 * Writes events into a stream, as Lambda does for its environments: group and stream are created when absent
 * (section 4.7). Events carry their own instants; `now` is the instant of ingestion.
 */
export function ingest(
  world: World,
  logGroup: string,
  logStream: string,
  events: readonly LogEvent[],
  _now: Instant,
): Effect[] {
  const effects: Effect[] = [];
  const group = world.logs.groups.get(logGroup);
  if (group === undefined) effects.push({ type: 'logs.GroupCreated', logGroup });
  if (group?.streams.has(logStream) !== true) effects.push({ type: 'logs.StreamCreated', logGroup, logStream });
  if (events.length > 0) effects.push({ type: 'logs.EventsIngested', logGroup, logStream, events });
  return effects;
}

/** What a batch of events brings about, gathered over its lines. */
interface Yield {
  readonly datapoints: Datapoint[];
  readonly facts: Fact[];
  /** Matches of filters with a default value. */
  readonly matches: { readonly minute: Instant; readonly filterName: string }[];
  readonly told: Set<string>;
}

/** Reaction on logs.EventsIngested. */
export function readEvents(world: World, { logGroup, events }: EventsIngested, now: Instant): readonly Effect[] {
  const group = world.logs.groups.get(logGroup);
  if (group === undefined) return [];
  const filters: CompiledFilter[] = [];
  let hasDefault = false;
  for (const filter of group.filters.values()) {
    filters.push(compileFilter(filter, world.assumptions));
    hasDefault ||= filter.transformation.defaultValue !== undefined;
  }
  const gathered: Yield = { datapoints: [], facts: [], matches: [], told: world.logs.told };
  for (const event of events) {
    const line = new Line(event.message);
    for (const filter of filters) readWithFilter(world, filter, line, event.at, now, gathered);
    readEmbedded(world, logGroup, line, now, gathered);
  }
  const effects: Effect[] = gathered.facts;
  if (hasDefault) countMinutes(world, group, events, gathered.matches, now, effects);
  if (gathered.datapoints.length > 0)
    effects.push({ type: 'cloudwatch.DatapointsRecorded', datapoints: gathered.datapoints });
  return effects;
}

/** What the filter at work depends on; empty between two of them. */
const evidence: Evidence = new Set<UndocumentedRule>();

function readWithFilter(
  world: World,
  { filter, pattern, value, dimensions }: CompiledFilter,
  line: Line,
  at: Instant,
  now: Instant,
  gathered: Yield,
): void {
  const matches = pattern.matches(line, evidence);
  if (evidence.size > 0) {
    for (const rule of evidence) notice(gathered, rule, UNDOCUMENTED[rule], filter.logGroup, filter.name);
    evidence.clear();
  }
  if (!matches) return;
  const { metricNamespace: namespace, metricName, metricValue, defaultValue, unit } = filter.transformation;
  const minute = floorTo(at, MINUTE);
  if (defaultValue !== undefined) gathered.matches.push({ minute, filterName: filter.name });
  const sample = value(line);
  const found = dimensions(line);
  if (sample === undefined || found === undefined) {
    const missing = sample === undefined ? `no number in ${metricValue}` : 'no value for one of the dimensions';
    notice(
      gathered,
      'metric-value-missing',
      `A matching line has ${missing}: it publishes nothing.`,
      filter.logGroup,
      filter.name,
    );
    return;
  }
  gathered.datapoints.push({
    namespace,
    metricName,
    dimensions: found,
    at: minute,
    value: sample,
    visibleAt: visibleAt(minute, now, world.assumptions.delays.metricFilterMs),
    ...(unit !== undefined && { unit }),
  });
}

function readEmbedded(world: World, logGroup: string, line: Line, now: Instant, gathered: Yield): void {
  const { delays } = world.assumptions;
  const delayMs = delays.embeddedMetricMs;
  const embedded = extractEmbedded(line, now, delays);
  if (embedded.type === 'none') return;
  if (embedded.type === 'not-json') {
    gathered.datapoints.push(logsMetric('EMFParsingErrors', logGroup, now, delayMs));
    notice(
      gathered,
      'emf-not-json',
      'A line that looks like the embedded metric format is not JSON: its metrics are lost.',
      logGroup,
    );
    return;
  }
  for (const sample of embedded.samples) gathered.datapoints.push(sample);
  if (embedded.problems.length > 0) {
    gathered.datapoints.push(logsMetric('EMFValidationErrors', logGroup, now, delayMs));
    notice(gathered, 'emf-invalid', `Embedded metrics were dropped: ${embedded.problems.join('; ')}.`, logGroup);
  }
  if (line.shape === 'prefixed-json')
    notice(
      gathered,
      'emf-text-prefix',
      'Embedded metrics came behind Lambda’s text prefix. The Lambda guide works so, the format’s specification forbids it. Write them to stdout as bare JSON.',
      logGroup,
    );
}

/** Source: EMF-mon (D): namespace AWS/Logs, dimension LogGroupName, unit Count. */
const logsMetric = (metricName: string, logGroup: string, now: Instant, delayMs: number): Datapoint => ({
  namespace: 'AWS/Logs',
  metricName,
  dimensions: [{ name: 'LogGroupName', value: logGroup }],
  unit: 'Count',
  at: now,
  value: 1,
  visibleAt: visibleAt(now, now, delayMs),
});

function notice(gathered: Yield, rule: FindingRule, text: string, logGroup: string, filterName?: string): void {
  const finding = {
    type: 'logs.FindingNoticed',
    rule,
    text,
    logGroup,
    ...(filterName !== undefined && { filterName }),
  } as const;
  const already =
    gathered.told.has(findingKey(finding)) || gathered.facts.some((fact) => sameFinding(fact, findingKey(finding)));
  if (!already) gathered.facts.push(finding);
}

const sameFinding = (fact: Fact, key: string): boolean =>
  fact.type === 'logs.FindingNoticed' && findingKey(fact) === key;

/** Opens the minutes of the events and notes which filters matched in them, once each. */
function countMinutes(
  world: World,
  group: LogGroup,
  events: readonly LogEvent[],
  matches: Yield['matches'],
  now: Instant,
  effects: Effect[],
): void {
  const logGroup = group.name;
  const opened: Instant[] = [];
  for (const { at } of events) {
    const minute = floorTo(at, MINUTE);
    if (group.minutes.has(minute) || opened.includes(minute)) continue;
    opened.push(minute);
    effects.push({ type: 'logs.MinuteOpened', logGroup, minute });
    const endsAt = visibleAt(minute, now, world.assumptions.delays.metricFilterMs);
    effects.push({ type: 'wake', at: endsAt, wake: { service: 'logs', type: 'minute-ended', logGroup, minute } });
  }
  for (const [i, { minute, filterName }] of matches.entries()) {
    const isKnown =
      group.minutes.get(minute)?.matched.has(filterName) === true ||
      matches.findIndex((each) => each.minute === minute && each.filterName === filterName) < i;
    if (!isKnown) effects.push({ type: 'logs.MinuteMatched', logGroup, minute, filterName });
  }
}
