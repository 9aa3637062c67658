import type { Value, ValueMap } from '../template-value.ts';
import { getAtt, present, ref } from '../template-value.ts';
import type { EventSource } from './event-sources.ts';
import { logicalIdHash } from './logical-id-hash.ts';
import { passedOn } from './sam-context.ts';
import type { Generated } from './sam-context.ts';

/** The id that an event's own resource carries: function and event together. */
export const eventLogicalId = ({ functionId, eventId }: EventSource): string => `${functionId}${eventId}`;

/** What an event invokes, by name or ARN: the alias where there is one. */
export const invoked = ({ functionId, aliasId }: EventSource): ValueMap => ref(aliasId ?? functionId);

/** The ARN of what an event invokes. `Ref` on an alias is its ARN already. */
export const invokedArn = ({ functionId, aliasId }: EventSource): ValueMap =>
  aliasId === undefined ? getAtt(functionId, 'Arn') : ref(aliasId);

/** A resource that an event becomes, with the function's Condition on it. */
export const eventResource = (
  event: EventSource,
  logicalId: string,
  type: string,
  properties: ValueMap,
): Generated => ({
  logicalId,
  resource: { ...passedOn(event.source), Type: type, Properties: properties },
});

/**
 * Lets an AWS service invoke the function. A suffix that cannot stand in a logical id goes in as a hash.
 * Source: ST:model/eventsources/push.py `_construct_permission`
 */
export function permission(
  event: EventSource,
  principal: string,
  from: { readonly sourceArn?: Value; readonly sourceAccount?: Value; readonly suffix?: string },
): Generated {
  const { suffix = '' } = from;
  const ending = /^[A-Za-z0-9]*$/.test(suffix) ? suffix : logicalIdHash(suffix);
  return eventResource(
    event,
    `${eventLogicalId(event)}Permission${ending}`,
    'AWS::Lambda::Permission',
    present({
      Action: 'lambda:InvokeFunction',
      FunctionName: invoked(event),
      Principal: principal,
      SourceArn: from.sourceArn,
      SourceAccount: from.sourceAccount,
    }),
  );
}
