import { isTemplateList, isTemplateMap, type TemplateMap } from '@unicorns/cloud/inspect';
import { commonKeys } from './look-ups.ts';
import { text } from './values.ts';

/** Values for parameters that nobody gave, and what of them says nothing about a real deployment. */
export interface Guesses {
  readonly values: Readonly<Record<string, string>>;
  /** Texts that stand for values nobody knows. */
  readonly unknown: ReadonlySet<string>;
}

/** Stands for the value of a parameter that is not known. Valid as a name wherever AWS wants one. */
export const unknownText = (parameter: string): string => `any${parameter}`;

const FIRST_UNKNOWN_NUMBER = 987_000_001;

export const declaredParameters = (body: TemplateMap): Readonly<Record<string, TemplateMap>> => {
  const parameters = body['Parameters'];
  if (!isTemplateMap(parameters)) return {};
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, TemplateMap] => isTemplateMap(entry[1])),
  );
};

/** A first allowed value, or key of a mapping, is as good as any; all else that has no value is marked as unknown. */
export function guessParameters(body: TemplateMap, given: Readonly<Record<string, string>>): Guesses {
  const values: Record<string, string> = {};
  const unknown = new Set<string>();
  const keys = commonKeys(body);
  let numbers = 0;
  for (const [name, declaration] of Object.entries(declaredParameters(body))) {
    const { Type: type, Default: preset, AllowedValues: allowed, AllowedPattern: pattern } = declaration;
    const isInSsm = typeof type === 'string' && type.startsWith('AWS::SSM::Parameter::Value');
    unknown.add(unknownText(name));
    if (given[name] !== undefined || (preset !== undefined && !isInSsm)) continue;
    const first = isTemplateList(allowed) ? text(allowed[0]) : keys.get(name)?.[0];
    if (first !== undefined) values[name] = first;
    else if (type === 'Number') {
      const digits = String(FIRST_UNKNOWN_NUMBER + numbers++);
      unknown.add(digits);
      if (declaration['MaxValue'] === undefined) values[name] = digits;
    } else if (pattern === undefined) values[name] = unknownText(name);
  }
  return { values, unknown };
}
