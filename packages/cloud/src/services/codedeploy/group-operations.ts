/** Applications, deployment groups and deployment configurations: what a deployment is made of. */
import type {
  CreateApplicationInput,
  CreateDeploymentConfigInput,
  CreateDeploymentGroupInput,
  DeleteApplicationInput,
  DeleteDeploymentConfigInput,
  DeleteDeploymentGroupInput,
  DeploymentGroupInfo,
  GetApplicationInput,
  GetDeploymentConfigInput,
  GetDeploymentGroupInput,
  ListApplicationsInput,
  ListDeploymentConfigsInput,
  ListDeploymentGroupsInput,
  UpdateDeploymentGroupInput,
} from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../aws-error.ts';
import { operation, type Operation } from '../../contract.ts';
import { arn, type World } from '../../world-state.ts';
import { routingOf } from './create-deployment.ts';
import { customRouting, PREDEFINED } from './deployment-configurations.ts';
import { alarmConfiguration, autoRollback, checkedRole, checkName, triggersOf } from './group-settings.ts';
import type { Application, Deployment, DeploymentGroup } from './state.ts';
import { page } from './pages.ts';

const applicationArn = (world: World, name = '*'): string => arn(world, 'codedeploy', `application:${name}`);
const groupArn = (world: World, application = '*', group = '*'): string =>
  arn(world, 'codedeploy', `deploymentgroup:${application}/${group}`);
const configArn = (world: World, name = '*'): string => arn(world, 'codedeploy', `deploymentconfig:${name}`);

function applicationNamed(world: World, name: string | undefined): Application {
  if (name === undefined) throw new AwsError('ApplicationNameRequiredException', 'The application name is required.');
  const application = world.codedeploy.applications.get(name);
  if (application) return application;
  throw new AwsError('ApplicationDoesNotExistException', `No application found for name: ${name}`);
}

export function groupNamed(
  world: World,
  applicationName: string | undefined,
  name: string | undefined,
): DeploymentGroup {
  const application = applicationNamed(world, applicationName);
  if (name === undefined)
    throw new AwsError('DeploymentGroupNameRequiredException', 'The deployment group name is required.');
  const group = application.groups.get(name);
  if (group) return group;
  throw new AwsError('DeploymentGroupDoesNotExistException', `No Deployment Group found for name: ${name}`);
}

const CreateApplication = operation<CreateApplicationInput>({
  action: 'codedeploy:CreateApplication',
  resource: (world, input) => applicationArn(world, input.applicationName),
  run(world, input) {
    const { applicationName: name, computePlatform = 'Server' } = input;
    if (name === undefined) throw new AwsError('ApplicationNameRequiredException', 'The application name is required.');
    checkName(name, 'application');
    if (computePlatform !== 'Lambda')
      throw new AwsError(
        'InvalidComputePlatformException',
        `The compute platform ${computePlatform} is not rehearsed; only Lambda is. See docs/slice.md.`,
      );
    if (world.codedeploy.applications.has(name))
      throw new AwsError('ApplicationAlreadyExistsException', `Application already exists: ${name}`);
    const id = world.random.uuid('application ids', `${world.applied}:${name}`);
    return { output: { applicationId: id }, effects: [{ type: 'codedeploy.ApplicationCreated', name, id }] };
  },
});

const GetApplication = operation<GetApplicationInput>({
  action: 'codedeploy:GetApplication',
  resource: (world, input) => applicationArn(world, input.applicationName),
  run(world, input) {
    const { name, id, createdAt } = applicationNamed(world, input.applicationName);
    const application = {
      applicationId: id,
      applicationName: name,
      createTime: new Date(createdAt),
      computePlatform: 'Lambda',
      linkedToGitHub: false,
    };
    return { output: { application }, effects: [] };
  },
});

const ListApplications = operation<ListApplicationsInput>({
  action: 'codedeploy:ListApplications',
  resource: () => '*',
  run(world, { nextToken }) {
    const { items: applications, next } = page([...world.codedeploy.applications.keys()], nextToken);
    return { output: { applications, ...next }, effects: [] };
  },
});

/** Deleting one that is not there succeeds, as with groups and configurations: their errors know no other case (S). */
const DeleteApplication = operation<DeleteApplicationInput>({
  action: 'codedeploy:DeleteApplication',
  resource: (world, input) => applicationArn(world, input.applicationName),
  run(world, { applicationName: name }) {
    if (!name) throw new AwsError('ApplicationNameRequiredException', 'The application name is required.');
    const isThere = world.codedeploy.applications.has(name);
    return { output: {}, effects: isThere ? [{ type: 'codedeploy.ApplicationDeleted', name }] : [] };
  },
});

const CreateDeploymentGroup = operation<CreateDeploymentGroupInput>({
  action: 'codedeploy:CreateDeploymentGroup',
  resource: (world, input) => groupArn(world, input.applicationName, input.deploymentGroupName),
  run(world, input) {
    const application = applicationNamed(world, input.applicationName);
    const name = input.deploymentGroupName;
    if (name === undefined)
      throw new AwsError('DeploymentGroupNameRequiredException', 'The deployment group name is required.');
    checkName(name, 'deployment group');
    if (application.groups.has(name))
      throw new AwsError(
        'DeploymentGroupAlreadyExistsException',
        `Deployment group ${name} already exists for application ${application.name}`,
      );
    if (!input.serviceRoleArn) throw new AwsError('RoleRequiredException', 'The role ARN is required.');
    const deploymentConfigName = input.deploymentConfigName ?? 'CodeDeployDefault.LambdaAllAtOnce';
    routingOf(world, deploymentConfigName);
    const group: DeploymentGroup = {
      applicationName: application.name,
      name,
      id: world.random.uuid('deployment group ids', `${world.applied}:${name}`),
      deploymentConfigName,
      serviceRoleArn: checkedRole(world, input.serviceRoleArn),
      alarms: alarmConfiguration(input.alarmConfiguration),
      autoRollback: autoRollback(input.autoRollbackConfiguration),
      triggers: triggersOf(input.triggerConfigurations),
    };
    return { output: { deploymentGroupId: group.id }, effects: [{ type: 'codedeploy.DeploymentGroupPut', group }] };
  },
});

/** What is absent stays as it is: an absent AlarmConfiguration leaves the old alarms active (pitfall P16). */
const UpdateDeploymentGroup = operation<UpdateDeploymentGroupInput>({
  action: 'codedeploy:UpdateDeploymentGroup',
  resource: (world, input) => groupArn(world, input.applicationName, input.currentDeploymentGroupName),
  run(world, input) {
    const before = groupNamed(world, input.applicationName, input.currentDeploymentGroupName);
    const deploymentConfigName = input.deploymentConfigName ?? before.deploymentConfigName;
    routingOf(world, deploymentConfigName);
    const group: DeploymentGroup = {
      ...before,
      deploymentConfigName,
      serviceRoleArn:
        input.serviceRoleArn === undefined ? before.serviceRoleArn : checkedRole(world, input.serviceRoleArn),
      alarms: input.alarmConfiguration ? alarmConfiguration(input.alarmConfiguration) : before.alarms,
      autoRollback: input.autoRollbackConfiguration
        ? autoRollback(input.autoRollbackConfiguration)
        : before.autoRollback,
      triggers: input.triggerConfigurations ? triggersOf(input.triggerConfigurations) : before.triggers,
    };
    return { output: {}, effects: [{ type: 'codedeploy.DeploymentGroupPut', group }] };
  },
});

const DeleteDeploymentGroup = operation<DeleteDeploymentGroupInput>({
  action: 'codedeploy:DeleteDeploymentGroup',
  resource: (world, input) => groupArn(world, input.applicationName, input.deploymentGroupName),
  run(world, { applicationName, deploymentGroupName: name }) {
    if (!applicationName) throw new AwsError('ApplicationNameRequiredException', 'The application name is required.');
    if (!name) throw new AwsError('DeploymentGroupNameRequiredException', 'The deployment group name is required.');
    const isThere = world.codedeploy.applications.get(applicationName)?.groups.has(name) === true;
    return {
      output: { hooksNotCleanedUp: [] },
      effects: isThere ? [{ type: 'codedeploy.DeploymentGroupDeleted', applicationName, name }] : [],
    };
  },
});

/** The last deployment of a group, and the last that succeeded, are read off the deployments themselves. */
function lastOf(world: World, group: DeploymentGroup, wanted: (each: Deployment) => boolean) {
  const all = [...world.codedeploy.deployments.values()];
  const last = all.findLast(
    (each) => each.applicationName === group.applicationName && each.groupName === group.name && wanted(each),
  );
  if (last === undefined) return undefined;
  const endTime = last.completedAt === undefined ? {} : { endTime: new Date(last.completedAt) };
  return { deploymentId: last.id, status: last.status, createTime: new Date(last.createdAt), ...endTime };
}

const GetDeploymentGroup = operation<GetDeploymentGroupInput>({
  action: 'codedeploy:GetDeploymentGroup',
  resource: (world, input) => groupArn(world, input.applicationName, input.deploymentGroupName),
  run(world, input) {
    const group = groupNamed(world, input.applicationName, input.deploymentGroupName);
    const lastAttempted = lastOf(world, group, () => true);
    const lastSuccessful = lastOf(world, group, (each) => each.status === 'Succeeded');
    const deploymentGroupInfo: DeploymentGroupInfo = {
      applicationName: group.applicationName,
      deploymentGroupId: group.id,
      deploymentGroupName: group.name,
      deploymentConfigName: group.deploymentConfigName,
      serviceRoleArn: group.serviceRoleArn,
      computePlatform: 'Lambda',
      alarmConfiguration: {
        enabled: group.alarms.enabled,
        ignorePollAlarmFailure: group.alarms.ignorePollAlarmFailure,
        alarms: group.alarms.alarmNames.map((name) => ({ name })),
      },
      autoRollbackConfiguration: { enabled: group.autoRollback.enabled, events: [...group.autoRollback.events] },
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      triggerConfigurations: group.triggers.map((trigger) => ({
        triggerName: trigger.name,
        triggerTargetArn: trigger.targetArn,
        triggerEvents: trigger.events as never[],
      })),
      ...(lastAttempted && { lastAttemptedDeployment: lastAttempted }),
      ...(lastSuccessful && { lastSuccessfulDeployment: lastSuccessful }),
    };
    return { output: { deploymentGroupInfo }, effects: [] };
  },
});

const ListDeploymentGroups = operation<ListDeploymentGroupsInput>({
  action: 'codedeploy:ListDeploymentGroups',
  resource: (world, input) => groupArn(world, input.applicationName),
  run(world, input) {
    const { name, groups } = applicationNamed(world, input.applicationName);
    const { items: deploymentGroups, next } = page([...groups.keys()], input.nextToken);
    return { output: { applicationName: name, deploymentGroups, ...next }, effects: [] };
  },
});

/** Source: codedeploy reference 2.2 (D). */
const MOST_CONFIGS = 200;

const CreateDeploymentConfig = operation<CreateDeploymentConfigInput>({
  action: 'codedeploy:CreateDeploymentConfig',
  resource: (world, input) => configArn(world, input.deploymentConfigName),
  run(world, input) {
    const { deploymentConfigName: name, computePlatform = 'Server' } = input;
    if (!name)
      throw new AwsError('DeploymentConfigNameRequiredException', 'The deployment configuration name is required.');
    if (name.length > 100 || name.startsWith('CodeDeployDefault.')) {
      throw new AwsError(
        'InvalidDeploymentConfigNameException',
        `The deployment configuration name ${name} is invalid: at most 100 characters, not starting with CodeDeployDefault.`,
      );
    }
    if (computePlatform !== 'Lambda')
      throw new AwsError(
        'InvalidComputePlatformException',
        `The compute platform ${computePlatform} is not rehearsed; only Lambda is. See docs/slice.md.`,
      );
    if (world.codedeploy.configs.has(name))
      throw new AwsError('DeploymentConfigAlreadyExistsException', `Deployment configuration ${name} already exists`);
    const routing = customRouting(input.trafficRoutingConfig);
    if (world.codedeploy.configs.size >= MOST_CONFIGS)
      throw new AwsError(
        'DeploymentConfigLimitExceededException',
        `The maximum number of custom deployment configurations for an account (${MOST_CONFIGS}) was exceeded.`,
      );
    const id = world.random.uuid('deployment configuration ids', `${world.applied}:${name}`);
    return {
      output: { deploymentConfigId: id },
      effects: [{ type: 'codedeploy.DeploymentConfigCreated', name, id, routing }],
    };
  },
});

function configNameOf({ deploymentConfigName: name }: { deploymentConfigName?: string | undefined }): string {
  if (name) return name;
  throw new AwsError('DeploymentConfigNameRequiredException', 'The deployment configuration name is required.');
}

const GetDeploymentConfig = operation<GetDeploymentConfigInput>({
  action: 'codedeploy:GetDeploymentConfig',
  resource: (world, input) => configArn(world, input.deploymentConfigName),
  run(world, input) {
    const name = configNameOf(input);
    const routing = routingOf(world, name);
    const custom = world.codedeploy.configs.get(name);
    const { type } = routing;
    const deploymentConfigInfo = {
      deploymentConfigName: name,
      computePlatform: 'Lambda',
      ...(custom && { deploymentConfigId: custom.id, createTime: new Date(custom.createdAt) }),
      trafficRoutingConfig: {
        type,
        ...(routing.type === 'TimeBasedCanary' && {
          timeBasedCanary: { canaryPercentage: routing.canaryPercentage, canaryInterval: routing.canaryInterval },
        }),
        ...(routing.type === 'TimeBasedLinear' && {
          timeBasedLinear: { linearPercentage: routing.linearPercentage, linearInterval: routing.linearInterval },
        }),
      },
    };
    return { output: { deploymentConfigInfo }, effects: [] };
  },
});

const ListDeploymentConfigs = operation<ListDeploymentConfigsInput>({
  action: 'codedeploy:ListDeploymentConfigs',
  resource: () => '*',
  run(world, { nextToken }) {
    const all = [...PREDEFINED.keys(), ...world.codedeploy.configs.keys()];
    const { items: deploymentConfigsList, next } = page(all, nextToken);
    return { output: { deploymentConfigsList, ...next }, effects: [] };
  },
});

const DeleteDeploymentConfig = operation<DeleteDeploymentConfigInput>({
  action: 'codedeploy:DeleteDeploymentConfig',
  resource: (world, input) => configArn(world, input.deploymentConfigName),
  run(world, input) {
    const name = configNameOf(input);
    if (PREDEFINED.has(name))
      throw new AwsError('InvalidOperationException', 'A predefined deployment configuration cannot be deleted.');
    for (const { groups } of world.codedeploy.applications.values()) {
      for (const group of groups.values()) {
        if (group.deploymentConfigName === name)
          throw new AwsError('DeploymentConfigInUseException', `The deployment configuration ${name} is in use`);
      }
    }
    return {
      output: {},
      effects: world.codedeploy.configs.has(name) ? [{ type: 'codedeploy.DeploymentConfigDeleted', name }] : [],
    };
  },
});

export const groupOperations: Readonly<Record<string, Operation>> = {
  CreateApplication,
  CreateDeploymentConfig,
  CreateDeploymentGroup,
  DeleteApplication,
  DeleteDeploymentConfig,
  DeleteDeploymentGroup,
  GetApplication,
  GetDeploymentConfig,
  GetDeploymentGroup,
  ListApplications,
  ListDeploymentConfigs,
  ListDeploymentGroups,
  UpdateDeploymentGroup,
};
