import type { Stack } from './state.ts';
import type { ResourceValues } from './template/index.ts';

/** What Ref and GetAtt see of a resource that the stack has. */
export function attributesOf(stack: Stack, logicalId: string): ResourceValues | undefined {
  if (logicalId === 'AWS::StackId') return { ref: stack.id, attributes: {} };
  const resource = stack.resources.get(logicalId);
  return resource && { ref: resource.ref, attributes: resource.attributes, type: resource.type };
}
