/**
 * Intrinsic functions → values. A value that hangs on a resource not yet created keeps its Ref or GetAtt (a
 * half-known Fn::Sub becomes an Fn::Join of its parts), so that resolving again later finishes the work.
 * Source: CFNG:intrinsic-function-reference
 */
import { cidrBlocks } from './cidr.ts';
import { NO_VALUE } from './scope.ts';
import type { Resolved, Scope } from './scope.ts';
import { loopRefusal } from './structure.ts';
import { intrinsicOf, isList, isMap, textOf } from './template-value.ts';
import type { Path, Value, ValueList, ValueMap } from './template-value.ts';

/** Resolves everything inside `value`. AWS::NoValue at the top gives null. */
export function resolveValue(value: Value, scope: Scope, path: Path = []): Value {
  const resolved = resolve(value, scope, path);
  return resolved === NO_VALUE ? null : resolved;
}

function resolve(value: Value, scope: Scope, path: Path): Resolved {
  if (isList(value)) {
    const items = value.map((item, i) => resolve(item, scope, [...path, i]));
    return items.filter((item) => item !== NO_VALUE);
  }
  if (!isMap(value)) return value;
  const found = intrinsicOf(value);
  const known = found === undefined ? undefined : FUNCTIONS[found.name];
  if (found !== undefined && known !== undefined) return known(found.argument, scope, [...path, found.name]);
  if (found?.name.startsWith('Fn::') === true) return refuse(found.name, scope, path);
  const out: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) {
    const resolved = key.startsWith('Fn::') ? refuse(key, scope, [...path, key]) : resolve(item, scope, [...path, key]);
    if (resolved !== NO_VALUE) out[key] = resolved;
  }
  return out;
}

type Intrinsic = (argument: Value, scope: Scope, path: Path) => Resolved;

export const FUNCTIONS: Readonly<Record<string, Intrinsic>> = {
  Ref: resolveRef,
  'Fn::GetAtt': resolveGetAtt,
  'Fn::Sub': resolveSub,
  'Fn::Join': resolveJoin,
  'Fn::Select': resolveSelect,
  'Fn::Split': resolveSplit,
  'Fn::If': resolveIf,
  'Fn::Equals': (argument, scope, path) => evaluateCondition({ 'Fn::Equals': argument }, scope, path),
  'Fn::And': (argument, scope, path) => evaluateCondition({ 'Fn::And': argument }, scope, path),
  'Fn::Or': (argument, scope, path) => evaluateCondition({ 'Fn::Or': argument }, scope, path),
  'Fn::Not': (argument, scope, path) => evaluateCondition({ 'Fn::Not': argument }, scope, path),
  'Fn::FindInMap': resolveFindInMap,
  'Fn::Base64': resolveBase64,
  'Fn::Cidr': resolveCidr,
  'Fn::GetAZs': resolveZones,
  'Fn::ImportValue': resolveImport,
  'Fn::Length': resolveLength,
  'Fn::ToJsonString': resolveJsonString,
};

function refuse(name: string, scope: Scope, path: Path): Value {
  const refusal = name.startsWith('Fn::ForEach')
    ? loopRefusal(scope.hasLanguageExtensions)
    : `${name} is outside the slice that can be rehearsed. See docs/slice.md#intrinsics.`;
  scope.report(path, refusal);
  return '';
}

/** Reports a mistake and goes on with empty text, so that the next mistake is found too. */
function mistake(scope: Scope, path: Path, message: string): string {
  scope.report(path, `Template error: ${message}`);
  return '';
}

/** Is this itself a function? A map whose only key is `Condition` may as well be part of a policy. */
const isOpen = (value: Value): boolean => {
  const name = intrinsicOf(value)?.name;
  return name !== undefined && name !== 'Condition';
};

/** Is anything in here still to be known? */
export function isPending(value: Value): boolean {
  if (isOpen(value)) return true;
  if (isList(value)) return value.some(isPending);
  return isMap(value) && Object.values(value).some(isPending);
}

function resolveRef(argument: Value, scope: Scope, path: Path): Resolved {
  const name = scope.hasLanguageExtensions ? resolveValue(argument, scope, path) : argument;
  if (typeof name !== 'string') return mistake(scope, path, 'Ref takes the logical name of a parameter or resource');
  if (name === 'AWS::NoValue') return NO_VALUE;
  return scope.values.get(name) ?? scope.lookup(name)?.ref ?? { Ref: name };
}

function resolveGetAtt(argument: Value, scope: Scope, path: Path): Resolved {
  const parts = isList(argument) ? argument.map((it, i) => resolveValue(it, scope, [...path, i])) : [argument];
  const [logicalId, attribute] = typeof parts[0] === 'string' && parts.length === 1 ? splitOnce(parts[0]) : parts;
  if (typeof logicalId !== 'string' || typeof attribute !== 'string')
    return mistake(
      scope,
      path,
      'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    );
  const resource = scope.lookup(logicalId);
  if (resource === undefined) return { 'Fn::GetAtt': [logicalId, attribute] };
  const value = attributeAt(resource.attributes, attribute);
  if (value !== undefined) return value as Value;
  scope.report(path, `Requested attribute ${attribute} does not exist in schema for ${resource.type ?? logicalId}`);
  return '';
}

const splitOnce = (text: string): readonly [string, string | undefined] => {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, undefined] : [text.slice(0, dot), text.slice(dot + 1)];
};

/** An attribute's name may have dots in it (`Endpoint.Address`), or lead into a map. */
function attributeAt(attributes: Readonly<Record<string, unknown>>, name: string): unknown {
  if (name in attributes) return attributes[name];
  let at: unknown = attributes;
  for (const part of name.split('.'))
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined;
  return at;
}

function resolveSub(argument: Value, scope: Scope, path: Path): Resolved {
  const [text, variables = {}] = isList(argument) ? argument : [argument];
  if (intrinsicOf(text)?.name === 'Fn::Transform') return refuse('Fn::Transform', scope, path);
  if (typeof text !== 'string' || !isMap(variables))
    return mistake(
      scope,
      path,
      'One or more Fn::Sub intrinsic functions don’t specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string',
    );
  const own = resolveValue(variables, scope, [...path, 1]);
  return joined(
    subParts(text).map((part) =>
      part.type === 'text' ? part.text : variable(part.name, isMap(own) ? own : {}, scope, path),
    ),
    '',
    scope,
    path,
  );
}

export type SubPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'variable'; readonly name: string };

/** `a-${B.Arn}-${!Literal}` → its parts in order. */
export function subParts(text: string): readonly SubPart[] {
  const parts: SubPart[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$\{(!?)([^${}]*)\}/g)) {
    const [whole, literal, name = ''] = match;
    parts.push({ type: 'text', text: text.slice(from, match.index) });
    parts.push(literal === '!' ? { type: 'text', text: `\${${name}}` } : { type: 'variable', name: name.trim() });
    from = match.index + whole.length;
  }
  return [...parts, { type: 'text', text: text.slice(from) }];
}

function variable(name: string, own: ValueMap, scope: Scope, path: Path): Value {
  const value = own[name];
  if (value !== undefined) return value;
  if (name.includes('.')) return asValue(resolveGetAtt(name, scope, path));
  return asValue(resolveRef(name, scope, path));
}

const asValue = (resolved: Resolved): Value => (resolved === NO_VALUE ? '' : resolved);

function resolveJoin(argument: Value, scope: Scope, path: Path): Resolved {
  const [delimiter, written] = isList(argument) ? argument : [];
  if (typeof delimiter !== 'string' || written === undefined)
    return mistake(
      scope,
      path,
      'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
    );
  const items = resolveValue(written, scope, [...path, 1]);
  if (!isList(items))
    return isPending(items)
      ? { 'Fn::Join': [delimiter, items] }
      : mistake(scope, path, 'Fn::Join joins a list of texts');
  return joined(items, delimiter, scope, path);
}

/** Joins what is known; with something unknown among it, an Fn::Join stays. */
function joined(items: ValueList, delimiter: string, scope: Scope, path: Path): Value {
  const flat = items.map((item) =>
    isOpen(item) || (isMap(item) && isPending(item)) ? item : scalar(item, scope, path),
  );
  if (flat.every((item) => typeof item === 'string')) return flat.join(delimiter);
  return { 'Fn::Join': [delimiter, delimiter === '' ? merged(flat) : flat] };
}

function scalar(item: Value, scope: Scope, path: Path): string {
  if (item === null) return '';
  if (isList(item)) return item.map((it) => scalar(it, scope, path)).join(',');
  return isMap(item) ? mistake(scope, path, 'Fn::Join and Fn::Sub take strings only') : textOf(item);
}

/** Neighbouring texts become one. */
function merged(items: ValueList): ValueList {
  const out: Value[] = [];
  for (const item of items) {
    const last = out.at(-1);
    if (item === '') continue;
    if (typeof item === 'string' && typeof last === 'string') out[out.length - 1] = last + item;
    else out.push(item);
  }
  return out;
}

function resolveSelect(argument: Value, scope: Scope, path: Path): Resolved {
  const [at, written] = isList(argument) ? argument : [];
  if (at === undefined || written === undefined)
    return mistake(
      scope,
      path,
      'every Fn::Select object requires two non-empty parameters, an integer index and a list',
    );
  const index = resolveValue(at, scope, [...path, 0]);
  const items = resolveValue(written, scope, [...path, 1]);
  if (isPending(index) || isOpen(items)) return { 'Fn::Select': [index, items] };
  const item = isList(items) ? items[Number(index)] : undefined;
  return item ?? mistake(scope, path, `Fn::Select cannot select nonexistent value at index ${textOf(index)}`);
}

function resolveSplit(argument: Value, scope: Scope, path: Path): Resolved {
  const [delimiter, written] = isList(argument) ? argument : [];
  if (typeof delimiter !== 'string' || delimiter === '' || written === undefined)
    return mistake(
      scope,
      path,
      'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
    );
  const text = resolveValue(written, scope, [...path, 1]);
  if (isPending(text)) return { 'Fn::Split': [delimiter, text] };
  return typeof text === 'string' ? text.split(delimiter) : mistake(scope, path, 'Fn::Split takes a string');
}

function resolveIf(argument: Value, scope: Scope, path: Path): Resolved {
  const [name, then, otherwise] = isList(argument) ? argument : [];
  if (
    typeof name !== 'string' ||
    then === undefined ||
    otherwise === undefined ||
    !isList(argument) ||
    argument.length !== 3
  )
    return mistake(scope, path, 'Fn::If requires a list argument with three elements');
  const holds = scope.conditionHolds(name, path);
  if (holds === undefined)
    return mistake(scope, path, `Unresolved condition dependency ${name} in the Resources block of the template`);
  return holds ? resolve(then, scope, [...path, 1]) : resolve(otherwise, scope, [...path, 2]);
}

/** A condition function → whether it holds. Values are compared as text. Source: CFNG:intrinsic-function-reference-conditions */
export function evaluateCondition(value: Value, scope: Scope, path: Path): boolean {
  const found = intrinsicOf(value);
  const at = found === undefined ? path : [...path, found.name];
  const wrong = (): boolean => {
    mistake(
      scope,
      path,
      'Every Conditions member must contain only valid condition functions: Condition, Fn::And, Fn::Or, Fn::Not, Fn::Equals',
    );
    return false;
  };
  if (found === undefined) return wrong();
  const { argument } = found;
  const list = isList(argument) ? argument : [];
  const inner = (): boolean[] => list.map((it, i) => evaluateCondition(it, scope, [...at, i]));
  switch (found.name) {
    case 'Condition':
      return typeof argument === 'string'
        ? (scope.conditionHolds(argument, at) ?? unknownCondition(argument, scope, at))
        : wrong();
    case 'Fn::Equals': {
      const [one, other] = list;
      if (one === undefined || other === undefined || list.length !== 2) return wrong();
      return compared(one, scope, [...at, 0]) === compared(other, scope, [...at, 1]);
    }
    case 'Fn::And':
      return isFew(list, found.name, scope, at) && inner().every(Boolean);
    case 'Fn::Or':
      return isFew(list, found.name, scope, at) && inner().some(Boolean);
    case 'Fn::Not':
      return list.length === 1 ? inner()[0] === false : wrong();
    default:
      return wrong();
  }
}

/** Source: CFNG:intrinsic-function-reference-conditions (D): two to ten conditions. */
function isFew(list: ValueList, name: string, scope: Scope, path: Path): boolean {
  if (list.length >= 2 && list.length <= 10) return true;
  mistake(scope, path, `every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`);
  return false;
}

/** A side of a comparison as text. Conditions are evaluated before there are any resources. */
function compared(value: Value, scope: Scope, path: Path): string {
  const resolved = resolveValue(value, scope, path);
  if (isPending(resolved) && !scope.leavesOpen) {
    scope.report(
      path,
      'Template format error: Unresolved dependencies. Cannot reference resources in the Conditions block of the template',
    );
  }
  return comparable(resolved);
}

function unknownCondition(name: string, scope: Scope, path: Path): false {
  mistake(scope, path, `Unresolved condition dependency ${name} in the Conditions block of the template`);
  return false;
}

const comparable = (value: Value): string =>
  value === null || isList(value) || isMap(value) ? JSON.stringify(value) : textOf(value);

function resolveFindInMap(argument: Value, scope: Scope, path: Path): Resolved {
  const list = isList(argument) ? argument : [];
  const [map, first, second] = list.slice(0, 3).map((it, i) => resolveValue(it, scope, [...path, i]));
  if (map === undefined || first === undefined || second === undefined)
    return mistake(
      scope,
      path,
      'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
    );
  if ([map, first, second].some(isPending)) return { 'Fn::FindInMap': [map, first, second, ...list.slice(3)] };
  const fallback = list[3];
  const keys = [map, first, second].map((it) => (it === null || isMap(it) || isList(it) ? undefined : textOf(it)));
  let at: Value | undefined = scope.mappings;
  for (const key of keys) at = isMap(at) && key !== undefined ? at[key] : undefined;
  if (at !== undefined) return at;
  if (scope.hasLanguageExtensions && isMap(fallback) && fallback['DefaultValue'] !== undefined)
    return resolve(fallback['DefaultValue'], scope, [...path, 3, 'DefaultValue']);
  if (keys[0] !== undefined && !(keys[0] in scope.mappings))
    return mistake(scope, path, `Mapping named '${keys[0]}' is not present in the 'Mappings' section of template.`);
  return mistake(scope, path, `Unable to get mapping for ${keys.join('::')}`);
}

function resolveBase64(argument: Value, scope: Scope, path: Path): Resolved {
  const text = resolveValue(argument, scope, path);
  if (isPending(text)) return { 'Fn::Base64': text };
  return Buffer.from(scalar(text, scope, path), 'utf8').toString('base64');
}

function resolveCidr(argument: Value, scope: Scope, path: Path): Resolved {
  const list = isList(argument) ? argument.map((it, i) => resolveValue(it, scope, [...path, i])) : [];
  if (list.some(isPending)) return { 'Fn::Cidr': list };
  const [block, count, bits] = list;
  const blocks = cidrBlocks(textOf(block), Number(count), Number(bits ?? Number.NaN));
  return (
    blocks ??
    mistake(scope, path, `Fn::Cidr cannot make ${textOf(count)} blocks of ${textOf(bits)} bits in ${textOf(block)}`)
  );
}

/** Three zones for every Region: how many an account has is nowhere in the template. */
function resolveZones(argument: Value, scope: Scope, path: Path): Resolved {
  const given = resolveValue(argument, scope, path);
  const region = typeof given === 'string' && given !== '' ? given : String(scope.values.get('AWS::Region') ?? '');
  return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
}

function resolveImport(argument: Value, scope: Scope, path: Path): Resolved {
  const name = resolveValue(argument, scope, path);
  if (typeof name !== 'string') return { 'Fn::ImportValue': name };
  scope.imports?.add(name);
  const value = scope.exports[name];
  if (value !== undefined) return value;
  if (scope.leavesOpen) return { 'Fn::ImportValue': name };
  scope.report(path, `No export named ${name} found.`);
  return '';
}

function resolveLength(argument: Value, scope: Scope, path: Path): Resolved {
  needExtensions('Fn::Length', scope, path);
  const list = resolveValue(argument, scope, path);
  if (isList(list)) return list.length;
  return isPending(list) ? { 'Fn::Length': list } : mistake(scope, path, 'Fn::Length takes a list');
}

function resolveJsonString(argument: Value, scope: Scope, path: Path): Resolved {
  needExtensions('Fn::ToJsonString', scope, path);
  const value = resolveValue(argument, scope, path);
  return isPending(value) ? { 'Fn::ToJsonString': value } : JSON.stringify(value);
}

function needExtensions(name: string, scope: Scope, path: Path): void {
  if (!scope.hasLanguageExtensions) mistake(scope, path, `${name} needs Transform: AWS::LanguageExtensions`);
}
