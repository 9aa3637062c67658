/** What the cloud's own services say to a topic. A topic that does not exist hears nothing. */
import type { Effect } from '../../effects.ts';
import type { Reactions } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { alarmMessage } from './alarm-message.ts';
import { wants } from './filter-policy.ts';
import type { MessagePublished } from './state.ts';

type Said = Pick<MessagePublished, 'message' | 'source'> & {
  readonly subject?: string | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
};

export function published(
  world: World,
  topicArn: string,
  { message, subject, attributes, source }: Said,
): MessagePublished {
  return {
    type: 'sns.MessagePublished',
    topicArn,
    messageId: world.random.uuid('ids', `${world.applied}:${topicArn}`),
    message,
    ...(subject !== undefined && { subject }),
    ...(attributes !== undefined && { attributes }),
    source,
  };
}

const delivered = (world: World, message: MessagePublished): readonly Effect[] =>
  [...world.sns.subscriptions.values()]
    .filter((it) => it.topicArn === message.topicArn && it.confirmation.type === 'confirmed' && wants(it, message))
    .map(({ subscriptionArn, protocol, endpoint }) => ({
      type: 'sns.MessageDelivered',
      messageId: message.messageId,
      subscriptionArn,
      protocol,
      endpoint,
    }));

/** The name that a trigger has for how a deployment goes on. Source: CDG:monitoring-sns-event-notifications (D). */
const TRIGGER_EVENTS = {
  Succeeded: 'DeploymentSuccess',
  Failed: 'DeploymentFailure',
  Stopped: 'DeploymentStop',
} as const;

function deploymentTold(world: World, deploymentId: string, event: string, status: string): readonly Effect[] {
  const deployment = world.codedeploy.deployments.get(deploymentId);
  if (deployment === undefined) return [];
  const { applicationName, groupName } = deployment;
  const group = world.codedeploy.applications.get(applicationName)?.groups.get(groupName);
  return (group?.triggers ?? [])
    .filter(({ targetArn, events }) => events.includes(event) && world.sns.topics.has(targetArn))
    .map(({ targetArn, name }) =>
      published(world, targetArn, {
        subject: `${status}: AWS CodeDeploy ${deploymentId} in ${world.region} to ${applicationName}`,
        message: JSON.stringify({
          region: world.region,
          accountId: world.accountId,
          eventTriggerName: name,
          applicationName,
          deploymentId,
          deploymentGroupName: groupName,
          status: status.toUpperCase(),
        }),
        source: 'codedeploy',
      }),
    );
}

export const reactions: Reactions = {
  'sns.MessagePublished': delivered,
  'cloudwatch.ActionRan': (world, fact, now) =>
    world.sns.topics.has(fact.actionArn)
      ? [published(world, fact.actionArn, { ...alarmMessage(world, fact, now), source: 'cloudwatch' })]
      : [],
  'events.EventDelivered': (world, { targetArn, input }) =>
    world.sns.topics.has(targetArn) ? [published(world, targetArn, { message: input, source: 'events' })] : [],
  'codedeploy.DeploymentStarted': (world, { deploymentId }) =>
    deploymentTold(world, deploymentId, 'DeploymentStart', 'Created'),
  'codedeploy.DeploymentEnded': (world, { deploymentId, status }) =>
    deploymentTold(world, deploymentId, TRIGGER_EVENTS[status], status),
  'codedeploy.RollbackTriggered': (world, { deploymentId }) =>
    deploymentTold(world, deploymentId, 'DeploymentRollback', 'Rollback'),
};
