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
  const references: Reference[] = [];
  collect(value, [...path], references);
  return references;
}

/** Most of a template refers to nothing: there is one path, and it is copied where something is found. */
function collect(value: Value, path: (string | number)[], into: Reference[]): void {
  if (isList(value)) {
    for (const [i, item] of value.entries()) {
      path.push(i);
      collect(item, path, into);
      path.pop();
    }
    return;
  }
  if (!isMap(value)) return;
  const found = intrinsicOf(value);
  if (found !== undefined && REFERRING.has(found.name)) {
    into.push(...referencesOf(found.name, found.argument, [...path, found.name]));
    return;
  }
  for (const key in value) {
    const item = value[key];
    if (typeof item !== 'object') continue;
    path.push(key);
    collect(item, path, into);
    path.pop();
  }
}

const REFERRING = new Set(['Ref', 'Fn::GetAtt', 'Fn::Sub', 'Condition']);

function referencesOf(name: string, argument: Value, path: Path): readonly Reference[] {
  if (name === 'Ref') return typeof argument === 'string' ? [{ name: argument, path }] : [];
  if (name === 'Fn::GetAtt') return attributeReference(argument, path);
  return name === 'Fn::Sub' ? subReferences(argument, path) : [];
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
