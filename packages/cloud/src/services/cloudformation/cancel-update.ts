import type { CancelUpdateStackInput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import { arn } from '../../world-state.ts';
import { stackNamed } from './begin-operation.ts';
import { cancelResources } from './fail-resource.ts';

/**
 * An update is given up, and rolled back even where a failure would not be. A deployment of CodeDeploy that it has
 * started goes on (assumption `given-up-alias`). Source: CFN API: CancelUpdateStack (D); the words of the refusal
 * are those that copilot-cli and others look for (O).
 */
export const CancelUpdateStack = operation<CancelUpdateStackInput>({
  action: 'cloudformation:CancelUpdateStack',
  resource: (world, { StackName = '*' }) => arn(world, 'cloudformation', `stack/${StackName}/*`),
  run(world, { StackName }, { now }) {
    const stack = stackNamed(world, StackName ?? '');
    const { name: stackName, operation: current, status } = stack;
    if (status !== 'UPDATE_IN_PROGRESS' || current === undefined)
      throw new AwsError('ValidationError', 'CancelUpdateStack cannot be called from current stack status');
    return {
      output: {},
      effects: [
        {
          type: 'cloudformation.OperationChanged',
          stackName,
          operation: { ...current, startsAt: now, cancelled: true },
        },
        ...cancelResources(world, stack, now),
        { type: 'wake', at: now, wake: { service: 'cloudformation', type: 'proceed', stackName } },
      ],
    };
  },
});
