import type { ContinueUpdateRollbackInput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import { arn } from '../../world-state.ts';
import { begin, stackNamed } from './begin-operation.ts';
import type { StackOperation } from './state.ts';

const leftBy = ({ disposals, leftovers, replaced }: StackOperation) => ({
  disposals,
  leftovers,
  ...(replaced && { replaced }),
});

/**
 * A rollback that was stuck goes on with what had failed and what had not had its turn, without the resources that
 * the caller gives up. Source: CFN API: ContinueUpdateRollback (D).
 */
export const ContinueUpdateRollback = operation<ContinueUpdateRollbackInput>({
  action: 'cloudformation:ContinueUpdateRollback',
  resource: (world, { StackName = '*' }) => arn(world, 'cloudformation', `stack/${StackName}/*`),
  run(world, { StackName, ResourcesToSkip: skipped = [] }, { now }) {
    const stack = stackNamed(world, StackName ?? '');
    const { stuck, status } = stack;
    if (status !== 'UPDATE_ROLLBACK_FAILED' || stuck === undefined)
      throw new AwsError('ValidationError', `Stack:${stack.id} is in ${status} state and can not continue rollback.`);
    const unknown = skipped.filter((id) => !stuck.failed.includes(id));
    if (unknown.length > 0)
      throw new AwsError(
        'ValidationError',
        `ResourcesToSkip can only hold resources that failed to roll back: [${unknown.join(', ')}]`,
      );
    const { target, before, waiting, failed } = stuck;
    const left = target.order.filter((id) => (waiting.has(id) || failed.includes(id)) && !skipped.includes(id));
    const operation_ = { target, before, waiting: new Set(left), ...leftBy(stuck) };
    return { output: {}, effects: begin(world, stack, 'rollbackUpdate', operation_, now) };
  },
});
