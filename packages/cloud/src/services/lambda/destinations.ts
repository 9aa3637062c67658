import type { Effect } from '../../effects.ts';
import { isoTime, type Instant } from '../../instant.ts';
import type { Reply } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { configOf } from './event-invoke-config.ts';
import { asyncSample } from './metrics.ts';
import type { AsyncEvent, DestinationCondition, LambdaReplyTo } from './state.ts';
import { revisionOf } from './targets.ts';

const LAMBDA_ARN = /^arn:[^:]+:lambda:/;

/**
 * Sends the record of a settled event to its destination, and a given-up event to the dead-letter target.
 * A destination function is invoked asynchronously with the execution role of the function that
 * failed, as on AWS; queues, topics, buses and buckets are recorded as delivered.
 * Source: invocation-async-retain-records guide (D).
 */
export function destinationEffects(
  world: World,
  event: AsyncEvent,
  condition: DestinationCondition,
  now: Instant,
): readonly Effect[] {
  const { onSuccess, onFailure } = configOf(world, event);
  const purpose = condition === 'Success' ? 'OnSuccess' : 'OnFailure';
  const destination = purpose === 'OnSuccess' ? onSuccess : onFailure;
  const document = destination === undefined ? '' : destinationRecord(world, event, condition, now);
  const sent = destination === undefined ? [] : [deliver(world, event, { destination, purpose, document })];
  return condition === 'Success' ? sent : [...sent, ...deadLetter(world, event)];
}

type Delivery = Pick<LambdaReplyTo, 'destination' | 'purpose' | 'document'>;

function deliver(world: World, event: AsyncEvent, delivery: Delivery): Effect {
  const { requestId, functionName } = event;
  const { destination, document } = delivery;
  if (!LAMBDA_ARN.test(destination))
    return { type: 'lambda.DestinationDelivered', requestId, functionName, ...delivery };
  return {
    type: 'call',
    as: { type: 'role', roleArn: roleOf(world, event), sessionName: functionName },
    service: 'lambda',
    operation: 'Invoke',
    input: { FunctionName: destination, InvocationType: 'Event', Payload: new TextEncoder().encode(document) },
    replyTo: { service: 'lambda', type: 'destination', requestId, functionName, ...delivery },
  };
}

const roleOf = (world: World, { functionName, lastEnd }: AsyncEvent): string => {
  const fn = world.lambda.functions.get(functionName);
  const revision = fn && (revisionOf(fn, lastEnd?.version ?? '$LATEST') ?? fn.latest);
  return revision?.configuration.roleArn ?? '';
};

/** The destination function has taken the record, or refused it. */
export function destinationReplied(world: World, to: LambdaReplyTo, reply: Reply, now: Instant): readonly Effect[] {
  const { requestId, functionName, destination, purpose, document } = to;
  if (reply.ok)
    return [{ type: 'lambda.DestinationDelivered', requestId, functionName, destination, purpose, document }];
  const { code, message } = reply;
  return [
    { type: 'lambda.DestinationFailed', requestId, functionName, destination, code, message },
    asyncSample(world, { functionName }, 'DestinationDeliveryFailures', 1, now),
  ];
}

/** A dead-letter target gets the event alone, without the record. */
function deadLetter(world: World, event: AsyncEvent): readonly Effect[] {
  const { requestId, functionName, payload, lastEnd } = event;
  const fn = world.lambda.functions.get(functionName);
  const destination = fn && revisionOf(fn, lastEnd?.version ?? '$LATEST')?.configuration.deadLetterTargetArn;
  if (destination === undefined) return [];
  return [
    {
      type: 'lambda.DestinationDelivered',
      requestId,
      functionName,
      destination,
      purpose: 'DeadLetter',
      document: payload,
    },
  ];
}

/** The invocation record, version 1.0, as JSON text. An event that never ran has no response in it. */
export function destinationRecord(
  world: World,
  event: AsyncEvent,
  condition: DestinationCondition,
  now: Instant,
): string {
  const { lastEnd } = event;
  const functionArn = world.lambda.functions.get(event.functionName)?.functionArn ?? event.functionName;
  const response =
    lastEnd === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: lastEnd.version,
            ...(lastEnd.functionError === undefined ? {} : { functionError: lastEnd.functionError }),
          },
          responsePayload: json(lastEnd.payload),
        };
  return JSON.stringify({
    version: '1.0',
    timestamp: isoTime(now),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${functionArn}:${event.qualifier ?? '$LATEST'}`,
      condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: json(event.payload),
    ...response,
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
