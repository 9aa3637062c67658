import type { World } from '../../../world-state.ts';
import { boolean, defined, list, number, record, string } from './coerce.ts';
import { call, done, physicalName, type ResourceStep, type ResourceType, type Step } from './resource-type.ts';

const deleted = (it: ResourceStep, operation: string, input: object): Step =>
  it.replies.length === 0 ? call('codedeploy', operation, input) : done(it.previous?.physicalId ?? '');

function nextApplication(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') return deleted(it, 'DeleteApplication', { applicationName: it.previous?.physicalId });
  const name = physicalName(world, it, 'ApplicationName', 100);
  if (it.action === 'update' || it.replies.length > 0) return done(name);
  return call('codedeploy', 'CreateApplication', {
    applicationName: name,
    computePlatform: string(it.properties['ComputePlatform']) ?? 'Server',
  });
}

/** The properties of a deployment group, in the API's spelling. Source: codedeploy reference 1.1. */
function groupInput(p: Readonly<Record<string, unknown>>) {
  const alarms = p['AlarmConfiguration'];
  const rollback = p['AutoRollbackConfiguration'];
  const triggers = p['TriggerConfigurations'];
  return defined({
    deploymentConfigName: string(p['DeploymentConfigName']),
    serviceRoleArn: string(p['ServiceRoleArn']),
    alarmConfiguration:
      alarms === undefined || Object.keys(record(alarms)).length === 0
        ? undefined
        : defined({
            enabled: boolean(record(alarms)['Enabled']) ?? false,
            ignorePollAlarmFailure: boolean(record(alarms)['IgnorePollAlarmFailure']),
            alarms: list(record(alarms)['Alarms']).map((alarm) => ({ name: string(record(alarm)['Name']) })),
          }),
    autoRollbackConfiguration:
      rollback === undefined
        ? undefined
        : {
            enabled: boolean(record(rollback)['Enabled']) ?? false,
            events: list(record(rollback)['Events']).map(string),
          },
    triggerConfigurations:
      triggers === undefined
        ? undefined
        : list(triggers).map((trigger) => ({
            triggerName: string(record(trigger)['TriggerName']),
            triggerTargetArn: string(record(trigger)['TriggerTargetArn']),
            triggerEvents: list(record(trigger)['TriggerEvents']).map(string),
          })),
  });
}

function nextDeploymentGroup(world: World, it: ResourceStep): Step {
  const applicationName = string(
    (it.action === 'delete' ? it.previous?.properties : it.properties)?.['ApplicationName'],
  );
  if (it.action === 'delete')
    return deleted(it, 'DeleteDeploymentGroup', { applicationName, deploymentGroupName: it.previous?.physicalId });
  const name = physicalName(world, it, 'DeploymentGroupName', 100);
  if (it.replies.length > 0) return done(name);
  const input = groupInput(it.properties);
  return it.action === 'update'
    ? call('codedeploy', 'UpdateDeploymentGroup', { applicationName, currentDeploymentGroupName: name, ...input })
    : call('codedeploy', 'CreateDeploymentGroup', { applicationName, deploymentGroupName: name, ...input });
}

function nextDeploymentConfig(world: World, it: ResourceStep): Step {
  if (it.action === 'delete')
    return deleted(it, 'DeleteDeploymentConfig', { deploymentConfigName: it.previous?.physicalId });
  const name = physicalName(world, it, 'DeploymentConfigName', 100);
  if (it.replies.length > 0) return done(name);
  const routing = record(it.properties['TrafficRoutingConfig']);
  const canary = record(routing['TimeBasedCanary']);
  const linear = record(routing['TimeBasedLinear']);
  return call('codedeploy', 'CreateDeploymentConfig', {
    deploymentConfigName: name,
    computePlatform: string(it.properties['ComputePlatform']) ?? 'Server',
    trafficRoutingConfig: {
      type: string(routing['Type']),
      timeBasedCanary: {
        canaryPercentage: number(canary['CanaryPercentage']),
        canaryInterval: number(canary['CanaryInterval']),
      },
      timeBasedLinear: {
        linearPercentage: number(linear['LinearPercentage']),
        linearInterval: number(linear['LinearInterval']),
      },
    },
  });
}

export const codedeployTypes: readonly ResourceType[] = [
  {
    type: 'AWS::CodeDeploy::Application',
    kind: 'emulated',
    replacedBy: ['ApplicationName', 'ComputePlatform'],
    named: 'ApplicationName',
    next: nextApplication,
  },
  {
    type: 'AWS::CodeDeploy::DeploymentGroup',
    kind: 'emulated',
    replacedBy: ['ApplicationName', 'DeploymentGroupName'],
    next: nextDeploymentGroup,
  },
  {
    type: 'AWS::CodeDeploy::DeploymentConfig',
    kind: 'emulated',
    replacedBy: ['DeploymentConfigName', 'ComputePlatform', 'TrafficRoutingConfig', 'MinimumHealthyHosts'],
    named: 'DeploymentConfigName',
    next: nextDeploymentConfig,
  },
];
