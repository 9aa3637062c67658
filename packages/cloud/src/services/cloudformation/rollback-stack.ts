import type { RollbackStackInput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import { arn } from '../../world-state.ts';
import { begin, notRolledBack, stackNamed } from './begin-operation.ts';
import { rolledBackCreation, rolledBackUpdate } from './finish-operation.ts';

/** A failure that was left as it was is rolled back after all, to the last stable state. Source: CFN API: RollbackStack (D). */
export const RollbackStack = operation<RollbackStackInput>({
  action: 'cloudformation:RollbackStack',
  resource: (world, { StackName = '*' }) => arn(world, 'cloudformation', `stack/${StackName}/*`),
  run(world, { StackName, RetainExceptOnCreate: retainExceptOnCreate }, { now }) {
    const stack = stackNamed(world, StackName ?? '');
    const stayed = notRolledBack(stack);
    if (stayed === undefined)
      throw new AwsError(
        'ValidationError',
        `Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`,
      );
    const failed = { ...stayed, ...(retainExceptOnCreate !== undefined && { retainExceptOnCreate }) };
    const effects =
      failed.kind === 'create'
        ? begin(world, stack, 'rollbackCreate', rolledBackCreation(stack, failed), now)
        : begin(world, stack, 'rollbackUpdate', rolledBackUpdate(stack, failed), now);
    return { output: { StackId: stack.id }, effects };
  },
});
