import type { Problems } from './problems.ts';
import { referencesIn } from './references.ts';
import type { Path, ValueMap } from './template-value.ts';
import { isList, isMap, mapAt } from './template-value.ts';

/** The ids under DependsOn. */
export function dependsOn(resource: ValueMap): readonly string[] {
  const written = resource['DependsOn'] ?? [];
  return (isList(written) ? written : [written]).filter((it) => typeof it === 'string');
}

/**
 * Reports every reference to nothing. A resource whose condition does not hold may be named where a condition
 * keeps the two apart: inside an Fn::If, in an output that is not shown, under DependsOn.
 */
export function checkReferences(
  template: ValueMap,
  active: ReadonlySet<string>,
  holds: (condition: string) => boolean,
  problems: Problems,
): void {
  const resources = mapAt(template, 'Resources');
  const parameters = mapAt(template, 'Parameters');
  const isKnown = (name: string): boolean => active.has(name) || name in parameters || name.startsWith('AWS::');
  const report = (name: string, path: Path, block: string): void =>
    problems.add(
      path,
      `Template format error: Unresolved resource dependencies [${name}] in the ${block} block of the template`,
    );
  for (const [id, resource] of Object.entries(resources)) {
    if (!isMap(resource) || !active.has(id)) continue;
    const { Metadata: _metadata, ...rest } = resource;
    for (const { name, path } of referencesIn(rest, ['Resources', id]))
      if (!isKnown(name) && !(name in resources && path.includes('Fn::If'))) report(name, path, 'Resources');
    for (const name of dependsOn(resource))
      if (!(name in resources)) report(name, ['Resources', id, 'DependsOn'], 'Resources');
  }
  for (const [key, output] of Object.entries(mapAt(template, 'Outputs'))) {
    const condition = isMap(output) ? output['Condition'] : undefined;
    const isShown = typeof condition !== 'string' || holds(condition);
    for (const { name, path } of referencesIn(output, ['Outputs', key]))
      if (!isKnown(name) && !(name in resources && (!isShown || path.includes('Fn::If'))))
        report(name, path, 'Outputs');
  }
}
