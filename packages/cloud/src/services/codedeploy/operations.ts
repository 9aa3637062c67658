/** What can be asked of CodeDeploy, by AWS's names. Texts and errors: codedeploy reference 3.3.6, 3.6, 3.7. */
import type {
  BatchGetDeploymentsInput,
  BatchGetDeploymentTargetsInput,
  CreateDeploymentInput,
  GetDeploymentInput,
  GetDeploymentTargetInput,
  ListDeploymentsInput,
  ListDeploymentTargetsInput,
  PutLifecycleEventHookExecutionStatusInput,
  StopDeploymentInput,
} from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../aws-error.ts';
import { type CallContext, operation, type Operation } from '../../contract.ts';
import { arn, type World } from '../../world-state.ts';
import { readAppSpec } from './app-spec.ts';
import { createDeployment } from './create-deployment.ts';
import { deploymentInfo, deploymentTarget, targetId } from './describe-deployment.ts';
import { groupOperations, groupNamed } from './group-operations.ts';
import { alarmConfiguration, autoRollback } from './group-settings.ts';
import { hookReported } from './lifecycle-events.ts';
import type { Deployment } from './state.ts';
import { endEarly } from './stop-deployment.ts';
import { page } from './pages.ts';

const groupArn = (world: World, application = '*', group = '*'): string =>
  arn(world, 'codedeploy', `deploymentgroup:${application}/${group}`);

const ofDeployment = (world: World, input: { deploymentId?: string | undefined }): string => {
  const deployment = world.codedeploy.deployments.get(input.deploymentId ?? '');
  return deployment ? groupArn(world, deployment.applicationName, deployment.groupName) : groupArn(world);
};

/** The deployment with this id, or AWS's error. */
function deploymentWithId(world: World, id: string | undefined): Deployment {
  if (id === undefined || id === '')
    throw new AwsError('DeploymentIdRequiredException', 'The deployment ID is required.');
  if (!/^d-[A-Z0-9]{9}$/.test(id))
    throw new AwsError('InvalidDeploymentIdException', `Deployment ID ${id} is not in a valid format.`);
  const deployment = world.codedeploy.deployments.get(id);
  if (deployment) return deployment;
  throw new AwsError('DeploymentDoesNotExistException', `The deployment ${id} could not be found`);
}

const CreateDeployment = operation<CreateDeploymentInput>({
  action: 'codedeploy:CreateDeployment',
  resource: (world, input) => groupArn(world, input.applicationName, input.deploymentGroupName),
  run(world, input, { now }) {
    const group = groupNamed(world, input.applicationName, input.deploymentGroupName);
    const content = input.revision?.appSpecContent?.content ?? input.revision?.string?.content;
    if (content === undefined)
      throw new AwsError(
        'RevisionRequiredException',
        'The revision is required; only AppSpec content can be deployed here.',
      );
    const { target, hooks } = readAppSpec(content);
    const configName = input.deploymentConfigName ?? group.deploymentConfigName;
    refuseForLambda(input);
    // Source: CDG:limits (D).
    if ((input.description?.length ?? 0) > 256)
      throw new AwsError('DescriptionTooLongException', 'The description is too long: it may have 256 characters.');
    const { overrideAlarmConfiguration: alarms, autoRollbackConfiguration: rollback, description } = input;
    const overrides = {
      ...(alarms && { alarms: alarmConfiguration(alarms) }),
      ...(rollback && { autoRollback: autoRollback(rollback) }),
    };
    const request = { group, configName, creator: 'user', target, hooks, overrides, description } as const;
    const { id, effects } = createDeployment(world, request, now);
    return { output: { deploymentId: id }, effects };
  },
});

/** Source: the exceptions' own texts in the model (S), codedeploy reference 3.6. */
function refuseForLambda({ ignoreApplicationStopFailures, updateOutdatedInstancesOnly }: CreateDeploymentInput): void {
  if (ignoreApplicationStopFailures === true)
    throw new AwsError(
      'InvalidIgnoreApplicationStopFailuresValueException',
      'The IgnoreApplicationStopFailures value is invalid. For Lambda deployments, false is expected.',
    );
  if (updateOutdatedInstancesOnly === true)
    throw new AwsError(
      'InvalidUpdateOutdatedInstancesOnlyValueException',
      'The UpdateOutdatedInstancesOnly value is invalid. For Lambda deployments, false is expected.',
    );
}

const GetDeployment = operation<GetDeploymentInput>({
  action: 'codedeploy:GetDeployment',
  resource: ofDeployment,
  run: (world, input) => ({
    output: { deploymentInfo: deploymentInfo(world, deploymentWithId(world, input.deploymentId)) },
    effects: [],
  }),
});

const BatchGetDeployments = operation<BatchGetDeploymentsInput>({
  action: 'codedeploy:BatchGetDeployments',
  resource: (world) => groupArn(world),
  run(world, input) {
    const ids = input.deploymentIds ?? [];
    if (ids.length === 0)
      throw new AwsError('DeploymentIdRequiredException', 'At least one deployment ID must be specified.');
    if (ids.length > 25)
      throw new AwsError(
        'BatchLimitExceededException',
        'The maximum number of names or IDs allowed for this request (25) was exceeded.',
      );
    const found = ids.flatMap((id) => world.codedeploy.deployments.get(id) ?? []);
    return { output: { deploymentsInfo: found.map((each) => deploymentInfo(world, each)) }, effects: [] };
  },
});

const ListDeployments = operation<ListDeploymentsInput>({
  action: 'codedeploy:ListDeployments',
  resource: (world, input) => groupArn(world, input.applicationName, input.deploymentGroupName),
  run(world, input) {
    const { applicationName, deploymentGroupName, includeOnlyStatuses = [], createTimeRange } = input;
    if ((applicationName === undefined) !== (deploymentGroupName === undefined)) {
      throw applicationName === undefined
        ? new AwsError(
            'ApplicationNameRequiredException',
            'The application name is required when a deployment group name is given.',
          )
        : new AwsError(
            'DeploymentGroupNameRequiredException',
            'The deployment group name is required when an application name is given.',
          );
    }
    if (applicationName !== undefined) groupNamed(world, applicationName, deploymentGroupName);
    refuseFilters(input);
    const wanted = (each: Deployment): boolean =>
      (applicationName === undefined ||
        (each.applicationName === applicationName && each.groupName === deploymentGroupName)) &&
      (includeOnlyStatuses.length === 0 || includeOnlyStatuses.includes(each.status)) &&
      each.createdAt >= (createTimeRange?.start?.getTime() ?? Number.NEGATIVE_INFINITY) &&
      each.createdAt <= (createTimeRange?.end?.getTime() ?? Number.POSITIVE_INFINITY);
    // Newest first (T1 takes index 0).
    const ids = [...world.codedeploy.deployments.values()].filter(wanted).map((each) => each.id);
    const { items: deployments, next } = page(ids.toReversed(), input.nextToken);
    return { output: { deployments, ...next }, effects: [] };
  },
});

/** Source: codedeploy reference 3.2 for the statuses. */
const STATUSES: readonly string[] = [
  'Created',
  'Queued',
  'InProgress',
  'Baking',
  'Succeeded',
  'Failed',
  'Stopped',
  'Ready',
];

function refuseFilters({ includeOnlyStatuses = [], createTimeRange }: ListDeploymentsInput): void {
  const unknown = includeOnlyStatuses.find((status) => !STATUSES.includes(status));
  if (unknown !== undefined)
    throw new AwsError('InvalidDeploymentStatusException', `The deployment status ${unknown} doesn't exist.`);
  const { start, end } = createTimeRange ?? {};
  if (start && end && start > end)
    throw new AwsError('InvalidTimeRangeException', 'The time range is invalid: it ends before it starts.');
}

function started(world: World, id: string | undefined): Deployment {
  const deployment = deploymentWithId(world, id);
  if (deployment.status !== 'Created') return deployment;
  throw new AwsError('DeploymentNotStartedException', `Deployment with ID ${deployment.id} has not started.`);
}

const ListDeploymentTargets = operation<ListDeploymentTargetsInput>({
  action: 'codedeploy:ListDeploymentTargets',
  resource: ofDeployment,
  run: (world, input) => ({ output: { targetIds: [targetId(started(world, input.deploymentId))] }, effects: [] }),
});

function checkTarget(deployment: Deployment, id: string | undefined): void {
  if (!id) throw new AwsError('DeploymentTargetIdRequiredException', 'The deployment target ID is required.');
  if (id !== targetId(deployment))
    throw new AwsError('DeploymentTargetDoesNotExistException', `The deployment target ${id} does not exist.`);
}

const GetDeploymentTarget = operation<GetDeploymentTargetInput>({
  action: 'codedeploy:GetDeploymentTarget',
  resource: ofDeployment,
  run(world, input) {
    const deployment = started(world, input.deploymentId);
    checkTarget(deployment, input.targetId);
    return { output: { deploymentTarget: deploymentTarget(world, deployment) }, effects: [] };
  },
});

const BatchGetDeploymentTargets = operation<BatchGetDeploymentTargetsInput>({
  action: 'codedeploy:BatchGetDeploymentTargets',
  resource: ofDeployment,
  run(world, input) {
    const deployment = started(world, input.deploymentId);
    const { targetIds = [] } = input;
    if (targetIds.length === 0) checkTarget(deployment, undefined);
    if (targetIds.length > 1)
      throw new AwsError(
        'DeploymentTargetListSizeExceededException',
        'A Lambda deployment has exactly one target, and one may be asked for.',
      );
    for (const id of targetIds) checkTarget(deployment, id);
    return { output: { deploymentTargets: [deploymentTarget(world, deployment)] }, effects: [] };
  },
});

const StopDeployment = operation<StopDeploymentInput>({
  action: 'codedeploy:StopDeployment',
  resource: ofDeployment,
  run(world, input, { now }) {
    const deployment = deploymentWithId(world, input.deploymentId);
    if (deployment.completedAt !== undefined) {
      throw new AwsError(
        'DeploymentAlreadyCompletedException',
        `Deployment ${deployment.id} has already been completed.`,
      );
    }
    const error = { code: 'MANUAL_STOP', message: 'The deployment was stopped by a user.' } as const;
    const effects = endEarly(world, deployment, 'Stopped', error, now, input.autoRollbackEnabled);
    return {
      output: {
        status: 'Succeeded',
        statusMessage: 'No more commands will be scheduled for execution in the deployment instances',
      },
      effects,
    };
  },
});

const PutLifecycleEventHookExecutionStatus = operation<PutLifecycleEventHookExecutionStatusInput>({
  action: 'codedeploy:PutLifecycleEventHookExecutionStatus',
  resource: ofDeployment,
  run(world, input, { now }: CallContext) {
    const { status, lifecycleEventHookExecutionId: executionId } = input;
    const deployment = deploymentWithId(world, input.deploymentId);
    if (status !== 'Succeeded' && status !== 'Failed') {
      throw new AwsError(
        'InvalidLifecycleEventHookExecutionStatusException',
        `The lifecycle event hook execution status ${status ?? ''} is not valid: only Succeeded and Failed are.`,
      );
    }
    const execution = deployment.hookExecutions.find((each) => each.id === executionId);
    if (execution === undefined) {
      throw new AwsError(
        'InvalidLifecycleEventHookExecutionIdException',
        'The lifecycle event hook execution ID is invalid.',
      );
    }
    if (execution.status !== 'InProgress' || deployment.completedAt !== undefined) {
      throw new AwsError('LifecycleEventAlreadyCompletedException', 'The lifecycle event has already been completed.');
    }
    const effects = hookReported(world, deployment, { event: execution.event, executionId: execution.id }, status, now);
    return { output: { lifecycleEventHookExecutionId: executionId }, effects };
  },
});

export const operations: Readonly<Record<string, Operation>> = {
  ...groupOperations,
  BatchGetDeployments,
  BatchGetDeploymentTargets,
  CreateDeployment,
  GetDeployment,
  GetDeploymentTarget,
  ListDeployments,
  ListDeploymentTargets,
  PutLifecycleEventHookExecutionStatus,
  StopDeployment,
};
