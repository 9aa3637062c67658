/** Events that an AWS service pushes: schedules, rules, topics, buckets, log groups. Source: ST:model/eventsources/push.py */
import type { Value, ValueMap } from '../template-value.ts';
import { getAtt, iff, intrinsicOf, isEqual, isList, isMap, mapAt, present, ref, sub } from '../template-value.ts';
import type { EventResources, EventSource } from './event-sources.ts';
import { eventLogicalId, eventResource, invokedArn, permission } from './permission.ts';
import { invalidEvent } from './sam-context.ts';
import type { Generated } from './sam-context.ts';

export function scheduleEvent(event: EventSource): EventResources {
  known(event, 'Schedule RuleName Input Enabled State Name Description DeadLetterConfig RetryPolicy', ['Schedule']);
  const { Schedule: schedule, Name: name, Description: description } = event.properties;
  return rule(event, { ScheduleExpression: schedule, Name: name, Description: description });
}

export function ruleEvent(event: EventSource): EventResources {
  known(
    event,
    'EventBusName RuleName Pattern DeadLetterConfig RetryPolicy Input InputPath Target Enabled State InputTransformer',
  );
  const { EventBusName: bus, RuleName: name, Pattern: pattern } = event.properties;
  return rule(event, { EventBusName: bus, EventPattern: pattern, Name: name });
}

/** A target's id may have 64 characters. */
const LONGEST_TARGET_ID = 64;

function rule(event: EventSource, own: { readonly [name: string]: Value | undefined }): EventResources {
  const { properties } = event;
  if (properties['State'] !== undefined && properties['Enabled'] !== undefined)
    throw invalid(event, 'State and Enabled Properties cannot both be specified.');
  const logicalId = eventLogicalId(event);
  const ruleArn = getAtt(logicalId, 'Arn');
  const dead = deadLetters(event, ruleArn);
  const target = mapAt(properties, 'Target')['Id'];
  const suffix = 'LambdaTarget';
  const targets = [
    present({
      Arn: invokedArn(event),
      Id: target ?? `${logicalId.slice(0, LONGEST_TARGET_ID - suffix.length)}${suffix}`,
      Input: properties['Input'],
      InputPath: properties['InputPath'],
      DeadLetterConfig: dead.arn === undefined ? undefined : { Arn: dead.arn },
      RetryPolicy: properties['RetryPolicy'],
      InputTransformer: properties['InputTransformer'],
    }),
  ];
  const state = properties['State'] ?? stateOf(properties['Enabled']);
  return {
    resources: [
      eventResource(event, logicalId, 'AWS::Events::Rule', present({ ...own, State: state, Targets: targets })),
      ...dead.resources,
      permission(event, 'events.amazonaws.com', { sourceArn: ruleArn }),
    ],
  };
}

/** SAM looks at truth only: an unresolved intrinsic counts as enabled. */
const stateOf = (enabled: Value | undefined): string | undefined =>
  enabled === undefined ? undefined : enabled === false ? 'DISABLED' : 'ENABLED';

function deadLetters(event: EventSource, ruleArn: Value): { readonly arn?: Value; readonly resources: Generated[] } {
  const config = event.properties['DeadLetterConfig'];
  if (!isMap(config)) return { resources: [] };
  const { Arn: arn, Type: type, QueueLogicalId: given } = config;
  const reject = (message: string): never => {
    throw invalidEvent(event.functionId, eventLogicalId(event), message);
  };
  if (arn !== undefined && type !== undefined)
    reject("You can either define 'Arn' or 'Type' property of DeadLetterConfig.");
  if (type !== undefined && type !== 'SQS')
    reject("The only valid value for 'Type' property of DeadLetterConfig is 'SQS'.");
  if (arn !== undefined) return { arn, resources: [] };
  if (type === undefined) reject("No 'Arn' or 'Type' property provided for DeadLetterConfig.");
  const queueId = typeof given === 'string' ? given : `${eventLogicalId(event)}Queue`;
  const queueArn = getAtt(queueId, 'Arn');
  const statement = {
    Action: 'sqs:SendMessage',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  };
  const policy = { PolicyDocument: { Version: '2012-10-17', Statement: [statement] }, Queues: [ref(queueId)] };
  return {
    arn: queueArn,
    resources: [
      eventResource(event, queueId, 'AWS::SQS::Queue', {}),
      eventResource(event, `${eventLogicalId(event)}QueuePolicy`, 'AWS::SQS::QueuePolicy', policy),
    ],
  };
}

export function topicEvent(event: EventSource): EventResources {
  known(event, 'Topic Region FilterPolicy FilterPolicyScope SqsSubscription RedrivePolicy', ['Topic']);
  const { Topic: topic = null, Region: region, SqsSubscription: throughQueue } = event.properties;
  if (throughQueue !== undefined && throughQueue !== false)
    throw invalid(event, 'SqsSubscription is outside the slice that can be rehearsed. See docs/slice.md#sam.');
  const subscription = present({
    Protocol: 'lambda',
    Endpoint: invokedArn(event),
    TopicArn: topic,
    Region: region,
    FilterPolicy: event.properties['FilterPolicy'],
    FilterPolicyScope: event.properties['FilterPolicyScope'],
    RedrivePolicy: event.properties['RedrivePolicy'],
  });
  return {
    resources: [
      permission(event, 'sns.amazonaws.com', { sourceArn: topic }),
      eventResource(event, eventLogicalId(event), 'AWS::SNS::Subscription', subscription),
    ],
  };
}

export function logsEvent(event: EventSource): EventResources {
  known(event, 'LogGroupName FilterPattern', ['LogGroupName', 'FilterPattern']);
  const { LogGroupName: group = null, FilterPattern: pattern = null } = event.properties;
  const sourceArn = sub(
    `arn:${event.context.partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:\${__LogGroupName__}:*`,
    { __LogGroupName__: group },
  );
  const allowed = permission(event, 'logs.amazonaws.com', { sourceArn });
  const filter = eventResource(event, eventLogicalId(event), 'AWS::Logs::SubscriptionFilter', {
    LogGroupName: group,
    FilterPattern: pattern,
    DestinationArn: invokedArn(event),
  });
  return {
    resources: [allowed, { ...filter, resource: { DependsOn: [allowed.logicalId], ...filter.resource } }],
  };
}

/** The permission goes before the bucket, since S3 checks it when the notification is set. `withBuckets` does the rest. */
export function bucketEvent(event: EventSource): EventResources {
  known(event, 'Bucket Events Filter', ['Bucket', 'Events']);
  if (bucketOf(event.properties, event.context.resources) === undefined)
    throw invalid(event, 'S3 events must reference an S3 bucket in the same template.');
  return { resources: [permission(event, 's3.amazonaws.com', { sourceAccount: ref('AWS::AccountId') })] };
}

function bucketOf(properties: ValueMap, resources: ValueMap): string | undefined {
  const found = intrinsicOf(properties['Bucket']);
  const id = found?.name === 'Ref' ? found.argument : undefined;
  return typeof id === 'string' && id in resources ? id : undefined;
}

/** The buckets that S3 events name, with their notifications and what they must wait for. */
export function bucketWithEvent(event: EventSource, buckets: ValueMap): Generated | undefined {
  const bucketId = bucketOf(event.properties, buckets);
  const bucket = bucketId === undefined ? undefined : buckets[bucketId];
  if (bucketId === undefined || !isMap(bucket)) return undefined;
  const condition = event.source['Condition'];
  const properties = mapAt(bucket, 'Properties');
  const configuration = mapAt(properties, 'NotificationConfiguration');
  const before = configuration['LambdaConfigurations'];
  const notifications = isList(before) ? [...before] : [];
  for (const name of [event.properties['Events'] ?? []].flat() as Value[]) {
    const plain = present({ Function: invokedArn(event), Filter: event.properties['Filter'], Event: name });
    const one = typeof condition === 'string' ? iff(condition, plain) : plain;
    if (!notifications.some((it) => isEqual(it, one))) notifications.push(one);
  }
  const permissionId = `${eventLogicalId(event)}Permission`;
  const waits = typeof condition === 'string' ? waitingTag(properties, condition, permissionId) : {};
  const dependsOn = [bucket['DependsOn'] ?? []].flat() as Value[];
  const resource = {
    ...bucket,
    ...(typeof condition === 'string' ? {} : { DependsOn: [...new Set([...dependsOn, permissionId])] }),
    Properties: {
      ...properties,
      ...waits,
      NotificationConfiguration: { ...configuration, LambdaConfigurations: notifications },
    },
  };
  return { logicalId: bucketId, resource };
}

/** DependsOn cannot be conditional; a tag with a conditional Ref makes the same edge. */
function waitingTag(properties: ValueMap, condition: string, permissionId: string): ValueMap {
  const tags = properties['Tags'];
  const tag = {
    Key: `sam:ConditionalDependsOn:${permissionId}`,
    Value: iff(condition, ref(permissionId), 'no dependency'),
  };
  return { Tags: [...(isList(tags) ? tags : []), tag] };
}

function known(event: EventSource, names: string, required: readonly string[] = []): void {
  const all = names.split(' ');
  const unknown = Object.keys(event.properties).find((name) => !all.includes(name));
  if (unknown !== undefined) throw invalid(event, `property ${unknown} not defined for resource of type ${event.type}`);
  const missing = required.find((name) => event.properties[name] === undefined);
  if (missing !== undefined) throw invalid(event, `Missing required property '${missing}'.`);
}

const invalid = (event: EventSource, message: string): Error => invalidEvent(event.functionId, event.eventId, message);
