/** Fn::FindInMap with a parameter or a pseudo parameter for a key: it may be any key that is there, and nothing else. */
import {
  intrinsicOf,
  isTemplateList,
  isTemplateMap,
  type TemplateMap,
  type TemplateValue,
} from '@unicorns/cloud/inspect';

export interface LookUp {
  readonly variable: string;
  readonly keys: readonly string[];
  /** What the mapping has for a value of the variable. */
  readonly at: (value: string) => TemplateValue | undefined;
}

/** Undefined for anything else, and where a default value is given for keys that are not there. */
export function lookUpOf(value: TemplateValue | undefined, body: TemplateMap): LookUp | undefined {
  const found = intrinsicOf(value);
  if (found?.name !== 'Fn::FindInMap' || !isTemplateList(found.argument) || found.argument.length !== 3)
    return undefined;
  const [name, first, second] = found.argument;
  const mapping = member(body['Mappings'], name);
  const [byFirst, bySecond] = [referred(first), referred(second)];
  if (byFirst !== undefined && isTemplateMap(mapping))
    return { variable: byFirst, keys: Object.keys(mapping), at: (key) => member(mapping[key], second) };
  const row = member(mapping, first);
  if (bySecond === undefined || !isTemplateMap(row)) return undefined;
  return { variable: bySecond, keys: Object.keys(row), at: (key) => row[key] };
}

const member = (map: TemplateValue | undefined, key: TemplateValue | undefined): TemplateValue | undefined =>
  isTemplateMap(map) && (typeof key === 'string' || typeof key === 'number') ? map[key] : undefined;

const referred = (value: TemplateValue | undefined): string | undefined => {
  const found = intrinsicOf(value);
  return found?.name === 'Ref' && typeof found.argument === 'string' ? found.argument : undefined;
};

/** Variable → the keys that are in all that it chooses from. */
export function commonKeys(body: TemplateMap): ReadonlyMap<string, readonly string[]> {
  const common = new Map<string, readonly string[]>();
  if (body['Mappings'] === undefined) return common;
  const walk = (value: TemplateValue | undefined): void => {
    if (isTemplateList(value)) return value.forEach(walk);
    if (!isTemplateMap(value)) return;
    const found = lookUpOf(value, body);
    if (found !== undefined) {
      const { variable, keys } = found;
      common.set(variable, common.get(variable)?.filter((key) => keys.includes(key)) ?? keys);
    }
    Object.values(value).forEach(walk);
  };
  for (const section of ['Conditions', 'Globals', 'Resources']) walk(body[section]);
  return common;
}
