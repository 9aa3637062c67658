/**
 * Outputs that stacks export and others import. A name is exported once; what is imported stays as it is. Sources of
 * the words and of where they stand: serverless#3935, cdk#604, stax#40, geostore#630, amplify-js#5811 (I).
 */
import type { World } from '../../world-state.ts';
import type { Stack } from './state.ts';
import type { ResolvedOutput } from './template/index.ts';

const others = (world: World, stackName: string | undefined): readonly Stack[] =>
  [...world.cloudformation.stacks.values()].filter(({ name }) => name !== stackName);

/** What the other stacks export. */
export const exportsOf = (world: World, stackName: string): Record<string, string> =>
  Object.fromEntries(
    others(world, stackName)
      .flatMap(({ outputs }) => outputs)
      .flatMap(({ exportName, value }) => (exportName === undefined ? [] : [[exportName, value] as const])),
  );

/** Why a stack cannot have these outputs from now on. */
export function exportConflict(
  world: World,
  stack: Pick<Stack, 'name' | 'outputs'>,
  next: readonly Pick<ResolvedOutput, 'exportName' | 'value'>[],
): string | undefined {
  for (const { exportName } of next) {
    const owner = others(world, stack.name).find(({ outputs }) =>
      outputs.some((it) => exportName !== undefined && it.exportName === exportName),
    );
    if (owner !== undefined) return `Export with name ${exportName} is already exported by stack ${owner.name}`;
  }
  for (const { exportName, value } of stack.outputs) {
    if (exportName === undefined) continue;
    const users = importersOf(world, stack.name, exportName);
    const after = next.find((it) => it.exportName === exportName);
    if (users.length > 0 && after?.value !== value)
      return `Export ${exportName} cannot be ${after === undefined ? 'deleted' : 'updated'} as it is in use by ${users.join(' and ')}`;
  }
  return undefined;
}

/** Names of the stacks that import it, but for that of its owner, if there is one. */
export const importersOf = (world: World, stackName: string | undefined, exportName: string): readonly string[] =>
  others(world, stackName)
    .filter(({ compiled }) => compiled.imports.includes(exportName))
    .map(({ name }) => name);
