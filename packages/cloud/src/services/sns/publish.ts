/** What the cloud's own services say to a topic. A topic that does not exist hears nothing. */
import type { Effect } from '../../effects.ts';
import type { Reactions } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import type { MessagePublished } from './state.ts';

export function published(
  world: World,
  topicArn: string,
  {
    message,
    subject,
    source,
  }: Pick<MessagePublished, 'message' | 'source'> & { readonly subject?: string | undefined },
): MessagePublished {
  return {
    type: 'sns.MessagePublished',
    topicArn,
    messageId: world.random.uuid('ids', `${world.applied}:${topicArn}`),
    message,
    ...(subject !== undefined && { subject }),
    source,
  };
}

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
  'cloudwatch.ActionRan': (world, { actionArn, alarmName }) =>
    world.sns.topics.has(actionArn)
      ? [
          published(world, actionArn, {
            message: JSON.stringify({ AlarmName: alarmName, AWSAccountId: world.accountId, Region: world.region }),
            subject: `ALARM: "${alarmName}" in ${world.region}`,
            source: 'cloudwatch',
          }),
        ]
      : [],
  'codedeploy.DeploymentStarted': (world, { deploymentId }) =>
    deploymentTold(world, deploymentId, 'DeploymentStart', 'Created'),
  'codedeploy.DeploymentEnded': (world, { deploymentId, status }) =>
    deploymentTold(world, deploymentId, TRIGGER_EVENTS[status], status),
  'codedeploy.RollbackTriggered': (world, { deploymentId }) =>
    deploymentTold(world, deploymentId, 'DeploymentRollback', 'Rollback'),
};
