/** What could not be resolved until other resources existed: done when a resource's turn has come. */
import { UserError } from '../../../user-error.ts';
import type { CompiledResource, CompiledTemplate } from './compiled-template.ts';
import { lineIn } from './compiled-template.ts';
import { isPending, resolveValue } from './intrinsics.ts';
import { Problems } from './problems.ts';
import { referencesIn } from './references.ts';
import type { Lookup, Scope } from './scope.ts';
import type { Path, Value, ValueMap } from './template-value.ts';
import { isList, isMap, textOf } from './template-value.ts';

/** The properties with every reference resolved. Throws a UserError for an attribute that a resource does not have. */
export const resolveProperties = (resource: CompiledResource, lookup: Lookup, compiled: CompiledTemplate): ValueMap =>
  resolvedMap(resource.properties, [...resource.path, 'Properties'], lookup, compiled);

export const resolveUpdatePolicy = (resource: CompiledResource, lookup: Lookup, compiled: CompiledTemplate): ValueMap =>
  resolvedMap(resource.updatePolicy, [...resource.path, 'UpdatePolicy'], lookup, compiled);

export interface ResolvedOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** The outputs of a stack whose resources all exist. */
export const resolveOutputs = (compiled: CompiledTemplate, lookup: Lookup): readonly ResolvedOutput[] =>
  compiled.outputs.map(({ key, value, description, exportName }) => {
    const text = (it: Value, member: string): string =>
      plainText(resolved(it, ['Outputs', key, member], lookup, compiled));
    return {
      key,
      value: text(value, 'Value'),
      ...(description !== undefined && { description }),
      ...(exportName !== undefined && { exportName: text(exportName, 'Export') }),
    };
  });

const plainText = (value: Value): string =>
  value === null ? '' : isMap(value) || isList(value) ? JSON.stringify(value) : textOf(value);

function resolvedMap(value: ValueMap, path: Path, lookup: Lookup, compiled: CompiledTemplate): ValueMap {
  const out = resolved(value, path, lookup, compiled);
  return isMap(out) ? out : {};
}

function resolved(value: Value, path: Path, lookup: Lookup, compiled: CompiledTemplate): Value {
  if (!isPending(value)) return value;
  const source = { fileName: compiled.fileName, lineOf: (at: Path) => lineIn(compiled, at) };
  const problems = new Problems(source);
  const scope: Scope = {
    values: new Map(),
    mappings: {},
    conditionHolds: () => undefined,
    lookup,
    exports: {},
    leavesOpen: true,
    hasLanguageExtensions: true,
    report: (at, message) => problems.add(at, message),
  };
  const out = resolveValue(value, scope, path);
  if (problems.all.length === 0 && isPending(out))
    for (const { name } of referencesIn(out))
      problems.add(path, `${name} has no value yet: it is not a resource of the stack`);
  if (problems.all.length > 0) throw new UserError(problems.all);
  return out;
}
