import type { StackOperation } from './state.ts';

/** What is to be deleted under this logical id is not the body of the resource that the stack has, or is about to have. */
export const isSuperseded = ({ kind, phase, target }: StackOperation, logicalId: string): boolean =>
  phase === 'clear' || ((kind === 'update' || kind === 'rollbackUpdate') && target.resources.has(logicalId));
