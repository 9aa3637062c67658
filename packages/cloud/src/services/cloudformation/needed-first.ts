import type { StackResource } from './state.ts';

/**
 * Resources in the order of a template: each after those it needs, and those that the template does not have at
 * the end, as they came. Deletion takes them the other way round.
 */
export function neededFirst(resources: readonly StackResource[], order: readonly string[]): StackResource[] {
  const rank = new Map(order.map((logicalId, index) => [logicalId, index]));
  const of = ({ logicalId }: StackResource): number => rank.get(logicalId) ?? order.length;
  return resources.toSorted((a, b) => of(a) - of(b));
}
