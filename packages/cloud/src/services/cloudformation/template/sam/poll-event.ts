import type { Value } from '../template-value.ts';
import { isMap, present } from '../template-value.ts';
import { policyFor } from './destinations.ts';
import type { EventResources, EventSource } from './event-sources.ts';
import { managedPolicyArn } from './managed-policies.ts';
import { eventLogicalId, eventResource, invoked } from './permission.ts';
import { invalidEvent } from './sam-context.ts';

/** The property that names the source, and the managed policy that reading it takes. */
const SOURCES: Readonly<Record<string, { readonly property: string; readonly policy: string }>> = {
  SQS: { property: 'Queue', policy: 'AWSLambdaSQSQueueExecutionRole' },
  Kinesis: { property: 'Stream', policy: 'AWSLambdaKinesisExecutionRole' },
  DynamoDB: { property: 'Stream', policy: 'AWSLambdaDynamoDBExecutionRole' },
};

const PASSED = (
  'StartingPosition StartingPositionTimestamp BatchSize Enabled MaximumBatchingWindowInSeconds MaximumRetryAttempts ' +
  'BisectBatchOnFunctionError MaximumRecordAgeInSeconds ParallelizationFactor TumblingWindowInSeconds ' +
  'FunctionResponseTypes FilterCriteria KmsKeyArn ScalingConfig ProvisionedPollerConfig MetricsConfig LoggingConfig'
).split(' ');

/**
 * A queue or stream that Lambda polls becomes an event source mapping; the function's role may read it.
 * Source: ST:model/eventsources/pull.py
 */
export function pollEvent(event: EventSource): EventResources {
  const { type, properties, functionId, eventId } = event;
  const source = SOURCES[type];
  if (source === undefined) throw new Error(`no event source mapping for events of type ${type}`);
  const known = new Set([...PASSED, source.property, 'DestinationConfig']);
  const unknown = Object.keys(properties).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw invalidEvent(functionId, eventId, `property ${unknown} not defined for resource of type ${type}`);
  for (const name of type === 'SQS' ? [source.property] : [source.property, 'StartingPosition'])
    if (properties[name] === undefined) throw invalidEvent(functionId, eventId, `Missing required property '${name}'.`);
  const failure = onFailure(event);
  const mapping = present({
    ...Object.fromEntries(PASSED.map((name) => [name, properties[name]])),
    EventSourceArn: properties[source.property],
    FunctionName: invoked(event),
    DestinationConfig: failure.config,
  });
  return {
    resources: [eventResource(event, eventLogicalId(event), 'AWS::Lambda::EventSourceMapping', mapping)],
    managedPolicyArns: [managedPolicyArn(event.context.partition, `policy/service-role/${source.policy}`)],
    inline: failure.inline,
  };
}

/** `Type` under OnFailure only says which permission the role needs. */
function onFailure(event: EventSource): { readonly config: Value | undefined; readonly inline: readonly Value[] } {
  const config = event.properties['DestinationConfig'];
  if (!isMap(config)) return { config, inline: [] };
  const written = config['OnFailure'];
  const logicalId = eventLogicalId(event);
  if (!isMap(written))
    throw invalidEvent(event.functionId, logicalId, "Property 'DestinationConfig.OnFailure' should be a map.");
  const { Type: type, ...rest } = written;
  if (type === undefined) return { config, inline: [] };
  if (typeof type !== 'string' || !['SQS', 'SNS', 'S3', 'Kafka'].includes(type))
    throw invalidEvent(
      event.functionId,
      logicalId,
      "The only valid values for 'Type' are 'SQS', 'SNS', 'S3', and 'Kafka'",
    );
  const inline = type === 'Kafka' ? [] : [policyFor(type, rest['Destination'] ?? null, logicalId)];
  return { config: { ...config, OnFailure: rest }, inline };
}
