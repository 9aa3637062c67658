import type {
  CreateLogStreamRequest,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
  LogStream as LogStreamShape,
  PutLogEventsRequest,
  PutLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../aws-error.ts';
import { HOUR, Instant } from '../../instant.ts';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { compilePattern } from './filter-pattern/compile-pattern.ts';
import { Line } from './filter-pattern/line.ts';
import { type LogGroup, type LogStream, type StoredEvent } from './state.ts';
import {
  constraint,
  groupArn,
  groupNameOf,
  invalid,
  NO_COLON_OR_STAR,
  page,
  requireGroup,
  requireLimit,
  requireName,
  requireStream,
  streamResource,
} from './validation.ts';

interface NamesGroup {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
  readonly logStreamName?: string | undefined;
}

const byStream = (world: World, input: NamesGroup) =>
  streamResource(
    world,
    input.logGroupName ?? groupNameOf({ logGroupIdentifier: input.logGroupIdentifier }),
    input.logStreamName,
  );

const DAY = 24 * HOUR;

export const CreateLogStream = operation<CreateLogStreamRequest>({
  action: 'logs:CreateLogStream',
  resource: byStream,
  run(world, { logGroupName, logStreamName }) {
    const group = requireGroup(world, logGroupName);
    requireName('logStreamName', logStreamName, NO_COLON_OR_STAR);
    if (group.streams.has(logStreamName))
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    return { output: {}, effects: [{ type: 'logs.StreamCreated', logGroup: group.name, logStream: logStreamName }] };
  },
});

export const DescribeLogStreams = operation<DescribeLogStreamsRequest>({
  action: 'logs:DescribeLogStreams',
  resource: (world, input) => byStream(world, { ...input, logStreamName: undefined }),
  run(world, input) {
    const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending, nextToken, limit } = input;
    const group = requireGroup(world, groupNameOf(input));
    if (prefix !== undefined && orderBy === 'LastEventTime')
      throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
    const order = orderBy === 'LastEventTime' ? byLastEvent : byName;
    const streams = [...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? '')).toSorted(order);
    const { items, ...next } = page(
      descending ? streams.toReversed() : streams,
      nextToken,
      requireLimit(limit, 50, 50),
    );
    return {
      output: {
        logStreams: items.map((stream) => describeStream(world, group, stream)),
        ...next,
      } satisfies DescribeLogStreamsResponse,
      effects: [],
    };
  },
});

const byName = (a: LogStream, b: LogStream) => (a.name < b.name ? -1 : 1);
const byLastEvent = (a: LogStream, b: LogStream) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0) || byName(a, b);

const describeStream = (world: World, group: LogGroup, stream: LogStream): LogStreamShape => ({
  logStreamName: stream.name,
  creationTime: stream.createdAt,
  firstEventTimestamp: stream.firstEventAt,
  lastEventTimestamp: stream.lastEventAt,
  lastIngestionTime: stream.lastIngestedAt,
  uploadSequenceToken: '1',
  arn: `${groupArn(world, group.name)}:log-stream:${stream.name}`,
  storedBytes: 0,
});

const MAX_BATCH_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const MAX_BATCH_EVENTS = 10_000;

/** Source: API-PLE (D). Events too new, too old or past the retention are left out and told in the answer. */
export const PutLogEvents = operation<PutLogEventsRequest>({
  action: 'logs:PutLogEvents',
  resource: byStream,
  run(world, { logGroupName, logStreamName, logEvents }, { now }) {
    const group = requireGroup(world, logGroupName);
    const stream = requireStream(group, logStreamName);
    const events = requireBatch(logEvents).map(({ timestamp, message }) => ({ at: Instant(timestamp), message }));
    const newest = now + 2 * HOUR;
    const oldest = now - 14 * DAY;
    const expired = group.retentionInDays === undefined ? -Infinity : now - group.retentionInDays * DAY;
    const tooNew = events.findIndex(({ at }) => at > newest);
    const tooOld = events.findLastIndex(({ at }) => at < oldest);
    const pastRetention = events.findLastIndex(({ at }) => at < expired);
    const accepted = events.filter(({ at }) => at <= newest && at >= oldest && at >= expired);
    const rejected = {
      ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
      ...(tooOld >= 0 && { tooOldLogEventEndIndex: tooOld + 1 }),
      ...(pastRetention >= 0 && { expiredLogEventEndIndex: pastRetention + 1 }),
    };
    return {
      output: {
        nextSequenceToken: '1',
        ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
      } satisfies PutLogEventsResponse,
      effects:
        accepted.length === 0
          ? []
          : [{ type: 'logs.EventsIngested', logGroup: group.name, logStream: stream.name, events: accepted }],
    };
  },
});

function requireBatch(batch: PutLogEventsRequest['logEvents']): { timestamp: number; message: string }[] {
  if (batch === undefined || batch.length === 0)
    throw constraint('logEvents', '[]', 'have length greater than or equal to 1');
  if (batch.length > MAX_BATCH_EVENTS)
    throw constraint('logEvents', `[${batch.length} events]`, `have length less than or equal to ${MAX_BATCH_EVENTS}`);
  let bytes = 0;
  let last = -Infinity;
  const events = batch.map(({ timestamp, message }, i) => {
    if (timestamp === undefined || timestamp < 0)
      throw constraint(`logEvents.${i + 1}.member.timestamp`, timestamp, 'have value greater than or equal to 0');
    if (message === undefined || message === '')
      throw constraint(`logEvents.${i + 1}.member.message`, message, 'have length greater than or equal to 1');
    if (timestamp < last) throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    last = timestamp;
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    return { timestamp, message };
  });
  if (bytes > MAX_BATCH_BYTES) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  if (last - (events[0]?.timestamp ?? last) > DAY)
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  return events;
}

/** Expired events are marked at once. Source: API-PRP (D). */
function* livingEvents(group: LogGroup, now: Instant): Generator<StoredEvent> {
  const expired = group.retentionInDays === undefined ? -Infinity : now - group.retentionInDays * DAY;
  for (const event of group.tail) if (event.at >= expired) yield event;
}

const byTime = (a: StoredEvent, b: StoredEvent) => a.at - b.at || a.ingestedAt - b.ingestedAt || a.number - b.number;

const MAX_PAGE_BYTES = 1_048_576;

/** Source: API-FLE (D), section 1.8: both times inclusive, ordered by event time, then by ingestion. */
export const FilterLogEvents = operation<FilterLogEventsRequest>({
  action: 'logs:FilterLogEvents',
  resource: byStream,
  run(world, input, { now }) {
    const group = requireGroup(world, groupNameOf(input));
    const {
      logStreamNames: streams,
      logStreamNamePrefix: prefix,
      startTime = 0,
      endTime = Infinity,
      nextToken,
    } = input;
    if (streams !== undefined && prefix !== undefined)
      throw invalid('logStreamNamePrefix and logStreamNames are mutually exclusive parameters.');
    for (const name of streams ?? []) requireStream(group, name);
    const pattern = compilePattern(input.filterPattern ?? '', world.assumptions);
    const found = [...livingEvents(group, now)]
      .filter(
        ({ at, stream }) =>
          at >= startTime && at <= endTime && stream.startsWith(prefix ?? '') && (streams?.includes(stream) ?? true),
      )
      .filter(({ message }) => pattern.matches(new Line(message), new Set()))
      .toSorted(byTime);
    const { items, ...next } = page(
      found,
      nextToken,
      pageLength(found, nextToken, requireLimit(input.limit, 10_000, 10_000)),
    );
    return {
      output: { events: items.map(describeEvent), searchedLogStreams: [], ...next } satisfies FilterLogEventsResponse,
      effects: [],
    };
  },
});

/** How many events, at most `limit`, fit into a page of 1 MB. */
function pageLength(events: readonly StoredEvent[], nextToken: string | undefined, limit: number): number {
  let bytes = 0;
  const rest = events.slice(Number(nextToken ?? 0), Number(nextToken ?? 0) + limit);
  const over = rest.findIndex(({ message }) => (bytes += Buffer.byteLength(message)) > MAX_PAGE_BYTES);
  return over < 0 ? limit : Math.max(1, over);
}

const describeEvent = ({ number, stream, at, ingestedAt, message }: StoredEvent) => ({
  logStreamName: stream,
  timestamp: at,
  message,
  ingestionTime: ingestedAt,
  // AWS's event ids are long decimal numbers that rise with time.
  eventId: `${at}${String(number).padStart(20, '0')}`,
});

/**
 * One stream, page by page in either direction. A token is `f/` or `b/` and the number of an event; at an end
 * the same token comes back. Source: GetLogEvents API reference; startTime inclusive, endTime exclusive.
 */
export const GetLogEvents = operation<GetLogEventsRequest>({
  action: 'logs:GetLogEvents',
  resource: byStream,
  run(world, input, { now }) {
    const group = requireGroup(world, groupNameOf(input));
    const { name } = requireStream(group, input.logStreamName);
    const { startTime = 0, endTime = Infinity, startFromHead, nextToken } = input;
    const limit = requireLimit(input.limit, 10_000, 10_000);
    const events = [...livingEvents(group, now)]
      .filter(({ stream, at }) => stream === name && at >= startTime && at < endTime)
      .toSorted(byTime);
    const [from, to] = window(events, nextToken, startFromHead ?? false, limit);
    const shown = events.slice(from, to);
    return {
      output: {
        events: shown.map(({ at, message, ingestedAt }) => ({ timestamp: at, message, ingestionTime: ingestedAt })),
        nextForwardToken: `f/${to}`,
        nextBackwardToken: `b/${from}`,
      } satisfies GetLogEventsResponse,
      effects: [],
    };
  },
});

function window(
  events: readonly StoredEvent[],
  token: string | undefined,
  fromHead: boolean,
  limit: number,
): [from: number, to: number] {
  if (token === undefined)
    return fromHead ? [0, Math.min(limit, events.length)] : [Math.max(0, events.length - limit), events.length];
  const parsed = /^([fb])\/(\d+)$/.exec(token);
  if (parsed === null) throw invalid('The specified nextToken is invalid.');
  const at = Math.min(Number(parsed[2]), events.length);
  return parsed[1] === 'f' ? [at, Math.min(at + limit, events.length)] : [Math.max(0, at - limit), at];
}
