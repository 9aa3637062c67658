import type { StackOperation } from './state.ts';

/** What is to be deleted under this logical id is an old body of a resource that the stack still has. */
export const isSuperseded = ({ kind, target }: StackOperation, logicalId: string): boolean =>
  (kind === 'update' || kind === 'rollbackUpdate') && target.resources.has(logicalId);
