/**
 * What the cloud's services tell the default bus: CodeDeploy of deployments, CloudWatch of alarms, CloudFormation of
 * stacks. An event that no rule matches is not journalled: nobody could have seen it. Sources: CDG:
 * monitoring-cloudwatch-events; CloudWatch user guide, cloudwatch-and-eventbridge; CFN user guide,
 * eventbridge-events (D).
 */
import type { Effect, Reactions } from '../../contract.ts';
import type { Instant } from '../../instant.ts';
import { arn, type World } from '../../world-state.ts';
import { alarmConfigured, alarmTurned } from './alarm-event.ts';
import { deliveries } from './match-event.ts';
import type { EventPut } from './state.ts';

type Told = Pick<EventPut, 'source' | 'detailType' | 'resources'> & { readonly detail: object };

function told(world: World, { detail, ...event }: Told, now: Instant): readonly Effect[] {
  if (world.events.rules.size === 0) return [];
  const eventId = world.random.uuid('event ids', `${event.source}:${world.applied}`);
  const put: EventPut = { type: 'events.EventPut', eventId, bus: 'default', ...event, detail: JSON.stringify(detail) };
  return deliveries(world, put, now).length === 0 ? [] : [put];
}

const STATES = { Succeeded: 'SUCCESS', Failed: 'FAILURE', Stopped: 'STOP' } as const;

function deploymentTold(world: World, deploymentId: string, state: string, now: Instant): readonly Effect[] {
  const deployment = world.codedeploy.deployments.get(deploymentId);
  if (deployment === undefined) return [];
  const { applicationName, groupName } = deployment;
  return told(
    world,
    {
      source: 'aws.codedeploy',
      detailType: 'CodeDeploy Deployment State-change Notification',
      resources: [
        arn(world, 'codedeploy', `application:${applicationName}`),
        arn(world, 'codedeploy', `deploymentgroup:${applicationName}/${groupName}`),
      ],
      detail: { region: world.region, deploymentId, state, application: applicationName, deploymentGroup: groupName },
    },
    now,
  );
}

export const reactions: Reactions = {
  'codedeploy.DeploymentStarted': (world, { deploymentId }, now) => deploymentTold(world, deploymentId, 'START', now),
  'codedeploy.DeploymentEnded': (world, { deploymentId, status }, now) =>
    deploymentTold(world, deploymentId, STATES[status], now),
  'cloudwatch.AlarmStateChanged': (world, { alarmName }, now) => {
    const alarm = world.cloudwatch.alarms.get(alarmName);
    return alarm === undefined ? [] : told(world, alarmTurned(world, alarm), now);
  },
  'cloudwatch.AlarmPut': (world, { alarmName }, now) => {
    const alarm = world.cloudwatch.alarms.get(alarmName);
    if (alarm === undefined) return [];
    return told(world, alarmConfigured(world, alarm, alarm.before === undefined ? 'create' : 'update'), now);
  },
  'cloudwatch.AlarmDeleted': (world, { alarm }, now) => told(world, alarmConfigured(world, alarm, 'delete'), now),
  'cloudformation.StackEvent': (world, { resourceType, stackId, status, reason }, now) =>
    resourceType === 'AWS::CloudFormation::Stack'
      ? told(
          world,
          {
            source: 'aws.cloudformation',
            detailType: 'CloudFormation Stack Status Change',
            resources: [stackId],
            detail: {
              'stack-id': stackId,
              'status-details': { status, 'status-reason': reason ?? '' },
              'client-request-token': '',
            },
          },
          now,
        )
      : [],
  'events.EventPut': (world, event, now) => deliveries(world, event, now),
};
