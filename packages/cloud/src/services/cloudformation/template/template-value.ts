/** The JSON that a template is made of. Intrinsics are maps with one key, `{ Ref: 'X' }`. */
export type Value = null | boolean | number | string | ValueList | ValueMap;
export type ValueList = readonly Value[];
export interface ValueMap {
  readonly [key: string]: Value;
}

/** Where a value stands: `['Resources', 'ListFunction', 'Properties', 'Timeout']`. */
export type Path = readonly (string | number)[];

export const isMap = (value: Value | undefined): value is ValueMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Value | undefined): value is ValueList => Array.isArray(value);

/** The map under `key`, or an empty one. */
export function mapAt(map: ValueMap, key: string): ValueMap {
  const value = map[key];
  return isMap(value) ? value : {};
}

/** The function of `{ 'Fn::X': … }`, `{ Ref: … }` or `{ Condition: … }`; undefined for anything else. */
export function intrinsicOf(value: Value | undefined): { readonly name: string; readonly argument: Value } | undefined {
  if (!isMap(value)) return undefined;
  const name = onlyKey(value);
  const argument = name === undefined ? undefined : value[name];
  if (name === undefined || argument === undefined) return undefined;
  if (!name.startsWith('Fn::') && name !== 'Ref' && name !== 'Condition') return undefined;
  return { name, argument };
}

/** Asked of every map of a template, many times over: no list of all keys is made. */
function onlyKey(map: ValueMap): string | undefined {
  let only: string | undefined;
  for (const key in map) {
    if (only !== undefined) return undefined;
    only = key;
  }
  return only;
}

export const isIntrinsic = (value: Value | undefined): boolean => intrinsicOf(value) !== undefined;

export const isNoValue = (value: Value | undefined): boolean => {
  const found = intrinsicOf(value);
  return found?.name === 'Ref' && found.argument === 'AWS::NoValue';
};

/** The three arguments of a well-formed `Fn::If`. */
export function ifOf(
  value: Value | undefined,
): readonly [condition: string, then: Value, otherwise: Value] | undefined {
  const found = intrinsicOf(value);
  if (found?.name !== 'Fn::If' || !isList(found.argument) || found.argument.length !== 3) return undefined;
  const [condition, then, otherwise] = found.argument;
  if (typeof condition !== 'string' || then === undefined || otherwise === undefined) return undefined;
  return [condition, then, otherwise];
}

export const ref = (logicalId: string): ValueMap => ({ Ref: logicalId });
export const getAtt = (logicalId: string, attribute: string): ValueMap => ({ 'Fn::GetAtt': [logicalId, attribute] });
export const sub = (text: string, variables?: ValueMap): ValueMap => ({
  'Fn::Sub': variables === undefined ? text : [text, variables],
});
export const iff = (condition: string, then: Value, otherwise: Value = ref('AWS::NoValue')): ValueMap => ({
  'Fn::If': [condition, then, otherwise],
});

/** The entries that are there: what an optional property becomes. */
export function present(entries: { readonly [key: string]: Value | undefined }): ValueMap {
  const out: Record<string, Value> = {};
  for (const [key, value] of Object.entries(entries)) if (value !== undefined && value !== null) out[key] = value;
  return out;
}

/** Are two values equal, whatever the order of their keys? */
export const isEqual = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && sortedJson(a) === sortedJson(b));

/** Compact JSON with its keys sorted at every level. */
export function sortedJson(value: Value): string {
  if (isList(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${sortedJson(item)}`).join(',')}}`;
}

/** How CloudFormation writes a value where text is wanted: `true`, `5`, the text itself; JSON for all else. */
export const textOf = (value: Value | undefined): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);
