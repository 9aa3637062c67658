import { AwsError } from '../../aws-error.ts';
import type { Dimension } from './state.ts';
import { UNITS } from './units.ts';

/** A request that breaks a rule of the API. The query code stands alone in CloudWatch's model. */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);

export const invalidCombination = (message: string): AwsError =>
  new AwsError('InvalidParameterCombinationException', message);

export const missingParameter = (message: string): AwsError =>
  new AwsError('MissingRequiredParameterException', message);

/** Something AWS offers and the embedded cloud does not: named, never ignored. */
export const outsideTheSlice = (what: string): AwsError =>
  new AwsError('NotImplemented', `${what}. It cannot be rehearsed; see docs/slice.md#alarms.`, 501);

/** `1 validation error detected: Value '…' at 'alarmName' failed to satisfy constraint: Member must have …` */
export function constraintError(value: string | number | undefined, member: string, constraint: string): AwsError {
  const shown = value === undefined ? 'null' : `'${value}'`;
  return validationError(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

export function checkLength(text: string | undefined, member: string, shortest: number, longest: number): void {
  const length = text?.length;
  if (length === undefined || length < shortest)
    throw constraintError(
      text,
      member,
      text === undefined ? 'not be null' : `have length greater than or equal to ${shortest}`,
    );
  if (length > longest) throw constraintError(text, member, `have length less than or equal to ${longest}`);
}

export function checkAtMost(list: readonly unknown[] | undefined, member: string, most: number): void {
  if (list !== undefined && list.length > most)
    throw constraintError(`[${list.join(', ')}]`, member, `have length less than or equal to ${most}`);
}

export function oneOf<T extends string>(value: string | undefined, member: string, allowed: readonly T[]): T {
  const found = allowed.find((it) => it === value);
  if (found === undefined) throw constraintError(value, member, `satisfy enum value set: [${allowed.join(', ')}]`);
  return found;
}

/** The unit that a request names, when it names one. */
export const readUnit = (unit: string | undefined): { readonly unit?: string } =>
  unit === undefined ? {} : { unit: oneOf(unit, 'unit', UNITS) };

interface DimensionInput {
  readonly Name?: string | undefined;
  readonly Value?: string | undefined;
}

/** At most 30 dimensions, names up to 255 characters, values up to 1024. Source: API-PMD (D). */
export function readDimensions(dimensions: readonly DimensionInput[] | undefined): readonly Dimension[] {
  checkAtMost(dimensions, 'dimensions', 30);
  return (dimensions ?? []).map(({ Name, Value }, i) => {
    checkLength(Name, `dimensions.${i + 1}.member.name`, 1, 255);
    checkLength(Value, `dimensions.${i + 1}.member.value`, 1, 1_024);
    return { name: Name ?? '', value: Value ?? '' };
  });
}

/** An object without the members that are undefined. */
export function defined<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
