import type { Value, ValueMap } from '../template-value.ts';
import { isMap, mapAt } from '../template-value.ts';
import { apiEvent } from './api-event.ts';
import type { RoleNeeds } from './execution-role.ts';
import { httpApiEvent } from './http-api-event.ts';
import { pollEvent } from './poll-event.ts';
import { bucketEvent, logsEvent, ruleEvent, scheduleEvent, topicEvent } from './push-event.ts';
import { invalidEvent } from './sam-context.ts';
import type { Generated, SamContext } from './sam-context.ts';

/** One entry of a function's `Events`. */
export interface EventSource {
  readonly functionId: string;
  readonly eventId: string;
  readonly type: string;
  readonly properties: ValueMap;
  /** The function's resource as written: its Condition goes on to what the event becomes. */
  readonly source: ValueMap;
  readonly aliasId: string | undefined;
  readonly context: SamContext;
}

/** What one event becomes, and what it needs of the function's role. */
export interface EventResources {
  readonly resources: readonly Generated[];
  readonly managedPolicyArns?: readonly string[];
  readonly inline?: readonly Value[];
}

export const KINDS: Readonly<Record<string, (event: EventSource) => EventResources>> = {
  Api: apiEvent,
  HttpApi: httpApiEvent,
  Schedule: scheduleEvent,
  CloudWatchEvent: ruleEvent,
  EventBridgeRule: ruleEvent,
  SNS: topicEvent,
  S3: bucketEvent,
  CloudWatchLogs: logsEvent,
  SQS: pollEvent,
  Kinesis: pollEvent,
  DynamoDB: pollEvent,
};

/** Kinds of event that SAM knows and this cloud refuses. */
export const REFUSED = new Set('ScheduleV2 AlexaSkill IoTRule Cognito MSK MQ SelfManagedKafka DocumentDB'.split(' '));

/** All events of a function, in the order of their paths, as SAM takes them. Source: ST:model/sam_resources.py */
export function eventSources(
  functionId: string,
  source: ValueMap,
  properties: ValueMap,
  aliasId: string | undefined,
  context: SamContext,
): { readonly resources: readonly Generated[]; readonly needs: RoleNeeds } {
  const made = sortedEvents(mapAt(properties, 'Events')).map(([eventId, written]) => {
    const type = isMap(written) ? written['Type'] : undefined;
    if (!isMap(written) || typeof type !== 'string')
      throw invalidEvent(functionId, eventId, "Resource dict has missing or invalid value for key 'Type'.");
    const kind = KINDS[type];
    if (kind === undefined) throw invalidEvent(functionId, eventId, refusal(type));
    return kind({ functionId, eventId, type, properties: mapAt(written, 'Properties'), source, aliasId, context });
  });
  return {
    resources: made.flatMap((it) => it.resources),
    needs: {
      managedPolicyArns: made.flatMap((it) => it.managedPolicyArns ?? []),
      inline: made.flatMap((it) => it.inline ?? []),
    },
  };
}

function sortedEvents(events: ValueMap): readonly (readonly [string, Value])[] {
  return Object.entries(events).toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : sortKey(a) > sortKey(b) ? 1 : 0));
}

function sortKey([eventId, event]: readonly [string, Value]): string {
  const path = isMap(event) ? mapAt(event, 'Properties')['Path'] : undefined;
  return typeof path === 'string' ? path : eventId;
}

const refusal = (type: string): string =>
  REFUSED.has(type)
    ? `An event of type ${type} is outside the slice that can be rehearsed. See docs/slice.md#sam.`
    : `Resource type '${type}' is not an event source of AWS SAM.`;
