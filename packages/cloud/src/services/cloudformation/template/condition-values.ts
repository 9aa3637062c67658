import { Conditions } from './conditions.ts';
import { LANGUAGE_EXTENSIONS, transformsOf } from './structure.ts';
import type { ParameterValue } from './parameters.ts';
import { Problems } from './problems.ts';
import type { Scope } from './scope.ts';
import type { ValueMap } from './template-value.ts';
import { mapAt } from './template-value.ts';

/**
 * Which conditions of a template hold for these values of its parameters and pseudo parameters: what compiling it
 * would find, for those who try many values. A comparison with a value that is not given does not hold.
 */
export function conditionValues(
  body: ValueMap,
  values: ReadonlyMap<string, ParameterValue>,
): Readonly<Record<string, boolean>> {
  const problems = new Problems({ fileName: '', lineOf: () => undefined });
  const conditions = new Conditions(mapAt(body, 'Conditions'), problems);
  const scope: Scope = {
    values,
    mappings: mapAt(body, 'Mappings'),
    conditionHolds: (name, path) => conditions.holds(name, scope, path),
    lookup: () => undefined,
    exports: {},
    leavesOpen: true,
    hasLanguageExtensions: transformsOf(body).includes(LANGUAGE_EXTENSIONS),
    report: () => undefined,
  };
  return conditions.all(scope);
}
