/** Log groups: their streams, the tail of their events, their metric filters, and the minutes being counted. */
import type { Instant } from '../../instant.ts';
import type { Mutable } from '../../mutable.ts';
import type { World } from '../../world-state.ts';
import { EventTail } from './event-tail.ts';
import type { UndocumentedRule } from './filter-pattern/undocumented.ts';

export interface LogsState {
  readonly groups: Map<string, LogGroup>;
  /** Findings already told, so that each is told once: `rule⇥group⇥filter`. */
  readonly told: Set<string>;
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: Instant;
  readonly retentionInDays?: number;
  readonly streams: Map<string, LogStream>;
  readonly filters: Map<string, MetricFilter>;
  /** What came last, in the order of ingestion. */
  readonly tail: EventTail;
  readonly storedBytes: number;
  /** Minutes in which events came while a filter with a default value stood, by their start. */
  readonly minutes: Map<Instant, Minute>;
}

export interface Minute {
  /** Names of filters that matched an event of the minute. */
  readonly matched: ReadonlySet<string>;
  /** Default values have been published; later events can only add to them. */
  readonly closed: boolean;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: Instant;
  readonly firstEventAt?: Instant;
  readonly lastEventAt?: Instant;
  readonly lastIngestedAt?: Instant;
}

export interface StoredEvent extends LogEvent {
  readonly number: number;
  readonly stream: string;
  readonly ingestedAt: Instant;
}

export interface MetricFilter {
  readonly name: string;
  readonly logGroup: string;
  readonly pattern: string;
  readonly createdAt: Instant;
  readonly transformation: MetricTransformation;
}

export interface MetricTransformation {
  readonly metricName: string;
  readonly metricNamespace: string;
  /** A number, `$.field` or `$name`. */
  readonly metricValue: string;
  readonly defaultValue?: number;
  /** Dimension name → `$.field` or `$name`. */
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly unit?: string;
}

export interface LogEvent {
  readonly at: Instant;
  readonly message: string;
}

export interface GroupCreated {
  readonly type: 'logs.GroupCreated';
  readonly logGroup: string;
}

export interface GroupDeleted {
  readonly type: 'logs.GroupDeleted';
  readonly logGroup: string;
}

export interface RetentionSet {
  readonly type: 'logs.RetentionSet';
  readonly logGroup: string;
  /** Absent: events are kept for ever. */
  readonly retentionInDays?: number;
}

export interface StreamCreated {
  readonly type: 'logs.StreamCreated';
  readonly logGroup: string;
  readonly logStream: string;
}

export interface EventsIngested {
  readonly type: 'logs.EventsIngested';
  readonly logGroup: string;
  readonly logStream: string;
  readonly events: readonly LogEvent[];
}

export interface MetricFilterPut {
  readonly type: 'logs.MetricFilterPut';
  readonly filter: MetricFilter;
}

export interface MetricFilterDeleted {
  readonly type: 'logs.MetricFilterDeleted';
  readonly logGroup: string;
  readonly filterName: string;
}

/** A minute is being counted for filters with a default value. */
export interface MinuteOpened {
  readonly type: 'logs.MinuteOpened';
  readonly logGroup: string;
  readonly minute: Instant;
}

/** A filter with a default value has matched for the first time in a minute. */
export interface MinuteMatched {
  readonly type: 'logs.MinuteMatched';
  readonly logGroup: string;
  readonly minute: Instant;
  readonly filterName: string;
}

export interface MinuteClosed {
  readonly type: 'logs.MinuteClosed';
  readonly logGroup: string;
  readonly minute: Instant;
}

export type FindingRule =
  | UndocumentedRule
  | 'metric-value-missing'
  | 'emf-text-prefix'
  | 'emf-not-json'
  | 'emf-invalid';

/** Something a rehearsal noticed about log lines; told once per rule and filter. */
export interface FindingNoticed {
  readonly type: 'logs.FindingNoticed';
  readonly rule: FindingRule;
  readonly text: string;
  readonly logGroup: string;
  readonly filterName?: string;
}

export type LogsFact =
  | GroupCreated
  | GroupDeleted
  | RetentionSet
  | StreamCreated
  | EventsIngested
  | MetricFilterPut
  | MetricFilterDeleted
  | MinuteOpened
  | MinuteMatched
  | MinuteClosed
  | FindingNoticed;

/** The values of a minute are complete: filters with a default value and no match publish it. */
export interface MinuteEnded {
  readonly service: 'logs';
  readonly type: 'minute-ended';
  readonly logGroup: string;
  readonly minute: Instant;
}

export type LogsWake = MinuteEnded;

/** Closed minutes are remembered this long, for events that come late. */
const KEPT_MINUTES = 60;

export const initialLogs = (): LogsState => ({ groups: new Map(), told: new Set() });

export const findingKey = ({ rule, logGroup, filterName }: Pick<FindingNoticed, 'rule' | 'logGroup' | 'filterName'>) =>
  `${rule}\t${logGroup}\t${filterName ?? ''}`;

/** The one place where the state of CloudWatch Logs changes. Facts about a group that is gone change nothing. */
export function apply(world: World, fact: LogsFact, at: Instant): void {
  const { groups, told } = world.logs;
  switch (fact.type) {
    case 'logs.GroupCreated':
      groups.set(fact.logGroup, emptyGroup(fact.logGroup, at));
      return;
    case 'logs.GroupDeleted':
      groups.delete(fact.logGroup);
      return;
    case 'logs.FindingNoticed':
      told.add(findingKey(fact));
      return;
    case 'logs.MetricFilterPut':
      groups.get(fact.filter.logGroup)?.filters.set(fact.filter.name, fact.filter);
      return;
    case 'logs.RetentionSet':
    case 'logs.StreamCreated':
    case 'logs.EventsIngested':
    case 'logs.MetricFilterDeleted':
    case 'logs.MinuteOpened':
    case 'logs.MinuteMatched':
    case 'logs.MinuteClosed': {
      const group = groups.get(fact.logGroup);
      if (group !== undefined) applyToGroup(group, fact, at);
      return;
    }
    default:
      fact satisfies never;
  }
}

type GroupFact = Exclude<LogsFact, GroupCreated | GroupDeleted | FindingNoticed | MetricFilterPut>;

function applyToGroup(group: Mutable<LogGroup>, fact: GroupFact, at: Instant): void {
  switch (fact.type) {
    case 'logs.RetentionSet':
      if (fact.retentionInDays === undefined) delete group.retentionInDays;
      else group.retentionInDays = fact.retentionInDays;
      return;
    case 'logs.StreamCreated':
      group.streams.set(fact.logStream, { name: fact.logStream, createdAt: at });
      return;
    case 'logs.EventsIngested':
      storeEvents(group, fact, at);
      return;
    case 'logs.MetricFilterDeleted':
      group.filters.delete(fact.filterName);
      return;
    case 'logs.MinuteOpened':
      group.minutes.set(fact.minute, { matched: new Set(), closed: false });
      return;
    case 'logs.MinuteMatched': {
      const minute = group.minutes.get(fact.minute);
      if (minute) group.minutes.set(fact.minute, { ...minute, matched: new Set([...minute.matched, fact.filterName]) });
      return;
    }
    case 'logs.MinuteClosed':
      closeMinute(group, fact.minute);
      return;
    default:
      fact satisfies never;
  }
}

const emptyGroup = (name: string, createdAt: Instant): LogGroup => ({
  name,
  createdAt,
  streams: new Map(),
  filters: new Map(),
  tail: new EventTail(),
  storedBytes: 0,
  minutes: new Map(),
});

function storeEvents(group: Mutable<LogGroup>, { logStream, events }: EventsIngested, at: Instant): void {
  const stream: Mutable<LogStream> = group.streams.get(logStream) ?? { name: logStream, createdAt: at };
  group.tail.append(logStream, at, events);
  for (const { at: eventAt, message } of events) {
    group.storedBytes += message.length;
    if (stream.firstEventAt === undefined || eventAt < stream.firstEventAt) stream.firstEventAt = eventAt;
    if (stream.lastEventAt === undefined || eventAt > stream.lastEventAt) stream.lastEventAt = eventAt;
  }
  stream.lastIngestedAt = at;
  group.streams.set(logStream, stream);
}

function closeMinute({ minutes }: LogGroup, minute: Instant): void {
  const closing = minutes.get(minute);
  if (closing) minutes.set(minute, { ...closing, closed: true });
  const oldest = minutes.size > KEPT_MINUTES ? minutes.keys().next().value : undefined;
  if (oldest !== undefined) minutes.delete(oldest);
}
