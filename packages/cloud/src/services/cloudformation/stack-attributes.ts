import type { Stack } from './state.ts';

/** What Ref and GetAtt see of a resource that the stack has. */
export function attributesOf(
  stack: Stack,
  logicalId: string,
): { readonly ref: string; readonly attributes: Readonly<Record<string, unknown>> } | undefined {
  if (logicalId === 'AWS::StackId') return { ref: stack.id, attributes: {} };
  const resource = stack.resources.get(logicalId);
  return resource && { ref: resource.ref, attributes: resource.attributes };
}
