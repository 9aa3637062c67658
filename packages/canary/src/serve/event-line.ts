import { type Fact, isoTime, type JournalEntry } from '@unicorns/cloud';

/** What somebody who deploys wants to see pass by, as one line with its virtual time; undefined for all else. */
export function eventLine({ at, effect }: JournalEntry): string | undefined {
  if (effect.type === 'wake' || effect.type === 'call') return undefined;
  // The table pairs each type with the function that takes it, which TypeScript cannot follow through the look-up.
  const tell = TOLD[effect.type] as ((fact: Fact) => string | undefined) | undefined;
  const text = tell?.(effect);
  return text === undefined ? undefined : `${isoTime(at).slice(11, 19)}  ${text}`;
}

type Told = { readonly [T in Fact['type']]?: (fact: Extract<Fact, { type: T }>) => string | undefined };

const TOLD: Told = {
  'cloudformation.StackEvent': ({ stackName, logicalId, resourceType, status, reason }) => {
    const isStack = resourceType === 'AWS::CloudFormation::Stack';
    if (!isStack && !status.endsWith('_FAILED')) return undefined;
    return `stack ${stackName}: ${isStack ? '' : `${logicalId} `}${status}${because(reason)}`;
  },
  'codedeploy.DeploymentCreated': ({ deployment }) => `deployment ${deployment.id}: created`,
  'codedeploy.LifecycleEventChanged': ({ deploymentId, event, status }) =>
    status === 'InProgress' ? undefined : `deployment ${deploymentId}: ${event} ${status}`,
  'codedeploy.TrafficShifted': ({ deploymentId, weightPercent, target }) =>
    `deployment ${deploymentId}: ${weightPercent} % of traffic on version ${target.targetVersion}`,
  'codedeploy.DeploymentEnded': ({ deploymentId, status, error }) =>
    `deployment ${deploymentId}: ${status}${because(error?.message)}`,
  'cloudwatch.AlarmStateChanged': ({ alarmName, from, to }) => `alarm ${alarmName}: ${from} → ${to}`,
  'sns.MessagePublished': ({ topicArn, subject, message }) =>
    `topic ${topicArn.slice(topicArn.lastIndexOf(':') + 1)}: ${subject ?? message.slice(0, 100)}`,
  'sns.MessageDelivered': ({ protocol, endpoint }) => `  delivered to ${protocol} ${endpoint}`,
  'sns.Subscribed': ({ subscription: { topicArn, endpoint, confirmation } }) =>
    confirmation.type === 'pending'
      ? `topic ${topicArn.slice(topicArn.lastIndexOf(':') + 1)}: ${endpoint} has to confirm with ${confirmation.token}`
      : undefined,
  'events.EventPut': ({ source, detailType }) => `event ${source}: ${detailType}`,
  'events.EventDelivered': ({ rule, targetArn }) => `  matched by rule ${rule}, delivered to ${targetArn}`,
};

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);
