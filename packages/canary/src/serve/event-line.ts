import { type Fact, isoTime, type JournalEntry } from '@unicorns/cloud';

/** What somebody who deploys wants to see pass by, as one line with its virtual time; undefined for all else. */
export function eventLine({ at, effect }: JournalEntry): string | undefined {
  if (effect.type === 'wake' || effect.type === 'call') return undefined;
  const text = told(effect);
  return text === undefined ? undefined : `${isoTime(at).slice(11, 19)}  ${text}`;
}

function told(fact: Fact): string | undefined {
  switch (fact.type) {
    case 'cloudformation.StackEvent': {
      const isStack = fact.resourceType === 'AWS::CloudFormation::Stack';
      if (!isStack && !fact.status.endsWith('_FAILED')) return undefined;
      return `stack ${fact.stackName}: ${isStack ? '' : `${fact.logicalId} `}${fact.status}${because(fact.reason)}`;
    }
    case 'codedeploy.DeploymentCreated':
      return `deployment ${fact.deployment.id}: created`;
    case 'codedeploy.LifecycleEventChanged':
      return fact.status === 'InProgress' ? undefined : `deployment ${fact.deploymentId}: ${fact.event} ${fact.status}`;
    case 'codedeploy.TrafficShifted':
      return `deployment ${fact.deploymentId}: ${fact.weightPercent} % of traffic on version ${fact.target.targetVersion}`;
    case 'codedeploy.DeploymentEnded':
      return `deployment ${fact.deploymentId}: ${fact.status}${because(fact.error?.message)}`;
    case 'cloudwatch.AlarmStateChanged':
      return `alarm ${fact.alarmName}: ${fact.from} → ${fact.to}`;
    case 'sns.MessagePublished':
      return `topic ${fact.topicArn.slice(fact.topicArn.lastIndexOf(':') + 1)}: ${fact.subject ?? fact.message.slice(0, 100)}`;
    case 'events.EventPut':
      return `event ${fact.source}: ${fact.detailType}`;
    default:
      return undefined;
  }
}

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);
