import { subParts } from './intrinsics.ts';
import type { Path, Value } from './template-value.ts';
import { intrinsicOf, isList, isMap } from './template-value.ts';

/** A place that names a resource (or a parameter, in a Ref or a Sub). */
export interface Reference {
  readonly name: string;
  readonly path: Path;
}

/** Every Ref, Fn::GetAtt and Fn::Sub variable inside a value, in the order in which they are written. */
export function referencesIn(value: Value, path: Path = []): readonly Reference[] {
  if (isList(value)) return value.flatMap((item, i) => referencesIn(item, [...path, i]));
  if (!isMap(value)) return [];
  const found = intrinsicOf(value);
  if (found !== undefined) {
    const at = [...path, found.name];
    if (found.name === 'Ref') return typeof found.argument === 'string' ? [{ name: found.argument, path: at }] : [];
    if (found.name === 'Fn::GetAtt') return attributeReference(found.argument, at);
    if (found.name === 'Fn::Sub') return subReferences(found.argument, at);
    if (found.name === 'Condition') return [];
  }
  return Object.entries(value).flatMap(([key, item]) => referencesIn(item, [...path, key]));
}

function attributeReference(argument: Value, path: Path): readonly Reference[] {
  const [first, ...rest] = isList(argument) ? argument : [argument];
  const name = typeof first === 'string' ? first.split('.')[0] : undefined;
  return [...(name === undefined ? [] : [{ name, path }]), ...rest.flatMap((it) => referencesIn(it, path))];
}

function subReferences(argument: Value, path: Path): readonly Reference[] {
  const [text, variables = {}] = isList(argument) ? argument : [argument];
  const own = isMap(variables) ? variables : {};
  const names =
    typeof text === 'string' ? subParts(text).flatMap((part) => (part.type === 'variable' ? part.name : [])) : [];
  const outside = names.filter((name) => !(name in own)).map((name) => ({ name: name.split('.')[0] ?? name, path }));
  return [...outside, ...referencesIn(own, [...path, 1])];
}
