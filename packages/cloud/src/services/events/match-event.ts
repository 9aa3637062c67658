/** An event meets the rules of its bus, and goes to the targets of those that it matches. */
import { isoTime, type Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { readPattern } from './event-pattern.ts';
import type { EventDelivered, EventPut, Rule } from './state.ts';
import { inputOf } from './target-input.ts';

/** An event as rules see it. Source: EventBridge user guide, eb-events-structure (D). */
export const envelope = ({ accountId, region }: World, event: EventPut, now: Instant): object => ({
  version: '0',
  id: event.eventId,
  'detail-type': event.detailType,
  source: event.source,
  account: accountId,
  time: (event.time ?? isoTime(now)).replace(/\.\d+Z$/, 'Z'),
  region,
  resources: event.resources,
  detail: JSON.parse(event.detail) as unknown,
});

/** In the order of the rules' names. What a target does with it is not followed, but for topics of SNS. */
export function deliveries(world: World, event: EventPut, now: Instant): readonly EventDelivered[] {
  const whole = envelope(world, event, now);
  return rulesOf(world, event.bus)
    .filter((rule) => matches(rule, whole))
    .flatMap(({ arn, name, targets }) =>
      [...targets.values()].map((target): EventDelivered => ({
        type: 'events.EventDelivered',
        eventId: event.eventId,
        rule: name,
        targetId: target.Id,
        targetArn: target.Arn,
        input: inputOf(target, whole, arn),
      })),
    );
}

const rulesOf = ({ events }: World, bus: string): readonly Rule[] =>
  [...events.rules.values()].filter((rule) => rule.bus === bus).toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** A rule of the clock alone has no pattern; one that is disabled matches nothing. */
const matches = ({ eventPattern, state }: Rule, event: object): boolean =>
  eventPattern !== undefined && state !== 'DISABLED' && readPattern(eventPattern)(event);
