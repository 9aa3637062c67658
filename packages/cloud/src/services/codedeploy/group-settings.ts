/** The settings of a deployment group, checked as CodeDeploy checks them. Where no text is known it is the model's (S). */
import type { CreateDeploymentGroupInput } from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../aws-error.ts';
import type { World } from '../../world-state.ts';
import { refusesTrust } from '../iam/index.ts';
import type { AlarmConfiguration, AutoRollbackEvent, DeploymentGroup } from './state.ts';

/** Source: codedeploy reference 3.4.7 and 2.2 (at most ten alarms per group). */
export function alarmConfiguration(input: CreateDeploymentGroupInput['alarmConfiguration']): AlarmConfiguration {
  const names = (input?.alarms ?? []).map((alarm) => alarm.name ?? '');
  const enabled = input?.enabled ?? false;
  if (names.length > 10)
    throw new AwsError(
      'AlarmsLimitExceededException',
      'The maximum number of alarms for a deployment group (10) was exceeded.',
    );
  const bad = names.some((name) => name === '' || name.length > 255) || new Set(names).size < names.length;
  if (bad || (enabled && names.length === 0)) {
    throw new AwsError(
      'InvalidAlarmConfigException',
      'The format of the alarm configuration is invalid: names must be given, unique and at most 255 characters long, and an enabled configuration needs at least one.',
    );
  }
  return { enabled, ignorePollAlarmFailure: input?.ignorePollAlarmFailure ?? false, alarmNames: names };
}

const ROLLBACK_EVENTS: readonly string[] = [
  'DEPLOYMENT_FAILURE',
  'DEPLOYMENT_STOP_ON_ALARM',
  'DEPLOYMENT_STOP_ON_REQUEST',
] satisfies AutoRollbackEvent[];

export function autoRollback(
  input: CreateDeploymentGroupInput['autoRollbackConfiguration'],
): DeploymentGroup['autoRollback'] {
  const { enabled = false, events = [] } = input ?? {};
  if ((enabled && events.length === 0) || events.some((event) => !ROLLBACK_EVENTS.includes(event)))
    throw new AwsError(
      'InvalidAutoRollbackConfigException',
      'The automatic rollback configuration was specified in an invalid format. For example, automatic rollback is enabled, but an invalid triggering event type or no event types were listed.',
    );
  return { enabled, events: events as AutoRollbackEvent[] };
}

const TRIGGER_EVENTS: readonly string[] = ['Deployment', 'Instance'].flatMap((what) =>
  ['Start', 'Success', 'Failure', 'Stop', 'Rollback', 'Ready']
    .filter((how) => what === 'Deployment' || !['Stop', 'Rollback'].includes(how))
    .map((how) => `${what}${how}`),
);

/** Source: codedeploy reference 2.2 (at most ten triggers per group), 3.2 for what they may be about. */
export function triggersOf(
  configurations: CreateDeploymentGroupInput['triggerConfigurations'] = [],
): DeploymentGroup['triggers'] {
  if (configurations.length > 10)
    throw new AwsError(
      'TriggerTargetsLimitExceededException',
      'The maximum allowed number of triggers for a deployment group (10) was exceeded.',
    );
  return configurations.map(({ triggerName: name, triggerTargetArn: targetArn, triggerEvents: events = [] }) => {
    if (!name || !targetArn || events.length === 0 || events.some((event) => !TRIGGER_EVENTS.includes(event)))
      throw new AwsError('InvalidTriggerConfigException', 'The trigger was specified in an invalid format.');
    return { name, targetArn, events };
  });
}

/** A service role that CodeDeploy may assume, as far as that is known here. The second text is AWS's (O, in cdkd's tests). */
export function checkedRole(world: World, roleArn: string): string {
  if (!/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(roleArn))
    throw new AwsError('InvalidRoleException', `The service role ARN ${roleArn} was specified in an invalid format.`);
  if (refusesTrust(world, roleArn, 'codedeploy'))
    throw new AwsError(
      'InvalidRoleException',
      `AWS CodeDeploy does not have the permissions required to assume the role ${roleArn}.`,
    );
  return roleArn;
}

/** At most 100 characters. Source: CDG:limits (D). */
export function checkName(name: string, what: 'application' | 'deployment group'): void {
  if (name !== '' && name.length <= 100) return;
  throw new AwsError(
    what === 'application' ? 'InvalidApplicationNameException' : 'InvalidDeploymentGroupNameException',
    `The ${what} name was specified in an invalid format: 1 to 100 characters are expected.`,
  );
}
