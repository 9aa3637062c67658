import type { ContinueUpdateRollbackInput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import { arn, type World } from '../../world-state.ts';
import { begin, stackNamed } from './begin-operation.ts';
import { resourceEvent } from './stack-event.ts';
import type { Stack, StackOperation } from './state.ts';

const leftBy = ({ disposals, leftovers, replaced }: StackOperation) => ({
  disposals,
  leftovers,
  ...(replaced && { replaced }),
});

/** Whatever has become of it: the stack takes it for updated. Source: the API reference of ContinueUpdateRollback (D). */
function skip(world: World, stack: Stack, logicalId: string, now: Instant): Effect[] {
  const resource = stack.resources.get(logicalId);
  if (resource === undefined) return [];
  const updated = { ...resource, status: 'UPDATE_COMPLETE', updatedAt: now } as const;
  return [
    { type: 'cloudformation.ResourceSettled', stackName: stack.name, logicalId, result: 'kept', resource: updated },
    resourceEvent(world, stack, updated, 'UPDATE_COMPLETE'),
  ];
}

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
    const begun = begin(world, stack, 'rollbackUpdate', operation_, now);
    return { output: {}, effects: [...begun, ...skipped.flatMap((id) => skip(world, stack, id, now))] };
  },
});
